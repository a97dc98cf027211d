"""`?as_of=` and the history of a version."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.utils import timezone

from catalog.models import ArtifactVersion, MetricDefinition
from catalog.provenance.rules import RULE_SET
from catalog.registration import Assessment, append_evaluation, assess, set_state, set_tag
from catalog.registration.names import register_alias
from tests.api.conftest import Get
from tests.factories import complete_model, evaluated_model, make_analysis, make_dataset, measured

pytestmark = pytest.mark.django_db

ADDRESSES = [
    "/api/models/m",
    "/api/models/m-v1",
    "/api/artifacts/m",
    "/api/artifacts/d",
    "/api/models/m/provenance",
    "/api/models/compare?ids=m-v1,n",
]


def at(address: str, moment: Any) -> str:
    return f"{address}{'&' if '?' in address else '?'}as_of={quote(str(moment))}"


def said_then(answer: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in answer.items() if key not in ("as_of", "rule_set")}


@pytest.fixture
def _catalogue() -> None:
    make_dataset("d")
    make_analysis("a", used=["d@1"])
    evaluated_model("m", dataset="d", trained_on=["d@1"], produced_by="a")
    evaluated_model("n", dataset="d", trained_on=["d@1"], produced_by="a")


def change_everything() -> None:
    """New versions, a retraction, a tag, an assessment, an evaluation and another unit."""
    make_dataset("d")
    first = ArtifactVersion.objects.get(public_id="m-v1")
    set_tag(first, "stable")
    assess(first, Assessment(value=0.1, by="A. Curator", reason="It fails abroad."))
    append_evaluation(first, measured("mae", 3.0, dataset="d"))
    complete_model("m", quality=0.2)
    set_state(ArtifactVersion.objects.get(public_id="a-v1"), "retracted", reason="Its code was wrong.")
    MetricDefinition.objects.filter(name="rmse").update(unit="kg")


@pytest.mark.usefixtures("_catalogue")
@pytest.mark.parametrize("address", ADDRESSES)
def test_an_answer_as_of_a_moment_is_the_one_that_was_given_then(address: str, get: Get) -> None:
    before, moment = get(address), timezone.now()
    change_everything()
    assert get(address) != before
    answer = get(at(address, moment.isoformat()))
    assert answer.pop("as_of") == moment.isoformat().replace("+00:00", "Z")
    assert answer.pop("rule_set") == RULE_SET
    assert answer == before


@pytest.mark.usefixtures("_catalogue")
def test_without_a_moment_nothing_says_which(get: Get) -> None:
    assert not {"as_of", "rule_set"} & set(get("/api/models/m"))


@pytest.mark.usefixtures("_catalogue")
def test_a_version_is_whole_from_the_moment_that_it_names_itself(get: Get) -> None:
    now = get("/api/models/m")
    assert said_then(get(at("/api/models/m", now["registered_at"]))) == now


@pytest.mark.usefixtures("_catalogue")
def test_a_name_leads_where_it_led(get: Get) -> None:
    first = ArtifactVersion.objects.get(public_id="m-v1")
    set_tag(first, "stable")
    moment = timezone.now().isoformat()
    set_tag(complete_model("m"), "stable")
    register_alias(first.artifact, "m-alias")
    assert get("/api/models/m@stable")["id"] == get("/api/models/m-alias")["id"] == "m-v2"
    assert get(at("/api/models/m@stable", moment))["id"] == get(at("/api/models/m", moment))["id"] == "m-v1"
    problem = get(at("/api/models/m-alias", moment), 404)
    assert problem["detail"].endswith("'m-alias' leads somewhere now, and did not then.")


@pytest.mark.parametrize(
    ("moment", "code"),
    [
        ("yesterday", "moment"),
        ("2026-03-01T12:00:00", "moment"),
        ("2026-13-01", "moment"),
        ("9999-01-01", "moment"),
    ],
)
@pytest.mark.parametrize("address", ADDRESSES)
def test_what_is_no_moment_that_has_been_is_refused(
    address: str, moment: str, code: str, refused: Callable[..., dict[str, str]]
) -> None:
    assert (refused(at(address, moment))["parameter"], refused(at(address, moment))["code"]) == ("as_of", code)


@pytest.mark.usefixtures("_catalogue")
@pytest.mark.parametrize("address", ADDRESSES)
def test_before_its_registration_nothing_is_there_and_the_answer_says_since_when_it_is(address: str, get: Get) -> None:
    first = ArtifactVersion.objects.get(public_id="d-v1" if address.endswith("/d") else "m-v1").registered_at
    problem = get(at(address, (first - timedelta(microseconds=1)).isoformat()), 404)
    assert f"was first recorded here at {first.isoformat().replace('+00:00', 'Z')}" in problem["detail"]


def test_what_is_not_there_now_either_is_just_not_there(get: Get) -> None:
    problem = get(at("/api/models/nobody", "2026-03-01"), 404)
    assert "first recorded" not in problem["detail"]


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.usefixtures("_catalogue")
def test_a_moment_takes_as_many_queries_whatever_has_happened(address: str, queries: Callable[[str], int]) -> None:
    moment = timezone.now().isoformat()
    before = queries(at(address, moment))
    assert before == queries(address) + 1  # for the rule set
    change_everything()
    assert queries(at(address, moment)) == before


@pytest.mark.usefixtures("_catalogue")
def test_the_history_of_a_version_says_what_changed(get: Get) -> None:
    version = ArtifactVersion.objects.get(public_id="m-v1")
    assess(version, Assessment(value=0.2, by="A. Curator", reason="Read"))
    set_state(version, "retracted", reason="The data were wrong.")
    answer = get("/api/models/m-v1/history")
    newest, middle, first = answer["history"]
    assert (answer["id"], answer["total"], answer["next"]) == ("m-v1", 3, None)
    assert first["changes"] == [] and first["recorded_at"] == get("/api/models/m-v1")["registered_at"]
    assert {"field": "quality_score", "then": 0.9, "now": 0.2} in middle["changes"]
    assert newest["changes"] == [
        {"field": "state", "then": "active", "now": "retracted"},
        {"field": "state_reason", "then": None, "now": "The data were wrong."},
    ]
    assert {row["rule_set"] for row in answer["history"]} == {RULE_SET}


@pytest.mark.usefixtures("_catalogue")
def test_a_rule_that_fails_stands_in_the_history(get: Get) -> None:
    add = ArtifactVersion.objects.get(public_id="a-v1").links.get()
    add.delete()
    newest = get("/api/models/m/history")["history"][0]
    assert {"field": "warnings", "then": [], "now": ["pinned_inputs"]} in newest["changes"]
    assert newest["quality_score"] == 0.3


@pytest.mark.usefixtures("_catalogue")
def test_a_history_is_read_by_pages_and_each_knows_what_went_before(get: Get) -> None:
    version = ArtifactVersion.objects.get(public_id="d-v1")
    for number in range(4):
        set_state(version, ("deprecated", "active")[number % 2], reason=f"Reason {number}")
    whole = get("/api/artifacts/d-v1/history")["history"]
    address, rows = "/api/artifacts/d-v1/history?limit=2&cursor=", []
    while address:
        page = get(address)
        rows += page["history"]
        previous, address = page["previous"], page["next"]
    assert rows == whole and len(rows) == 5
    assert get(previous)["history"] == whole[2:4]
    assert get("/api/artifacts/d-v1/history?limit=2&offset=1")["history"] == whole[1:3]


@pytest.mark.usefixtures("_catalogue")
def test_a_history_takes_as_many_queries_whatever_its_length(queries: Callable[[str], int]) -> None:
    before = queries("/api/models/m-v1/history")
    change_everything()
    assert queries("/api/models/m-v1/history") == before


def test_the_history_of_nothing(get: Get, refused: Callable[..., dict[str, str]]) -> None:
    get("/api/models/nobody/history", 404)
    make_dataset("d")
    get("/api/models/d/history", 404)
    assert refused("/api/artifacts/d/history?as_of=2026-01-01")["parameter"] == "as_of"
