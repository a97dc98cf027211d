"""From an empty database to a catalogue of some size that the audit finds right."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.db import connection, transaction

from benchmarks.generating.artifacts import insert_analysis_links, insert_block, insert_lineage
from benchmarks.generating.layout import SHAPES, Block, Layout
from benchmarks.generating.loading import bulk_loading
from benchmarks.generating.models import DIRECTIONS, insert_descendant, insert_models
from catalog.models import MetricDefinition
from catalog.provenance.audit import audit

BATCH = 1_000 * SHAPES
"""Models or other artifacts in each committed batch."""

Progress = Callable[[str, int, int], object]
"""Told what is being made, how many are done, and how many there will be."""


def generate(size: int, progress: Progress = lambda stage, done, total: None) -> Layout:
    """Fill the empty catalogue with `size` models and all that they name, and bring their rule columns up."""
    layout = Layout(size)
    insert_all(layout, progress)
    done = 0

    def audited(count: int, position: int) -> None:
        nonlocal done
        done += count
        progress("audit", done, layout.models.count * layout.models.versions)

    audit(progress=audited)
    return layout


def insert_all(layout: Layout, progress: Progress = lambda stage, done, total: None) -> None:
    """Fill the empty catalogue, unaudited: no rule is judged yet, nothing posted, and no history begun."""
    with bulk_loading():
        _insert_others(layout, progress)
        _in_batches(layout.models, "models", progress, partial(insert_models, layout))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # whoever plans a query has counted the rows


def _insert_others(layout: Layout, progress: Progress) -> None:
    metrics = [MetricDefinition(name=name, direction=direction) for name, direction in DIRECTIONS.items()]
    MetricDefinition.objects.bulk_create(metrics, ignore_conflicts=True)
    for block in (
        *(layout.popular, layout.reference, layout.untrained, layout.lineage, layout.shared, layout.single),
        *(layout.hypotheses, layout.analyses, layout.derivation),
    ):
        _in_batches(block, f"{block.kind} artifacts", progress, partial(insert_block, block))
    _in_batches(layout.analyses, "links of analyses", progress, partial(insert_analysis_links, layout))
    with transaction.atomic():
        insert_lineage(layout)
        insert_descendant(layout)


def _in_batches(block: Block, stage: str, progress: Progress, make: Callable[[int, int], None]) -> None:
    for first in range(0, block.count, BATCH):
        last = min(first + BATCH, block.count) - 1
        with transaction.atomic():
            make(first, last)
        progress(stage, last + 1, block.count)
