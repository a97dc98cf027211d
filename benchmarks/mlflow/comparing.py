"""The same tasks on both sides, in turns."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from benchmarks import databases
from benchmarks.generating import Layout
from benchmarks.measuring import medians
from benchmarks.mlflow import registry
from benchmarks.mlflow.server import mlflow_server
from benchmarks.results import Result
from benchmarks.rows import registering
from benchmarks.serving import Client, catalogue_server, requests_per_second

TIMES_FASTER, TIMES_FASTER_WRITING = 25, 2
"""The goals."""

CLIENTS = 8


def compared(url: str, peers: Path, size: int, rounds: int) -> list[Result]:
    """Every row. MLflow's database of this size is made where there is none, and kept."""
    layout, name = Layout(size), f"bench_mlflow_{size}"
    address = databases.url_of(url, name)

    def fill() -> None:
        with mlflow_server(peers, address):  # makes its tables
            pass
        registry.fill(address, layout)

    databases.prepare(url, name, f"{size} models", fill)
    with mlflow_server(peers, address) as theirs, catalogue_server() as ours:
        return [*_rows(layout, ours, theirs, rounds)]


def _rows(layout: Layout, ours: int, theirs: int, rounds: int) -> Iterator[Result]:
    paths = {"ours": f"/api/models?dataset={layout.popular.id()}", "MLflow": registry.searched(layout)}
    with registering.writers(ours) as writers, Client(ours) as reader, Client(theirs) as other:
        for client, path in ((reader, paths["ours"]), (other, paths["MLflow"])):
            status, answer = client.ask(path)
            assert status == 200, answer[:500]
        reading = {"ours": partial(reader.ask, paths["ours"]), "MLflow": partial(other.ask, paths["MLflow"])}
        times = medians(reading, rounds)
        yield from _pair("a page of 20 models of one dataset, total and links included", times, TIMES_FASTER)
        rates = _rates({"ours": (ours, paths["ours"]), "MLflow": (theirs, paths["MLflow"])}, rounds)
        ratio = rates["ours"] / rates["MLflow"]
        goal = f"at least {TIMES_FASTER} × MLflow's"
        name = f"the same, {CLIENTS} clients"
        yield Result(f"{name}, ours", rates["ours"], "requests/s", ratio, goal, ratio >= TIMES_FASTER)
        yield Result(f"{name}, MLflow's search by one tag", rates["MLflow"], "requests/s")
        writing = {how: registering.registration(writer, layout) for how, writer in writers.items()}
        times = medians(writing | {"MLflow": registry.registration(other, layout)}, rounds)
        name = "registering a model with its links, audited"
        for how in writers:
            yield _beside(f"{name}, ours, {how}", times[how], times["MLflow"], TIMES_FASTER_WRITING)
        yield Result(f"{name}, MLflow in two calls", times["MLflow"], "ms")


def _pair(name: str, times: dict[str, float], goal: int) -> Iterator[Result]:
    yield _beside(f"{name}, ours", times["ours"], times["MLflow"], goal)
    yield Result(f"{name}, MLflow", times["MLflow"], "ms")


def _beside(name: str, ours: float, theirs: float, goal: int) -> Result:
    return Result(name, ours, "ms", theirs / ours, f"at least {goal} × as fast", theirs >= goal * ours)


def _rates(sides: dict[str, tuple[int, str]], rounds: int) -> dict[str, float]:
    found: dict[str, list[float]] = {side: [] for side in sides}
    for _ in range(rounds):
        for side, (port, path) in sides.items():
            found[side].append(requests_per_second(port, [path], CLIENTS))
    return {side: statistics.median(rates) for side, rates in found.items()}
