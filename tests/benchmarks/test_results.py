"""The table, and the file that is promised."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from rest_framework.test import APIClient

from benchmarks import asking, measuring
from benchmarks.generating import generate
from benchmarks.results import Baseline, Result, machine, table, written
from benchmarks.rows import auditing, graphs, over_http, paging, queries, registering
from benchmarks.serving import Client
from benchmarks.subject import Subject
from catalog.models import ArtifactVersion
from catalog.provenance.audit import audit

GROUPS = (paging, queries, graphs)
"""Those that need no server. Speed is never asserted."""


@pytest.fixture(scope="module")
def generated(django_db_setup: None, django_db_blocker: Any) -> Iterator[Subject]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield Subject(generate(200), rounds=1)
        transaction.set_rollback(True)


@pytest.fixture
def subject(generated: Subject, db: None) -> Subject:
    return generated


def test_the_file_has_the_promised_shape_and_a_figure_in_each_row(
    subject: Subject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measuring, "LEAST", 1)
    monkeypatch.setattr(measuring, "MOST", 1)
    results = [result for group in GROUPS for result in group.results(subject)]
    path = tmp_path / "latest.json"
    written(machine(), 200, results, path)
    content = json.loads(path.read_text(encoding="utf-8"))
    assert set(content) == {"machine", "size", "results"}
    assert set(content["machine"]) == {"cores", "memory_gb", "python", "database", "load"}
    assert content["size"] == 200
    assert {row["name"] for row in content["results"]} >= {
        "page, no filter",
        "page, family and dataset, none matching",
        "exact total, a popular dataset",
        "queries of a comparison",
    }
    for row in content["results"]:
        assert set(row) == {"name", "value", "unit", "ratio", "goal", "met"}
        assert row["value"] is None or math.isfinite(row["value"])
        assert row["met"] in (True, False, None)
    assert len({row["name"] for row in content["results"]}) == len(results)


def test_every_request_that_is_measured_over_http_is_answered(subject: Subject) -> None:
    for name, path in over_http.requests(subject).items():
        asking.answer(path, over_http.expected(name))  # or it raises


def test_a_model_that_is_registered_over_http_fails_no_rule(subject: Subject) -> None:
    client = APIClient(headers={"authorization": f"Bearer {registering.issued_token()}"})

    class InProcess(Client):
        def ask(self, path: str, body: bytes = b"", method: str = "GET") -> tuple[int, bytes]:
            answer = client.post(path, body, content_type="application/json")
            return answer.status_code, answer.content

    register = registering.registration(InProcess(0), subject.layout)
    register()
    register()
    registered = ArtifactVersion.objects.filter(public_id__startswith="model-registered-")
    assert [version.provenance_completeness for version in registered] == [1, 1]


def test_a_figure_is_taken_from_the_audit_of_every_model(subject: Subject, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(auditing, "SAVED", 2)
    names = [result.name for result in auditing.results(subject)]
    compared = "audit, nothing changed, all compared (`--thorough`)"
    assert names[:4] == ["audit, its fact query alone", "audit, nothing changed", compared, "audit, all changed"]
    assert audit(dry_run=True).changed == 0


def test_what_must_not_grow_is_compared_with_the_smaller_catalogue(subject: Subject) -> None:
    beside = Subject(subject.layout, Baseline(10_000, {"page": 2.0}))
    assert beside.steady("page", 2.8, 10) == Result(
        "page", 2.8, "ms", 1.4, "at most 1.5 × that at 10,000 and at most 10 ms", True
    )
    assert beside.steady("page", 3.2, 10).met is False
    assert Subject(subject.layout).steady("page", 12, 10) == Result("page", 12, "ms", None, "at most 10 ms", False)
    assert Subject(subject.layout).steady("page", 12, growth=None).met is None


def test_a_row_without_a_figure_says_so() -> None:
    lines = table([Result("a", None, "ms", None, "at most 5 ms", None), Result("b", 1234.5, "ms", 2, "none", False)])
    assert lines.splitlines()[2:] == [
        "| a | not available |  | at most 5 ms |  |",
        "| b | 1,234 ms | 2 × | none | **missed** |",
    ]
