"""Measures one size, in a process of its own: `python -m benchmarks.one_size SIZE ROUNDS RESULTS [BASELINE]`."""

from __future__ import annotations

import json
import logging
import os
import signal
import sys
from pathlib import Path

import django
from django.apps import apps
from tqdm import tqdm

from benchmarks import databases


def connect(url: str, name: str) -> None:
    """Set Django up on the benchmark's database. Nobody is throttled, and nothing is logged.

    Ended from outside, this process leaves as if it were done: servers that it started end with it.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    os.environ |= {"DATABASE_URL": databases.url_of(url, name), "DJANGO_SETTINGS_MODULE": "scidex_models.settings"}
    os.environ |= {"THROTTLE_ANON": "1000000/s", "THROTTLE_USER": "1000000/s", "DEBUG": ""}
    os.environ["ALLOWED_HOSTS"] = "localhost,127.0.0.1"  # whatever hosts the caller's own catalogue answers to
    django.setup()
    logging.disable(logging.WARNING)


def prepared(url: str, size: int) -> None:
    """Have Django on a catalogue of this size, generated where there is none yet."""
    name = f"bench_catalogue_{size}"

    def fill() -> None:
        connect(url, name)
        from django.core.management import call_command

        from benchmarks.generating import generate

        call_command("migrate", verbosity=0)
        with tqdm(unit="row", desc="Generating", file=sys.stderr, disable=None) as bar:

            def show(stage: str, done: int, total: int) -> None:
                bar.set_description(stage)
                bar.total, bar.n = total, done
                bar.refresh()

            generate(size, show)

    databases.prepare(url, name, databases.stamp_of(size), fill)
    if not apps.ready:
        connect(url, name)
    databases.tidy(databases.url_of(url, name))


def main(size: int, rounds: int, results: Path, baseline: Path | None = None) -> None:
    prepared(os.environ.get("DATABASE_URL", ""), size)
    from benchmarks.generating import Layout
    from benchmarks.results import Baseline, Result, machine, written
    from benchmarks.rows import GROUPS
    from benchmarks.subject import Subject

    before = Baseline()
    if baseline is not None:
        content = json.loads(baseline.read_text(encoding="utf-8"))
        values = {row["name"]: row["value"] for row in content["results"] if row["value"] is not None}
        before = Baseline(content["size"], values)
    subject = Subject(Layout(size), before, rounds)
    found: list[Result] = []
    for name, group in GROUPS:
        print(f"{size:,} models: {name} …", file=sys.stderr, flush=True)
        found += group(subject)
        written(machine(), size, found, results)  # what is measured stays, should a later group be interrupted


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), *map(Path, sys.argv[3:]))
