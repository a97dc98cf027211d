"""The commands about versions and what rests on them. Each returns whether something was refused; these never do."""

from __future__ import annotations

import sys
from argparse import Namespace
from itertools import islice
from typing import Any

from scidex_client.catalogue import Catalogue
from scidex_client.cli.printing import BOLD, YELLOW, Console, shown
from scidex_client.cli.reading import FEW, page_size, style_of, tell_rest
from scidex_client.errors import Misconfigured


def versions(catalogue: Catalogue, options: Namespace, console: Console) -> bool:
    """List the versions of an artifact."""
    listing = catalogue.versions(options.reference, page_size=page_size(options))
    if options.json:
        console.json_lines(islice(listing, options.limit))
        return False
    rows = listing.first(options.limit or FEW)
    names = ("id", "version_label", "version_tag", "state", "parent", "title")
    cells = [
        (*(row[name] for name in names), row["created_at"][:10])  # type: ignore[literal-required] # of its fields
        for row in rows
    ]
    console.table((*(_heading(name) for name in names), "CREATED"), cells, [style_of(row) for row in rows])
    tell_rest(console, len(rows), listing.total)
    return False


def diff(catalogue: Catalogue, options: Namespace, console: Console) -> bool:
    """Show what is different between two versions."""
    answer = catalogue.diff(options.reference, options.before, options.after)
    if options.json:
        console.json(answer)
        return False
    digest = "the digest differs" if answer["digest_changed"] else "the same digest"
    console.line(f"{answer['from']['id']} and {answer['to']['id']}: {digest}", BOLD)
    fields = [(field["field"], field["change"], field["from"], field["to"]) for field in answer["fields"]]
    evaluations = [
        (_case(entry["case"]), entry["change"], *(_value(entry[side]) for side in ("from", "to")))
        for entry in answer["evaluations"]
    ]
    links = [
        (f"{link['relation']} {link['artifact']}", link["change"], *(_pin(link[side]) for side in ("from", "to")))
        for link in answer["links"]
    ]
    if cells := [*fields, *evaluations, *links]:
        console.table(("WHAT", "CHANGE", "FROM", "TO"), cells)
    return False


def dependents(catalogue: Catalogue, options: Namespace, console: Console) -> bool:
    """List everything that rests on an artifact or a version, the nearest first."""
    filters: Any = {name: getattr(options, name) for name in ("kind", "relation", "max_depth")}
    listing = catalogue.dependents(options.reference, page_size=page_size(options), **filters)
    if options.json:
        console.json_lines(islice(listing, options.limit))
        return False
    rows = listing.first(options.limit or FEW)
    names = ("depth", "id", "kind", "relation", "through", "state", "title")
    cells = [[row[name] for name in names] for row in rows]  # type: ignore[literal-required] # names of its fields
    console.table(list(map(_heading, names)), cells, [style_of(row) for row in rows])
    if listing.by_kind is None:
        console.line(f"{len(rows)} of many; --limit shows more", YELLOW)
    else:
        tell_rest(console, len(rows), sum(listing.by_kind.values()))
    return False


def reproducibility(catalogue: Catalogue, options: Namespace, console: Console) -> bool:
    """Check whether a model or an analysis can be repeated, pin by pin."""
    answer = catalogue.reproducibility(options.reference)
    if options.json:
        console.json(answer)
        return False
    told = {True: "can be repeated", False: "cannot be repeated", None: "nobody can tell whether it can be repeated"}
    console.line(
        f"{answer['id']}: {told[answer['reproducible']]}; its own record is {answer['record']['status']}", BOLD
    )
    for reason in answer["reasons"]:
        console.line(f"  {reason['message']} {reason['remedy']}", YELLOW)
    cells = [
        (pin["status"], pin["relation"], pin["version_id"] or pin["artifact"] or pin["title"], pin["source"])
        for pin in answer["pins"]
    ]
    styles = [None if pin["status"] == "ok" else YELLOW for pin in answer["pins"]]
    if cells:
        console.table(("STATUS", "RELATION", "TO", "OF"), cells, styles, whole=("TO", "OF"))
    return False


def export(catalogue: Catalogue, options: Namespace, console: Console) -> bool:
    """Write a model, or several, in the format of another tool."""
    references = options.references
    made = catalogue.export(references[0] if len(references) == 1 else references, options.format)
    if options.output is not None:
        try:
            console.line(str(made.save(options.output)))
        except OSError as error:
            raise Misconfigured(f"{options.output} cannot be written: {error}.") from error
    elif not made.is_text and sys.stdout.isatty():
        raise Misconfigured(f"{made.name} is not text; say where to with --output, or send it on.")
    else:
        sys.stdout.flush()
        sys.stdout.buffer.write(made.content)
    return False


def _heading(name: str) -> str:
    return name.removeprefix("version_").upper()


def _case(case: Any) -> str:
    said = (case[name] for name in ("metric", "unit", "task", "subset", "dataset", "split", "period"))
    return " ".join(shown(word) for word in said if word)


def _value(side: Any) -> Any:
    return side and side["value"]


def _pin(side: Any) -> Any:
    return side and (side["version_id"] or "unpinned")
