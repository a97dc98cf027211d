"""How many queries an answer takes: for much as for little."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks import asking
from benchmarks.results import Result
from benchmarks.subject import Subject


def results(subject: Subject) -> Iterator[Result]:
    models = subject.layout.models
    ids = [models.id(n) for n in range(8)]
    pairs = {
        "a list page": ("/api/models?limit=1", "/api/models?limit=200"),
        "a detail": (f"/api/models/{models.id(1)}", f"/api/models/{models.id(0)}"),
        "a comparison": (f"/api/models/compare?ids={','.join(ids[:2])}", f"/api/models/compare?ids={','.join(ids)}"),
    }
    for name, (little, much) in pairs.items():
        few, many = len(asking.statements(little)), len(asking.statements(much))
        yield Result(f"queries of {name}", many, "", many / few, "constant, whatever the rows", many == few)
