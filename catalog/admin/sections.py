"""Free metadata, cut into what a page can show: tables where many things have the same keys, else names and values."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Section:
    """One key of a record. `columns` head the cells of `rows` after their name; without rows there is `text`."""

    name: str
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    text: str = ""


def sections_of(metadata: Mapping[str, Any]) -> list[Section]:
    """The sections of a record, in its own order."""
    return [_section(name, value) for name, value in metadata.items()]


def _section(name: str, value: Any) -> Section:
    if isinstance(value, Mapping) and value:
        if all(isinstance(item, Mapping) for item in value.values()):
            columns = tuple(dict.fromkeys(key for item in value.values() for key in item))
            rows = tuple((key, *(_text(item.get(column)) for column in columns)) for key, item in value.items())
            return Section(name, ("", *columns), rows)
        return Section(name, (), tuple((key, _text(item)) for key, item in value.items()))
    if isinstance(value, list) and len(value) > 1:
        return Section(name, (), tuple((str(number), _text(item)) for number, item in enumerate(value, start=1)))
    return Section(name, text=_text(value[0] if isinstance(value, list) and value else value))


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
