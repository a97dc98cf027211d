"""The generated datasets, analyses and hypotheses, their names, and the links of the analyses."""

from __future__ import annotations

from benchmarks.generating import content, dialects
from benchmarks.generating.inserts import insert
from benchmarks.generating.layout import LAYERS, WIDTH, Block, Layout
from catalog.identity import identification, sort_key
from catalog.models import Artifact, ArtifactVersion, Identifier, Link
from catalog.vocabulary import Kind, Relation


def insert_names(block: Block, first: int, last: int) -> None:
    """Artifacts `first` to `last` of a block, and their ids."""
    columns = {"id": block.artifact("n"), "public_id": block.name("n"), "kind": dialects.text(block.kind)}
    insert(Artifact, columns, dialects.series(first, last))
    insert(Identifier, {"name": block.name("n"), "artifact": block.artifact("n")}, dialects.series(first, last))


def insert_version_names(block: Block, number: int, source: str) -> None:
    """The ids of the versions `number` of the artifacts that `source` counts."""
    name = f"{block.name('n')} || '-v{number}'"
    columns = {"name": name, "artifact": block.artifact("n"), "version": block.version("n", number)}
    insert(Identifier, columns, source)


def version_columns(block: Block, number: int) -> dict[str, str]:
    """What versions of every kind have in common."""
    return {
        "id": block.version("n", number),
        "public_id": f"{block.name('n')} || '-v{number}'",
        "artifact": block.artifact("n"),
        "kind": dialects.text(block.kind),
        "version_number": str(number),
        "parent": block.version("n", number - 1) if number > 1 else "NULL",
        "is_latest": dialects.literal(number == block.versions),
        "created_at": dialects.moment(f"{block.version('n', number)} * 60"),
        "registered_at": dialects.moment(f"{block.version('n', number)} * 60 + 1"),
    }


def insert_block(block: Block, first: int, last: int) -> None:
    """Artifacts `first` to `last` of anything but models, with all their versions."""
    insert_names(block, first, last)
    title = f"Benchmark {block.kind} of {block.stem} "
    for number in range(1, block.versions + 1):
        data = content.plain(block.kind, f"{title}{content.NUMBER} v{number}")
        columns = version_columns(block, number) | {
            "title": f"{dialects.text(title)} || CAST(n AS text) || ' v{number}'",
            "title_key": f"{dialects.text(sort_key(title))} || CAST(n AS text) || ' v{number}'",
            "checksums": dialects.json_value(data.checksums),
            "identified_by": dialects.literal(identification(block.kind, data.checksums, {})),
            "content_digest": content.digest(data, {}, number="CAST(n AS text)"),
        }
        insert(ArtifactVersion, columns, dialects.series(first, last))
        insert_version_names(block, number, dialects.series(first, last))


def insert_links(
    relation: Relation, number: int | str, kind: Kind, source: str, target: str, pin: str | None, rows: str
) -> None:
    """One link of each of `rows`: from the version `source` to the artifact `target`, pinned to the version `pin`."""
    said = f"{source} AS source, {number} AS number, {target} AS target, {pin or 'NULL'} AS pin"
    pinned = f"(SELECT {said} FROM {rows}) AS stated"
    columns = {
        "source": "stated.source",
        "number": "stated.number",
        "relation": dialects.text(relation),
        "target": "stated.target",
        "target_kind": dialects.text(kind),
    }
    if pin:
        pinned += " JOIN catalog_artifactversion AS pinned ON pinned.id = stated.pin"
        columns |= {"target_version": "pinned.id", "pinned_digest": "pinned.content_digest"}
    insert(Link, columns, pinned)


def insert_analysis_links(layout: Layout, first: int, last: int) -> None:
    """Two inputs of each analysis, both pinned but for every tenth; every twentieth tests a hypothesis."""
    source, rows = layout.analyses.version("n", 1), dialects.series(first, last)

    def where(condition: str) -> str:
        return f"{rows} WHERE {condition}"

    def used(number: int, block: Block, n: str, chosen: str, pinned: bool = True) -> None:
        pin = block.version(n, 1) if pinned else None
        insert_links(Relation.USED, number, Kind.DATASET, source, block.artifact(n), pin, where(chosen))

    every, count = layout.reference_every, layout.shared.count
    used(1, layout.reference, "0", f"n % {every} = 0")
    used(1, layout.popular, "0", f"n % {every} <> 0")
    used(2, layout.shared, f"(n % {count})", "n % 10 <> 9")
    used(2, layout.shared, f"(n % {count})", "n % 10 = 9", pinned=False)
    hypothesis = layout.hypotheses.artifact(f"(n % {layout.hypotheses.count})")
    insert_links(Relation.TESTS, 3, Kind.HYPOTHESIS, source, hypothesis, None, where("n % 20 = 3"))


def insert_lineage(layout: Layout) -> None:
    """The deep lineage: each dataset derived from two of the layer below; an analysis used the whole top layer."""
    below = dialects.series(0, (LAYERS - 1) * WIDTH - 1)
    for number, n in enumerate((f"(n + {WIDTH})", f"((n / {WIDTH} + 1) * {WIDTH} + (n + 7) % {WIDTH})"), start=1):
        source, target, pin = (
            layout.lineage.version("n", 1),
            layout.lineage.artifact(n),
            layout.lineage.version(n, 1),
        )
        insert_links(Relation.DERIVES_FROM, number, Kind.DATASET, source, target, pin, below)
    insert_links(
        Relation.USED,
        "(n + 1)",
        Kind.DATASET,
        layout.derivation.version(0, 1),
        layout.lineage.artifact("n"),
        layout.lineage.version("n", 1),
        dialects.series(0, WIDTH - 1),
    )
