"""`python -m benchmarks --size 100000`: the table of figures and goals, and benchmarks/latest.json.

A catalogue of 10,000 models is measured first, in the same run: what must not grow is compared with it.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.databases import HERE

BASELINE = 10_000


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--size", type=int, default=100_000, help="models, two versions each")
    parser.add_argument("--rounds", type=int, default=5, help="interleaved rounds")
    parser.add_argument("--output", type=Path, default=HERE / "latest.json")
    options = parser.parse_args()
    if not 100 <= options.size <= 10_000_000:
        parser.error("SIZE must be from 100 to 10000000.")
    with tempfile.TemporaryDirectory() as folder:
        baseline = Path(folder) / "baseline.json"
        if options.size > BASELINE:
            _measure(BASELINE, options.rounds, baseline)
            _measure(options.size, options.rounds, options.output, baseline)
        else:
            _measure(options.size, options.rounds, options.output)
    _show(options.output)


def _measure(size: int, rounds: int, *paths: Path) -> None:
    command = [sys.executable, "-m", "benchmarks.one_size", str(size), str(rounds), *map(str, paths)]
    subprocess.run(command, check=True)


def _show(path: Path) -> None:
    from benchmarks.results import Result, table

    content = json.loads(path.read_text(encoding="utf-8"))
    machine = content["machine"]
    print(f"\n{content['size']:,} models on {machine['database']}, Python {machine['python']}, ", end="")
    print(f"{machine['cores']} cores, {machine['memory_gb']} GB, load {machine['load']}\n")
    results = [Result(**row) for row in content["results"]]
    print(table(results))
    missed = sum(result.met is False for result in results)
    print(f"\n{sum(result.met is True for result in results)} goals reached, {missed} missed.")


if __name__ == "__main__":
    main()
