"""The models' records side by side, section by section, with the fields in which they differ marked."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from catalog.comparison.metadata import GENERAL
from catalog.comparison.records import MetadataRow
from catalog.web.compared.columns import Letters
from catalog.web.query import PageQuery
from catalog.web.templatetags.catalog_format import exact, number, web_address

ONLY = "only"
"""Value of `differences` that leaves out what all models say alike."""

MOST_FIELDS, MOST_CELLS = 24, 144
"""Fields and cells of a section that are shown at first. A table of parameters may have hundreds."""

MAIN = "value"
"""The field of a parameter or a coefficient that the fields beside it are about."""

UNNAMED = ("units", "unit", "source")
"""Those that read without their name, and first."""

ROOM, LONGEST, SHORTEST = 480, 160, 60
"""Letters of a row's values that are shown, and at most and at least of each. The model's own page has all of it."""


@dataclass(frozen=True, slots=True)
class Value:
    """One model's value. `cut` says how much there is of what is shown in part; `exact` has every digit.

    `aside` is what the record says of the value: its units, its error, where it is from.
    """

    text: str = ""
    stated: bool = True
    exact: str = ""
    address: str = ""
    cut: str = ""
    aside: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """One field. `said_by` names the models that state it, where others do not; `alone` where just one does."""

    name: str
    values: tuple[Value, ...]
    differs: bool
    said_by: str
    alone: bool


@dataclass(frozen=True, slots=True)
class Section:
    """Fields of one section. `hidden` counts those left out at first; `everything` is where all are shown."""

    name: str
    fields: tuple[Field, ...]
    differing: int
    hidden: int
    everything: str


@dataclass(frozen=True, slots=True)
class Records:
    """The models' records. `switch` is the address that shows all fields, or the differing ones alone."""

    sections: tuple[Section, ...]
    total: int
    differing: int
    only_differences: bool
    switch: str


def records_of(metadata: Sequence[MetadataRow], letters: Letters, query: PageQuery) -> Records:
    """The fields by section. `differences=only` and `section=NAME`, which shows all of one, come from the address."""
    only, opened = query.get("differences") == ONLY, query.values("section")
    sections = {name: list(_subjects(list(rows))) for name, rows in groupby(metadata, key=lambda row: row.section)}
    subjects = [subject for own in sections.values() for subject in own]
    switch = query.but("differences") if only else query.having("differences", ONLY)
    return Records(
        sections=tuple(
            _section(name, shown, name in opened, letters, query)
            for name, own in sections.items()
            if (shown := [subject for subject in own if subject.differs or not only])
        ),
        total=len(subjects),
        differing=sum(subject.differs for subject in subjects),
        only_differences=only,
        switch=f"{switch.url}#metadata",
    )


class _Subject:
    """What one or several rows are about. Most of thousands are not shown, so that nothing is put in words here."""

    def __init__(self, name: str, rows: Sequence[MetadataRow]) -> None:
        self.name, self.rows = name, rows
        self.differs = any(row.differs for row in rows)
        said = {model for row in rows for model, value in row.values.items() if value is not None}
        self.stated_by = [model for model in rows[0].values if model in said]

    def field(self, letters: Letters) -> Field:
        models = self.rows[0].values
        room = min(LONGEST, max(SHORTEST, ROOM // len(models)))
        return Field(
            name=self.name,
            values=tuple(_value(model, self.rows, room) for model in models),
            differs=self.differs,
            said_by=letters.listed(self.stated_by) if 0 < len(self.stated_by) < len(models) else "",
            alone=len(self.stated_by) == 1,
        )


def _subjects(rows: Sequence[MetadataRow]) -> Iterable[_Subject]:
    """The rows of a section: what is said of a parameter stands with its value, everything else for itself."""
    names = [row.field if row.section == GENERAL else row.field.removeprefix(f"{row.section}.") for row in rows]
    valued = {name.removesuffix(f".{MAIN}") for name in names if name.endswith(f".{MAIN}")}

    def subject(named: tuple[str, MetadataRow]) -> str:
        parent = named[0].rpartition(".")[0]
        return parent if parent in valued else named[0]

    for name, about in groupby(zip(names, rows, strict=True), key=subject):
        yield _Subject(name, [row for _, row in about])


def _section(name: str, subjects: Sequence[_Subject], opened: bool, letters: Letters, query: PageQuery) -> Section:
    # What several models say is compared; what one says alone comes after it.
    ordered = sorted(subjects, key=lambda subject: len(subject.stated_by) == 1)
    shown = ordered if opened else ordered[: min(MOST_FIELDS, MOST_CELLS // len(letters.of))]
    return Section(
        name=name,
        fields=tuple(subject.field(letters) for subject in shown),
        differing=sum(subject.differs for subject in subjects),
        hidden=len(subjects) - len(shown),
        everything=f"{query.having('section', name).url}#section-{name}",
    )


def _value(model: str, rows: Sequence[MetadataRow], room: int) -> Value:
    """One model's value; where rows about one thing stand together, the others are said beside it."""
    if len(rows) == 1:
        return value_of(rows[0].values[model], room)
    leaves = {row.field.rpartition(".")[2]: row.values[model] for row in rows}
    main = leaves.pop(MAIN, None)
    stated = {leaf: value_of(value, room).text for leaf, value in leaves.items() if value is not None}
    said = [stated.pop(leaf) for leaf in UNNAMED if leaf in stated]
    said += [f"{leaf.replace('_', ' ')} {text}" for leaf, text in stated.items()]
    return replace(value_of(main, room), stated=main is not None or bool(said), aside="; ".join(said))


def value_of(value: Any, room: int = LONGEST) -> Value:
    """A JSON value as a cell of `room` letters reads it."""
    if value is None:
        return Value(stated=False)
    if isinstance(value, bool):
        return Value("true" if value else "false")
    if isinstance(value, int | float):
        shown, whole = number(value), exact(value)
        return Value(shown, exact="" if shown == whole else whole)
    if isinstance(value, list | tuple):
        return _several(value, room)
    return _text(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False), room)


def _text(text: str, room: int) -> Value:
    address = web_address(text)
    if len(text) <= room:
        return Value(text, address=address)
    if address:
        # Addresses differ at their end, and lead to the whole of it.
        return Value(f"{text[: room - room // 2]}…{text[-(room // 2) :]}", address=address)
    return Value(f"{text[:room].rstrip()}…", cut=f"{len(text):,} letters")


def _several(items: Sequence[Any], room: int) -> Value:
    """An array: as many of its entries as fit, and how many there are."""
    if not items:
        return Value("empty list")
    texts = list(_texts(items))
    if len(texts) == 1:
        return _text(texts[0], room)
    shown, length = 0, 0
    while shown < len(texts) and (length := length + len(texts[shown]) + 2) <= room:
        shown += 1
    if shown == len(texts):
        return Value("; ".join(texts))
    listed = "; ".join(texts[:shown]) + ";" if shown else texts[0][:room].rstrip()
    return Value(f"{listed} …", cut=f"{len(items):,} entries")


def _texts(items: Iterable[Any]) -> Iterable[str]:
    for item in items:
        if isinstance(item, Mapping) and not any(isinstance(value, Mapping | list) for value in item.values()):
            yield ", ".join(f"{name}: {_plain(value)}" for name, value in item.items())
        else:
            yield _plain(item)


def _plain(value: Any) -> str:
    if isinstance(value, str):
        return value
    measured = isinstance(value, int | float) and not isinstance(value, bool)
    return number(value) if measured else json.dumps(value, ensure_ascii=False)
