"""What a model came from and what rests on a dataset, in the database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from benchmarks import asking
from benchmarks.generating.layout import MOST_DEPENDENTS
from benchmarks.measuring import medians
from benchmarks.results import Result
from benchmarks.subject import Subject

GOAL = 5.0
"""Milliseconds."""


def results(subject: Subject) -> Iterator[Result]:
    layout = subject.layout
    model, dataset = layout.descendant.id(), layout.reference.id()
    paths = {
        "provenance graph of 1,000 nodes": f"/api/models/{model}/provenance?max_depth=20&max_nodes=2000",
        f"first page of {min(layout.size, MOST_DEPENDENTS):,} dependents": f"/api/artifacts/{dataset}/dependents",
    }
    tasks: dict[str, Callable[[], object]] = {}
    for name, path in paths.items():
        try:
            tasks[name] = asking.replay(asking.statements(path))
            tasks[f"{name}, in process"] = partial(asking.answer, path)
        except LookupError:  # not every build of the catalogue answers it
            yield Result(f"{name}, in the database", None, "ms", None, f"at most {GOAL:g} ms", None)
    for name, value in medians(tasks, subject.rounds).items():
        if name in paths:
            yield Result(f"{name}, in the database", value, "ms", None, f"at most {GOAL:g} ms", value <= GOAL)
        else:
            yield subject.steady(name, value, growth=None)
