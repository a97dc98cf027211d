"""GET /api/analyses/{id}/reproducibility and /api/models/{id}/reproducibility."""

from __future__ import annotations

import pytest

from catalog.models import ArtifactVersion
from tests.factories import complete_model, make_analysis, make_dataset, make_model, retracted
from tests.provenance.tampering import alter

pytestmark = pytest.mark.django_db

SHAPE = (
    "id",
    "artifact",
    "title",
    "version_number",
    "reproducible",
    "record",
    "counts",
    "pins",
    "reasons",
    "truncated",
)


def test_an_analysis_with_a_pin_that_was_altered(get) -> None:
    expected = make_dataset("data").content_digest
    make_dataset("sound")
    make_analysis("run", used=["data@1", "sound@1"])
    alter(ArtifactVersion.objects.get(public_id="data-v1"), metadata={"rows": 3})

    found = get("/api/analyses/run/reproducibility")

    assert tuple(found) == SHAPE
    assert (found["id"], found["artifact"], found["version_number"]) == ("run-v1", "run", 1)
    assert found["reproducible"] is False and found["truncated"] is False
    assert found["record"]["status"] == "ok" and found["record"]["expected"] == found["record"]["current"]
    assert found["counts"] == {"ok": 1, "missing": 0, "modified": 1, "retracted": 0, "unidentified": 0}
    pin = found["pins"][0]
    assert pin == {
        "source": "run-v1",
        "depth": 0,
        "number": 1,
        "relation": "used",
        "artifact": "data",
        "kind": "dataset",
        "title": pin["title"],
        "stated_as": None,
        "version_id": "data-v1",
        "version_number": 1,
        "identified_by": "checksum",
        "status": "modified",
        "expected": expected,
        "current": pin["current"],
        "message": "The record of data-v1 was altered since it was registered.",
        "remedy": "Restore the row from a backup, or register what it says now as a new version.",
    }
    assert pin["current"] not in (None, expected)
    assert found["reasons"] == [
        {"code": "modified", "about": "data-v1", "message": pin["message"], "remedy": pin["remedy"]}
    ]
    assert [link["status"] for link in get("/api/artifacts/run")["links"]] == ["modified", "ok"]
    assert [advice["code"] for advice in get("/api/artifacts/run")["advisories"]] == ["modified"]
    assert [advice["artifact"] for advice in get("/api/artifacts/data")["advisories"]] == ["data"]


def test_an_analysis_without_inputs(get) -> None:
    make_analysis("run")

    found = get("/api/analyses/run@1/reproducibility")

    assert found["reproducible"] is None and found["pins"] == []
    assert [reason["code"] for reason in found["reasons"]] == ["no_inputs"]


def test_a_model_and_what_becomes_of_it(get) -> None:
    make_dataset("data")
    model = complete_model("m", trained_on=["data@1"], produced_by=str(make_analysis("run", used=["data@1"])))

    def answer() -> tuple[bool | None, list[tuple[str, str]]]:
        found = get("/api/models/m/reproducibility")
        return found["reproducible"], [(reason["code"], reason["about"]) for reason in found["reasons"]]

    assert answer() == (True, [])
    retracted(ArtifactVersion.objects.get(public_id="data-v1"))
    assert answer() == (False, [("retracted", "data-v1")])
    alter(model, title="Another")
    assert answer() == (False, [("modified", "m-v1"), ("retracted", "data-v1")])
    assert [advice["code"] for advice in get("/api/models/m")["provenance"]["advisories"]] == ["modified", "retracted"]


def test_what_is_of_another_kind_or_unknown_is_not_found(get, refused) -> None:
    make_analysis("run")
    make_model("m")

    assert get("/api/analyses/m/reproducibility", 404)["detail"] == "'m' is of kind model, not analysis."
    assert get("/api/models/run/reproducibility", 404)["detail"] == "'run' is of kind analysis, not model."
    assert get("/api/analyses/none/reproducibility", 404)["status"] == 404
    assert get("/api/models/m@7/reproducibility", 404)["status"] == 404
    assert refused("/api/models/m/reproducibility?depth=3")["parameter"] == "depth"


def test_the_number_of_queries_is_constant(queries) -> None:
    for number in range(12):
        make_dataset(f"data-{number}")
    for name, size in (("small", 1), ("large", 12)):
        used = [f"data-{number}@1" for number in range(size)]
        make_analysis(f"run-{name}", used=used)
        make_model(name, trained_on=used, produced_by=f"run-{name}")

    for kind, few, many in (("models", "small", "large"), ("analyses", "run-small", "run-large")):
        assert queries(f"/api/{kind}/{few}/reproducibility") == queries(f"/api/{kind}/{many}/reproducibility") <= 14
