"""The pages of what versions changed and of what rests on a thing."""

from __future__ import annotations

import csv
import io

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog.registration import LinkInput
from catalog.vocabulary import Relation
from catalog.web.views import dependents as dependents_view
from tests.factories import make_analysis, make_dataset, make_model, measured, retracted
from tests.web.pages import parsed, tidy, told

pytestmark = pytest.mark.django_db


def get(client: Client, path: str, status: int = 200) -> HttpResponse:
    response = client.get(path)
    assert response.status_code == status
    return response


def text_of(client: Client, path: str, status: int = 200) -> str:
    return told(get(client, path, status))


class TestVersionList:
    @pytest.mark.parametrize(("make", "at"), [(make_model, "models"), (make_dataset, "artifacts")])
    def test_each_leads_to_what_it_changed(self, client: Client, make, at: str) -> None:
        make("x")
        make("x")
        make("x", parent="x@1")
        page = parsed(get(client, f"/{at}/x"))
        assert {"/artifacts/x/diff?from=1&to=3", "/artifacts/x/diff?from=1&to=2"} <= page.addresses
        rows = [tidy(row.text) for row in page.all("tr") if "with v1" in row.text]
        assert [("branched from v1" in row) for row in rows] == [True, False]


class TestDifference:
    def test_fields_evaluations_and_links(self, client: Client) -> None:
        make_dataset("data")
        make_dataset("data")
        metadata = {"training_config": {"epochs": 40, "optimizer": "adam"}}
        make_model("m", title="One", trained_on=["data@1"], metadata=metadata, evaluations=(measured(value=0.5),))
        metadata = {"training_config": {"epochs": 50, "optimizer": "adam"}}
        make_model("m", title="Two", trained_on=["data@2"], metadata=metadata, evaluations=(measured(value=0.4),))

        response = get(client, "/artifacts/m/diff?from=1&to=2")

        page, text = parsed(response), told(response)
        assert "4 differences from version 1 to version 2 . digest changed" in text
        rows = [tidy(row.text) for row in page.all("tr", class_="differs")]
        assert rows[0].startswith("≠ title changed") and "One" in rows[0] and "Two" in rows[0]
        assert rows[1] == "≠ training_config.epochs changed 40 50"
        assert "optimizer" not in text
        assert rows[2] == "rmse changed 0.5 0.4"
        assert rows[3] == "trained on data dataset pinned anew pinned to version 1 pinned to version 2"
        assert {"/models/m-v1", "/models/m-v2", "/api/artifacts/m/diff?from=1&to=2"} <= page.addresses

    def test_two_that_say_the_same(self, client: Client) -> None:
        make_dataset("data")
        assert "This is one version." in text_of(client, "/artifacts/data/diff?from=1&to=1")

    def test_it_asks_for_what_is_not_said(self, client: Client) -> None:
        make_dataset("data", version_tag="stable")
        page = parsed(get(client, "/artifacts/data/diff"))
        assert [tag.attrs["name"] for tag in page.all("select")] == ["from", "to"]
        assert "Choose two versions." in text_of(client, "/artifacts/data/diff?from=1")
        assert "the nearest is 'stable'" in text_of(client, "/artifacts/data/diff?from=stabel&to=1", 404)
        assert "It was left out." in text_of(client, "/artifacts/data/diff?by=1")
        get(client, "/artifacts/nothing/diff", 404)


@pytest.fixture
def downstream() -> None:
    make_dataset("raw", title="Raw counts")
    make_dataset("clean", links=(LinkInput(relation=Relation.DERIVES_FROM, ref="raw@1"),))
    make_analysis("run", used=["clean@1"])
    for name in ("a", "b"):
        make_model(name, title=f"=Model {name}", trained_on=["clean@1"], produced_by="run-v1")


class TestDependents:
    def test_by_depth(self, client: Client, downstream: None) -> None:
        response = get(client, "/artifacts/raw/dependents")
        page, text = parsed(response), told(response)
        assert [tidy(tag.text) for tag in page.all("h2")] == ["Directly", "At 2 steps"]
        assert "1 analysis · 1 dataset · 2 models" in text
        assert "derives from raw-v1" in text and "any version of it" in text
        assert {
            "/models/a-v1",
            "/artifacts/run-v1",
            "/artifacts/raw",
            "/artifacts/raw/dependents.csv",
        } <= page.addresses

    def test_pages(self, client: Client, downstream: None, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(dependents_view, "LIMIT", 2)
        first = parsed(get(client, "/artifacts/raw@1/dependents"))
        assert "/artifacts/clean-v1" in first.addresses and "/artifacts/run-v1" not in first.addresses
        second = parsed(get(client, first.links("Next")["Next"]))
        assert "/artifacts/run-v1" in second.addresses and "Next" not in second.links()
        assert parsed(get(client, second.links("Previous")["Previous"])).addresses >= {"/artifacts/clean-v1"}
        assert second.links("First") == {"First": "/artifacts/raw@1/dependents"}

    def test_narrowed(self, client: Client, downstream: None) -> None:
        page = parsed(get(client, "/artifacts/raw/dependents?kind=model&relation=trained_on"))
        assert "/artifacts/clean-v1" not in page.addresses and "/models/a-v1" in page.addresses
        assert "/artifacts/raw/dependents.csv?kind=model&relation=trained_on" in page.addresses
        assert {tag.attrs["value"] for tag in page.all("input") if "checked" in tag.attrs} == {"model", "trained_on"}
        assert "Nothing that is asked for" in text_of(client, "/artifacts/raw/dependents?kind=code")

    def test_what_is_wrong_is_said(self, client: Client, downstream: None) -> None:
        text = text_of(client, "/artifacts/raw/dependents?kind=modle&cursor=x&by=1")
        assert "nearest is 'model'" in text and "its beginning is shown" in text and "parameter 'by'" in text
        get(client, "/artifacts/nothing/dependents", 404)
        get(client, "/artifacts/nothing/dependents.csv", 404)
        assert "Nothing in the catalogue rests on it." in text_of(client, "/artifacts/a/dependents")

    def test_as_a_table(self, client: Client, downstream: None) -> None:
        response = get(client, "/artifacts/raw/dependents.csv?kind=model")
        assert response["Content-Type"] == "text/csv; charset=utf-8"
        rows = list(csv.DictReader(io.StringIO(response.getvalue().decode())))
        assert [(row["id"], row["title"], row["depth"]) for row in rows] == [
            ("a-v1", "'=Model a", "2"),
            ("b-v1", "'=Model b", "2"),
        ]

    def test_a_constant_number_of_queries(self, client: Client) -> None:
        def count(path: str) -> int:
            client.get(path)
            with CaptureQueriesContext(connection) as captured:
                get(client, path)
            return len(captured)

        for name, number in (("one", 1), ("many", 30)):
            make_dataset(name)
            for _ in range(number):
                make_model(trained_on=[f"{name}@1"])
        assert count("/artifacts/one/dependents") == count("/artifacts/many/dependents")
        make_dataset("one")
        make_dataset("many")
        assert count("/artifacts/one/diff?from=1&to=2") == count("/artifacts/many/diff?from=1&to=2")


class TestRetracted:
    @pytest.mark.parametrize("path", ["/artifacts/clean", "/artifacts/run", "/models/a"])
    def test_every_kind_of_page_tells_it_with_the_way(self, client: Client, downstream: None, path: str) -> None:
        assert "is retracted" not in text_of(client, path)
        retracted(make_dataset("raw").parent, "Labels were swapped.")
        text = text_of(client, path)
        assert "which is retracted (Labels were swapped): " in text and " → raw-v1." in text

    def test_its_own_page_lists_what_it_touches_by_depth(self, client: Client, downstream: None) -> None:
        retracted(make_dataset("raw").parent, "Labels were swapped.")
        page = parsed(get(client, "/artifacts/raw@1"))
        assert "/artifacts/raw-v1/dependents.csv" in page.addresses
        headings = [tidy(tag.text) for tag in (*page.all("h2"), *page.all("h3"))]
        assert "What the retraction touches 4 versions" in headings
        assert headings[-2:] == ["Directly", "At 2 steps"]

    def test_a_model_too_and_it_is_not_called_the_latest(self, client: Client) -> None:
        model = make_model("m")
        make_model("tuned", links=(LinkInput(relation=Relation.FINE_TUNED_FROM, ref="m@1"),), title="Tuned")
        retracted(model, "Leaked.")
        text = text_of(client, "/models/m")
        assert "This version is retracted. Leaked." in text and "1 directly" in text and "Tuned" in text
        assert "latest" not in text.partition("Retracted")[0].partition("m-v1")[0]
