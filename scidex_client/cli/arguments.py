"""What the command line takes. Words and references are the catalogue's to judge: it names the nearest valid one."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from scidex_client.address import TOKEN_VARIABLE, URL_VARIABLE
from scidex_client.cli import lineage, reading, time, writing
from scidex_client.version import __version__

EPILOG = f"""\
The address and the token are taken from {URL_VARIABLE} and {TOKEN_VARIABLE}; a token is never an argument, where
others on the machine could read it. Wherever an id is taken, these work: a version id, an artifact id or alias,
x@3, x@tag. Exit codes: 0 done, 1 refused or not found, 2 used wrongly, 3 not reached.
"""


def parser() -> argparse.ArgumentParser:
    """The parser of `scidex-models`."""
    connection = _connection()
    main = argparse.ArgumentParser(
        prog="scidex-models",
        description="Read SciDEX Models, a catalogue of scientific models, and register in it.",
        epilog=EPILOG,
        parents=[connection],
        allow_abbrev=False,  # --token must not become --token-file
    )
    main.add_argument("--version", action="version", version=f"scidex-models {__version__}")
    commands = main.add_subparsers(metavar="COMMAND", required=True)

    def command(name: str, run: Callable[..., bool], *, json: bool = True) -> argparse.ArgumentParser:
        about = (run.__doc__ or "").strip()
        made = commands.add_parser(name, help=about, description=about, parents=[connection], allow_abbrev=False)
        if json:
            made.add_argument("--json", action="store_true", help="JSON for machines; of lists, one object a line")
        made.set_defaults(run=run)
        return made

    _listing(command("list", reading.models))
    _artifacts(command("artifacts", reading.artifacts))
    _show(command("show", reading.show))
    _compare(command("compare", reading.compare))
    _provenance(command("provenance", reading.provenance))
    _versions(command("versions", lineage.versions))
    _diff(command("diff", lineage.diff))
    _dependents(command("dependents", lineage.dependents))
    _reference(command("reproducibility", lineage.reproducibility))
    _export(command("export", lineage.export, json=False))
    _versions(command("history", time.history))
    _frozen(command("frozen", time.frozen))
    _leaderboard(command("leaderboard", reading.leaderboard))
    _register(command("register", writing.register))
    _evaluate(command("evaluate", writing.evaluate))
    _link(command("link", writing.link))
    _withdraw_link(command("withdraw-link", writing.withdraw_link))
    _amend(command("amend", writing.amend))
    _freeze(command("freeze", writing.freeze))
    return main


def _connection() -> argparse.ArgumentParser:
    """Options that stand before or after the command; only where one is given does it become an attribute."""
    shared = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    group = shared.add_argument_group("the catalogue")
    group.add_argument("--url", help=f"its address ({URL_VARIABLE} without it)")
    group.add_argument("--token-file", type=Path, metavar="FILE", help=f"a file with the token ({TOKEN_VARIABLE})")
    group.add_argument("--timeout", type=float, metavar="SECONDS", help="for each try (60)")
    group.add_argument("--retries", type=int, metavar="N", help="of what is safe to repeat (4)")
    return shared


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"a whole number from 1, not '{text}'")
    return int(text)


def _reference(made: argparse.ArgumentParser) -> None:
    made.add_argument("reference", metavar="ID", help="a version id, an artifact id or alias, x@3 or x@tag")


def _show(made: argparse.ArgumentParser) -> None:
    _reference(made)
    _as_of(made)


def _compare(made: argparse.ArgumentParser) -> None:
    made.add_argument("references", nargs="+", metavar="ID", help="two to eight models")
    _as_of(made)


def _as_of(made: argparse.ArgumentParser) -> None:
    made.add_argument("--as-of", metavar="TIME", help="as it was shown then: a date, or a time with its timezone")


def _rows(made: argparse.ArgumentParser) -> None:
    made.add_argument("-q", metavar="TEXT", help="every word in title, id or description")
    _limit(made)


def _limit(made: argparse.ArgumentParser) -> None:
    made.add_argument("--limit", type=_count, metavar="N", help="at most so many rows (20; with --json all)")


def _listing(made: argparse.ArgumentParser) -> None:
    _rows(made)
    for name in ("dataset", "hypothesis", "analysis", "evaluated-on"):
        made.add_argument(f"--{name}", action="append", metavar="ID", help="may be repeated: any of them")
    for name in ("family", "quality-basis", "state", "tag", "framework", "metric", "sort", "order"):
        made.add_argument(f"--{name}", metavar="WORD")
    for name in ("created-after", "created-before"):
        made.add_argument(f"--{name}", metavar="TIME", help="a date, or a time with its timezone")
    for name in ("min-quality", "max-quality"):
        made.add_argument(f"--{name}", type=float, metavar="SHARE", help="from 0 to 1")
    made.add_argument("--complete", action=argparse.BooleanOptionalAction, help="whether every provenance rule holds")
    made.add_argument("--all-versions", dest="latest", action="store_false", default=None, help="not the latest alone")


def _artifacts(made: argparse.ArgumentParser) -> None:
    _rows(made)
    made.add_argument("--kind", metavar="WORD", help="model, dataset, analysis, hypothesis, code, document or other")


def _provenance(made: argparse.ArgumentParser) -> None:
    _reference(made)
    made.add_argument("--max-depth", type=_count, metavar="N")
    made.add_argument("--max-nodes", type=_count, metavar="N")
    made.add_argument("--history", action="store_true", default=None, help="the model's own earlier versions too")
    _as_of(made)


def _versions(made: argparse.ArgumentParser) -> None:
    _reference(made)
    _limit(made)


def _diff(made: argparse.ArgumentParser) -> None:
    _reference(made)
    made.add_argument("before", metavar="FROM", help="a version's number or tag")
    made.add_argument("after", metavar="TO", help="another's")


def _dependents(made: argparse.ArgumentParser) -> None:
    _reference(made)
    _limit(made)
    for name in ("kind", "relation"):
        made.add_argument(f"--{name}", action="append", metavar="WORD", help="may be repeated: any of them")
    made.add_argument("--max-depth", type=_count, metavar="N", help="links from it at most")


def _export(made: argparse.ArgumentParser) -> None:
    made.add_argument("references", nargs="+", metavar="ID", help="a model, or two to eight as a comparison")
    formats = "prov-json, provn, ro-crate, jsonld, model-card, csv or bibtex"
    made.add_argument("--format", required=True, metavar="WORD", help=formats)
    made.add_argument("--output", type=Path, metavar="PATH", help="a file, or a folder to put it in")


def _frozen(made: argparse.ArgumentParser) -> None:
    made.add_argument("comparison", nargs="?", metavar="ID", help="one of them, with what has changed since")
    _limit(made)


def _freeze(made: argparse.ArgumentParser) -> None:
    made.add_argument("references", nargs="+", metavar="ID", help="two to eight models")
    made.add_argument("--note", metavar="TEXT", help="what it is for")


def _leaderboard(made: argparse.ArgumentParser) -> None:
    made.add_argument("reference", metavar="DATASET", help="x@2 for the values on that version alone")
    for name in ("metric", "task", "split"):
        made.add_argument(f"--{name}", metavar="WORD")


def _register(made: argparse.ArgumentParser) -> None:
    made.add_argument("file", metavar="FILE", help="JSON, one object or an array of them, or JSON Lines; - for a pipe")
    made.add_argument("--strict", action="store_true", help="refuse models that fail a provenance rule")
    made.add_argument("--rejects", type=Path, metavar="FILE", help="write what is refused, and why, as JSON Lines")


def _evaluate(made: argparse.ArgumentParser) -> None:
    _reference(made)
    made.add_argument("--metric", required=True, metavar="WORD")
    made.add_argument("--value", required=True, type=float, metavar="NUMBER")
    for name in ("unit", "task", "subset", "dataset", "split", "period", "evaluated-by", "reported-by"):
        made.add_argument(f"--{name}", metavar="TEXT")
    for name in ("ci-low", "ci-high", "std-error"):
        made.add_argument(f"--{name}", type=float, metavar="NUMBER")
    for name in ("dataset-version", "n", "supersedes"):
        made.add_argument(f"--{name}", type=_count, metavar="N")
    made.add_argument("--primary", action="store_true", default=None, help="the value that stands for the metric")


def _link(made: argparse.ArgumentParser) -> None:
    _reference(made)
    made.add_argument("relation", metavar="RELATION", help="trained_on, produced_by, used, tests, cites and so on")
    made.add_argument("to", metavar="TO", help="what it leads to; x@2 pins")
    made.add_argument("--outcome", metavar="WORD", help="of tests: supports, contradicts or inconclusive")
    made.add_argument("--stated-as", metavar="TEXT", help="the source's own words")


def _withdraw_link(made: argparse.ArgumentParser) -> None:
    _reference(made)
    made.add_argument("number", type=_count, metavar="NUMBER", help="the link's number, as show gives it")
    made.add_argument("--reason", required=True)


def _amend(made: argparse.ArgumentParser) -> None:
    _reference(made)
    made.add_argument("--state", metavar="WORD", help="active, deprecated or retracted; needs --reason")
    made.add_argument("--reason")
    made.add_argument("--tag", help="the version's tag; '' takes it away")
