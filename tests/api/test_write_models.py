"""Registering models through the API."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from catalog.models import Artifact, Link
from catalog.references import resolve_version
from catalog.registration import add_link
from catalog.registration.submission import LinkInput
from catalog.vocabulary import Relation
from tests.api.writing import body_of, client_of, complete_body, pointers, post
from tests.factories import (
    links_of,
    make_analysis,
    make_dataset,
    make_document,
    make_hypothesis,
    make_model,
    measured,
    retracted,
)

pytestmark = pytest.mark.django_db
PATH = "/api/models"


@pytest.fixture
def client() -> APIClient:
    return client_of()


def test_the_first_post_creates_the_model_and_the_next_a_version(client: APIClient) -> None:
    first = post(client, PATH, body_of("model-a", title="One"))
    assert first.status_code == 201
    assert first["Location"] == first.json()["url"] == "http://testserver/api/models/model-a-v1"
    second = post(client, PATH, body_of("model-a", title="Two"))
    assert second.status_code == 201
    assert [second.json()[name] for name in ("id", "version_number", "is_latest")] == ["model-a-v2", 2, True]
    assert client.get(first["Location"]).json()["is_latest"] is False


@pytest.mark.django_db(transaction=True)
def test_a_model_with_three_links_and_an_evaluation_takes_a_fixed_number_of_statements(client: APIClient) -> None:
    dataset = f"{make_dataset().artifact}@1"
    body = {
        "trained_on": [dataset],
        "produced_by": str(make_analysis(used=[dataset]).artifact),
        "tests_hypothesis": str(make_hypothesis()),
        "evaluations": [{"metric": "rmse", "value": 0.4, "dataset": dataset, "split": "test"}],
    }
    post(client, PATH, body_of(**body))  # what is asked once, and defines the metric
    with CaptureQueriesContext(connection) as captured:
        answer = post(client, PATH, body_of(**body))
    assert answer.status_code == 201
    statements = [query["sql"] for query in captured if not str(query["sql"]).startswith(("BEGIN", "COMMIT"))]
    # PostgreSQL locks what decides the model, and writes all of it by one statement.
    assert len(statements) == (12 if connection.vendor == "postgresql" else 22)
    assert client.get(answer["Location"]).json() == answer.json()


def test_the_answer_is_what_is_read_of_it_later(client: APIClient) -> None:
    """Of a first version, and of one that comes after others: what it rests on may lead to the latest of its own."""
    source = retracted(make_dataset("source"))
    make_dataset("data", links=links_of(Relation.DERIVES_FROM, [str(source)]))
    make_dataset("data", title="Later data", links=links_of(Relation.DERIVES_FROM, ["source"]))
    make_model("base", links=links_of(Relation.TRAINED_ON, ["data@1"]), evaluations=(measured(dataset="data@1"),))
    make_hypothesis("claim", links=links_of(Relation.CITES, [str(make_document("paper"))]))
    analysis = make_analysis("run", used=["data@1", "data", "base"], tests=["claim"])
    body = body_of(
        "model",
        trained_on=["data@1", {"ref": "data", "stated_as": "The data"}],
        produced_by="run",
        tests_hypothesis={"ref": "claim", "outcome": "supports"},
        fine_tuned_from="base@1",
        evaluations=[
            {"metric": "rmse", "value": 1, "dataset": "source", "split": "test", "n": 12, "ci_low": 0, "ci_high": 2},
            {"metric": "never seen", "value": 0.25, "unit": "m", "dataset": "data", "dataset_version": 1},
        ],
    )
    first = post(client, PATH, body)
    assert client.get(first["Location"]).content == first.content
    add_link(analysis, LinkInput(relation=Relation.USED, ref="model"))
    later = post(client, PATH, body | {"title": "Another", "combines": ["model@1"]})
    assert (first.status_code, later.status_code) == (201, 201)
    assert client.get(later["Location"]).content == later.content


def test_everything_that_can_be_said_is_kept(client: APIClient) -> None:
    dataset, hypothesis = make_dataset("data").artifact.public_id, make_hypothesis("h").artifact.public_id
    make_model("base")
    body = complete_body(
        "model-all",
        id="all.first",
        title="All of it",
        model_family="deep_learning",
        family_basis="inferred",
        metadata={"architecture": "UNet", "anything": [1, 2.5, {"deep": None}]},
        parameter_count=2**53 - 1,
        evaluations=[{"metric": "rmse", "value": 0.25, "dataset": "data", "dataset_version": 1, "primary": True}],
        trained_on=[f"{dataset}@1", {"ref": "data", "stated_as": "Data of ours"}],
        tests_hypothesis={"ref": hypothesis, "outcome": "supports"},
        declares_hypothesis=True,
        fine_tuned_from=["base"],
        combines=["base@1"],
        quality={"value": 0.8, "by": "A. Curator", "reason": "Read it."},
        version_label="0.5.9",
        version_tag="stable",
        changelog="New.",
        description="What it is.",
        license="CC-BY-4.0",
        created_at="2026-04-05T14:00:00+02:00",
        source={"format": "sheet", "record": "row 7", "revision": "3"},
    )
    answer = post(client, PATH, body)
    assert answer.status_code == 201, answer.content
    shown = answer.json()
    same = ("title", "model_family", "family_basis", "metadata", "parameter_count", "version_label", "version_tag")
    same += ("changelog", "description", "license", "source")
    assert {name: shown[name] for name in same} == {name: body[name] for name in same}
    assert shown["id"] == "all.first"
    assert shown["created_at"].startswith("2026-04-05T12:00:00")
    assert shown["quality"]["assessed"] == 0.8
    assert shown["evaluation_metrics"] == {"rmse": 0.25}
    told = ("relation", "artifact", "version_number", "stated_as")
    stated = {tuple(link[name] for name in told) for link in shown["links"]}
    assert {("trained_on", "data", 1, None), ("trained_on", "data", None, "Data of ours")} <= stated
    assert {("fine_tuned_from", "base", None, None), ("combines", "base", 1, None)} <= stated
    assert [link["outcome"] for link in shown["links"] if link["relation"] == "tests"] == ["supports"]


def test_metrics_have_a_short_form(client: APIClient) -> None:
    answer = post(client, PATH, body_of(evaluation_metrics={"rmse": 0.023, "aic": -450}))
    assert answer.json()["evaluation_metrics"] == {"rmse": 0.023, "aic": -450}


def test_missing_provenance_is_accepted_capped_and_flagged(client: APIClient) -> None:
    shown = post(client, PATH, body_of(quality={"value": 1, "by": "Somebody"})).json()
    assert (shown["quality_score"], shown["provenance_warning"]) == (0.3, True)
    assert shown["warnings"] == ["training_dataset", "producing_analysis", "pinned_inputs"]


def test_strict_refuses_it_naming_the_rules_and_writes_nothing(client: APIClient) -> None:
    answer = post(client, f"{PATH}?strict=true", body_of("strict", declares_hypothesis=True))
    assert pointers(answer, 422) == ["/trained_on", "/produced_by", "/produced_by", "/tests_hypothesis"]
    codes = [error["code"] for error in answer.json()["errors"]]
    assert codes == ["training_dataset", "producing_analysis", "pinned_inputs", "tested_hypothesis"]
    assert not Artifact.objects.filter(public_id="strict").exists()


def test_strict_takes_what_is_complete(client: APIClient) -> None:
    answer = post(client, f"{PATH}?strict=true", complete_body())
    assert (answer.status_code, answer.json()["provenance_completeness"]) == (201, 1.0)


def test_the_same_again_adds_nothing(client: APIClient) -> None:
    body = complete_body("model-same")
    first, second = post(client, PATH, body), post(client, PATH, body)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert "Location" not in second


def test_the_same_source_is_the_same_version_whatever_else_changed(client: APIClient) -> None:
    source = {"format": "sheet", "record": "7", "revision": "1"}
    post(client, PATH, body_of("model-source", source=source))
    again = post(client, PATH, body_of("model-source", title="Other words", source=source))
    assert (again.status_code, again.json()["version_number"]) == (200, 1)
    newer = post(client, PATH, body_of("model-source", title="New", source=source | {"revision": "2"}))
    assert (newer.status_code, newer.json()["version_number"]) == (201, 2)


def test_what_equals_an_older_version_is_a_new_one(client: APIClient) -> None:
    for title in ("a", "b", "a"):
        answer = post(client, PATH, body_of("model-back", title=title))
    assert (answer.status_code, answer.json()["version_number"]) == (201, 3)


def test_links_that_came_later_do_not_make_the_same_post_another(client: APIClient) -> None:
    body = body_of("model-linked")
    post(client, PATH, body)
    dataset = make_dataset().artifact.public_id
    add_link(resolve_version("model-linked"), LinkInput(relation=Relation.TRAINED_ON, ref=dataset))
    assert post(client, PATH, body).status_code == 200


def test_an_id_that_is_taken(client: APIClient) -> None:
    post(client, PATH, body_of("model-one", id="mine"))
    assert pointers(post(client, PATH, body_of("model-two", id="mine")), 409) == ["/id"]
    assert pointers(post(client, PATH, body_of("mine")), 409) == ["/model"]
    make_dataset("data")
    assert pointers(post(client, PATH, body_of("data")), 409) == ["/model"]
    assert not Artifact.objects.filter(public_id="model-two").exists()


def test_unknown_references_are_all_named_and_no_stub_is_made(client: APIClient) -> None:
    make_dataset("data")
    body = body_of(
        trained_on=["data", {"ref": "nowhere"}, "data@9"],
        produced_by="no-analysis",
        tests_hypothesis={"ref": "no-hypothesis", "outcome": "supports"},
        combines="no-model",
        evaluations=[{"metric": "rmse", "value": 1, "dataset": "no-data"}],
    )
    before = Artifact.objects.count()
    expected = ["/trained_on/1/ref", "/trained_on/2", "/produced_by", "/tests_hypothesis/ref", "/combines"]
    assert pointers(post(client, PATH, body), 422) == [*expected, "/evaluations/0/dataset"]
    assert Artifact.objects.count() == before


def test_a_reference_to_the_wrong_kind(client: APIClient) -> None:
    make_dataset("data")
    body = body_of(produced_by="data", tests_hypothesis=[{"ref": "data"}])
    assert pointers(post(client, PATH, body)) == ["/produced_by", "/tests_hypothesis/0/ref"]


def test_a_reference_pins_where_it_names_a_version(client: APIClient) -> None:
    version = make_dataset("data")
    analysis = make_analysis("analysis")
    body = body_of(trained_on=[version.public_id], produced_by="analysis")
    links = {link["relation"]: link for link in post(client, PATH, body).json()["links"]}
    assert links["trained_on"]["version_id"] == version.public_id
    assert links["produced_by"]["version_id"] == analysis.public_id


def test_null_states_nothing(client: APIClient) -> None:
    nulls = ("id", "family_basis", "parameter_count", "evaluation_metrics", "evaluations", "trained_on", "produced_by")
    nulls += ("tests_hypothesis", "fine_tuned_from", "combines", "quality", "version_label", "version_tag", "changelog")
    nulls += ("description", "license", "created_at", "source")
    assert post(client, PATH, body_of(**dict.fromkeys(nulls))).status_code == 201


def test_a_checkpoint_of_another_family_has_no_shape(client: APIClient) -> None:
    assert post(client, PATH, body_of(metadata={"checkpoint": "weights.bin"})).status_code == 201


def test_many_references_are_resolved(client: APIClient) -> None:
    make_dataset("data")
    refs = [f"data@{number}" for number in range(1, 1001)]
    answer = post(client, PATH, body_of(trained_on=refs))
    assert len(pointers(answer, 422)) == 999


def test_who_registered_is_kept_with_links(client: APIClient) -> None:
    post(client, PATH, complete_body("model-whose"))
    assert all(link.created_by is not None for link in Link.objects.filter(source__artifact__public_id="model-whose"))


def test_texts_that_fill_their_columns(client: APIClient) -> None:
    wide = "".join(chr(0x20000 + index) for index in range(500))
    source = {"format": wide[:50], "record": wide[:400], "revision": wide[:200]}
    assert post(client, PATH, body_of(title=wide, source=source)).status_code == 201
    assert post(client, PATH, body_of(title="ΐ" * 500)).status_code == 201
