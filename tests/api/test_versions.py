from __future__ import annotations

import pytest

from catalog.registration import LinkInput, add_link, append_evaluation, set_tag
from catalog.vocabulary import Family, Relation
from tests.api.writing import body_of, client_of, pointers, post
from tests.factories import make_dataset, make_document, make_hypothesis, make_model, measured, retracted

pytestmark = pytest.mark.django_db

ROW = (
    *("id", "version_number", "parent", "version_label", "version_tag", "is_latest", "state", "quality_score"),
    *("content_digest", "changelog", "created_at", "title", "state_reason", "registered_at", "url"),
)


class TestList:
    def test_newest_first(self, get) -> None:
        first = make_dataset("data", version_label="2024", version_tag="stable")
        make_dataset("data", changelog="Two donors more.", aliases=("other-name",))
        retracted(make_dataset("data"), "Wrong labels.")

        page = get("/api/artifacts/other-name/versions")

        assert list(page) == ["artifact", "kind", "versions", "total", "next", "previous"]
        assert (page["artifact"], page["kind"], page["total"]) == ("data", "dataset", 3)
        assert all(tuple(row) == ROW for row in page["versions"])
        third, second, row = page["versions"]
        assert (third["id"], third["state"], third["state_reason"], third["is_latest"]) == (
            *("data-v3", "retracted", "Wrong labels."),
            False,
        )
        assert (second["parent"], second["is_latest"], second["changelog"]) == ("data-v1", True, "Two donors more.")
        assert (row["parent"], row["version_label"], row["version_tag"]) == (None, "2024", "stable")
        assert row["content_digest"] == first.content_digest
        assert row["url"] == "http://testserver/api/artifacts/data-v1"

    def test_pages_by_offset_and_by_cursor(self, get) -> None:
        for _ in range(5):
            make_model("m")
        for path in ("/api/artifacts/m/versions?limit=2", "/api/artifacts/m/versions?limit=2&cursor="):
            seen, address = [], path
            while address:
                page = get(address.removeprefix("http://testserver"))
                seen += [row["version_number"] for row in page["versions"]]
                address = page["next"]
            assert seen == [5, 4, 3, 2, 1]

    def test_what_is_not_there(self, get, refused) -> None:
        make_dataset("data")
        get("/api/artifacts/nothing/versions", 404)
        assert refused("/api/artifacts/data/versions?limit=0")["parameter"] == "limit"
        assert "nearest is 'limit'" in refused("/api/artifacts/data/versions?limt=1")["detail"]

    def test_a_constant_number_of_queries(self, queries) -> None:
        make_dataset("one")
        for _ in range(30):
            make_dataset("many")
        assert queries("/api/artifacts/one/versions") == queries("/api/artifacts/many/versions")


class TestOne:
    def test_a_model_reads_as_a_model_and_the_rest_as_artifacts(self, get) -> None:
        make_model("m")
        make_model("m")
        make_dataset("data")
        assert get("/api/artifacts/m/versions/1") == get("/api/models/m-v1")
        assert get("/api/artifacts/m-v2/versions/1") == get("/api/models/m-v1")
        assert get("/api/artifacts/data/versions/1") == get("/api/artifacts/data-v1")

    @pytest.mark.parametrize("number", ["2", "0", "9999999999999999999999"])
    def test_an_unknown_number(self, get, number: str) -> None:
        make_dataset("data")
        assert "'data' has no version" in get(f"/api/artifacts/data/versions/{number}", 404)["detail"]


class TestDiff:
    def test_field_by_field(self, get) -> None:
        make_dataset("d", title="Data", checksums={"a.csv": "1" * 8})
        make_dataset("d", title="Data, cleaned", checksums={"a.csv": "2" * 8}, license="CC0", metadata={"n": 3})

        diff = get("/api/artifacts/d/diff?from=1&to=2")

        assert list(diff) == [*("artifact", "kind", "from", "to", "digest_changed", "fields", "evaluations", "links")]
        assert (diff["from"]["id"], diff["to"]["id"], diff["digest_changed"]) == ("d-v1", "d-v2", True)
        assert diff["fields"] == [
            {"field": "license", "section": "general", "change": "added", "from": None, "to": "CC0"},
            {"field": "title", "section": "general", "change": "changed", "from": "Data", "to": "Data, cleaned"},
            {"field": 'checksums."a.csv"', "section": "checksums", "change": "changed", "from": "1" * 8, "to": "2" * 8},
            {"field": "metadata.n", "section": "metadata", "change": "added", "from": None, "to": 3},
        ]
        back = get("/api/artifacts/d/diff?from=2&to=1")
        assert [(row["field"], row["from"], row["to"]) for row in back["fields"]] == [
            (row["field"], row["to"], row["from"]) for row in diff["fields"]
        ]

    def test_evaluations_and_links_and_states(self, get) -> None:
        make_dataset("data")
        make_dataset("data")
        case = {"dataset": "data", "dataset_version": 1, "split": "test"}
        make_model("m", title="M", trained_on=["data@1"], evaluations=(measured("rmse", 0.5, **case),))
        second = make_model("m", title="M", trained_on=["data@2"], evaluations=(measured("rmse", 0.4, **case),))
        append_evaluation(second, measured("auroc", 0.9))
        add_link(second, LinkInput(relation=Relation.FINE_TUNED_FROM, ref="m@1"))
        retracted(second, "Leaked.")

        diff = get("/api/artifacts/m/diff?from=1&to=2")

        assert [(row["field"], row["from"], row["to"]) for row in diff["fields"]] == [
            ("state", "active", "retracted"),
            ("state_reason", None, "Leaked."),
        ]
        assert [
            (row["change"], row["case"]["metric"], row["case"]["dataset_version"], row["from"] and row["from"]["value"])
            for row in diff["evaluations"]
        ] == [("changed", "rmse", 1, 0.5), ("added", "auroc", None, None)]
        assert [(row["change"], row["relation"], row["artifact"]) for row in diff["links"]] == [
            ("added", "fine_tuned_from", "m"),
            ("repinned", "trained_on", "data"),
        ]
        assert (diff["links"][1]["from"]["version_id"], diff["links"][1]["to"]["version_number"]) == ("data-v1", 2)

    def test_the_same_version_differs_in_nothing(self, get) -> None:
        make_model("m", evaluations=(measured(),))
        diff = get("/api/artifacts/m/diff?from=1&to=1")
        assert (diff["fields"], diff["evaluations"], diff["links"], diff["digest_changed"]) == ([], [], [], False)

    @pytest.mark.parametrize("make", [make_dataset, make_hypothesis, make_document, make_model])
    def test_every_kind_by_number_tag_and_id(self, get, make) -> None:
        make("x", title="One", version_tag="old")
        make("x", title="Two", version_tag="new")
        answers = [
            get(f"/api/artifacts/x/diff?from={before}&to={after}")
            for before, after in (("1", "2"), ("old", "new"), ("x-v1", "x-v2"), ("old", "2"))
        ]
        assert [row["field"] for row in answers[0]["fields"]] == ["title"]
        assert all(answer == answers[0] for answer in answers)

    def test_what_is_missing_or_unknown(self, get, refused) -> None:
        make_dataset("data", version_tag="stable")
        make_dataset("other")
        assert refused("/api/artifacts/data/diff?from=1") == {
            "parameter": "to",
            "detail": "Give to: a version's number or tag.",
            "code": "required",
        }
        assert [error["parameter"] for error in get("/api/artifacts/data/diff", 400)["errors"]] == ["from", "to"]
        assert "nearest is 'stable'" in refused("/api/artifacts/data/diff?from=stabel&to=1", 404)["detail"]
        assert refused("/api/artifacts/data/diff?from=1&to=other-v1", 404)["parameter"] == "to"
        assert refused("/api/artifacts/data/diff?from=1&to=1&by=2")["parameter"] == "by"
        get("/api/artifacts/nothing/diff?from=1&to=2", 404)

    def test_a_constant_number_of_queries(self, queries) -> None:
        def two(model: str, size: int) -> None:
            for value in (0.5, 0.4):
                make_model(
                    model,
                    trained_on=[str(make_dataset()) for _ in range(size)],
                    evaluations=tuple(measured(f"metric-{number}", value, dataset="d") for number in range(size)),
                )

        make_dataset("d")
        two("one", 1)
        two("many", 20)
        assert queries("/api/artifacts/one/diff?from=1&to=2") == queries("/api/artifacts/many/diff?from=1&to=2")


class TestBranching:
    def test_from_an_older_version(self, get) -> None:
        client = client_of()
        for title in ("one", "two"):
            assert post(client, "/api/models", body_of("m", title=title)).status_code == 201
        branch = body_of("m", title="three", parent="m@1")

        answer = post(client, "/api/models", branch)

        assert answer.status_code == 201
        assert [(row["id"], row["parent"]) for row in answer.json()["versions"]] == [
            ("m-v3", "m-v1"),
            ("m-v2", "m-v1"),
            ("m-v1", None),
        ]
        graph = get("/api/models/m/provenance?history=true")
        assert [(edge["source"], edge["target"]) for edge in graph["edges"]] == [("m-v3", "m-v1")]

    def test_the_parent_is_no_part_of_the_content_and_tells_posts_apart(self) -> None:
        client = client_of()
        for title in ("one", "two"):
            post(client, "/api/models", body_of("m", title=title))
        branch = body_of("m", title="three", parent="m-v1")
        first = post(client, "/api/models", branch).json()

        again = post(client, "/api/models", branch | {"parent": "m@1"})
        assert (again.status_code, again.json()["id"]) == (200, "m-v3")
        silent = post(client, "/api/models", body_of("m", title="three"))
        assert (silent.status_code, silent.json()["id"]) == (200, "m-v3")
        other = post(client, "/api/models", branch | {"parent": "m@2"})
        assert (other.status_code, other.json()["id"]) == (201, "m-v4")
        assert other.json()["content_digest"] == first["content_digest"]
        taken = post(client, "/api/models", branch | {"parent": "m@1", "id": "m-v4"})
        assert pointers(taken, 409) == ["/id"]

    def test_any_kind(self, get) -> None:
        client = client_of()
        for title in ("one", "two"):
            post(client, "/api/artifacts", {"artifact": "d", "kind": "dataset", "title": title, "version_tag": title})
        body = {"artifact": "d", "kind": "dataset", "title": "three", "parent": "d@one"}
        assert post(client, "/api/artifacts", body).json()["versions"][0]["parent"] == "d-v1"

    @pytest.mark.parametrize(
        ("parent", "status"), [("m@9", 422), ("nothing", 422), ("other-v1", 400), ("m", 400), ("a b", 422)]
    )
    def test_a_wrong_parent_is_refused(self, get, parent: str, status: int) -> None:
        make_model("m")
        make_dataset("other")
        answer = post(client_of(), "/api/models", body_of("m", title="two", parent=parent))
        assert pointers(answer, status) == ["/parent"]
        assert "'m-v1'" in answer.json()["errors"][0]["detail"]
        assert get("/api/artifacts/m/versions")["total"] == 1

    def test_a_first_version_has_none(self, get) -> None:
        answer = post(client_of(), "/api/models", body_of("m", parent="m@1"))
        assert pointers(answer, 422) == ["/parent"]
        get("/api/artifacts/m", 404)

    def test_it_does_not_change(self) -> None:
        make_model("m")
        answer = client_of().patch("/api/artifacts/m-v1", {"parent": "m-v1"}, format="json")
        assert pointers(answer, 409) == ["/parent"]


class TestTags:
    @pytest.mark.parametrize(("make", "at"), [(make_model, "models"), (make_dataset, "artifacts")])
    def test_a_tag_names_one_version_wherever_an_id_is_taken(self, get, make, at: str) -> None:
        first = make("x", version_tag="stable")
        make("x")
        make("y", version_tag="stable")
        make_model("z", links=(LinkInput(relation=Relation.DERIVES_FROM, ref="x@stable"),))

        assert get(f"/api/{at}/x@stable")["id"] == "x-v1"
        assert get("/api/artifacts/x@stable")["id"] == "x-v1"
        assert get("/api/artifacts/x@stable/versions")["total"] == 2
        assert [row["id"] for row in get("/api/artifacts/x@stable/dependents")["dependents"]] == ["z-v1"]
        assert get("/api/artifacts/x@latest", 404)
        set_tag(first, None)
        get("/api/artifacts/x@stable", 404)

    def test_a_tag_moves_and_is_never_on_two(self, get) -> None:
        make_model("m", version_tag="best", family=Family.STATISTICAL)
        make_dataset("d", version_tag="best")
        make_model("m", version_tag="best", family=Family.STATISTICAL)
        client = client_of()

        assert [row["version_tag"] for row in get("/api/artifacts/m/versions")["versions"]] == ["best", None]
        assert client.patch("/api/artifacts/m@1", {"version_tag": "best"}, format="json").status_code == 200
        assert [row["version_tag"] for row in get("/api/artifacts/m/versions")["versions"]] == [None, "best"]
        assert get("/api/models?tag=best&latest=false")["models"][0]["id"] == "m-v1"
        assert get("/api/models/compare?ids=m@best,m@2")["models"][0]["id"] == "m-v1"
        answer = client.patch("/api/artifacts/m@2", {"version_tag": "2"}, format="json")
        assert pointers(answer) == ["/version_tag"]
