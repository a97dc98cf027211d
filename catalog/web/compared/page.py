"""All that the compare page shows of a comparison."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from catalog.comparison.compare import MOST, compare
from catalog.comparison.reading import read_comparison
from catalog.comparison.records import Comparison
from catalog.models import ArtifactVersion
from catalog.snapshots import load
from catalog.web.compared.columns import Column, Letters, columns, frozen_columns
from catalog.web.compared.fields import records_of
from catalog.web.compared.inputs import inputs_of, pair_table, training_of
from catalog.web.compared.measures import LONE, comparable_charts, metric_groups
from catalog.web.compared.warned import warnings_of
from catalog.web.dag import Drawing, draw_together
from catalog.web.export_links import comparison_exports
from catalog.web.query import PageQuery

NODES = 80
"""Nodes drawn on one page, over all its graphs: a page of eight stays as light as one of two."""

MOST_SENTENCES = 3
"""Pairs of models told one by one; more make a table."""


def context_of(versions: Sequence[ArtifactVersion], query: PageQuery) -> dict[str, Any]:
    """The page of `versions`, two to eight: one comparison, shown part by part."""
    return _context(compare(load(versions)), columns(versions, query), query)


def frozen_context(content: Mapping[str, Any], query: PageQuery) -> dict[str, Any]:
    """The page of a frozen comparison, from its content alone. Raises KeyError or TypeError where it is none."""
    return _context(read_comparison(content["comparison"]), frozen_columns(content), query)


def _context(comparison: Comparison, shown: tuple[Column, ...], query: PageQuery) -> dict[str, Any]:
    letters = Letters(shown)
    groups = metric_groups(comparison.metrics, letters)
    charts = comparable_charts(groups, shown)
    training = training_of(comparison, letters)
    return {
        "comparison": comparison,
        "columns": shown,
        "notices": warnings_of(comparison.notices, letters),
        "groups": [group for group in groups if group.code != LONE],
        "lone": next((group for group in groups if group.code == LONE), None),
        "charts": charts,
        "charts_left_out": sum(len(group.rows) for group in groups if group.code == "comparable") - len(charts),
        "records": records_of(comparison.metadata, letters, query),
        "training": training,
        "pair_table": pair_table(training.pairs) if len(training.pairs) > MOST_SENTENCES else (),
        "inputs": inputs_of(comparison, letters),
        "drawings": _drawings(comparison, shown),
        "exports": comparison_exports(comparison.models),
        "full": len(shown) == MOST,
    }


def _drawings(comparison: Comparison, shown: Sequence[Column]) -> list[tuple[Column, Drawing]]:
    graphs = {f"graph-{column.letter}": comparison.provenance.graphs[column.id] for column in shown}
    differing = [item.artifact for item in comparison.provenance.different_versions]
    drawn = draw_together(graphs, most=NODES // len(shown), differing=differing)
    return list(zip(shown, drawn.values(), strict=True))
