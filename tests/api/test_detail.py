from __future__ import annotations

from datetime import UTC, datetime

import pytest

from catalog.registration import (
    LinkInput,
    Source,
    add_link,
    append_evaluation,
    retract_evaluation,
    set_state,
    set_tag,
)
from catalog.vocabulary import Family, Outcome, Relation
from tests.api.test_list import KEYS
from tests.factories import (
    FULL_RECORD,
    RECORDS,
    MetricFactory,
    complete_model,
    evaluated_model,
    make_analysis,
    make_dataset,
    make_hypothesis,
    make_model,
    measured,
    orphan_model,
    retracted,
    unidentified_dataset,
)

pytestmark = pytest.mark.django_db

DETAIL = (
    *("description", "license", "changelog", "content_digest", "source", "metadata", "quality", "evidence"),
    *("evaluations", "versions", "links", "dependents", "retraction", "provenance"),
)


class TestReferences:
    def test_every_way_to_name_a_version(self, get) -> None:
        make_model("model.a:b_c-1", aliases=("other.name",))
        set_tag(make_model("model.a:b_c-1"), "stable")
        make_model("model.a:b_c-1", version_id="named:v.3")

        def found(reference: str) -> str:
            return get(f"/api/models/{reference}")["id"]

        assert found("model.a:b_c-1") == found("other.name") == found("named:v.3") == "named:v.3"
        assert found("model.a:b_c-1@1") == found("model.a:b_c-1-v1") == "model.a:b_c-1-v1"
        assert found("model.a:b_c-1@stable") == found("other.name@2") == "model.a:b_c-1-v2"

    @pytest.mark.parametrize("reference", ["nothing", "model-a@9", "model-a@none", "model-a-v1@1", "%00", "@", "a b"])
    def test_what_leads_nowhere_is_not_found(self, get, reference: str) -> None:
        make_model("model-a")

        for address in (f"/api/models/{reference}", f"/api/models/{reference}/provenance"):
            assert get(address, 404)["title"] == "Not Found"

    def test_what_is_no_model_is_not_found_among_models(self, get) -> None:
        make_dataset("data")

        assert get("/api/models/data", 404)["detail"] == "'data' is of kind dataset, not model."

    def test_case_counts(self, get) -> None:
        make_model("Model-A")

        get("/api/models/model-a", 404)

    def test_a_bare_id_means_the_latest_live_version(self, get) -> None:
        make_model("a")
        retracted(make_model("a"))

        assert get("/api/models/a")["id"] == "a-v1"
        assert get("/api/models/a-v2")["state"] == "retracted"


class TestShape:
    def test_the_row_and_more(self, get) -> None:
        model = complete_model(
            description="What it is",
            license="CC0",
            changelog="Refitted",
            source=Source(format="test", record="record", revision="1"),
            metadata=RECORDS[Family.BIOPHYSICAL],
        )

        found = get(f"/api/models/{model}")

        assert tuple(found) == (*KEYS, *DETAIL)
        [row] = get("/api/models")["models"]
        assert {key: found[key] for key in KEYS} == row
        assert (found["description"], found["license"], found["changelog"]) == ("What it is", "CC0", "Refitted")
        assert found["content_digest"] == model.content_digest
        assert found["source"] == {"format": "test", "record": "record", "revision": "1"}
        assert found["metadata"] == RECORDS[Family.BIOPHYSICAL]
        assert found["quality"]["assessed"] == 0.9 and found["quality"]["by"] == "A. Curator"
        assert found["quality"]["reason"] == "Reviewed" and found["quality"]["at"].endswith("Z")

    def test_what_nobody_says_is_null(self, get) -> None:
        found = get(f"/api/models/{orphan_model(metadata={})}")

        assert [found[key] for key in ("description", "license", "changelog", "source")] == [None] * 4
        assert found["quality"] == {"assessed": None, "by": None, "reason": None, "at": None}
        assert found["evaluations"] == found["links"] == [] and found["dependents"] == {}

    def test_evidence(self, get) -> None:
        model = evaluated_model(metadata=RECORDS[Family.BIOPHYSICAL] | FULL_RECORD, quality=None)

        evidence = get(f"/api/models/{model}")["evidence"]

        assert evidence["score"] == 1
        assert [check["code"] for check in evidence["checks"]] == [
            *("specification", "parameters", "validation", "validation_context", "code", "environment", "license"),
            "references",
        ]
        assert all(set(check) == {"code", "label", "applies", "holds"} for check in evidence["checks"])

    def test_a_check_that_cannot_apply_does_not_hold(self, get) -> None:
        model = make_model(family=Family.STATISTICAL, metadata={"model_type": "random forest"})

        evidence = get(f"/api/models/{model}")["evidence"]

        assert evidence["score"] == pytest.approx(1 / 7)
        assert [check["code"] for check in evidence["checks"] if not check["applies"]] == ["parameters"]


class TestEvaluations:
    def test_all_that_is_said_of_a_value(self, get) -> None:
        MetricFactory(name="coverage", unit="share", direction="target", target_value=0.95)
        make_dataset("data")
        stated = measured(
            *("coverage", 0.9),
            task="forecast",
            subset="US",
            dataset="data",
            dataset_version=1,
            split="test",
            n=120,
            ci_low=0.85,
            ci_high=0.93,
            std_error=0.02,
            period="2025",
            evaluated_by="The hub",
            primary=True,
        )

        [found] = get(f"/api/models/{make_model(evaluations=(stated,))}")["evaluations"]

        assert found == {
            "number": 1,
            "metric": "coverage",
            "value": 0.9,
            "unit": "share",
            "direction": "target",
            "target": 0.95,
            "task": "forecast",
            "subset": "US",
            "dataset": "data",
            "dataset_version": 1,
            "split": "test",
            "n": 120,
            "ci_low": 0.85,
            "ci_high": 0.93,
            "std_error": 0.02,
            "period": "2025",
            "evaluated_by": "The hub",
            "reported_by": "author",
            "primary": True,
        }

    def test_what_is_not_said_is_null_and_what_is_taken_back_is_gone(self, get) -> None:
        model = make_model(evaluations=(measured("unheard-of", 1.0), measured("rmse", 2.0, unit="mm")))
        retract_evaluation(model, 2, reason="Wrong")
        append_evaluation(model, measured("unheard-of", 3.0), supersedes=1)

        [found] = get(f"/api/models/{model}")["evaluations"]

        assert (found["number"], found["value"]) == (3, 3.0)
        stated = {"number", "metric", "value", "reported_by", "primary"}
        assert all(value is None for key, value in found.items() if key not in stated)


class TestHistory:
    def test_versions_newest_first(self, get) -> None:
        make_model("a", version_label="0.1", created_at=datetime(2025, 1, 1, tzinfo=UTC))
        set_tag(make_model("a", changelog="Refitted"), "stable")

        first, second = get("/api/models/a-v1")["versions"]

        assert (first["id"], second["id"]) == ("a-v2", "a-v1")
        assert (first["is_latest"], first["version_tag"], first["changelog"]) == (True, "stable", "Refitted")
        assert (second["version_label"], second["changelog"], second["created_at"]) == (
            *("0.1", None),
            "2025-01-01T00:00:00Z",
        )
        assert set(first) == {
            *("id", "version_number", "parent", "version_label", "version_tag", "is_latest", "state", "quality_score"),
            *("content_digest", "changelog", "created_at"),
        }


class TestLinks:
    def test_a_pinned_link(self, get) -> None:
        dataset = make_dataset("data")
        model = make_model(links=(LinkInput(relation=Relation.TRAINED_ON, ref="data@1", stated_as="The data"),))

        assert get(f"/api/models/{model}")["links"] == [
            {
                "number": 1,
                "relation": "trained_on",
                "artifact": "data",
                "kind": "dataset",
                "title": dataset.title,
                "stated_as": "The data",
                "outcome": None,
                "version_id": "data-v1",
                "version_number": 1,
                "pinned": True,
                "identified": True,
                "digest": dataset.content_digest,
                "status": "ok",
            }
        ]

    def test_an_unpinned_link(self, get) -> None:
        make_hypothesis("h", title="What it tests")
        tested = LinkInput(relation=Relation.TESTS, ref="h", outcome=Outcome.SUPPORTS)

        [link] = get(f"/api/models/{make_model(tests=[tested])}")["links"]

        assert (link["pinned"], link["status"], link["title"]) == (False, "unpinned", "What it tests")
        assert link["outcome"] == "supports"
        assert [link[key] for key in ("version_id", "version_number", "digest", "stated_as")] == [None] * 4

    def test_how_a_pin_stands(self, get) -> None:
        unidentified_dataset("vague")
        retracted(make_dataset("gone"))
        make_dataset("grown")
        make_dataset("grown")
        model = make_model(trained_on=["vague@1", "gone@1", "grown@1"])

        statuses = [link["status"] for link in get(f"/api/models/{model}")["links"]]

        assert statuses == ["unidentified", "retracted", "superseded"]

    def test_dependents_of_any_version_or_of_one(self, get) -> None:
        make_model("base")
        make_model("base")
        make_model(links=(LinkInput(relation=Relation.FINE_TUNED_FROM, ref="base@1"),))
        make_model(links=(LinkInput(relation=Relation.FINE_TUNED_FROM, ref="base"),))
        make_analysis(used=["base@2"])

        assert get("/api/models/base")["dependents"] == {"fine_tuned_from": 2, "used": 1}
        assert get("/api/models/base@1")["dependents"] == {"fine_tuned_from": 1}
        assert get("/api/models/base-v2")["dependents"] == {"used": 1}


class TestProvenance:
    def test_a_complete_model(self, get) -> None:
        found = get(f"/api/models/{complete_model()}")["provenance"]

        assert found["completeness"] == 1 and found["complete"] is True and found["cap"] is None
        assert [(rule["code"], rule["applies"], rule["holds"]) for rule in found["rules"]] == [
            ("training_dataset", True, True),
            ("producing_analysis", True, True),
            ("pinned_inputs", True, True),
            ("tested_hypothesis", False, None),
        ]
        assert all(rule["message"] is rule["remedy"] is None and rule["label"] for rule in found["rules"])
        assert found["advisories"] == []

    def test_a_failing_rule_says_how_to_mend_it(self, get) -> None:
        model = orphan_model(declares_hypothesis=True)

        found = get(f"/api/models/{model}")["provenance"]

        assert (found["completeness"], found["complete"], found["cap"]) == (0, False, 0.3)
        assert all(rule["applies"] and not rule["holds"] for rule in found["rules"])
        assert all(rule["message"] and rule["remedy"] for rule in found["rules"])

        make_dataset("data")
        add_link(model, LinkInput(relation=Relation.TRAINED_ON, ref="data"))
        assert get(f"/api/models/{model}")["provenance"]["completeness"] == 0.25

    def test_advisories(self, get) -> None:
        dataset = make_dataset("data")
        model = complete_model(trained_on=["data@1"], produced_by=str(make_analysis(used=["data@1"])))
        make_dataset("data")
        set_state(dataset, "retracted", reason="Wrong")

        found = get(f"/api/models/{model}")["provenance"]["advisories"]

        assert [(advice["code"], advice["artifact"]) for advice in found] == [
            ("retracted", "data"),
            ("superseded", "data"),
        ]
        assert all(advice["message"] for advice in found)


def test_a_detail_takes_no_parameters(refused) -> None:
    make_model("a")

    assert refused("/api/models/a?limit=3")["parameter"] == "limit"


def test_a_detail_takes_a_constant_number_of_queries(queries) -> None:
    make_dataset("data")
    make_model("small", trained_on=["data@1"], evaluations=(measured("rmse", 0.5, dataset="data", dataset_version=1),))
    for number in range(200):
        make_dataset(f"data-{number}")
    everything = {"trained_on": [f"data-{number}@1" for number in range(200)]}
    measures = [measured("rmse", 0.5, dataset=f"data-{number}", dataset_version=1) for number in range(200)]
    for _ in range(5):
        make_model("large", evaluations=tuple(measures), **everything)

    assert queries("/api/models/small") == queries("/api/models/large") <= 12
    assert queries("/api/artifacts/small") == queries("/api/artifacts/large")
