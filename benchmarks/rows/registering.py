"""Registering a model over HTTP, with links, an evaluation, its audit and its history."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from django.core.management import call_command

from benchmarks.generating import Layout
from benchmarks.measuring import medians
from benchmarks.results import Result
from benchmarks.serving import Client, catalogue_server
from benchmarks.subject import Subject

GOAL = 12.9
"""Milliseconds: half of what MLflow's two calls took when the goal was set. `make bench-mlflow` measures both anew."""


ANSWERS = {"answered by its detail": {}, "answered by a receipt": {"Prefer": "return=minimal"}}
"""The headers of each way to be answered."""


def results(subject: Subject) -> Iterator[Result]:
    with catalogue_server() as port, writers(port) as clients:
        tasks = {how: registration(client, subject.layout) for how, client in clients.items()}
        values = medians(tasks, subject.rounds)
    for how, value in values.items():
        name = f"HTTP, registering a model with three links and an evaluation, {how}"
        yield subject.steady(name, value, most=GOAL, growth=None)


@contextmanager
def writers(port: int) -> Iterator[dict[str, Client]]:
    """A client that may register, for each way to be answered."""
    token = {"Authorization": f"Bearer {issued_token()}"}
    with ExitStack() as stack:
        yield {how: stack.enter_context(Client(port, token | headers)) for how, headers in ANSWERS.items()}


def registration(client: Client, layout: Layout) -> Callable[[], None]:
    """A task: register one more model. They stay, a few dozen beside thousands."""
    run, count = f"{time.time_ns():x}", iter(range(10**9))

    def register() -> None:
        status, answer = client.ask("/api/models", _body(layout, f"model-registered-{run}-{next(count)}"), "POST")
        if status != 201:
            raise LookupError(f"Registering answers {status}: {answer[:500]!r}")

    return register


def _body(layout: Layout, model: str) -> bytes:
    dataset = f"{layout.popular.id()}@1"
    body = {
        "model": model,
        "title": f"Registered by the benchmark: {model}",
        "model_family": "statistical",
        "metadata": {"model_type": "linear mixed model", "formula": "y ~ age + (1 | donor)"},
        "evaluations": [{"metric": "rmse", "value": 0.42, "dataset": dataset, "split": "test", "n": 120}],
        "trained_on": [dataset],
        "produced_by": layout.analyses.id(0),
        "tests_hypothesis": {"ref": layout.hypotheses.id(0), "outcome": "supports"},
    }
    return json.dumps(body).encode()


def issued_token() -> str:
    """A token of a user who may register."""
    output = io.StringIO()
    name = f"benchmark-{time.time_ns():x}"
    call_command("issue_token", name, "--new", "--role", "registrant", stdout=output, stderr=io.StringIO())
    return output.getvalue().strip()
