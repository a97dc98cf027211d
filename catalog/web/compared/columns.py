"""The compared models as the columns of every table: a letter for each, and what is known of it at a glance."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from string import ascii_uppercase
from typing import Any

from catalog.comparison.records import Comparison
from catalog.listing import records, rows
from catalog.models import ArtifactVersion
from catalog.web.query import PageQuery
from catalog.web.scores import Completeness, Score, completeness_of, score_of

SHORT, ENDING = 60, 16
"""Letters of a title in the head of a column, and how many of them are its end."""


@dataclass(frozen=True, slots=True)
class Column:
    """One model. `row` is its row in the list of models; `without` is the page's address without it.

    `short` is the title for the head of a column: titles of one family often differ at their very end alone.
    """

    letter: str
    id: str
    title: str
    short: str
    row: Mapping[str, Any]
    score: Score
    completeness: Completeness
    without: str


def columns(versions: Sequence[ArtifactVersion], query: PageQuery) -> tuple[Column, ...]:
    """The columns of `versions`, in their order, in two queries."""
    ids = [version.public_id for version in versions]
    found = {record["public_id"]: record for record in records(ArtifactVersion.objects.filter(public_id__in=ids))}
    listed = [found[name] for name in ids]
    return tuple(
        _column(letter, record, row, _without(record["public_id"], ids, query))
        for letter, record, row in zip(ascii_uppercase, listed, rows(listed, ""), strict=False)
    )


def frozen_columns(content: Mapping[str, Any]) -> tuple[Column, ...]:
    """The columns of a frozen comparison, from its content."""
    found = zip(ascii_uppercase, content["comparison"]["models"], strict=False)
    return tuple(_column(letter, {**row, **content["judged"][row["id"]]}, _dated(row), "") for letter, row in found)


def _dated(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """The row with its times, which JSON has as texts."""
    return {**row, **{name: datetime.fromisoformat(row[name]) for name in ("created_at", "registered_at")}}


def _column(letter: str, record: Mapping[str, Any], row: Mapping[str, Any], without: str) -> Column:
    return Column(
        letter=letter,
        id=row["id"],
        title=row["title"],
        short=_short(row["title"]),
        row=row,
        score=score_of(record),
        completeness=completeness_of(record),
        without=without,
    )


def _short(title: str) -> str:
    if len(title) <= SHORT:
        return title
    return f"{title[: SHORT - ENDING - 1].rstrip()}…{title[-ENDING:].lstrip()}"


def _without(model: str, ids: Sequence[str], query: PageQuery) -> str:
    others = ",".join(name for name in ids if name != model)
    return PageQuery(query.path, (("ids", others), *query.but("ids").pairs)).url


class Letters:
    """The letters of the compared models, and texts in which these stand for ids."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self.of = {column.id: column.letter for column in columns}
        ids = "|".join(re.escape(name) for name in sorted(self.of, key=len, reverse=True))
        # An id goes on with a dot or a colon only where something follows: a sentence may end on one.
        self._ids = re.compile(rf"(?<![\w.:-])({ids})(?![\w-]|[.:][\w.:-])")

    def shorten(self, text: str) -> str:
        """A text with the letter of each compared model in place of its id."""
        return self._ids.sub(lambda match: self.of[match[1]], text)

    def listed(self, models: Sequence[str]) -> str:
        return ", ".join(self.of[model] for model in models)


def titles_of(comparison: Comparison) -> dict[str, tuple[str, str]]:
    """Kind and title of every artifact that any of the models came from, as the graphs have them."""
    nodes = [node for graph in comparison.provenance.graphs.values() for node in graph.nodes]
    return {node.artifact: (node.kind, node.title) for node in sorted(nodes, key=lambda node: node.version_number or 0)}
