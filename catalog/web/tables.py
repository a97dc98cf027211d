"""The table of models. It renders: which rows there are, and in which order, the shared list says."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import django_tables2 as tables

from catalog.listing import SORTS
from catalog.listing.rows import Record
from catalog.web.query import PageQuery
from catalog.web.scores import Completeness, Score, completeness_of, score_of

_METRICS, _DATASETS = 3, 2
"""How many a row names before it counts the rest."""


@dataclass(frozen=True, slots=True)
class Named:
    """An artifact by its title, or by its id where it has none."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Headline:
    """One metric of a row; no value where several are reported and none of them is primary."""

    name: str
    value: float | None
    count: int


@dataclass(frozen=True, slots=True)
class ModelRow:
    """One model version as the table shows it."""

    model: Mapping[str, Any]
    score: Score
    completeness: Completeness
    metrics: Sequence[Headline]
    more_metrics: int
    datasets: Sequence[Named]
    more_datasets: int
    analysis: Named | None
    chosen: bool


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column: the address that sorts by it, '' where none does, and how it is sorted now."""

    url: str = ""
    direction: str = ""


def model_row(record: Record, row: Mapping[str, Any], titles: Mapping[str, str], chosen: Collection[str]) -> ModelRow:
    """A row, from what the shared list says of one model."""
    values, counts = row["evaluation_metrics"], row["evaluation_counts"]
    metrics = sorted((Headline(name, values[name], counts[name]) for name in values), key=lambda one: one.value is None)
    datasets = [Named(name, titles.get(name, name)) for name in row["datasets"]]
    producer = row["produced_by"]
    return ModelRow(
        model=row,
        score=score_of(record),
        completeness=completeness_of(record),
        metrics=metrics[:_METRICS],
        more_metrics=max(0, len(metrics) - _METRICS),
        datasets=datasets[:_DATASETS],
        more_datasets=max(0, len(datasets) - _DATASETS),
        analysis=Named(producer, titles.get(producer, producer)) if producer else None,
        chosen=row["id"] in chosen,
    )


def _cell(name: str, heading: str, css: str) -> tables.TemplateColumn:
    return tables.TemplateColumn(
        template_name=f"catalog/parts/cell_{name}.html",
        verbose_name=heading,
        accessor="model",
        attrs={"td": {"class": css}, "th": {"class": css}},
    )


class ModelTable(tables.Table):
    """One row a model version."""

    tick = _cell("tick", "Compare", "tick")
    title = _cell("title", "Model", "title")
    family = _cell("family", "Family", "family")
    version = _cell("version", "Version", "version")
    score = _cell("score", "Score", "scored")
    completeness = _cell("completeness", "Provenance", "complete")
    metrics = _cell("metrics", "Metrics", "metrics")
    dataset = _cell("dataset", "Trained on", "dataset")
    analysis = _cell("analysis", "Produced by", "analysis")
    created = _cell("created", "Date", "created")

    class Meta:
        orderable = False
        template_name = "catalog/parts/model_table.html"

    SORTED_BY = {"title": "title", "score": "quality_score", "created": "created_at"}
    """Columns with a sort of the shared list."""

    def __init__(self, rows: Sequence[ModelRow], query: PageQuery, sort: str, order: str) -> None:
        super().__init__(rows)
        self.query, self.sort, self.order = query.but("offset"), sort, order

    @property
    def heads(self) -> list[tuple[Any, Head]]:
        """Each column with its head."""
        return [(column, self._head(self.SORTED_BY.get(column.name))) for column in self.columns]

    def _head(self, sort: str | None) -> Head:
        if sort is None:
            return Head()
        query = self.query.but("order").having("sort", sort)
        if sort != self.sort:
            return Head(query.url)
        other = "asc" if self.order == "desc" else "desc"
        url = query.url if other == SORTS[sort].default_order else query.having("order", other).url
        return Head(url, "descending" if self.order == "desc" else "ascending")
