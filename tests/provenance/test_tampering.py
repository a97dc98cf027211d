"""What was altered past every guard is told where it is read, and by the audit of the whole catalogue."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import Artifact, ArtifactVersion, Link
from catalog.provenance.advisories import Advice, advisories
from catalog.provenance.integrity import find_altered
from catalog.provenance.pins import links_of
from tests.factories import complete_model, evaluated_model, make_analysis, make_dataset, make_model, measured
from tests.provenance.tampering import alter, alter_evaluation, alter_link

pytestmark = pytest.mark.django_db


def read(name: str) -> ArtifactVersion:
    return ArtifactVersion.objects.get(public_id=name)


def told(name: str) -> list[Advice]:
    return [advice for advice in advisories(read(name)) if advice.code == "modified"]


def status(name: str) -> list[str]:
    return [str(item.status) for item in links_of([read(name)])]


def test_a_record_that_was_altered_says_so_and_how_to_mend_it() -> None:
    digest = make_dataset("data").content_digest
    alter(read("data-v1"), metadata={"rows": 1})
    [advice] = told("data-v1")
    assert advice.artifact == "data"
    assert advice.message.startswith("The record of data-v1 was altered since it was registered. Its digest was")
    assert digest in advice.message and "Restore the row from a backup" in advice.message


def test_what_is_pinned_to_it_says_that_the_record_was_altered_and_its_link_is_modified() -> None:
    make_model("m", trained_on=[f"{make_dataset('data').artifact}@1"])
    assert (told("m-v1"), status("m-v1")) == ([], ["ok"])
    alter(read("data-v1"), checksums={"sha256": "ff"})
    assert [advice.message.partition(".")[0] for advice in told("m-v1")] == [
        "The record of data-v1 was altered since it was registered"
    ]
    assert status("m-v1") == ["modified"]


def test_a_pin_that_differs_is_told_apart_from_a_record_that_was_altered() -> None:
    make_dataset("data")
    alter_link(make_model("m", trained_on=["data@1"]), pinned_digest="sha256:0")
    [advice] = told("m-v1")
    assert advice.message.startswith(
        "data-v1 is no longer what was pinned: its digest has changed. Its digest was sha25"
    )
    assert "Pin the version that says what was used" in advice.message
    assert status("m-v1") == ["modified"] and told("data-v1") == []


def test_an_altered_evaluation_alters_the_models_record_and_what_is_pinned_to_it() -> None:
    base = evaluated_model("base")
    make_analysis("a", used=["base@1"])
    alter_evaluation(base, value=0.01)
    assert len(told("base-v1")) == 1
    assert status("a-v1") == ["modified"]


def test_what_the_producing_analysis_used_counts_too() -> None:
    make_dataset("data")
    analysis = make_analysis(used=["data@1"])
    make_model("m", trained_on=["data@1"], produced_by=str(analysis))
    alter(read("data-v1"), title="Another")
    assert [advice.artifact for advice in told("m-v1")] == ["data"]


def test_writing_back_what_was_there_takes_the_advisory_away() -> None:
    make_dataset("data", metadata={"rows": 4})
    alter(read("data-v1"), metadata={"rows": 5})
    assert len(told("data-v1")) == 1
    alter(read("data-v1"), metadata={"rows": 4.0})
    assert told("data-v1") == []


def test_the_status_of_many_links_takes_as_many_queries_as_of_one() -> None:
    data = [f"{make_dataset().artifact}@1" for _ in range(9)]
    few, many = make_model(trained_on=data[:1]), make_model(trained_on=data)
    counts = []
    for model in (few, many):
        with CaptureQueriesContext(connection) as captured:
            links_of([model])
        counts.append(len(captured))
    assert counts == [2, 2]


def test_the_audit_finds_altered_records_of_every_kind_and_pins_that_changed() -> None:
    model = complete_model("m")
    make_dataset("data")
    alter(read("data-v1"), description="Another")
    alter(make_analysis("a"), title="Another")
    alter_link(model, 1, pinned_digest="sha256:0")
    report = find_altered()
    assert (report.altered, report.ids) == (2, ["data-v1", "a-v1"])
    assert (report.pins_changed, report.pins) == (1, ["m-v1 link 1"])
    assert report.looked_at == ArtifactVersion.objects.count() and not report.is_sound


def test_batches_of_any_size_find_the_same_and_tell_their_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        alter(make_dataset(f"d{number}"), title="Another")
    for size in (1, 2, 5, 100):
        monkeypatch.setattr("catalog.provenance.integrity.BATCH_SIZE", size)
        progress: list[int] = []
        assert find_altered(progress=progress.append).ids == [f"d{number}-v1" for number in range(5)]
        assert sum(progress) == 5 and max(progress) <= size


def test_a_batch_takes_as_many_queries_at_one_row_as_at_many() -> None:
    counts = []
    for _ in range(2):
        evaluated_model()
        with CaptureQueriesContext(connection) as captured:
            find_altered()
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_a_report_names_the_first_and_counts_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("catalog.provenance.integrity.MOST_NAMED", 2)
    for number in range(4):
        alter(make_dataset(f"d{number}"), title="Another")
    report = find_altered()
    assert (report.altered, report.ids) == (4, ["d0-v1", "d1-v1"])


def test_a_dump_and_a_restore_are_no_alteration(tmp_path: Path) -> None:
    numbers = {"big": 1e22, "zero": -0.0, "most": 1.7976931348623157e308, "least": 5e-324, "whole": 4.0}
    make_dataset("data", metadata={"numbers": numbers, "text": "é\u2028"})
    make_model(
        "m",
        metadata={"parameters": {"k": {"value": 1e308}}},
        evaluations=(measured("rmse", -0.0, dataset="data@1"), measured("aic", 1e22, std_error=5e-324)),
        trained_on=["data@1"],
    )
    dump = tmp_path / "dump.json"
    call_command("dumpdata", "catalog", "--natural-foreign", "--natural-primary", output=dump, verbosity=0)
    Link.objects.all().delete()
    read("m-v1").artifact.delete()
    Artifact.objects.all().delete()
    call_command("loaddata", dump, verbosity=0)
    report = find_altered()
    assert (report.looked_at, report.is_sound) == (2, True)
    assert told("m-v1") == told("data-v1") == [] and status("m-v1") == ["ok"]
