"""One JSON value of a record as a page shows it. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from catalog.linked_text import Part, parts
from catalog.web.templatetags.catalog_format import MISSING, exact, number


@dataclass(frozen=True, slots=True)
class Cell:
    """A value: a number has its `exact` digits beside the text, a text with addresses its `parts`."""

    text: str
    exact: str = ""
    parts: tuple[Part, ...] = ()

    @property
    def is_missing(self) -> bool:
        return self.text == MISSING


NOTHING = Cell(MISSING)


def cell(value: Any) -> Cell:
    """A JSON value in one line: an array by commas, an object as JSON."""
    if value is None or value == "" or value == [] or value == {}:
        return NOTHING
    if isinstance(value, bool):
        return Cell("yes" if value else "no")
    if isinstance(value, int | float):
        return Cell(number(value), exact(value))
    return _text(_written(value))


def _written(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list) and not any(isinstance(item, list | Mapping) for item in value):
        return ", ".join(cell(item).text for item in value)
    return json.dumps(value, ensure_ascii=False)


def _text(text: str) -> Cell:
    found = parts(text)
    return Cell(text, parts=tuple(found) if any(part.href for part in found) else ())
