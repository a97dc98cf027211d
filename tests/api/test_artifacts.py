from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from catalog.models import ArtifactVersion
from catalog.registration import Source, set_tag
from tests.factories import (
    CHECKSUMS,
    ArtifactFactory,
    make_analysis,
    make_dataset,
    make_document,
    make_hypothesis,
    make_model,
    retracted,
    unidentified_dataset,
)

pytestmark = pytest.mark.django_db

ROW = (
    *("id", "artifact", "kind", "title", "version_number", "version_label", "version_tag", "is_latest", "state"),
    *("identified_by", "created_at", "registered_at", "url"),
)
DETAIL = (
    *("aliases", "state_reason", "description", "license", "changelog", "content_digest", "checksums", "source"),
    *("metadata", "versions", "links", "dependents", "retraction", "advisories"),
)


def ids(page: dict[str, Any]) -> list[str]:
    return [row["id"] for row in page["artifacts"]]


class TestList:
    def test_every_kind_newest_first(self, get) -> None:
        moments = [datetime(2026, 1, day, tzinfo=UTC) for day in (2, 3, 1)]
        make_dataset("data", created_at=moments[0])
        make_model("model", created_at=moments[1])
        make_document("paper", created_at=moments[2])

        page = get("/api/artifacts")

        assert list(page) == ["artifacts", "total", "next", "previous"]
        assert ids(page) == ["model-v1", "data-v1", "paper-v1"] and page["total"] == 3
        assert all(tuple(row) == ROW for row in page["artifacts"])
        assert [row["url"] for row in page["artifacts"][:2]] == [
            "http://testserver/api/models/model-v1",
            "http://testserver/api/artifacts/data-v1",
        ]

    def test_one_row_an_artifact_by_its_latest_version(self, get) -> None:
        make_dataset("data")
        make_dataset("data")
        retracted(make_dataset("data"))
        retracted(make_dataset("gone"))

        assert {row["id"]: row["state"] for row in get("/api/artifacts")["artifacts"]} == {
            "data-v2": "active",
            "gone-v1": "retracted",
        }

    def test_by_kind_and_text(self, get) -> None:
        make_dataset("data", title="Cortex, single nucleus")
        make_hypothesis("h", title="Cortex thins")

        assert ids(get("/api/artifacts?kind=dataset")) == ["data-v1"]
        assert ids(get("/api/artifacts?q=thins+cortex")) == ["h-v1"]
        assert get("/api/artifacts?kind=code")["total"] == 0

    @pytest.mark.parametrize(
        ("query", "parameter"), [("kind=datset", "kind"), ("sort=title", "sort"), ("limit=0", "limit"), ("q=%00", "q")]
    )
    def test_what_is_invalid_is_refused(self, refused, query: str, parameter: str) -> None:
        assert refused(f"/api/artifacts?{query}")["parameter"] == parameter

    def test_pages_by_offset_and_cursor(self, get) -> None:
        for make in (make_dataset, make_model, make_hypothesis, make_dataset, make_model, make_dataset):
            make(created_at=datetime(2026, 1, 1, tzinfo=UTC))
        make_document("newest", created_at=datetime(2026, 1, 2, tzinfo=UTC))
        everything = ids(get("/api/artifacts"))
        newest_first = ArtifactVersion.objects.order_by("-created_at", "-pk").values_list("public_id", flat=True)
        assert everything == list(newest_first) and everything[0] == "newest-v1"

        for path in ("/api/artifacts?limit=2", "/api/artifacts?limit=2&cursor="):
            seen: list[str] = []
            address: str | None = path
            while address:
                page = get(address.removeprefix("http://testserver"))
                seen += ids(page)
                address = page["next"]
            assert seen == everything

    @pytest.mark.parametrize("few", [0, 100], ids=["where they stand", "all that are found"])
    def test_what_is_searched_for_comes_in_the_same_order_however_it_is_read(self, get, monkeypatch, few: int) -> None:
        monkeypatch.setattr("catalog.listing.of_any_kind._FEW", few)
        made = []
        for number, make in enumerate((make_dataset, make_hypothesis, make_model, make_dataset, make_model)):
            for title in ("Of mice", "Of men"):
                made.append(make(title=title, created_at=datetime(2026, 1, 1 + number % 3, tzinfo=UTC)))
        found = sorted((one for one in made if one.title == "Of mice"), key=lambda one: (one.created_at, one.pk))
        expected = [one.public_id for one in reversed(found)]

        for start in ("limit=2", "limit=2&cursor=", "limit=200"):
            seen: list[str] = []
            address: str | None = f"/api/artifacts?q=mice&{start}"
            while address:
                page = get(address.removeprefix("http://testserver"))
                assert page["total"] == 5
                seen += ids(page)
                address = page["next"]
            assert seen == expected
        assert ids(get("/api/artifacts?q=mice&kind=model")) == [name for name in expected if name.startswith("model")]

    @pytest.mark.django_db(transaction=True)
    def test_totals_are_of_what_is_asked_for_at_any_time(self, get) -> None:
        def totals() -> list[int]:
            return [get(f"/api/artifacts{query}")["total"] for query in ("", "?kind=dataset", "?q=mice", "?kind=model")]

        make_dataset("data", title="Of mice")
        assert totals() == totals() == [1, 1, 1, 0]
        make_model("model")
        assert totals() == totals() == [2, 1, 1, 1]

    def test_a_page_takes_a_constant_number_of_queries(self, queries) -> None:
        make_dataset()
        few = queries("/api/artifacts?limit=200")
        for _ in range(199):
            make_dataset()

        assert queries("/api/artifacts?limit=200") == few == 2


class TestDetail:
    def test_the_shape(self, get) -> None:
        version = make_dataset(
            "data",
            aliases=("old-name", "SEA-AD"),
            license="CC0",
            source=Source(format="test", record="data", revision="1"),
            metadata={"a": 1},
        )

        found = get("/api/artifacts/SEA-AD")

        assert tuple(found) == (*ROW, *DETAIL)
        assert found["id"] == "data-v1" and found["kind"] == "dataset" and found["identified_by"] == "checksum"
        assert sorted(found["aliases"]) == ["SEA-AD", "old-name"]
        assert found["checksums"] == CHECKSUMS and found["metadata"] == {"a": 1}
        assert found["content_digest"] == version.content_digest
        assert found["source"] == {"format": "test", "record": "data", "revision": "1"}
        assert [row["id"] for row in found["versions"]] == ["data-v1"]
        assert found["versions"][0]["quality_score"] is None

    def test_links_and_dependents(self, get) -> None:
        make_dataset("data")
        make_analysis("run", used=["data@1"])
        make_model(trained_on=["data"], produced_by="run")

        assert [(link["artifact"], link["status"]) for link in get("/api/artifacts/run")["links"]] == [("data", "ok")]
        assert get("/api/artifacts/data")["dependents"] == {"trained_on": 1, "used": 1}
        assert get("/api/artifacts/data@1")["dependents"] == {"used": 1}

    def test_any_kind_and_any_reference(self, get) -> None:
        set_tag(make_model("model.x:1"), "best")
        retracted(unidentified_dataset("gone"), "Consent withdrawn")

        assert get("/api/artifacts/model.x:1@best")["kind"] == "model"
        found = get("/api/artifacts/gone@1")
        assert (found["state"], found["state_reason"], found["identified_by"]) == (
            *("retracted", "Consent withdrawn"),
            None,
        )

    def test_what_is_not_there(self, get, refused) -> None:
        empty = ArtifactFactory()
        make_dataset("data")

        get("/api/artifacts/nothing", 404)
        get(f"/api/artifacts/{empty.public_id}", 404)
        assert refused("/api/artifacts/data?q=a")["parameter"] == "q"
