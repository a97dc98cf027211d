"""The list of artifacts of any kind, and the pages for what is not there."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories import make_analysis, make_dataset, make_document, orphan_model, retracted, unidentified_dataset
from tests.web.pages import parsed, tidy

pytestmark = pytest.mark.django_db


def test_each_artifact_is_listed_by_its_latest_version_with_its_page(client: Client) -> None:
    make_dataset("dataset-a", title="Old cells")
    make_dataset("dataset-a", title="Cells", version_label="2.0")
    unidentified_dataset("dataset-b", title="Mice")
    orphan_model("model-a", title="A model")
    retracted(make_document("document-a", title="A paper"))
    page = parsed(client.get("/artifacts"))
    links = page.links()
    assert links["Cells"] == "/artifacts/dataset-a" and links["A model"] == "/models/model-a"
    rows = [tidy(tag.text) for tag in page.all("tr")][1:]
    assert len(rows) == 4 and "A paper retracted" in rows[0]
    assert any("Mice" in row and "not identified" in row for row in rows)
    assert any("Cells" in row and "2 2.0" in row and "checksum" in row for row in rows)
    assert "Old cells" not in links


def test_kinds_are_counted_and_chosen(client: Client) -> None:
    make_dataset(title="Cells of mice")
    make_analysis(title="A fit of mice")
    make_document(title="Humans")
    page = parsed(client.get("/artifacts?q=mice"))
    chips = {tidy(tag.text): tag.attrs["href"] for tag in page.all("a", class_="chip")}
    assert chips["all kinds 2"] == "/artifacts?q=mice"
    assert chips["datasets 1"] == "/artifacts?q=mice&kind=dataset"
    assert "documents 0" in chips
    page = parsed(client.get("/artifacts?q=mice&kind=dataset"))
    assert "Cells of mice" in page.links() and "A fit of mice" not in page.links()
    assert page.all("input", type="hidden", name="kind", value="dataset")


def test_pages_follow_each_other_by_links(client: Client) -> None:
    for _ in range(5):
        make_dataset()
    page = parsed(client.get("/artifacts?limit=2&offset=2"))
    assert page.links("Next") == {"Next": "/artifacts?limit=2&offset=4"}
    assert page.links("Previous") == {"Previous": "/artifacts?limit=2"}
    api = client.get("/api/artifacts?limit=2&offset=2").json()
    assert {f"/artifacts/{row['artifact']}" for row in api["artifacts"]} <= set(page.links().values())


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("?kind=datset", "the nearest is 'dataset'"),
        ("?q=%00", "NUL"),
        ("?limit=0", "a whole number from 1 to 200"),
        ("?family=statistical", "There is no parameter 'family'"),
        ("?q=kiwi", "Nothing is found"),
        ("?offset=99", "Go to its last page"),
    ],
)
def test_what_is_wrong_is_said_on_the_page(client: Client, query: str, says: str) -> None:
    make_dataset()
    response = client.get(f"/artifacts{query}")
    assert response.status_code == 200
    assert says in tidy(parsed(response).all("main")[0].text)


def test_queries_do_not_grow_with_rows(client: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get("/artifacts?limit=50")
        return len(captured)

    make_dataset()
    few = queries()
    for _ in range(10):
        make_analysis()
    assert queries() == few <= 3


def test_an_address_that_leads_nowhere_is_a_page_with_a_search(client: Client) -> None:
    response = client.get("/modles")
    assert response.status_code == 404
    page = parsed(response)
    assert page.all("input", type="search") and "/models" in page.links().values()
    assert "Resolver404" not in response.content.decode()


def test_an_error_is_a_page_too(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr("catalog.web.views.artifact_list.artifact_rows", fail)
    make_dataset()
    client.raise_request_exception = False
    response = client.get("/artifacts")
    assert response.status_code == 500
    assert "Something went wrong" in response.content.decode() and "secret" not in response.content.decode()
