"""The commands about what was shown when. Each returns whether something was refused; these never do."""

from __future__ import annotations

from argparse import Namespace
from itertools import islice

from scidex_client.catalogue import Catalogue
from scidex_client.cli.printing import BOLD, RED, YELLOW, Console, shown
from scidex_client.cli.reading import FEW, page_size, style_of, tell_rest


def history(catalogue: Catalogue, options: Namespace, console: Console) -> bool:
    """List how a version stood, the newest first."""
    listing = catalogue.history(options.reference, page_size=page_size(options))
    if options.json:
        console.json_lines(islice(listing, options.limit))
        return False
    rows = listing.first(options.limit or FEW)
    cells = [
        (
            *(row["recorded_at"], row["state"], row["version_tag"], row["quality_score"], ", ".join(row["warnings"])),
            "; ".join(
                f"{change['field']}: {shown(change['then'])} > {shown(change['now'])}" for change in row["changes"]
            ),
        )
        for row in rows
    ]
    headings = ("FROM", "STATE", "TAG", "QUALITY", "FAILS", "CHANGES")
    console.table(headings, cells, [style_of(row) for row in rows], whole=("FROM",))
    tell_rest(console, len(rows), listing.total)
    return False


def frozen(catalogue: Catalogue, options: Namespace, console: Console) -> bool:
    """List the frozen comparisons, or show one with what has changed since."""
    if options.comparison is not None:
        return _one(catalogue, options, console)
    listing = catalogue.frozen_comparisons(page_size=page_size(options))
    if options.json:
        console.json_lines(islice(listing, options.limit))
        return False
    rows = listing.first(options.limit or FEW)
    cells = [(row["id"], row["as_of"][:19], row["by"], ", ".join(row["ids"]), row["note"]) for row in rows]
    console.table(("ID", "AS OF", "BY", "MODELS", "NOTE"), cells)
    tell_rest(console, len(rows), listing.total)
    return False


def _one(catalogue: Catalogue, options: Namespace, console: Console) -> bool:
    found = catalogue.frozen_comparison(options.comparison)
    if options.json:
        console.json(found)
        return False
    console.line(f"{found['id']}  {', '.join(found['ids'])}, as of {found['as_of']}", BOLD)
    held = "holds" if found["verified"] else "does not hold: what is stored was altered"
    console.line(f"  {found['digest']} {held}", None if found["verified"] else RED)
    if found["note"]:
        console.line(f"  {found['note']}")
    for change in found["changes"]:
        console.line(f"  {change['path']}: {shown(change['then'])} > {shown(change['now'])}", YELLOW)
    if not found["changes"]:
        console.line("  Nothing has changed since.")
    return False
