"""The commands that read. Each returns whether something was refused; these never do."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping
from itertools import islice
from typing import Any

from scidex_client.answers import ArtifactDetail, LinkOfVersion, ModelDetail, ModelRow
from scidex_client.catalogue import Catalogue
from scidex_client.cli.printing import BOLD, RED, YELLOW, Console, shown
from scidex_client.listing import MOST_ROWS

FEW = 20
"""Rows of a list for people, where they do not say how many."""

FILTERS = (
    *("family", "dataset", "hypothesis", "analysis", "evaluated_on", "q", "complete", "quality_basis"),
    *("min_quality", "max_quality", "state", "tag", "framework", "created_after", "created_before", "metric"),
    *("latest", "sort", "order"),
)


def models(catalogue: Catalogue, options: Namespace, console: Console) -> bool:
    """List models."""
    filters: dict[str, Any] = {name: getattr(options, name) for name in FILTERS}
    listing = catalogue.models(page_size=page_size(options), **filters)
    if options.json:
        console.json_lines(islice(listing, options.limit))
        return False
    rows = listing.first(options.limit or FEW)
    headings = ("ID", "TITLE", "FAMILY", "QUALITY", "BASIS", "FAILS", "CREATED")
    console.table(headings, [_model_cells(row) for row in rows], [style_of(row) for row in rows])
    tell_rest(console, len(rows), listing.total)
    return False


def artifacts(catalogue: Catalogue, options: Namespace, console: Console) -> bool:
    """List artifacts."""
    listing = catalogue.artifacts(page_size=page_size(options), kind=options.kind, q=options.q)
    if options.json:
        console.json_lines(islice(listing, options.limit))
        return False
    rows = listing.first(options.limit or FEW)
    cells = [(row["id"], row["kind"], row["title"], row["state"], row["created_at"][:10]) for row in rows]
    console.table(("ID", "KIND", "TITLE", "STATE", "CREATED"), cells, [style_of(row) for row in rows])
    tell_rest(console, len(rows), listing.total)
    return False


def show(catalogue: Catalogue, options: Namespace, console: Console) -> bool:
    """Show a model, or an artifact of another kind."""
    artifact = catalogue.artifact(options.reference, as_of=options.as_of)
    if artifact["kind"] != "model":
        console.json(artifact) if options.json else _show_artifact(artifact, console)
        return False
    model = catalogue.model(artifact["id"], as_of=options.as_of)
    console.json(model) if options.json else _show_model(model, console)
    return False


def compare(catalogue: Catalogue, options: Namespace, console: Console) -> bool:
    """Compare models, metric by metric."""
    answer = catalogue.compare(options.references, as_of=options.as_of)
    if options.json:
        console.json(answer)
        return False
    ids = [row["id"] for row in answer["models"]]
    cells = [
        (
            *(row["metric"], row["unit"], row["dataset"], row["split"]),
            *(_marked(row["values"].get(name), name in row["best"]) for name in ids),
            row["verdict"],
        )
        for row in answer["metrics"]
    ]
    console.table(("METRIC", "UNIT", "DATASET", "SPLIT", *ids, "VERDICT"), cells)
    console.line("* the best, where values can be compared")
    for notice in answer["notices"]:
        console.line(f"{notice['code']}: {notice['message']}", YELLOW)
    return False


def provenance(catalogue: Catalogue, options: Namespace, console: Console) -> bool:
    """Show what a model came from."""
    names = ("max_depth", "max_nodes", "history", "as_of")
    graph = catalogue.provenance(options.reference, **{name: getattr(options, name) for name in names})
    if options.json:
        console.json(graph)
        return False
    relations: dict[str, set[str]] = {}
    for edge in graph["edges"]:
        relations.setdefault(edge["target"], set()).add(f"{edge['relation']}{'' if edge['pinned'] else ' (unpinned)'}")
    cells = [
        (
            "  " * node["depth"] + node["id"],
            node["kind"],
            ", ".join(sorted(relations.get(node["id"], ()))),
            node["state"],
        )
        for node in graph["nodes"]
    ]
    console.table(("ID", "KIND", "AS", "STATE"), cells)
    if graph["truncated"]:
        console.line("There is more: raise --max-depth or --max-nodes.", YELLOW)
    return False


def leaderboard(catalogue: Catalogue, options: Namespace, console: Console) -> bool:
    """Rank the models measured on a dataset."""
    answer = catalogue.leaderboard(options.reference, metric=options.metric, task=options.task, split=options.split)
    if options.json:
        console.json(answer)
        return False
    for board in answer["leaderboards"]:
        of = (board["metric"], board["unit"], board["task"], board["subset"], board["split"], board["period"])
        version = "" if board["dataset_version"] is None else f" version {board['dataset_version']}"
        console.line(f"{', '.join(shown(word) for word in of if word)}{version}: {board['verdict']}", BOLD)
        if board["reason"]:
            console.line(board["reason"])
        names = ("rank", "value", "n", "id", "title")
        cells = [[place[name] for name in names] for place in board["standings"]]  # type: ignore[literal-required]
        console.table([name.upper() for name in names], cells)
        console.line()
    return False


def page_size(options: Namespace) -> int:
    """Rows to ask for at a time."""
    return min(MOST_ROWS, options.limit or (MOST_ROWS if options.json else FEW))


def tell_rest(console: Console, count: int, total: int) -> None:
    """Say how many rows of how many were shown."""
    console.line(f"{count} of {total}" + ("; --limit shows more" if count < total else ""))


def _model_cells(row: ModelRow) -> tuple[Any, ...]:
    score = f"{row['quality_score']:.2f}"
    fails = ", ".join(row["warnings"])
    created = row["created_at"][:10]
    return (row["id"], row["title"], row["model_family"], score, row["quality_basis"], fails, created)


def style_of(row: Mapping[str, Any]) -> str | None:
    """Red for what is retracted, yellow for what is flagged."""
    if row["state"] == "retracted":
        return RED
    return YELLOW if row.get("provenance_warning") else None


def _marked(value: float | None, best: bool) -> str:
    return shown(value) + ("*" if best else "")


def _show_artifact(artifact: ArtifactDetail, console: Console) -> None:
    console.line(f"{artifact['id']}  {artifact['title']}", BOLD)
    _facts(console, artifact, ("kind", "version_number", "version_label", "version_tag", "state", "state_reason"))
    _facts(console, artifact, ("identified_by", "content_digest", "license", "created_at", "description"))
    _links(console, artifact["links"])


def _show_model(model: ModelDetail, console: Console) -> None:
    console.line(f"{model['id']}  {model['title']}", BOLD)
    _facts(console, model, ("model_family", "version_number", "version_label", "version_tag", "state"))
    capped = f", capped from {model['quality_uncapped']:.2f}" if model["provenance_warning"] else ""
    console.line(f"  quality: {model['quality_score']:.2f} ({model['quality_basis']}{capped})", style_of(model))
    _facts(console, model, ("parameter_count", "content_digest", "license", "created_at", "description"))
    console.line("Provenance", BOLD)
    for rule in model["provenance"]["rules"]:
        if rule["applies"]:
            console.line(f"  [{'x' if rule['holds'] else ' '}] {rule['label']}", None if rule["holds"] else YELLOW)
            if not rule["holds"]:
                console.line(f"      {shown(rule['message'])} {shown(rule['remedy'])}")
    for advice in model["provenance"]["advisories"]:
        console.line(f"  {advice['code']}: {advice['message']}", YELLOW)
    _links(console, model["links"])
    if model["evaluations"]:
        console.line("Evaluations", BOLD)
        names = ("number", "metric", "value", "unit", "dataset", "dataset_version", "split", "n")
        cells = [[entry[name] for name in names] for entry in model["evaluations"]]  # type: ignore[literal-required]
        console.table([name.upper() for name in names], cells)


def _facts(console: Console, detail: Mapping[str, Any], names: tuple[str, ...]) -> None:
    for name in names:
        if detail[name] is not None:
            console.line(f"  {name.replace('_', ' ')}: {shown(detail[name])}")


def _links(console: Console, links: list[LinkOfVersion]) -> None:
    if links:
        console.line("Links", BOLD)
        cells = [
            (link["number"], link["relation"], link["version_id"] or link["artifact"], link["status"], link["title"])
            for link in links
        ]
        console.table(("NUMBER", "RELATION", "TO", "STATUS", "TITLE"), cells, whole=("TO",))
