from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from catalog.registration import LinkInput, add_link, set_state
from catalog.vocabulary import Relation
from tests.factories import make_analysis, make_dataset, make_model, retracted

pytestmark = pytest.mark.django_db


@pytest.fixture
def downstream() -> None:
    """raw ← clean ← run, and three models of clean and run."""
    make_dataset("raw")
    add_link(make_dataset("clean"), LinkInput(relation=Relation.DERIVES_FROM, ref="raw@1"))
    make_analysis("run", used=["clean@1"])
    for name in ("a", "b"):
        make_model(name, title=f"=Model {name}", trained_on=["clean@1"], produced_by="run-v1")
    make_model("c", produced_by="run-v1")


def ids(page: dict[str, Any]) -> list[str]:
    return [row["id"] for row in page["dependents"]]


def test_everything_downstream(get, downstream) -> None:
    page = get("/api/artifacts/raw/dependents")

    assert list(page) == ["root", "dependents", "by_kind", "next", "previous"]
    assert page["root"] == "raw" and page["next"] is None and page["previous"] is None
    assert page["by_kind"] == {"analysis": 1, "dataset": 1, "model": 3}
    assert [(row["id"], row["depth"], row["relation"], row["through"]) for row in page["dependents"]] == [
        ("clean-v1", 1, "derives_from", "raw-v1"),
        ("a-v1", 2, "trained_on", "clean-v1"),
        ("b-v1", 2, "trained_on", "clean-v1"),
        ("run-v1", 2, "used", "clean-v1"),
        ("c-v1", 3, "produced_by", "run-v1"),
    ]
    assert page["dependents"][0] == {
        "id": "clean-v1",
        "artifact": "clean",
        "kind": "dataset",
        "title": page["dependents"][0]["title"],
        "version_number": 1,
        "state": "active",
        "depth": 1,
        "relation": "derives_from",
        "through": "raw-v1",
    }


def test_pages_there_and_back(get, downstream) -> None:
    everything = ids(get("/api/artifacts/raw/dependents"))
    seen, address, page = [], "/api/artifacts/raw/dependents?limit=2", {}
    while address:
        page = get(address.removeprefix("http://testserver"))
        seen += ids(page)
        address = page["next"]
    assert seen == everything
    back = []
    while page["previous"]:
        page = get(page["previous"].removeprefix("http://testserver"))
        back = ids(page) + back
    assert back == everything[:4]


def test_filters(get, downstream) -> None:
    assert ids(get("/api/artifacts/raw@1/dependents?kind=model&kind=analysis")) == ["a-v1", "b-v1", "run-v1", "c-v1"]
    assert ids(get("/api/artifacts/raw/dependents?relation=used&relation=produced_by")) == ["run-v1", "c-v1"]
    assert ids(get("/api/artifacts/raw/dependents?max_depth=1")) == ["clean-v1"]
    assert get("/api/artifacts/raw/dependents?kind=code")["by_kind"] == {}
    assert ids(get("/api/artifacts/a/dependents")) == []


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("kind=modle", "kind"),
        ("relation=revises", "relation"),
        ("max_depth=0", "max_depth"),
        ("max_depth=1&max_depth=2", "max_depth"),
        ("limit=201", "limit"),
        ("offset=2", "offset"),
        ("cursor=W10=", "cursor"),
        ("cursor=!", "cursor"),
        ("format=xls", "format"),
    ],
)
def test_what_is_invalid_is_refused(refused, downstream, query: str, parameter: str) -> None:
    assert refused(f"/api/artifacts/raw/dependents?{query}")["parameter"] == parameter


def test_a_cursor_belongs_to_what_was_asked(get, refused, downstream) -> None:
    following = get("/api/artifacts/raw/dependents?limit=2")["next"].removeprefix("http://testserver")
    assert refused(f"{following}&kind=model")["parameter"] == "cursor"
    assert refused(following.replace("/raw/", "/clean/"))["parameter"] == "cursor"


def test_an_unknown_id(get) -> None:
    get("/api/artifacts/nothing/dependents", 404)


def test_as_a_table(client, downstream) -> None:
    answer = client.get("/api/artifacts/raw@1/dependents?format=csv&kind=model")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="dependents-raw-v1.csv"'
    [head, *rows] = csv.reader(io.StringIO(answer.getvalue().decode()))
    assert head == ["id", "artifact", "kind", "title", "version_number", "state", "depth", "relation", "through"]
    assert [row[0] for row in rows] == ["a-v1", "b-v1", "c-v1"]
    assert rows[0][3] == "'=Model a", "what a spreadsheet would run is quoted"
    empty = client.get("/api/artifacts/c/dependents?format=csv")
    assert empty.getvalue().decode().splitlines() == [",".join(head)]


def test_an_error_is_a_problem_though_a_table_was_asked_for(client, downstream) -> None:
    answer = client.get("/api/artifacts/raw/dependents?format=csv&kind=modle")
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")


class TestRetraction:
    def test_a_retracted_version_says_what_it_touches(self, get, downstream) -> None:
        assert get("/api/artifacts/raw")["retraction"] is None
        version = retracted(make_dataset("raw").parent, "Labels were swapped.")

        found = get("/api/artifacts/raw@1")["retraction"]

        assert (found["reason"], found["touches"]["total"]) == ("Labels were swapped.", 5)
        assert found["at"] == version.state_changed_at.isoformat().replace("+00:00", "Z")
        assert found["touches"]["by_depth"] == [
            {"depth": 1, "count": 1},
            {"depth": 2, "count": 3},
            {"depth": 3, "count": 1},
        ]
        address = found["touches"]["dependents"].removeprefix("http://testserver")
        assert found["touches"]["first"] == get(address)["dependents"]

    def test_all_downstream_are_told_until_it_is_taken_back(self, get, downstream) -> None:
        paths = {
            "/api/artifacts/clean": ["clean-v1", "raw-v1"],
            "/api/artifacts/run": ["run-v1", "clean-v1", "raw-v1"],
            "/api/artifacts/c": ["c-v1", "run-v1", "clean-v1", "raw-v1"],
        }
        raw = retracted(make_dataset("raw").parent, "Labels were swapped.")

        for address, path in paths.items():
            [advice] = [item for item in get(address)["advisories"] if item["code"] == "retracted"]
            assert advice["path"] == path
            assert advice["message"] == (
                f"It rests on raw-v1, which is retracted (Labels were swapped): {' → '.join(path)}."
            )
        assert "retracted" in [item["code"] for item in get("/api/models/c")["provenance"]["advisories"]]
        set_state(raw, "active", reason="They were not.")
        assert all("retracted" not in str(get(address)["advisories"]) for address in paths)

    def test_a_comparison_tells_it_too(self, get, downstream) -> None:
        retracted(make_dataset("raw").parent, "Labels were swapped.")
        notices = get("/api/models/compare?ids=a,c")["notices"]
        assert [(notice["models"], notice["path"]) for notice in notices if notice["code"] == "retracted"] == [
            (["a-v1"], ["a-v1", "clean-v1", "raw-v1"]),
            (["c-v1"], ["c-v1", "run-v1", "clean-v1", "raw-v1"]),
        ]

    def test_it_stays_readable_and_is_not_the_latest(self, get) -> None:
        make_model("m")
        retracted(make_model("m"))
        assert get("/api/models/m")["id"] == "m-v1"
        found = get("/api/models/m@2")
        assert (found["state"], found["is_latest"], found["retraction"]["touches"]["total"]) == ("retracted", False, 0)


def test_a_constant_number_of_queries(queries) -> None:
    make_dataset("one")
    make_model("m", trained_on=["one@1"])
    make_dataset("many")
    for _ in range(30):
        make_model(trained_on=["many@1"])
    for query in ("", "?kind=model", "?format=csv"):
        assert queries(f"/api/artifacts/one/dependents{query}") == queries(
            f"/api/artifacts/many/dependents{query}{'&' if query else '?'}limit=100"
        )
    retracted(make_dataset("one").parent)
    retracted(make_dataset("many").parent)
    # Where there are few, what names the nearest looks for more of them one level further.
    assert queries("/api/artifacts/many@1") <= queries("/api/artifacts/one@1") <= 24
