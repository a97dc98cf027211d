"""To which family a forecast model belongs: as its hub's maintainers classify it, else as its description reads.

CDC classifies the models of a season by three flags (`model_types.csv` beside its manuscripts: mechanistic, ai_ml,
stat). One flag is the source's word for a family: mechanistic is biophysical, stat is statistical; ai_ml is
deep learning only where the text speaks of a neural network, so that this is an inference. Several flags leave a
choice among theirs to the text, and a model without flags is told from its text alone.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping

from catalog.importers.documents import Unreadable
from catalog.importers.files import SourceTree
from catalog.importers.hubverse.wording import says
from catalog.vocabulary import Family, FamilyBasis

_NEURAL = re.compile(
    r"neural|deep[- ](?:learning|surrogate|predictive|generative|model)|\bLSTM|\bCNN\b|\bTCN\b|\bGRU\b|\bGCN\b"
    r"|transformer|N-?BEATS|N-?HiTS|auto-?encoder|diffusion (?:probabilistic )?model|attention[- ]based",
    re.IGNORECASE,
)
_MECHANISTIC = re.compile(
    r"compartment|mechanis|\bmechmodel\b|(?-i:\bS[EL]?I+[A-Z]*R[A-Z]*\b)|meta-?population|renewal|branching process"
    r"|agent[- ]based|epidemi(?:c|ological) model|transmission (?:model|dynamics|rate)",
    re.IGNORECASE,
)
_STATISTICAL = re.compile(
    r"arima|arma\b|auto-?regress|\bAR\b|regress|ensemble|baseline|random walk|kernel|gaussian|analog|nearest|boost"
    r"|forest|decision tree|tree-based|LightGBM|\bSVM\b|smoothing|hierarchical|time[- ]series|quantile|average"
    r"|composite|pattern matching|spline|linear|bayes|median|probabilit|reference model|statistic|learning|rate change",
    re.IGNORECASE,
)
_OF_SEVERAL_KINDS = re.compile(
    r"statistic|arima|regress|traditional|quantile|random walk|machine learning", re.IGNORECASE
)
_READINGS = ((Family.DEEP_LEARNING, _NEURAL), (Family.BIOPHYSICAL, _MECHANISTIC), (Family.STATISTICAL, _STATISTICAL))
"""In this order: a network trained on a mechanistic model is a network, a fitted mechanistic model is mechanistic."""

_FLAGS = {"mechanistic": Family.BIOPHYSICAL, "ai_ml": Family.DEEP_LEARNING, "stat": Family.STATISTICAL}


def read_flags(tree: SourceTree) -> dict[str, frozenset[Family]]:
    """The families that the hub's maintainers flag, by model; empty where there is no such table."""
    flags: dict[str, frozenset[Family]] = {}
    for name in tree.files("model_types.csv"):
        try:
            rows = csv.DictReader(io.StringIO(tree.read(name).decode("utf-8-sig", "replace")))
            for row in rows:
                found = frozenset(
                    family for flag, family in _FLAGS.items() if (row.get(flag) or "").casefold() == "true"
                )
                if row.get("model_name") and found:
                    flags[row["model_name"]] = found
        except (Unreadable, csv.Error):
            continue
    return flags


def decide(flags: frozenset[Family], said: Mapping[str, object]) -> tuple[Family, FamilyBasis] | None:
    """The family of a model and who says so; None where nothing tells it."""
    if len(flags) == 1 and Family.DEEP_LEARNING not in flags:
        return next(iter(flags)), FamilyBasis.SOURCE
    allowed = flags | {Family.STATISTICAL} if Family.DEEP_LEARNING in flags else flags or frozenset(_FLAGS.values())
    short = str(said.get("methods") or "")
    text = " ".join(str(said.get(key) or "") for key in ("model_name", "methods", "methods_long"))
    ensemble = said.get("ensemble_of_models") is True or said.get("ensemble_of_hub_models") is True
    family = _of_ensemble(short) if ensemble else _of_text(short, allowed, statistical=False)
    if family not in allowed:
        family = _of_text(text, allowed)
    if family is None and flags:
        family = Family.STATISTICAL if Family.STATISTICAL in allowed else None
    return (family, FamilyBasis.INFERRED) if family else None


def _of_ensemble(short: str) -> Family:
    """Putting forecasts together is a statistical procedure, unless all that is put together is of one other family."""
    kinds = {family for family, pattern in _READINGS[:2] if says(short, pattern)}
    return Family.STATISTICAL if len(kinds) != 1 or says(short, _OF_SEVERAL_KINDS) else kinds.pop()


def _of_text(text: str, allowed: frozenset[Family], *, statistical: bool = True) -> Family | None:
    """The first family whose words the text says. Statistical words are in every text: they may be left for later."""
    for family, pattern in _READINGS if statistical else _READINGS[:2]:
        if family in allowed and says(text, pattern):
            return family
    return None
