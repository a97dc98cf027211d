"""All that the compare page shows of a comparison."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from catalog.comparison.compare import MOST, compare
from catalog.comparison.records import Comparison, Notice
from catalog.models import ArtifactVersion
from catalog.snapshots import load
from catalog.web.compared.columns import Column, Letters, columns
from catalog.web.compared.fields import records_of
from catalog.web.compared.inputs import inputs_of, pair_table, training_of
from catalog.web.compared.measures import comparable_charts, metric_groups
from catalog.web.dag import Drawing, draw_together
from catalog.web.query import PageQuery

NODES = 104
"""Nodes drawn on one page, over all its graphs: a page of eight stays as light as one of two."""

TONES = {"retracted": "bad", "leakage": "bad", "superseded": "warn"}
"""How grave a notice is. What is not here is said for information."""

MOST_SENTENCES = 3
"""Pairs of models told one by one; more make a table."""


@dataclass(frozen=True, slots=True)
class Warned:
    """A notice as it reads here: with letters for the models, and a tone by how grave it is."""

    notice: Notice
    tone: str
    message: str
    way: tuple[str, ...]


def context_of(versions: Sequence[ArtifactVersion], query: PageQuery) -> dict[str, Any]:
    """The page of `versions`, two to eight: one comparison, shown part by part."""
    comparison = compare(load(versions))
    shown = columns(versions, query)
    letters = Letters(shown)
    groups = metric_groups(comparison.metrics, letters)
    charts = comparable_charts(groups, shown)
    training = training_of(comparison, letters)
    return {
        "comparison": comparison,
        "columns": shown,
        "notices": [_warned(notice, letters) for notice in comparison.notices],
        "groups": groups,
        "charts": charts,
        "charts_left_out": sum(len(group.rows) for group in groups if group.code == "comparable") - len(charts),
        "records": records_of(comparison.metadata, letters, query),
        "training": training,
        "pair_table": pair_table(training.pairs) if len(training.pairs) > MOST_SENTENCES else (),
        "inputs": inputs_of(comparison, letters),
        "drawings": _drawings(comparison, shown),
        "full": len(versions) == MOST,
    }


def _warned(notice: Notice, letters: Letters) -> Warned:
    # A way of two steps is the model's own link, which the message names.
    way = tuple(map(letters.shorten, notice.path)) if len(notice.path) > 2 else ()
    return Warned(notice, TONES.get(notice.code, "plain"), letters.shorten(notice.message), way)


def _drawings(comparison: Comparison, shown: Sequence[Column]) -> list[tuple[Column, Drawing]]:
    graphs = {f"graph-{column.letter}": comparison.provenance.graphs[column.id] for column in shown}
    differing = [item.artifact for item in comparison.provenance.different_versions]
    drawn = draw_together(graphs, most=NODES // len(shown), differing=differing)
    return list(zip(shown, drawn.values(), strict=True))
