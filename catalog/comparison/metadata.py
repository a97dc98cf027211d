"""Field by field: what the models' records say, and where they differ."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

from catalog.comparison.ordering import nearly_equal
from catalog.comparison.records import ComparedModel, MetadataRow

Path = tuple[str, ...]

GENERAL = "general"
"""Section of the fields that stand at the top of a record and open no section of their own."""


KINDS: tuple[tuple[str, tuple[type, ...]], ...] = (
    ("text", (str,)),
    ("boolean", (bool,)),  # before numbers, as Python counts True among them
    ("number", (int, float)),
    ("array", (list, tuple)),
    ("mapping", (Mapping,)),
)
"""Kinds of JSON values, the first that fits; null is `other`."""

USUAL_KINDS: dict[type, str] = {
    str: "text",
    bool: "boolean",
    int: "number",
    float: "number",
    list: "array",
    type(None): "other",
}
"""The same for the types that thousands of values have, found at once."""


def metadata_rows(models: Sequence[ComparedModel]) -> tuple[MetadataRow, ...]:
    """Every field of any of the models, general ones first, then by section and field.

    `values` has an entry for each model, None where it lacks the field or leaves it null. The count of parameters
    and the licence of a version stand in where its metadata does not give them.
    """
    records = {model.id: dict(flatten(_with_own_fields(model))) for model in models}
    paths = {path for record in records.values() for path in record}
    return tuple(
        _row(path, {model: record.get(path) for model, record in records.items()})
        for path in sorted(paths, key=lambda path: (len(path) > 1, path))
    )


def flatten(record: Mapping[str, Any], above: Path = ()) -> Iterator[tuple[Path, Any]]:
    """The leaves of a nested record with their paths. An array is one leaf, and so is an empty mapping."""
    for key, value in record.items():
        if isinstance(value, Mapping) and value:
            yield from flatten(value, (*above, key))
        else:
            yield (*above, key), value


def field_name(path: Path) -> str:
    """A path joined by dots. A key that dots or quotes would make ambiguous is quoted as JSON quotes it."""
    return ".".join(json.dumps(key, ensure_ascii=False) if _ambiguous(key) else key for key in path)


def same(left: Any, right: Any) -> bool:
    """Whether two JSON values say the same; numbers do within one part in 10^9, true and 1 do not."""
    kind = _kind(left)
    return kind == _kind(right) and COMPARATORS[kind](left, right)


def _row(path: Path, values: dict[str, Any]) -> MetadataRow:
    stated = [value for value in values.values() if value is not None]
    return MetadataRow(
        field=field_name(path),
        section=path[0] if len(path) > 1 else GENERAL,
        values=values,
        # Silence differs from every statement. Every pair, as being nearly equal is not transitive.
        differs=0 < len(stated) < len(values) or not all(same(left, right) for left, right in combinations(stated, 2)),
    )


def _with_own_fields(model: ComparedModel) -> dict[str, Any]:
    own = {"parameter_count": model.parameter_count, "license": model.license or None}
    missing = {name: value for name, value in own.items() if value is not None and model.metadata.get(name) is None}
    return {**model.metadata, **missing}


def _ambiguous(key: str) -> bool:
    return not key or "." in key or '"' in key


def _kind(value: Any) -> str:
    return USUAL_KINDS.get(type(value)) or next((kind for kind, types in KINDS if isinstance(value, types)), "other")


def _same_array(left: Sequence[Any], right: Sequence[Any]) -> bool:
    return len(left) == len(right) and all(map(same, left, right))


def _same_mapping(left: Mapping[str, Any], right: Mapping[str, Any]) -> bool:
    return left.keys() == right.keys() and all(same(value, right[key]) for key, value in left.items())


def _equal(left: Any, right: Any) -> bool:
    return bool(left == right)


COMPARATORS: dict[str, Callable[[Any, Any], bool]] = {
    "boolean": _equal,
    "number": nearly_equal,
    "text": _equal,
    "array": _same_array,
    "mapping": _same_mapping,
    "other": _equal,
}
"""How two values of one kind are compared."""
