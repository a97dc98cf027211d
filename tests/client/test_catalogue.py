"""The client and the catalogue itself, over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pytest_django.live_server_helper import LiveServer

from catalog.exports.registry import FORMATS
from catalog.models import ArtifactVersion, Evaluation, Link
from catalog.roles import Role
from scidex_client import (
    Catalogue,
    Conflict,
    ConnectionFailed,
    InvalidInput,
    NotFound,
    Unauthorised,
    Unprocessable,
    tables,
)
from tests.api.writing import token_of
from tests.client.conftest import Opening
from tests.client.faulty import faulty, passed_on, then_lost
from tests.factories import complete_model, evaluated_model, make_analysis, make_dataset, make_model, measured

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def catalogue(live_server: LiveServer, opening: Opening) -> Catalogue:
    """The catalogue of the tests, for a curator."""
    return opening(live_server.url, token_of(Role.CURATOR))


def model(name: str = "model-new", **fields: Any) -> dict[str, Any]:
    return {"model": name, "title": f"Title of {name}", "model_family": "statistical", "metadata": {}, **fields}


def test_reading(catalogue: Catalogue) -> None:
    make_dataset("data")
    for name in ("model-a", "model-b", "model-c"):
        evaluated_model(name, dataset="data", evaluations=[measured(dataset="data", dataset_version=1, split="test")])
    listing = catalogue.models(page_size=2, sort="title", evaluated_on="data")
    assert listing.total == 3 and [row["model"] for row in listing] == ["model-a", "model-b", "model-c"]
    assert {row["artifact"] for row in catalogue.artifacts(kind="dataset", page_size=1)} >= {"data"}
    assert catalogue.model("model-a@1")["id"] == catalogue.artifact("model-a")["id"] == "model-a-v1"
    graph = catalogue.provenance("model-a", max_depth=1)
    assert graph["root"] == "model-a-v1" and {node["depth"] for node in graph["nodes"]} == {0, 1}
    comparison = catalogue.compare(["model-b", "model-a@1"])
    assert [row["id"] for row in comparison["models"]] == ["model-b-v1", "model-a-v1"]
    assert len(tables.comparison_frame(comparison)) == 2
    board = catalogue.leaderboard("data@1", metric="rmse", split="test")
    assert list(tables.leaderboard_frame(board)["rank"]) == [1, 1, 1]
    assert list(tables.evaluations_frame(map(catalogue.model, ["model-a", "model-b"]))["value"]) == [0.5, 0.5]


def test_versions_and_what_rests_on_them(catalogue: Catalogue) -> None:
    make_dataset("data")
    make_dataset("data", version_tag="stable", license="CC0-1.0")
    make_analysis("analysis", used=["data@1"])
    for number in range(3):
        make_model(f"model-{number}", trained_on=["data@2"], produced_by="analysis")
    versions = catalogue.versions("data", page_size=1)
    assert versions.total == 2 and [row["id"] for row in versions] == ["data-v2", "data-v1"]
    assert catalogue.version("data", 1)["id"] == "data-v1" and catalogue.version("model-0", 1)["id"] == "model-0-v1"
    difference = catalogue.diff("data", 1, "stable")
    assert difference["digest_changed"] and difference["to"]["id"] == "data-v2"
    assert [field["field"] for field in difference["fields"]] == ["license", "title"]
    downstream = catalogue.dependents("data@1")
    assert downstream.root == "data-v1" and downstream.by_kind == {"analysis": 1, "model": 3}
    downstream = catalogue.dependents("data@1", page_size=2)
    assert downstream.by_kind is None  # the first page does not show it
    assert [(row["id"], row["depth"]) for row in downstream] == [
        ("analysis-v1", 1),
        *((f"model-{number}-v1", 2) for number in range(3)),
    ]
    filtered = catalogue.dependents("data", kind=["model", "dataset"], relation="trained_on", max_depth=1)
    assert len(filtered.to_frame()) == 3


def test_whether_it_can_be_repeated(catalogue: Catalogue) -> None:
    make_dataset("data")
    model, analysis = complete_model("model-a"), make_analysis("analysis", used=["data"])
    found = catalogue.reproducibility(str(model))
    assert found["reproducible"] is True and {pin["status"] for pin in found["pins"]} == {"ok"}
    found = catalogue.reproducibility("analysis")
    assert found["id"] == str(analysis) and found["reproducible"] is False and found["counts"]["missing"] == 1
    with pytest.raises(NotFound, match="analysis"):
        catalogue.reproducibility("data")


def test_exports_are_what_the_catalogue_writes(catalogue: Catalogue, tmp_path: Path) -> None:
    evaluated_model("model-a")
    evaluated_model("model-b")
    for name in FORMATS:
        made = catalogue.export("model-a", name)
        assert made.content and "model-a-v1" in made.name and made.media_type == FORMATS[name].media_type
        assert made.is_text == (made.media_type != "application/zip") and made.save(tmp_path).is_file()
    both = catalogue.export(["model-a", "model-b@1"], "csv").text
    assert "model-a-v1" in both and "model-b-v1" in both
    with pytest.raises(NotFound, match="nearest is 'ro-crate'"):
        catalogue.export("model-a", "rocrate")


def test_what_was_shown_when(catalogue: Catalogue) -> None:
    complete_model("model-a", quality=0.9)
    complete_model("model-b")
    before = datetime.now(UTC)
    catalogue.amend("model-a@1", version_tag="stable", quality={"value": 0.5, "by": "A. Curator"})
    assert catalogue.model("model-a")["quality_score"] == 0.5
    then = catalogue.model("model-a", as_of=before)
    assert (then["quality_score"], then["version_tag"]) == (0.9, None)
    assert catalogue.artifact("model-a", as_of=before.isoformat())["version_tag"] is None
    assert catalogue.provenance("model-a", as_of=before)["root"] == "model-a-v1"
    assert catalogue.compare(["model-a", "model-b"], as_of=before)["models"][0]["quality_score"] == 0.9
    with pytest.raises(NotFound):
        catalogue.model("model-a", as_of="2020-01-01")
    with pytest.raises(InvalidInput, match="as_of"):
        catalogue.model("model-a", as_of="yesterday")
    standings = catalogue.history("model-a", page_size=1)
    assert [row["quality_score"] for row in standings][:: standings.total - 1] == [0.5, 0.9]


def test_freezing_a_comparison(
    catalogue: Catalogue, live_server: LiveServer, opening: Opening, pauses: list[float]
) -> None:
    complete_model("model-a")
    complete_model("model-b")
    real = passed_on(live_server.url)
    with faulty(real, real, then_lost(real)) as server:
        frozen = opening(server.url, token_of(Role.REGISTRANT)).freeze(["model-a", "model-b"], note="Table 2")
    assert frozen["ids"] == ["model-a-v1", "model-b-v1"] and frozen["verified"] and frozen["changes"] == []
    assert [row["id"] for row in catalogue.frozen_comparisons()] == [frozen["id"]]
    catalogue.amend("model-a@1", state="deprecated", reason="A better one is coming.")
    assert catalogue.frozen_comparison(frozen["id"])["changes"]


def test_mistakes_in_reading(catalogue: Catalogue) -> None:
    with pytest.raises(NotFound, match="nothing"):
        catalogue.model("nothing")
    with pytest.raises(InvalidInput) as caught:
        list(catalogue.models(famly="statistical"))  # type: ignore[call-arg] # which is the mistake
    assert caught.value.errors[0]["parameter"] == "famly" and "'family'" in str(caught.value)


def test_registering_with_all_that_it_names(catalogue: Catalogue) -> None:
    digest = {"sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}
    data = catalogue.register_artifact(artifact="data", kind="dataset", title="Data", checksums=digest)
    assert data.created and data.version["identified_by"] == "checksum"
    catalogue.register_artifact(artifact="analysis", kind="analysis", title="Analysis", inputs=["data@1"])
    body = model(trained_on=["data@1"], produced_by="analysis", evaluation_metrics={"rmse": 0.5})
    first = catalogue.register(**body, strict=True)
    assert first.created and first.version["provenance"]["complete"] and first.id == "model-new-v1"
    assert first.version["source"] is not None and first.version["source"]["format"] == "scidex-client"
    again = catalogue.register(**body)
    assert not again.created and again.id == first.id
    second = catalogue.register(**body | {"title": "Another"})
    assert second.created and second.version["version_number"] == 2


def test_mistakes_in_registering(catalogue: Catalogue, live_server: LiveServer, opening: Opening) -> None:
    with pytest.raises(InvalidInput) as caught:
        catalogue.register(**model(model_family="statistic", evaluations=[{"metric": "rmse", "value": "low"}]))
    assert {fault["pointer"] for fault in caught.value.errors} == {"/model_family", "/evaluations/0/value"}
    with pytest.raises(Unprocessable, match="/trained_on"):
        catalogue.register(**model(trained_on=["nothing"]))
    with pytest.raises(Unprocessable, match="/produced_by"):
        catalogue.register(**model(), strict=True)
    with pytest.raises(Unauthorised, match="SCIDEX_MODELS_TOKEN"):
        opening(live_server.url).register(**model())
    assert not ArtifactVersion.objects.exists()


def test_adding_to_a_version_that_exists(catalogue: Catalogue) -> None:
    make_dataset("data")
    make_analysis("analysis", used=["data@1"])
    catalogue.register(**model())
    added = [catalogue.add_link("model-new", relation="trained_on", ref="data@1") for _ in range(2)]
    assert [link.created for link in added] == [True, False]
    catalogue.add_link("model-new@1", relation="produced_by", ref="analysis")
    assert catalogue.model("model-new")["provenance"]["complete"]
    remaining = catalogue.withdraw_link("model-new-v1", 1, reason="Another dataset was used.")
    assert [link["relation"] for link in remaining["links"]] == ["produced_by"]
    assert catalogue.add_evaluation("model-new", metric="rmse", value=0.5).created
    assert not catalogue.add_evaluation("model-new", metric="rmse", value=0.5).created
    with pytest.raises(Conflict, match="supersedes: 1"):
        catalogue.add_evaluation("model-new", metric="rmse", value=0.4)
    better = catalogue.add_evaluation("model-new", metric="rmse", value=0.4, supersedes=1)
    assert [entry["value"] for entry in better.version["evaluations"]] == [0.4]
    assert catalogue.retract_evaluation("model-new@1", 2, reason="Measured wrongly.")["evaluations"] == []
    assert catalogue.amend("model-new@1", version_tag="stable")["version_tag"] == "stable"
    assert catalogue.amend("model-new@stable", version_tag=None)["version_tag"] is None
    assert catalogue.amend("model-new@1", state="retracted", reason="Wrong.")["state_reason"] == "Wrong."


def test_a_lost_answer_never_leaves_anything_twice(
    catalogue: Catalogue, live_server: LiveServer, opening: Opening, pauses: list[float]
) -> None:
    """Each request is carried out, its answer lost, and sent again; the last one is answered."""
    make_dataset("data")
    real = passed_on(live_server.url)
    with faulty(real) as server:
        client = opening(server.url, token_of(Role.CURATOR))

        def losing(times: int = 1) -> None:
            server.steps.extend([then_lost(real)] * times)

        losing(3)
        assert not client.register(**model()).created
        losing()
        assert not client.register_artifact(artifact="more", kind="dataset", title="More").created
        server.steps.extend([real, then_lost(real)])  # what it is added to is looked up first
        assert not client.add_link("model-new", relation="trained_on", ref="data@1").created
        server.steps.extend([real, then_lost(real)])
        assert not client.add_evaluation("model-new", metric="rmse", value=0.5).created
        losing()
        with pytest.raises(ConnectionFailed, match="may have done"):
            client.withdraw_link("model-new@1", 1, reason="Wrong.")
    assert len(pauses) == 6
    assert set(ArtifactVersion.objects.values_list("public_id", flat=True)) == {"data-v1", "model-new-v1", "more-v1"}
    assert Evaluation.objects.count() == 1 and not Link.objects.exists()


def test_what_another_registers_meanwhile_is_not_covered(
    catalogue: Catalogue, live_server: LiveServer, opening: Opening, pauses: list[float]
) -> None:
    """Without a source, the retry would make the older content the newest version again."""
    real = passed_on(live_server.url)

    def then_another(request: Any) -> Any:
        catalogue.register(**model(title="What another found"))
        return real(request)

    with faulty(real, then_lost(real), then_another) as server:
        registered = opening(server.url, token_of(Role.REGISTRANT)).register(**model())
    assert not registered.created and registered.version["version_number"] == 1
    assert catalogue.model("model-new")["title"] == "What another found"


def records() -> Iterator[dict[str, Any]]:
    yield {"artifact": "data", "kind": "dataset", "title": "Data"}
    for number in range(4):
        yield model(f"model-{number}", trained_on=["data@1"])
    yield model("model-bad", trained_on=["nothing"])
    yield model("model-last")


def test_many_are_begun_again_where_they_stopped(
    catalogue: Catalogue, live_server: LiveServer, opening: Opening, pauses: list[float]
) -> None:
    real = passed_on(live_server.url)
    with faulty(then_lost(real), real, real, real) as server, pytest.raises(ConnectionFailed):
        opening(server.url, token_of(Role.REGISTRANT), retries=0).register_many(records())
    report = catalogue.register_many(records())
    assert str(report) == "7 records: 2 accepted, 4 unchanged, 1 refused"
    assert "/trained_on" in str(report.refused[0].reason) and report.refused[0].name == "model-bad"
    assert ArtifactVersion.objects.count() == 6
    assert str(catalogue.register_many(records())) == "7 records: 0 accepted, 6 unchanged, 1 refused"
