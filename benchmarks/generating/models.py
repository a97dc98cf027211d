"""The generated models: two versions each, their evaluations and their links."""

from __future__ import annotations

from benchmarks.generating import content, dialects
from benchmarks.generating.artifacts import insert_links, insert_names, insert_version_names, version_columns
from benchmarks.generating.content import METRICS, Shape
from benchmarks.generating.inserts import insert
from benchmarks.generating.layout import SHAPES, Block, Layout
from catalog.evidence import EvidenceRecord, record_checks, tally
from catalog.identity import identification
from catalog.models import ArtifactVersion, Evaluation
from catalog.registration.content import content_of, evaluation_key
from catalog.vocabulary import Direction, Family, FamilyBasis, Kind, Relation

DIRECTIONS = {"accuracy": Direction.HIGHER, "auroc": Direction.HIGHER, "rmse": Direction.LOWER, "aic": Direction.LOWER}
assert set(DIRECTIONS) == {metric for metrics in METRICS.values() for metric in metrics}

COUNT = "(1000 + 37 * n)"
VALUE = f"('0.' || CAST(501 + 2 * (n / {SHAPES} % 200) AS text))"
"""Odd thousandths: both databases and JSON write them alike."""


def insert_models(layout: Layout, first: int, last: int) -> None:
    """Models `first` to `last` with all that hangs on them; `first` is a multiple of the number of shapes."""
    insert_names(layout.models, first, last)
    for shape in map(Shape, range(SHAPES)):
        rows = dialects.series(first + shape.number, last, SHAPES)
        for number in range(1, layout.models.versions + 1):
            insert_versions(layout.models, layout, shape, number, rows)
    for number in range(1, layout.models.versions + 1):
        insert_version_names(layout.models, number, dialects.series(first, last))
        _insert_links(layout, number, dialects.series(first, last))


def insert_versions(block: Block, layout: Layout, shape: Shape, number: int, rows: str) -> None:
    """Version `number` of the models of one shape, with its evaluations."""
    data, found = shape.submission(number), content.targets(layout)
    record = EvidenceRecord(str(shape.family), shape.metadata, shape.license, content.COUNT)
    held, asked = tally(record_checks(record))
    parts = {"number": "CAST(n AS text)", "count": f"CAST({COUNT} AS text)", "value": VALUE}
    columns = version_columns(block, number) | {
        "title": "'Benchmark model ' || CAST(n AS text)",
        "title_key": "'benchmark model ' || CAST(n AS text)",
        "changelog": dialects.text(data.changelog),
        "license": dialects.text(shape.license),
        "metadata": dialects.json_value(shape.metadata),
        "identified_by": dialects.literal(identification(Kind.MODEL, {}, shape.metadata)),
        "content_digest": content.digest(data, found, **parts),
        "family": dialects.text(shape.family),
        "stated_family": dialects.text(shape.family),
        "family_basis": dialects.text(FamilyBasis.SOURCE),
        "framework": dialects.text(str(shape.metadata.get("framework", ""))),
        "parameter_count": COUNT,
        "declares_hypothesis": f"(n / {SHAPES} % 9 = 0)",
        "evidence_held": str(held),
        "evidence_asked": str(asked),
        # Every third is assessed, in thousandths; the others stand by their records.
        "assessed_quality": "CASE WHEN n % 3 = 0 THEN (n * 7919 % 1000) / 1000.0 END",
        "assessed_by": "CASE WHEN n % 3 = 0 THEN 'benchmark' ELSE '' END",
    }
    insert(ArtifactVersion, columns, rows)
    _insert_evaluations(block, layout, shape, number, rows)


def _insert_evaluations(block: Block, layout: Layout, shape: Shape, number: int, rows: str) -> None:
    stated = content_of(shape.submission(number), content.targets(layout))["evaluations"]
    for position, (entry, said) in enumerate(zip(shape.evaluations, stated, strict=True)):
        columns = {
            "version": block.version("n", number),
            "number": str(position + 1),
            "metric": dialects.text(entry.metric),
            "value": f"CAST({VALUE} AS double precision)" if position == 0 else repr(entry.value),
            "split": dialects.text(entry.split),
            "n": str(entry.n),
            "key_digest": dialects.text(evaluation_key(said)),
        }
        if shape.says_dataset:
            columns |= {"dataset": layout.popular.artifact(0), "dataset_version": layout.popular.version(0, 1)}
        insert(Evaluation, columns, rows)


def _insert_links(layout: Layout, number: int, rows: str) -> None:
    """What each model was trained on, what produced it, and for every third the hypothesis that it tests."""
    source = layout.models.version("n", number)

    def linked(relation: Relation, at: int, block: Block, n: str, pin: int | None, chosen: str) -> None:
        pinned = block.version(n, pin) if pin else None
        insert_links(relation, at, block.kind, source, block.artifact(n), pinned, f"{rows} WHERE {chosen}")

    group, shared = f"(n / {SHAPES} % 4)", layout.shared.count
    biophysical = f"(n % 10 >= {10 - 2})"
    linked(Relation.TRAINED_ON, 1, layout.popular, "0", number, f"{group} = 0 AND NOT {biophysical}")
    own = f"(n / {4 * SHAPES} * {SHAPES} + n % {SHAPES})"
    linked(Relation.TRAINED_ON, 1, layout.single, own, 1, f"{group} = 1")
    rest = f"({group} >= 2 OR ({group} = 0 AND {biophysical})) AND n % 37 <> 5"  # some name no dataset
    linked(Relation.TRAINED_ON, 1, layout.shared, f"(n % {shared})", None, rest)
    linked(Relation.PRODUCED_BY, 2, layout.analyses, "(n / 10)", 1, "n % 41 <> 7")  # and some no analysis
    hypothesis = f"(n % {layout.hypotheses.count})"
    linked(Relation.TESTS, 3, layout.hypotheses, hypothesis, None, f"n / {SHAPES} % 3 = 0")


def insert_descendant(layout: Layout) -> None:
    """The model at the end of the deep lineage."""
    block, rows = layout.descendant, dialects.series(0, 0)
    insert_names(block, 0, 0)
    insert_versions(block, layout, next(shape for shape in map(Shape, range(SHAPES)) if _is_deep(shape)), 1, rows)
    insert_version_names(block, 1, rows)
    source, producer = block.version(0, 1), layout.derivation
    insert_links(
        Relation.TRAINED_ON,
        1,
        Kind.DATASET,
        source,
        layout.lineage.artifact(0),
        layout.lineage.version(0, 1),
        rows,
    )
    insert_links(Relation.PRODUCED_BY, 2, Kind.ANALYSIS, source, producer.artifact(0), producer.version(0, 1), rows)


def _is_deep(shape: Shape) -> bool:
    return shape.family == Family.DEEP_LEARNING
