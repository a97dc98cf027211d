"""The evidence score: how much of a model's own record is there. Pure: a record in, checks out.

Eight checks by the contract's section 2. Six look at what the version itself says and never change; two look at its
evaluations, which may come later. The score is the share that hold among those that can apply, 0 to 1.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from catalog.vocabulary import Family

PLACEHOLDERS = frozenset(
    {"", "-", "--", "?", ".", "n/a", "na", "n.a.", "none", "null", "nil", "nan", "tbd", "tba", "todo", "unknown"}
    | {"not available", "not applicable", "unspecified", "not specified", "citation", "url", "string", "placeholder"}
)
"""What people write where they have nothing to say, casefolded and without outer blanks."""


def is_placeholder(text: str) -> bool:
    """Whether a text stands for nothing: blank, 'none', 'n/a', 'citation' and the like."""
    return re.sub(r"\s+", " ", text).strip().strip("<>[]()\"'").casefold() in PLACEHOLDERS


def is_stated(value: Any) -> bool:
    """Whether a JSON value says something: a text that is no placeholder, a number, or a collection with such."""
    if value is None or isinstance(value, bool):
        return False
    if isinstance(value, str):
        return not is_placeholder(value)
    if isinstance(value, Mapping):
        return any(map(is_stated, value.values()))
    if isinstance(value, list | tuple):
        return any(map(is_stated, value))
    return True


@dataclass(frozen=True, slots=True)
class Check:
    """One evidence check of one model."""

    code: str
    label: str
    applies: bool
    holds: bool


@dataclass(frozen=True, slots=True)
class EvidenceRecord:
    """What the checks look at, of one model version."""

    family: str
    metadata: Mapping[str, Any]
    license: str = ""
    parameter_count: int | None = None
    has_evaluation: bool = False
    has_evaluation_with_dataset: bool = False


_SPECIFICATION = {
    Family.BIOPHYSICAL: ("equations", "reactions"),
    Family.DEEP_LEARNING: ("architecture",),
    Family.STATISTICAL: ("formula", "model_type"),
}


def record_checks(record: EvidenceRecord) -> tuple[Check, ...]:
    """The six checks on what the version itself says, in the contract's order."""
    metadata = record.metadata
    code = metadata.get("code")
    code = code if isinstance(code, Mapping) else {}
    revision = is_stated(code.get("commit")) or is_stated(code.get("release"))
    return (
        Check("specification", "Says what the model is", True, _has(metadata, *_SPECIFICATION[Family(record.family)])),
        Check("parameters", "Gives its parameters or their number", _is_parametric(record), _has_parameters(record)),
        Check("code", "Names its code and the commit or release", True, is_stated(code.get("repository")) and revision),
        Check("environment", "Names the software it runs in", True, _has(metadata, "environment")),
        Check("license", "States a licence", True, is_stated(record.license) or _has(metadata, "license")),
        Check("references", "Gives references", True, _has(metadata, "references")),
    )


def validation_checks(record: EvidenceRecord) -> tuple[Check, ...]:
    """The two checks on the model's evaluations."""
    return (
        Check("validation", "Has an evaluation", True, record.has_evaluation),
        Check("validation_context", "An evaluation names its dataset", True, record.has_evaluation_with_dataset),
    )


def checks(record: EvidenceRecord) -> tuple[Check, ...]:
    """All eight checks, in the contract's order."""
    specification, parameters, *rest = record_checks(record)
    return (specification, parameters, *validation_checks(record), *rest)


def tally(chosen: tuple[Check, ...]) -> tuple[int, int]:
    """How many of the checks hold, and how many can apply."""
    return sum(check.applies and check.holds for check in chosen), sum(check.applies for check in chosen)


def _has(metadata: Mapping[str, Any], *keys: str) -> bool:
    return any(is_stated(metadata.get(key)) for key in keys)


def _has_parameters(record: EvidenceRecord) -> bool:
    count = record.parameter_count if record.parameter_count is not None else record.metadata.get("parameter_count")
    return count is not None or _has(record.metadata, "parameters", "coefficients")


def _is_parametric(record: EvidenceRecord) -> bool:
    """A statistical model without a formula (a forest, an ensemble, a judgement) specifies no parameters to ask for."""
    return record.family != Family.STATISTICAL or _has(record.metadata, "formula") or _has_parameters(record)
