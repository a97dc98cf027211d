"""`python -m benchmarks.mlflow --size 10000`: ratios to MLflow, and benchmarks/latest-mlflow.json."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from benchmarks import databases
from benchmarks.one_size import prepared


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench-mlflow", description=__doc__)
    parser.add_argument("--size", type=int, default=10_000, help="models on either side, two versions each")
    parser.add_argument("--rounds", type=int, default=5, help="interleaved rounds")
    parser.add_argument("--output", type=Path, default=databases.HERE / "latest-mlflow.json")
    options = parser.parse_args()
    url, peers = os.environ.get("DATABASE_URL", ""), os.environ.get("PEERS", "")
    if not 100 <= options.size <= 1_000_000:
        parser.error("SIZE must be from 100 to 1000000.")
    if not databases.on_postgresql(url):
        parser.error("Both sides run on PostgreSQL: set DATABASE_URL=postgres://user:password@host:5432/name.")
    if not (Path(peers) / "mlflow").exists():
        parser.error("PEERS names the bin folder of the environment that MLflow is installed in.")
    prepared(url, options.size)
    from benchmarks.mlflow.comparing import compared
    from benchmarks.results import machine, table, written

    results = compared(url, Path(peers), options.size, options.rounds)
    written(machine(), options.size, results, options.output)
    print(f"{options.size:,} models on either side. The ratio is MLflow's figure to ours, or ours to MLflow's rate.\n")
    print(table(results))


if __name__ == "__main__":
    main()
