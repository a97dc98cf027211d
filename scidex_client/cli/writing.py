"""The commands that write. Each returns whether something was refused."""

from __future__ import annotations

import dataclasses
import sys
from argparse import Namespace
from typing import Any

from tqdm import tqdm

from scidex_client.bulk import Outcome
from scidex_client.catalogue import Catalogue, Registered
from scidex_client.cli.printing import Console, shown
from scidex_client.cli.records import opened, read

EVALUATION = (
    *("metric", "value", "unit", "task", "subset", "dataset", "dataset_version", "split", "n", "ci_low", "ci_high"),
    *("std_error", "period", "evaluated_by", "reported_by", "primary", "supersedes"),
)


def register(catalogue: Catalogue, options: Namespace, console: Console) -> bool:
    """Register the models and artifacts of a file."""

    def tell(outcome: Outcome) -> None:
        if options.json:
            console.json_lines([dataclasses.asdict(outcome)])
        elif outcome.status == "refused":
            with tqdm.external_write_mode(file=sys.stderr):
                name = f" ({outcome.name})" if outcome.name else ""
                Console(sys.stderr).complain(f"Record {outcome.index + 1}{name} is refused: {outcome.reason}")

    with opened(options.file) as file:
        report = catalogue.register_many(read(file), strict=options.strict, rejects=options.rejects, on_outcome=tell)
    if not options.json:
        for outcome in report.outcomes if len(report.outcomes) == 1 else ():
            console.line(f"{outcome.status}: {outcome.id or outcome.name or 'the record'}")
        if len(report.outcomes) != 1:
            console.line(str(report))
    return bool(report.refused)


def evaluate(catalogue: Catalogue, options: Namespace, console: Console) -> bool:
    """Add an evaluation to a model version."""
    stated: dict[str, Any] = {name: getattr(options, name) for name in EVALUATION}
    body: Any = {name: value for name, value in stated.items() if value is not None}
    _tell(catalogue.add_evaluation(options.reference, **body), options, console)
    return False


def link(catalogue: Catalogue, options: Namespace, console: Console) -> bool:
    """Add a link to a version."""
    body: Any = {"relation": options.relation, "ref": options.to}
    body |= {name: getattr(options, name) for name in ("outcome", "stated_as") if getattr(options, name) is not None}
    _tell(catalogue.add_link(options.reference, **body), options, console)
    return False


def withdraw_link(catalogue: Catalogue, options: Namespace, console: Console) -> bool:
    """Withdraw a link of a version."""
    detail = catalogue.withdraw_link(options.reference, options.number, reason=options.reason)
    console.json(detail) if options.json else console.line(f"withdrawn: link {options.number} of {detail['id']}")
    return False


def freeze(catalogue: Catalogue, options: Namespace, console: Console) -> bool:
    """Freeze a comparison of two to eight models under an address that stays."""
    found = catalogue.freeze(options.references, note=options.note)
    console.json(found) if options.json else console.line(f"frozen: {found['id']} {found['url']}")
    return False


def amend(catalogue: Catalogue, options: Namespace, console: Console) -> bool:
    """Change the tag or the state of a version."""
    changes: Any = {name: getattr(options, name) for name in ("state", "reason") if getattr(options, name) is not None}
    if options.tag is not None:
        changes["version_tag"] = options.tag or None
    detail = catalogue.amend(options.reference, **changes)
    told = f"amended: {detail['id']} is {detail['state']}, tag {shown(detail['version_tag']) or 'none'}"
    console.json(detail) if options.json else console.line(told)
    return False


def _tell(registered: Registered[Any], options: Namespace, console: Console) -> None:
    if options.json:
        console.json(registered.version)
    else:
        console.line(f"{'added' if registered.created else 'unchanged'}: {registered.id}")
