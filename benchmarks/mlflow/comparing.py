"""The same tasks on both sides, in turns."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from benchmarks import databases
from benchmarks.generating import Layout
from benchmarks.measuring import medians
from benchmarks.mlflow import registry
from benchmarks.mlflow.server import mlflow_server
from benchmarks.results import Result
from benchmarks.rows import registering
from benchmarks.serving import Client, catalogue_server, requests_per_second, times_per_second

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
        asking = {
            "ours": partial(requests_per_second, ours, paths["ours"], CLIENTS),
            "MLflow": partial(requests_per_second, theirs, paths["MLflow"], CLIENTS),
        }
        rates = _rates(asking, rounds)
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
    yield from _written_by_many(layout, ours, theirs, rounds)


def _written_by_many(layout: Layout, ours: int, theirs: int, rounds: int) -> Iterator[Result]:
    """What several who register at once get done. No goal says how much that should be."""
    with ExitStack() as stack:
        tasks: dict[str, list[Callable[[], None]]] = {}
        for _ in range(CLIENTS):
            for how, writer in stack.enter_context(registering.writers(ours)).items():
                tasks.setdefault(how, []).append(registering.registration(writer, layout))
            other = stack.enter_context(Client(theirs))
            tasks.setdefault("MLflow", []).append(registry.registration(other, layout))
        rates = _rates({side: partial(times_per_second, each) for side, each in tasks.items()}, rounds)
    name = f"registering, {CLIENTS} clients"
    for how, rate in rates.items():
        beside = rate / rates["MLflow"] if how != "MLflow" else None
        yield Result(f"{name}, {how if beside is None else f'ours, {how}'}", rate, "models/s", beside)


def _pair(name: str, times: dict[str, float], goal: int) -> Iterator[Result]:
    yield _beside(f"{name}, ours", times["ours"], times["MLflow"], goal)
    yield Result(f"{name}, MLflow", times["MLflow"], "ms")


def _beside(name: str, ours: float, theirs: float, goal: int) -> Result:
    return Result(name, ours, "ms", theirs / ours, f"at least {goal} × as fast", theirs >= goal * ours)


def _rates(sides: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, float]:
    """The median of what each side gets done a second, in turns."""
    found: dict[str, list[float]] = {side: [] for side in sides}
    for _ in range(rounds):
        for side, measured in sides.items():
            found[side].append(measured())
    return {side: statistics.median(rates) for side, rates in found.items()}
