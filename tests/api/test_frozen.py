"""Frozen comparisons: a permanent address, exact versions, a digest, and what has changed since."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from catalog.errors import Conflict
from catalog.identity import digest
from catalog.models import ArtifactVersion, FrozenComparison, MetricDefinition
from catalog.registration import Assessment, append_evaluation, assess, set_state
from catalog.roles import Role
from tests.api.conftest import Get
from tests.api.writing import client_of, pointers, post
from tests.factories import evaluated_model, make_dataset, make_model, measured

pytestmark = pytest.mark.django_db


@pytest.fixture
def _catalogue() -> None:
    make_dataset("d")
    evaluated_model("m", dataset="d", trained_on=["d@1"])
    evaluated_model("n", dataset="d", trained_on=["d@1"])


@pytest.fixture
def frozen(_catalogue: None) -> dict[str, Any]:
    """A comparison that a registrant froze."""
    answer = post(client_of(Role.REGISTRANT), "/api/comparisons", {"ids": ["m", "n@1"], "note": "For the paper."})
    assert answer.status_code == 201, answer.content
    assert answer["Location"] == answer.json()["url"]
    return answer.json()


def version(name: str) -> ArtifactVersion:
    return ArtifactVersion.objects.get(public_id=name)


def changes_of(frozen: dict[str, Any], get: Get) -> dict[str, tuple[Any, Any]]:
    return {row["path"]: (row["then"], row["now"]) for row in get(f"/api/comparisons/{frozen['id']}")["changes"]}


def test_it_holds_the_comparison_of_exact_versions(frozen: dict[str, Any], get: Get) -> None:
    answer = get(f"/api/comparisons/{frozen['id']}")
    assert answer == frozen
    assert answer["ids"] == ["m-v1", "n-v1"] and answer["note"] == "For the paper."
    assert answer["verified"] is True and answer["changes"] == []
    assert answer["digest"] == digest(answer["content"])
    now = get("/api/models/compare?ids=m-v1,n-v1")
    now["models"] = [{key: value for key, value in row.items() if key != "url"} for row in now["models"]]
    assert answer["content"]["comparison"] == now
    assert "http" not in str(answer["content"]["comparison"]["models"])


def test_the_same_content_is_frozen_once(frozen: dict[str, Any]) -> None:
    client = client_of(Role.CURATOR)
    again = post(client, "/api/comparisons", {"ids": ["m-v1", "n"]})
    assert again.status_code == 200 and again.json() == frozen
    turned = post(client, "/api/comparisons", {"ids": ["n", "m"]})
    assert turned.status_code == 201 and turned.json()["id"] != frozen["id"]


def test_what_has_changed_since_is_told_field_by_field(frozen: dict[str, Any], get: Get) -> None:
    assess(version("m-v1"), Assessment(value=0.2, by="A. Curator", reason="Read"))
    version("n-v1").links.get(relation="trained_on").delete()
    evaluation = append_evaluation(version("m-v1"), measured("mae", 3.0, dataset="d"))[0]
    MetricDefinition.objects.filter(name="rmse").update(direction="higher")
    found = changes_of(frozen, get)
    assert found["models[m-v1].quality_score"] == (0.9, 0.2)
    assert found["models[n-v1].warnings"] == ([], ["training_dataset"])
    assert found["models[n-v1].datasets"] == (["d"], [])
    then, now = found["metrics[mae, d]"]
    assert then is None and now["values"]["m-v1"] == evaluation.value
    assert found["metrics[rmse, d, 1, test].direction"] == ("lower", "higher")
    assert not any("rule_set" in path for path in found)


def test_a_retracted_and_superseded_version_stays_readable(frozen: dict[str, Any], get: Get) -> None:
    make_model("n")
    set_state(version("m-v1"), "retracted", reason="Wrong.")
    answer = get(f"/api/comparisons/{frozen['id']}")
    assert answer["content"] == frozen["content"] and answer["verified"]
    found = changes_of(frozen, get)
    assert found["models[m-v1].state"] == ("active", "retracted")
    assert found["models[n-v1].is_latest"] == (True, False)
    assert any(path.startswith("notices[retracted, m-v1") for path in found)


def test_what_was_tampered_with_is_not_verified(frozen: dict[str, Any], get: Get) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE catalog_frozencomparison SET content = replace(content, '0.9', '0.8')")
    answer = get(f"/api/comparisons/{frozen['id']}")
    assert answer["verified"] is False and answer["digest"] == frozen["digest"]


@pytest.mark.parametrize(
    "attempt",
    [
        lambda: FrozenComparison.objects.update(note="Other."),
        lambda: FrozenComparison.objects.all().delete(),
        lambda: FrozenComparison.objects.get().save(),
        lambda: FrozenComparison.objects.get().delete(),
    ],
    ids=["update", "delete all", "save", "delete"],
)
@pytest.mark.usefixtures("frozen")
def test_it_never_changes(attempt: Callable[[], Any]) -> None:
    with pytest.raises(Conflict, match="written once"):
        attempt()


def test_who_may_freeze() -> None:
    body = {"ids": ["m", "n"]}
    assert post(client_of(None), "/api/comparisons", body).status_code == 403
    client = client_of(Role.REGISTRANT)
    client.credentials()
    assert post(client, "/api/comparisons", body).status_code == 401


@pytest.mark.usefixtures("_catalogue")
@pytest.mark.parametrize(
    ("body", "status", "pointer"),
    [
        ({}, 400, "/ids"),
        ({"ids": "m,n"}, 400, "/ids"),
        ({"ids": ["m"]}, 400, "/ids"),
        ({"ids": ["m", "m-v1"]}, 400, "/ids"),
        ({"ids": ["m", 3]}, 400, "/ids/1"),
        ({"ids": ["m", "nobody"]}, 422, "/ids"),
        ({"ids": ["m", "d"]}, 422, "/ids"),
        ({"ids": ["m", "n"], "note": "x" * 2001}, 400, "/note"),
        ({"ids": ["m", "n"], "title": "x"}, 400, "/title"),
    ],
)
def test_what_cannot_be_frozen(body: dict[str, Any], status: int, pointer: str) -> None:
    assert pointers(post(client_of(Role.REGISTRANT), "/api/comparisons", body), status) == [pointer]
    assert not FrozenComparison.objects.exists()


def test_the_list_has_the_newest_first(frozen: dict[str, Any], get: Get) -> None:
    second = post(client_of(Role.REGISTRANT), "/api/comparisons", {"ids": ["n", "m"]}).json()
    page = get("/api/comparisons?limit=1")
    assert [row["id"] for row in page["comparisons"]] == [second["id"]] and page["total"] == 2
    [row] = get(page["next"])["comparisons"]
    assert row == {key: value for key, value in frozen.items() if key in row}


def test_what_is_not_frozen(get: Get) -> None:
    assert "nothing-here" in get("/api/comparisons/nothing-here", 404)["detail"]


def test_it_takes_as_many_queries_whatever_has_changed(frozen: dict[str, Any], queries: Callable[[str], int]) -> None:
    append_evaluation(version("m-v1"), measured("rmsle", 3.0, dataset="d"))
    before = queries(f"/api/comparisons/{frozen['id']}")
    assess(version("m-v1"), Assessment(value=0.2, by="A. Curator", reason="Read"))
    for name in ("mae", "mse", "r2"):
        append_evaluation(version("m-v1"), measured(name, 3.0, dataset="d"))
    assert queries(f"/api/comparisons/{frozen['id']}") == before
