"""Exports through the API: media types, names, problems. What is in them has tests of its own in `tests/exports`."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest
from django.test import Client

from catalog.exports.registry import FORMATS
from tests.exports.building import NASTY
from tests.factories import FULL_RECORD, complete_model, make_dataset, make_hypothesis, make_model, measured

pytestmark = pytest.mark.django_db

MEDIA_TYPES = {
    "prov-json": "application/json",
    "provn": "text/provenance-notation; charset=utf-8",
    "ro-crate": "application/zip",
    "jsonld": "application/ld+json",
    "model-card": "text/markdown; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "bibtex": "application/x-bibtex",
}


@pytest.fixture
def _two() -> None:
    complete_model("a:b.c")
    complete_model("other")


@pytest.mark.usefixtures("_two")
class TestFiles:
    def test_there_are_seven(self) -> None:
        assert set(FORMATS) == set(MEDIA_TYPES)

    @pytest.mark.parametrize("name", MEDIA_TYPES)
    def test_each_has_its_media_type_and_a_name_to_save_it_by(self, client: Client, name: str) -> None:
        answer = client.get(f"/api/models/a:b.c/export/{name}")
        assert answer.status_code == 200 and answer.headers["content-type"] == MEDIA_TYPES[name]
        disposition = f'attachment; filename="scidex-a-b.c-v1.{FORMATS[name].ending}"'
        assert answer.headers["content-disposition"] == disposition
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert client.get(f"/api/models/a:b.c-v1/export/{name}").content == answer.content

    @pytest.mark.parametrize("name", MEDIA_TYPES)
    def test_several_are_one_file_too(self, client: Client, name: str) -> None:
        answer = client.get(f"/api/models/compare/export/{name}?ids=other,a:b.c")
        assert answer.status_code == 200 and answer.headers["content-type"] == MEDIA_TYPES[name]
        assert f'"scidex-other-v1_vs_a-b.c-v1.{FORMATS[name].ending}"' in answer.headers["content-disposition"]
        # PROV-N has its own way to write a colon in a name.
        content = answer.content.replace(b"\\:", b":")
        assert b"other-v1" in content and b"a:b.c-v1" in content

    @pytest.mark.parametrize("accepted", ["text/csv", "application/json", "text/html,*/*;q=0.8", "image/png"])
    def test_the_address_decides_and_not_what_is_accepted(self, client: Client, accepted: str) -> None:
        answer = client.get("/api/models/other/export/csv", headers={"accept": accepted})
        assert answer.status_code == 200 and answer.headers["content-type"] == MEDIA_TYPES["csv"]

    def test_head_tells_all_but_the_file(self, client: Client) -> None:
        whole, head = (ask("/api/models/other/export/ro-crate") for ask in (client.get, client.head))
        assert head.status_code == 200 and head.content == b""
        for name in ("content-type", "content-disposition", "content-length"):
            assert head.headers[name] == whole.headers[name]

    def test_things_are_named_by_the_address_that_was_asked(self, client: Client) -> None:
        node = client.get("/api/models/other/export/jsonld").json()
        assert node["@id"] == "http://testserver/models/other-v1"

    def test_the_record_in_a_crate_is_what_the_api_answers(self, client: Client, get: Any) -> None:
        crate = client.get("/api/models/other/export/ro-crate").content
        with zipfile.ZipFile(io.BytesIO(crate)) as archive:
            assert json.loads(archive.read("records/1-other-v1.json")) == get("/api/models/other-v1")

    def test_the_comparison_in_a_crate_is_what_the_api_answers(self, client: Client, get: Any) -> None:
        crate = client.get("/api/models/compare/export/ro-crate?ids=other,a:b.c").content
        compared = get("/api/models/compare?ids=other,a:b.c")
        with zipfile.ZipFile(io.BytesIO(crate)) as archive:
            assert json.loads(archive.read("comparison.json")) == compared | {"models": ["other-v1", "a:b.c-v1"]}


@pytest.mark.usefixtures("_two")
class TestProblems:
    @pytest.mark.parametrize("path", ["other/export/rocrate", "compare/export/rocrate?ids=other,a:b.c"])
    def test_an_unknown_format_names_the_nearest(self, get: Any, path: str) -> None:
        problem = get(f"/api/models/{path}", 404)
        assert "no export format 'rocrate'; the nearest is 'ro-crate'" in problem["detail"]
        assert "prov-json" in problem["detail"]

    def test_an_unknown_model_and_what_is_none(self, get: Any) -> None:
        make_dataset("data")
        assert "'nothing'" in get("/api/models/nothing/export/csv", 404)["detail"]
        assert "of kind dataset" in get("/api/models/data/export/csv", 404)["detail"]

    @pytest.mark.parametrize("ids", ["", "?ids=", "?ids=other", "?ids=other,other-v1"])
    def test_a_comparison_takes_what_comparing_takes(self, get: Any, ids: str) -> None:
        [error] = get(f"/api/models/compare/export/csv{ids}", 400)["errors"]
        assert error["parameter"] == "ids"

    def test_every_unknown_id_is_named(self, get: Any) -> None:
        assert len(get("/api/models/compare/export/csv?ids=no,other,nor", 404)["errors"]) == 2

    @pytest.mark.parametrize("query", ["profile=x", "ids=other", "format=csv", "format=json&format=json"])
    def test_parameters_are_taken_strictly(self, get: Any, query: str) -> None:
        assert get(f"/api/models/other/export/csv?{query}", 400)["errors"]

    @pytest.mark.parametrize("form", ["json", "api"])
    def test_the_format_of_problems_may_be_given(self, client: Client, form: str) -> None:
        answer = client.get(f"/api/models/other/export/csv?format={form}")
        assert answer.headers["content-type"] == MEDIA_TYPES["csv"]
        problem = client.get(f"/api/models/nothing/export/csv?format={form}")
        expected = {"json": "application/problem+json", "api": "text/html; charset=utf-8"}
        assert problem.status_code == 404 and problem.headers["content-type"] == expected[form]

    @pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
    def test_they_are_for_reading(self, client: Client, method: str) -> None:
        answer = getattr(client, method)("/api/models/other/export/csv")
        assert answer.status_code == 405 and answer.headers["content-type"] == "application/problem+json"


def test_what_a_record_says_never_breaks_a_file(client: Client) -> None:
    for place, text in enumerate(NASTY[:5]):
        metadata = FULL_RECORD | {"authors": list(NASTY), "references": list(NASTY), "note": text}
        values = (measured(f"m{text}"[:100], 0.5, task=text[:100], evaluated_by=text[:100]),)
        make_model(
            f"m-{place}", title=text, description=text, license=text[:100], metadata=metadata, evaluations=values
        )
    for name in MEDIA_TYPES:
        for place in range(5):
            assert client.get(f"/api/models/m-{place}/export/{name}").status_code == 200
        assert client.get(f"/api/models/compare/export/{name}?ids=m-0,m-1,m-2,m-3,m-4").status_code == 200


def test_the_number_of_queries_is_that_of_the_models(queries: Any) -> None:
    def model(artifact: str, width: int) -> None:
        datasets = [str(make_dataset()) for _ in range(width)]
        values = tuple(measured("rmse", 0.5, dataset=dataset) for dataset in datasets)
        tests = [str(make_hypothesis()) for _ in range(width)]
        complete_model(artifact, trained_on=datasets, evaluations=values, tests=tests)

    for artifact, width in (("a", 1), ("b", 1), ("large-a", 6), ("large-b", 6)):
        model(artifact, width)
    for name in MEDIA_TYPES:
        assert queries(f"/api/models/a/export/{name}") == queries(f"/api/models/large-a/export/{name}")
        few, many = (f"/api/models/compare/export/{name}?ids={ids}" for ids in ("a,b", "large-a,large-b"))
        assert queries(few) == queries(many)
