"""Requests of the contract over HTTP: one client's median, what eight get done, and which request is the slowest."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from benchmarks.measuring import medians
from benchmarks.results import Result
from benchmarks.rows.paging import goal_pages, other_pages
from benchmarks.serving import Client, catalogue_server, requests_per_second
from benchmarks.subject import Subject

NOWHERE = ("page of an id with a mistyped beginning", "page of an id that is like no other")
"""Names that lead nowhere: they are answered with 404, and with what they may have meant."""

LOADED = ("constant page", "list page", "detail", "comparison of two")
"""What eight clients ask for."""


def requests(subject: Subject) -> dict[str, str]:
    """Each kind of request that reads."""
    layout = subject.layout
    model, dataset = layout.models.id(0), layout.popular.id()
    many = ",".join(layout.models.id(n) for n in range(8))
    two = f"{layout.models.id(0)},{layout.models.id(1)}"
    lists = goal_pages(layout) | other_pages(layout)
    return {
        "constant page": "/livez",
        "list page": "/api/models",
        **{f"list, {name}": f"/api/models?{query}" for name, query in lists.items() if query},
        "detail": f"/api/models/{model}",
        "provenance": f"/api/models/{model}/provenance",
        "provenance of 1,000 nodes": f"/api/models/{layout.descendant.id()}/provenance?max_depth=20&max_nodes=2000",
        "comparison of two": f"/api/models/compare?ids={two}",
        "comparison of eight": f"/api/models/compare?ids={many}",
        "artifacts": "/api/artifacts",
        "artifacts of a kind": "/api/artifacts?kind=dataset",
        "artifacts, search": "/api/artifacts?q=benchmark",
        "popular dataset": f"/api/artifacts/{dataset}",
        "leaderboard of a popular dataset": f"/api/artifacts/{dataset}/leaderboard?metric=accuracy",
        "home page": "/",
        "page of models": "/models",
        "page of models, search": "/models?q=benchmark",
        "page of a model": f"/models/{model}",
        "page of a comparison": f"/models/compare?ids={two}",
        "page of a popular dataset": f"/artifacts/{dataset}",
        "page of a dataset that many name and no model was trained on": f"/artifacts/{layout.reference.id()}",
        "page of artifacts, search": "/artifacts?q=benchmark",
        **dict(zip(NOWHERE, (f"/models/x{model[1:]}", "/models/nothing-like-it"), strict=True)),
    }


def expected(name: str) -> int:
    """The status of the answer."""
    return 404 if name in NOWHERE else 200


def results(subject: Subject) -> Iterator[Result]:
    with catalogue_server() as port, Client(port) as client:
        found = requests(subject)
        answers = {name: client.ask(path)[0] for name, path in found.items()}
        refused = {name: status for name, status in answers.items() if status != expected(name)}
        tasks = {name: partial(client.ask, path) for name, path in found.items() if name not in refused}
        times = medians(tasks, subject.rounds)
        for name, value in times.items():
            yield subject.steady(f"HTTP, {name}", value, growth=None)
        for name, status in refused.items():
            yield Result(f"HTTP, {name}: answers {status}", None, "ms")
        for name in LOADED:
            rate = requests_per_second(port, found[name])
            ratio = subject.baseline.ratio(f"HTTP, {name}, 8 clients", rate)
            yield Result(f"HTTP, {name}, 8 clients", rate, "requests/s", ratio)
    slowest = max(times, key=lambda name: times[name])
    yield Result(f"HTTP, the slowest request of the contract: {slowest}", times[slowest], "ms")
