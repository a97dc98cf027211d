"""From what a server says of a model version to the versions of its model, training and datasets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from catalog.identity import tag_problem
from catalog.importers.addresses import public_address
from catalog.importers.dataset_versions import without_held
from catalog.importers.datasets import Datasets
from catalog.importers.documents import Unreadable
from catalog.importers.families import REMEDY, decide
from catalog.importers.mlflow.facts import Facts, mapping
from catalog.importers.mlflow.inputs import Input, inputs_of, measured_elsewhere
from catalog.importers.mlflow.listing import pairs
from catalog.importers.mlflow.metrics import evaluations
from catalog.importers.mlflow.procedure import Code, procedure_of
from catalog.importers.records import Record
from catalog.importers.text import artifact_id, as_text, integer, number
from catalog.registration.submission import LinkInput, Source, VersionInput
from catalog.registration.validate import TEXT_LIMITS
from catalog.vocabulary import Family, Kind, Relation

FORMAT = "mlflow"
MAX_PAIRS = 200
MAX_TEXT = 1_000
"""How many tags, and parameters, are kept of a version, and how many characters of each."""

_STAGES = ("", "None")
_NUMERIC = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?")


def record_of(facts: Facts, datasets: Datasets, otherwise: str | None) -> Record:
    """The record of one model version. Raises `Unreadable` where nothing tells its family and `otherwise` is None."""
    entry = facts.entry
    artifact = artifact_id("model", "mlflow", entry.model_name)
    inputs = inputs_of(facts, datasets, artifact)
    seen = dict(inputs)

    def dataset_of(name: str, digest: str) -> Input:
        return seen.setdefault((name, digest), measured_elsewhere(name, digest, datasets, artifact))

    values = evaluations(facts, dataset_of)
    tags = pairs(entry.model.get("tags")) | pairs(entry.version.get("tags"))
    family = decide((tags.get("model_family"), facts.run_tags.get("model_family")), facts.flavors, otherwise)
    if family is None:
        raise Unreadable(f"neither flavor nor tag tells the model's family: {REMEDY}")
    code = Code.of(facts)
    analysis = procedure_of(facts, code, inputs.values(), FORMAT)
    model = VersionInput(
        kind=Kind.MODEL,
        artifact=artifact,
        title=entry.model_name[: TEXT_LIMITS["title"]],
        version_label=str(entry.number),
        version_tag=next((alias for alias in entry.aliases if not tag_problem(alias)), None),
        description=_text(entry.model.get("description"), "description"),
        changelog=_text(entry.version.get("description"), "changelog"),
        license=_text(tags.get("license"), "license"),
        metadata=_metadata(facts, tags, code, inputs.values()) | _kind_of_model(facts, family[0]),
        created_at=_moment(entry.version.get("creation_timestamp")),
        # MLflow's number is never given twice, unless the model was deleted and made anew.
        source=Source(
            format=FORMAT, record=artifact, revision=f"{entry.number}@{entry.version.get('creation_timestamp')}"
        ),
        links=_links(inputs.values(), analysis),
        family=family[0],
        family_basis=family[1],
        evaluations=values,
    )
    data = {item.ref: item.dataset for item in seen.values()}
    versions = (*without_held(data.values()), *([analysis] if analysis else []), model)
    name = f"version {entry.number}"
    return Record(file=entry.model_name, name=name, versions=versions, grows=True, aliases=entry.aliases)


def _links(inputs: Iterable[Input], analysis: VersionInput | None) -> tuple[LinkInput, ...]:
    trained = {item.ref: item for item in inputs if item.is_training}
    links = [LinkInput(relation=Relation.TRAINED_ON, ref=ref, stated_as=item.name) for ref, item in trained.items()]
    if analysis:
        ref = analysis.version_id or analysis.artifact
        links.append(LinkInput(relation=Relation.PRODUCED_BY, ref=ref, stated_as=analysis.metadata["code"]["commit"]))
    return tuple(links)


def _metadata(facts: Facts, tags: Mapping[str, str], code: Code, inputs: Iterable[Input]) -> dict[str, Any]:
    stage, flavors = as_text(facts.entry.version.get("current_stage")), facts.flavors
    splits: dict[str, list[str]] = {}
    for item in inputs:
        if item.is_training:
            splits[item.dataset.artifact] = sorted({*splits.get(item.dataset.artifact, []), *item.contexts})
    stated = {
        "framework": flavors[0] if flavors else "",
        "training_config": {name: _plain(text) for name, text in _bounded(facts.parameters).items()},
        "training_splits": splits,
        "code": code.as_metadata(),
        "environment": _environment(facts),
        "tags": _bounded(tags),
        "stage": "" if stage in _STAGES else stage,
        "mlflow": _origin(facts),
    }
    return {key: value for key, value in stated.items() if value not in (None, "", [], {})}


def _kind_of_model(facts: Facts, family: Family) -> dict[str, str]:
    """What autologging calls the estimator, under the name that the family has for it."""
    estimator = as_text(facts.run_tags.get("estimator_name"))
    return {"model_type" if family == Family.STATISTICAL else "architecture": estimator} if estimator else {}


def _origin(facts: Facts) -> dict[str, Any]:
    """Where in MLflow the version is from."""
    run = mapping(facts.run.get("info"))
    stated = {
        "run": as_text(run.get("run_id")),
        "run_name": as_text(run.get("run_name")),
        "run_is_deleted": run.get("lifecycle_stage") == "deleted" or None,
        "experiment": as_text(facts.experiment.get("name")),
        "logged_model": as_text(mapping(facts.logged.get("info")).get("model_id")),
        "source": public_address(as_text(facts.entry.version.get("source"))),
        "flavors": list(facts.flavors),
        "signature": {
            key: text[: MAX_TEXT * 10]
            for key in ("inputs", "outputs")
            if (text := as_text(mapping(facts.mlmodel.get("signature")).get(key)))
        },
    }
    return {key: value for key, value in stated.items() if value not in (None, "", [], {})}


def _environment(facts: Facts) -> dict[str, str]:
    flavors = mapping(facts.mlmodel.get("flavors"))
    stated = {"mlflow": as_text(facts.mlmodel.get("mlflow_version"))}
    for name, flavor in flavors.items():
        key = "python_version" if name == "python_function" else f"{name}_version"
        stated["python" if name == "python_function" else str(name)] = as_text(mapping(flavor).get(key))
    return {key: value for key, value in stated.items() if value}


def _bounded(stated: Mapping[str, str]) -> dict[str, str]:
    """The first by name, each text cut where it is long; what is left out is counted."""
    names = sorted(stated)
    kept = {name: _cut(stated[name]) for name in names[:MAX_PAIRS]}
    return kept | ({"left_out": f"{len(names) - MAX_PAIRS} more"} if len(names) > MAX_PAIRS else {})


def _plain(text: str) -> str | int | float:
    """MLflow keeps parameters as texts; one that is written as a number is a number."""
    if not _NUMERIC.fullmatch(text):
        return text
    value = integer(text) if text.lstrip("-").isdigit() else number(text)
    return text if value is None else value


def _cut(text: str) -> str:
    return text if len(text) <= MAX_TEXT else f"{text[:MAX_TEXT]}…"


def _text(value: Any, field: str) -> str:
    return value[: TEXT_LIMITS[field]] if isinstance(value, str) else ""


def _moment(value: Any) -> datetime | None:
    milliseconds = integer(value)
    try:
        return datetime.fromtimestamp(milliseconds / 1000, UTC) if milliseconds else None
    except (ValueError, OverflowError, OSError):
        return None
