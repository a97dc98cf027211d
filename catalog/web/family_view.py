"""What a record says a thing is, in the order in which its field reads it: by family, then what all may say. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from catalog.vocabulary import Family
from catalog.web.metadata_blocks import Block, block, facts, label, lines, table, words

Show = Callable[[str, Any], Block | None]

_ELSEWHERE = frozenset({"parameter_count", "license", "authors", "references"})
"""Keys that a page shows in another place."""

_PLAIN = (str, int, float, bool)


@dataclass(frozen=True, slots=True)
class Specification:
    """What the family's own keys say, and what else the record holds."""

    blocks: tuple[Block, ...]
    others: tuple[Block, ...]


def _formulas(title: str, value: Any) -> Block | None:
    if isinstance(value, str):
        return lines(title, [value])
    return block(title, value) if _has_objects(value) else lines(title, value)


def _names(title: str, value: Any) -> Block | None:
    return block(title, value) if _has_objects(value) else words(title, value)


def _parameters(title: str, value: Mapping[str, Any]) -> Block | None:
    return table(title, "parameter", value.items(), first=("value", "units", "source"))


def _coefficients(title: str, value: Mapping[str, Any]) -> Block | None:
    return table(title, "term", value.items(), first=("value", "se", "units"))


_FAMILY: dict[str, dict[str, tuple[str, Show]]] = {
    Family.BIOPHYSICAL: {
        "equations": ("Equations", _formulas),
        "parameters": ("Parameters", _parameters),
        "species": ("Species", _names),
        "reactions": ("Reactions", _formulas),
        "steady_states": ("Steady states", block),
        "solver": ("Solver", block),
    },
    Family.DEEP_LEARNING: {
        "architecture": ("Architecture", block),
        "framework": ("Framework", block),
        "layer_config": ("Layers", block),
        "training_config": ("Training configuration", block),
        "training_metrics": ("Training metrics", block),
        "checkpoint": ("Checkpoint", block),
    },
    Family.STATISTICAL: {
        "model_type": ("Type of model", block),
        "formula": ("Formula", _formulas),
        "features": ("Features", _names),
        "coefficients": ("Coefficients", _coefficients),
        "fit_metrics": ("Fit", block),
    },
}
_COMMON: dict[str, tuple[str, Show]] = {
    "training_config": ("Training configuration", block),
    "code": ("Code", block),
    "environment": ("Software environment", block),
}


def specification(family: str | None, metadata: Mapping[str, Any]) -> Specification:
    """The blocks of a record, of a model of `family` or, where None, of anything else."""
    own = _FAMILY.get(family or "", {})
    rest = {key: value for key, value in metadata.items() if key not in own and key not in _ELSEWHERE}
    return Specification(tuple(_known(own, metadata)), tuple(_others(rest)))


def _known(keys: Mapping[str, tuple[str, Show]], metadata: Mapping[str, Any]) -> Iterator[Block]:
    for key, (title, show) in keys.items():
        value = metadata.get(key)
        # A null, a blank or an empty collection says nothing; 0 and false do.
        found = None if value is None or value in ("", [], {}) else show(title, value)
        if found is not None:
            yield found


def _others(rest: Mapping[str, Any]) -> Iterator[Block]:
    """What all records may say, then the plain values in one list, then each collection by itself."""
    yield from _known(_COMMON, rest)
    extra = {key: value for key, value in rest.items() if key not in _COMMON}
    plain = {label(key): value for key, value in extra.items() if isinstance(value, _PLAIN) and value != ""}
    if plain:
        yield facts("Also in the record", plain)
    for key, value in extra.items():
        if not isinstance(value, _PLAIN) and (found := block(label(key).capitalize(), value)):
            yield found


def _has_objects(value: Sequence[Any]) -> bool:
    return any(isinstance(item, Mapping) for item in value)
