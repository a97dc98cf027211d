"""How the parts of a record's metadata stand on a page: lines, words, facts and tables. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from catalog.web.metadata_cells import NOTHING, Cell, cell

SCROLLED_FROM, FACTS_SCROLLED_FROM = 15, 30
"""A list with more entries than this scrolls in itself; facts stand closer."""

_SHARED_FROM = 4
"""In a table with at least so many rows, what they all share is said once."""

_ABBREVIATIONS = {"se": "standard error", "uri": "address", "lr": "learning rate", "amp": "mixed precision"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One part of a record. Exactly one of its contents is filled.

    `lines` are formulas, `words` short names, `facts` name and value, `rows` a table under `columns`, of which the
    first names the row; `shared` holds what all rows have in common.
    """

    title: str
    lines: tuple[Cell, ...] = ()
    words: tuple[Cell, ...] = ()
    facts: tuple[tuple[str, Cell], ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    shared: tuple[tuple[str, Cell], ...] = ()

    @property
    def size(self) -> int:
        return max(len(self.lines), len(self.words), len(self.facts), len(self.rows))

    @property
    def is_long(self) -> bool:
        return self.size > (FACTS_SCROLLED_FROM if self.facts else SCROLLED_FROM)


def label(key: str) -> str:
    """A key as a heading: lower_bound is "lower bound". A key that is an abbreviation is spelt out."""
    return _ABBREVIATIONS.get(key) or key.replace("_", " ").strip() or key


def lines(title: str, values: Sequence[Any]) -> Block:
    """A list of formulas, one a line."""
    return Block(title=title, lines=tuple(map(cell, values)))


def words(title: str, values: Sequence[Any]) -> Block:
    return Block(title=title, words=tuple(map(cell, values)))


def facts(title: str, value: Mapping[str, Any]) -> Block:
    """An object by its leaves, each under the dotted path that leads there."""
    return Block(title=title, facts=tuple((key, cell(leaf)) for key, leaf in _leaves(value)))


def table(title: str, head: str, entries: Iterable[tuple[str, Any]], first: Sequence[str] = ()) -> Block:
    """Named objects, one a row. Columns are their keys, those of `first` before the others; empty ones are left out."""
    named = [(name, entry if isinstance(entry, Mapping) else {"value": entry}) for name, entry in entries]
    keys = dict.fromkeys([*first, *(key for _, entry in named for key in entry)])
    columns = {key: [cell(entry.get(key)) for _, entry in named] for key in keys}
    told = {key: cells for key, cells in columns.items() if any(item != NOTHING for item in cells)}
    shared = {key: cells[0] for key, cells in told.items() if _is_shared(key, cells)}
    shown = [key for key in told if key not in shared]
    return Block(
        title=title,
        columns=(head, *map(label, shown)),
        rows=tuple((cell(name), *(columns[key][number] for key in shown)) for number, (name, _) in enumerate(named)),
        shared=tuple((label(key), value) for key, value in shared.items()),
    )


def block(title: str, value: Any) -> Block | None:
    """Any value that nobody foresaw; None for one that says nothing."""
    if value is None or value in ("", [], {}):
        return None
    if isinstance(value, Mapping):
        return facts(title, value)
    if not isinstance(value, list):
        return Block(title=title, words=(cell(value),))
    if all(isinstance(item, Mapping) for item in value):
        return _of_objects(title, value)
    return words(title, value)


def _of_objects(title: str, objects: Sequence[Mapping[str, Any]]) -> Block:
    """Objects in a row, named by what names them, else by their place."""
    naming = next((key for key in ("id", "name", "title") if all(key in item for item in objects)), None)
    if naming is None:
        return table(title, "no.", ((str(place), item) for place, item in enumerate(objects, 1)))
    rest = [{key: value for key, value in item.items() if key != naming} for item in objects]
    names = [str(item[naming]) for item in objects]
    return table(title, label(naming), zip(names, rest, strict=True))


def _is_shared(key: str, cells: Sequence[Cell]) -> bool:
    return key != "value" and len(cells) >= _SHARED_FROM and len(set(cells)) == 1


def _leaves(value: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    for key, entry in value.items():
        here = f"{path}.{key}" if path else str(key)
        if isinstance(entry, Mapping) and entry:
            yield from _leaves(entry, here)
        else:
            yield here, entry
