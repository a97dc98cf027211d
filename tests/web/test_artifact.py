"""The page of an artifact of any kind."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog.models import ArtifactVersion, Identifier
from catalog.registration import LinkInput
from catalog.vocabulary import Outcome, Relation
from tests.factories import (
    ArtifactFactory,
    MetricFactory,
    make_analysis,
    make_dataset,
    make_document,
    make_hypothesis,
    make_model,
    measured,
    retracted,
    unidentified_dataset,
)
from tests.provenance.tampering import alter
from tests.web.pages import Parsed, parsed, tidy, told

pytestmark = pytest.mark.django_db


def get(client: Client, reference: object, status: int = 200, **query: object) -> HttpResponse:
    response = client.get(f"/artifacts/{reference}", query)
    assert response.status_code == status
    return response


def page_of(client: Client, reference: object, **query: object) -> Parsed:
    return parsed(get(client, reference, **query))


def text_of(client: Client, reference: object, **query: object) -> str:
    return told(get(client, reference, **query))


def rows_of(page: Parsed) -> list[str]:
    return [tidy(row.text) for row in page.all("tr")]


class TestHead:
    def test_it_says_what_the_artifact_is_called_and_identified_by(self, client: Client) -> None:
        version = make_dataset("data", title="Cells", aliases=("cortex",), version_label="2026-03")
        text = text_of(client, "cortex")
        assert "Dataset · version 1 “2026-03”" in text and "Also called cortex" in text
        assert "by a checksum of its bytes" in text and version.content_digest in text
        assert "sha256 9f86d081" in text

    def test_one_that_is_not_identified_says_what_that_means(self, client: Client) -> None:
        assert "it does not say which bytes it is" in text_of(client, unidentified_dataset("data"))

    def test_its_own_links_and_record_are_there(self, client: Client) -> None:
        make_document("paper", title="On cells")
        cites = LinkInput(relation=Relation.CITES, ref="paper@1")
        make_dataset("data", links=(cites,), metadata={"file": "cells.csv", "parts": {"a": 1}})
        text = text_of(client, "data")
        assert "cites On cells" in text and "file cells.csv" in text

    def test_versions_lead_to_their_pages(self, client: Client) -> None:
        make_dataset("data")
        make_dataset("data")
        page = page_of(client, "data@1")
        assert "/artifacts/data-v2" in page.addresses and "This is not the latest version." in page.all("main")[0].text


class TestDataset:
    def test_models_trained_on_it_each_by_its_latest_version(self, client: Client) -> None:
        make_dataset("data")
        make_model("model-a", title="Old", trained_on=["data"])
        make_model("model-a", title="New", trained_on=["data@1"])
        make_model("model-b", title="Other", trained_on=["data"])
        page = page_of(client, "data")
        assert "Models trained on it 2" in tidy(page.all("h2", id="models")[0].text)
        table = page.all("table", class_="related")[0].text
        assert "New" in table and "Other" in table and "Old" not in table
        assert "/models?dataset=data" in page.addresses

    def test_of_one_version_those_that_name_it(self, client: Client) -> None:
        make_dataset("data")
        make_dataset("data")
        make_model("model-a", title="Pinned", trained_on=["data@1"])
        make_model("model-b", title="Loose", trained_on=["data"])
        table = page_of(client, "data@1").all("table", class_="related")[0].text
        assert "Pinned" in table and "Loose" not in table

    def test_many_are_paged(self, client: Client) -> None:
        make_dataset("data")
        for number in range(52):
            make_model(f"model-{number:02}", title=f"Model {number:02}", trained_on=["data"])
        page = page_of(client, "data")
        assert page.links("All 52 models") == {"All 52 models": "/artifacts/data?show=models"}
        second = page_of(client, "data", show="models", offset=50)
        assert len(second.all("table", class_="related")) == 1 and len(second.all("tr")) == 3
        assert "past the end" in text_of(client, "data", show="models", offset=100)

    def test_models_rank_on_it_ties_shared_and_unequal_cases_apart(self, client: Client) -> None:
        make_dataset("data")
        MetricFactory(name="rmse", direction="lower")
        for name, value, n in (("a", 0.2, 10), ("b", 0.1, 10), ("c", 0.1, 10), ("d", 0.01, 5)):
            measurement = measured("rmse", value, dataset="data", dataset_version=1, split="test", n=n)
            make_model(f"model-{name}", title=name.upper(), evaluations=(measurement,))
        page = page_of(client, "data")
        found = [row for row in rows_of(page) if row.endswith(" 10")]
        assert found == ["1 B v1 0.1 – 10", "1 C v1 0.1 – 10", "3 A v1 0.2 – 10"]
        assert "1 value that no other model shares the cases of" in tidy(page.all("details")[0].text)

    def test_another_leaderboard_has_its_address(self, client: Client) -> None:
        make_dataset("data")
        values = (measured("rmse", 0.1, dataset="data"), measured("mae", 0.2, dataset="data", task="cells"))
        make_model("model-a", evaluations=values)
        make_model("model-b", evaluations=values)
        page = page_of(client, "data")
        assert {
            "/artifacts/data?metric=mae&task=cells#leaderboard",
            "/artifacts/data?metric=rmse#leaderboard",
        } <= page.addresses
        assert "rmse" in page_of(client, "data", metric="rmse").all("h3")[0].text
        assert "of what the address asks for" in text_of(client, "data", metric="nothing")
        assert "/api/artifacts/data/leaderboard?metric=rmse" in page_of(client, "data", metric="rmse").addresses

    def test_the_places_are_paged(self, client: Client) -> None:
        make_dataset("data")
        MetricFactory(name="rmse", direction="lower")
        for number in range(12):
            value = measured("rmse", number + 1.0, dataset="data", dataset_version=1, split="test")
            make_model(f"model-{number:02}", evaluations=(value,))
        text = text_of(client, "data")
        assert "10 of 12 models." in text and "All 12 places" in text
        assert "12 –" not in text and "12 –" in text_of(client, "data", show="leaderboard")

    def test_more_values_than_can_be_ranked_are_said_to_be_too_many(
        self, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("catalog.web.leaderboard_view.MOST_VALUES", 1)
        make_dataset("data")
        for name in ("model-a", "model-b"):
            make_model(name, evaluations=(measured("rmse", 0.1, dataset="data"),))
        page = page_of(client, "data")
        assert "2 values are too many to rank at once" in page.all("main")[0].text
        assert not any("/leaderboard?" in address for address in page.addresses)


class TestHypothesis:
    def test_models_that_test_it_with_outcomes_and_what_they_rest_on(self, client: Client) -> None:
        make_hypothesis("h", title="Cells move")
        make_dataset("data", title="Cortex")
        analysis = make_analysis("fit", title="A fit", used=["data@1"], tests=["h"])
        for name, outcome in (("a", Outcome.SUPPORTS), ("b", Outcome.CONTRADICTS), ("c", None)):
            tested = LinkInput(relation=Relation.TESTS, ref="h@1", outcome=outcome)
            make_model(f"model-{name}", trained_on=["data@1"], produced_by=str(analysis), tests=[tested])
        page = page_of(client, "h")
        text = tidy(page.all("main")[0].text)
        assert "Models that test it 3" in text and "outcome not stated 1" in text
        [row] = [row for row in rows_of(page) if "contradicts" in row and "Cortex" in row]
        assert "A fit" in row and "complete" in row


class TestAnalysis:
    def test_inputs_with_their_pins_and_the_models_it_produced(self, client: Client) -> None:
        make_dataset("data", title="Pinned input")
        make_dataset("loose", title="Loose input")
        analysis = make_analysis("fit", used=["data@1", "loose"])
        make_model("model-a", title="A product", produced_by=str(analysis))
        make_dataset("data", title="Newer")
        text = text_of(client, "fit")
        assert "Pinned input dataset data 1 superseded Pinned and unchanged; a newer version exists." in text
        assert "Loose input dataset loose any not pinned" in text
        assert "Models it produced 1" in text and "A product" in text


class TestRetracted:
    def test_it_says_why_and_what_it_touches(self, client: Client) -> None:
        dataset = make_dataset("data")
        make_model("model-a", trained_on=["data@1"], title="Touched")
        make_analysis(used=["data@1"])
        retracted(dataset, reason="Mislabelled.")
        text = text_of(client, "data")
        assert "This version is retracted. Mislabelled. There is no version to use instead." in text
        assert "It touches 2 versions downstream: which ones" in text
        touched = text.partition("What the retraction touches")[2]
        assert "2 directly Directly" in touched and "Touched" in touched and "trained on data-v1" in touched


class TestAnyKind:
    def test_what_names_it_is_listed(self, client: Client) -> None:
        make_document("paper")
        make_model("model-a", title="Citing", links=(LinkInput(relation=Relation.CITES, ref="paper@1"),))
        text = text_of(client, "paper")
        assert "cited by Citing model model-a-v1 1 latest version 1" in text and "Models trained on it" not in text

    def test_nothing_names_it(self, client: Client) -> None:
        make_document("paper")
        assert "Nothing in the catalogue names it." in text_of(client, "paper")
        assert "Nothing names this version." in text_of(client, "paper@1")

    def test_a_model_has_its_own_page(self, client: Client) -> None:
        make_model("model-a")
        assert get(client, "model-a@1", 302).headers["location"] == "/models/model-a@1"

    def test_an_artifact_without_versions_says_so(self, client: Client) -> None:
        artifact = ArtifactFactory(public_id="empty")
        Identifier.objects.create(name="empty", artifact=artifact)
        assert "no version of it is registered" in get(client, "empty", 404).content.decode()

    def test_a_mistyped_id_is_answered_with_the_nearest(self, client: Client) -> None:
        make_dataset("dataset-cortex")
        assert "/artifacts/dataset-cortex" in parsed(get(client, "dataset-cortx", 404)).addresses

    @pytest.mark.parametrize(
        ("query", "says"),
        [
            ({"shwo": "models"}, "'show'"),
            ({"show": "model"}, "'models'"),
            ({"offset": "-1"}, "is no offset"),
        ],
    )
    def test_a_wrong_parameter_is_told_and_not_ignored(self, client: Client, query: dict[str, str], says: str) -> None:
        make_dataset("data")
        assert says in text_of(client, "data", **query)


@pytest.mark.parametrize("size", [1, 2, 3, 50])
def test_its_dependents_stand_by_relation_the_newest_first_over_all_pages(
    client: Client, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr("catalog.web.views.artifact._PAGE", size)
    make_dataset("data")
    for number in range(3):
        make_model(f"model-{number}", title=f"Model {number}", trained_on=["data@1"])
        make_analysis(f"run-{number}", title=f"Run {number}", used=["data@1"])
    seen: list[str] = []
    for offset in range(0, 6, size):
        table = tidy(page_of(client, "data", show="dependents", offset=offset).all("main")[0].text)
        seen += re.findall(r"(?:Model|Run) \d", table)
    assert seen == ["Model 2", "Model 1", "Model 0", "Run 2", "Run 1", "Run 0"]


@pytest.mark.parametrize("show", ["overview", "models", "leaderboard", "dependents"])
def test_queries_do_not_grow_with_what_names_it(client: Client, show: str) -> None:
    def queries() -> int:
        get(client, "data", show=show)
        with CaptureQueriesContext(connection) as captured:
            get(client, "data", show=show)
        return len(captured)

    def model(name: str) -> None:
        used = make_analysis(used=["data@1"])
        value = measured("rmse", 0.5, dataset="data", dataset_version=1, split="test")
        make_model(name, trained_on=["data@1"], produced_by=str(used), evaluations=(value,))

    make_dataset("data")
    model("model-a")
    alone = queries()
    make_dataset("data")
    for name in "bcdefg":
        model(f"model-{name}")
    assert queries() == alone <= 26


class TestReproducing:
    def test_an_analysis_says_whether_it_can_be_repeated_and_how_each_pin_stands(self, client: Client) -> None:
        pinned = make_dataset("data").content_digest
        make_dataset("sound")
        make_analysis("run", used=["data@1", "sound@1"])
        assert "Can this still be reproduced? Yes Every version that it rests on is named" in text_of(client, "run")
        alter(ArtifactVersion.objects.get(public_id="data-v1"), metadata={"rows": 3})
        text = text_of(client, "run")
        assert "Can this still be reproduced? No 1 of 2 pins hold." in text
        assert "modified run-v1 used data-v1 The record of data-v1 was altered since it was registered." in text
        assert "ok run-v1 used sound-v1" in text
        assert f"pinned {pinned} now sha256:" in text

    def test_an_altered_record_says_so_on_its_page(self, client: Client) -> None:
        alter(make_dataset("data"), metadata={"rows": 3})
        assert "modified The record of data-v1 was altered since it was registered." in text_of(client, "data")

    def test_an_analysis_without_inputs_cannot_be_told(self, client: Client) -> None:
        make_analysis("run")
        assert "Can this still be reproduced? Not known" in text_of(client, "run")
        assert "no inputs run-v1 names nothing that it used" in text_of(client, "run")
