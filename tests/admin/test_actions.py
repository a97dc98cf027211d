"""What is done to many versions at once."""

from __future__ import annotations

import csv
import json

import pytest
from django.db import connection

from catalog.models import ArtifactVersion
from catalog.spreadsheets import cell
from tests.admin.browsing import Visitor
from tests.factories import complete_model, make_dataset, make_model, orphan_model

pytestmark = pytest.mark.django_db


def messages_of(visit: Visitor) -> str:
    return visit.client.get("/admin/").content.decode()


def test_reaudit_mends_what_raw_sql_wrote_and_counts_it(visit: Visitor) -> None:
    models = [orphan_model(quality=1.0), complete_model(), orphan_model()]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE catalog_artifactversion SET has_training_dataset = true, has_producing_analysis = true, "
            "has_pinned_inputs = true WHERE id = %s",
            [models[0].pk],
        )
    models[0].refresh_from_db()
    assert models[0].quality_score == 1.0
    assert visit.act("modelversion", "reaudit", models).status_code == 302
    assert "Looked at 3: 1 changed." in messages_of(visit)
    models[0].refresh_from_db()
    assert models[0].quality_score == 0.3
    visit.act("modelversion", "reaudit", models)
    assert "Looked at 3: nothing was out of date." in messages_of(visit)


def test_reaudit_tallies_the_evidence_that_nobody_counted(visit: Visitor) -> None:
    model = orphan_model()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE catalog_artifactversion SET evidence_held = NULL, evidence_asked = NULL")
    visit.act("modelversion", "reaudit", [model])
    model.refresh_from_db()
    assert model.evidence_asked is not None
    assert "Looked at 1: 1 changed." in messages_of(visit)


def test_set_state_asks_for_a_reason_and_keeps_it(visit: Visitor) -> None:
    models = [orphan_model(), orphan_model()]
    page = visit.act("modelversion", "set_state", models)
    text = page.content.decode()
    assert page.status_code == 200 and "2 chosen" in text and str(models[0]) in text and models[0].title in text
    for wrong in ({"state": "", "reason": "r"}, {"state": "gone", "reason": "r"}, {"state": "retracted", "reason": ""}):
        assert b"Nothing was done" in visit.act("modelversion", "set_state", models, confirmed="1", **wrong).content
    assert not ArtifactVersion.objects.exclude(state="active").exists()
    visit.act("modelversion", "set_state", models, confirmed="1", state="retracted", reason="Wrong units")
    assert set(ArtifactVersion.objects.values_list("state", "state_reason")) == {("retracted", "Wrong units")}
    assert "Set state: done for 2 models." in messages_of(visit)
    assert "retracted: Wrong units" in visit.history(models[0])


def test_an_action_reaches_all_pages_where_asked(visit: Visitor) -> None:
    models = [orphan_model() for _ in range(3)]
    across = {"select_across": "1"}
    page = visit.act("modelversion", "set_state", models[:1], **across)
    assert b"3 chosen" in page.content and b'name="select_across" value="1"' in page.content
    visit.act("modelversion", "set_state", models[:1], confirmed="1", state="deprecated", reason="Old", **across)
    assert ArtifactVersion.objects.filter(state="deprecated").count() == 3


def test_tag_moves_within_each_artifact_and_names_one_version(visit: Visitor) -> None:
    first, second, other = make_model("model-a", version_tag="stable"), make_model("model-a"), make_model("model-b")
    visit.act("modelversion", "tag", [second, other], confirmed="1", version_tag="stable")
    assert set(ArtifactVersion.objects.filter(version_tag="stable")) == {second, other}
    twice = visit.act("modelversion", "tag", [first, second], confirmed="1", version_tag="best")
    assert b"versions of model-a; a tag names one of them" in twice.content
    assert b"digits only" in visit.act("modelversion", "tag", [first], confirmed="1", version_tag="1").content
    assert not ArtifactVersion.objects.filter(version_tag__in=["best", "1"]).exists()
    visit.act("modelversion", "tag", [second, other], confirmed="1", version_tag="")
    assert not ArtifactVersion.objects.exclude(version_tag=None).exists()


def test_what_one_row_refuses_is_done_to_none(visit: Visitor) -> None:
    models = [orphan_model(), orphan_model()]
    reason = "x" * 10_001
    visit.act("modelversion", "set_state", models, confirmed="1", state="retracted", reason=reason)
    assert not ArtifactVersion.objects.filter(state="retracted").exists()


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_cells_that_a_spreadsheet_would_run_are_quoted(visit: Visitor, text: str) -> None:
    assert cell(text) == f"'{text}"
    make_model(title=f"{text} title", version_label=text)
    response = visit.act("modelversion", "export_csv", list(ArtifactVersion.objects.all()))
    [row] = csv.DictReader(b"".join(response.streaming_content).decode().splitlines(keepends=True))
    assert row["title"].startswith("'") and row["version_label"].startswith("'")


def test_numbers_stay_numbers() -> None:
    assert [cell(value) for value in (-450, -1e-5, None, True, "fine", ["a", "b"])] == [
        *(-450, -1e-5, None, True, "fine", "a b")
    ]


def test_export_as_csv_and_json_say_the_same(visit: Visitor) -> None:
    models = [complete_model(), orphan_model(quality=0.9)]
    table = visit.act("modelversion", "export_csv", models)
    assert table["Content-Type"] == "text/csv; charset=utf-8"
    assert table["Content-Disposition"] == 'attachment; filename="modelversion.csv"'
    rows = list(csv.DictReader(b"".join(table.streaming_content).decode().splitlines(keepends=True)))
    objects = json.loads(b"".join(visit.act("modelversion", "export_json", models).streaming_content))
    assert [row["id"] for row in rows] == [item["id"] for item in objects]
    orphan = next(item for item in objects if item["id"] == str(models[1]))
    assert (orphan["quality_score"], orphan["quality_uncapped"], orphan["quality_basis"]) == (0.3, 0.9, "assessed")
    assert orphan["warnings"] == ["training_dataset", "producing_analysis", "pinned_inputs"]
    assert orphan["metadata"] == models[1].metadata
    assert next(row for row in rows if row["id"] == str(models[1]))["warnings"] == " ".join(orphan["warnings"])


def test_datasets_are_exported_without_scores(visit: Visitor) -> None:
    objects = json.loads(b"".join(visit.act("datasetversion", "export_json", [make_dataset()]).streaming_content))
    assert "quality_score" not in objects[0] and objects[0]["checksums"]


def test_an_action_without_rows_or_that_is_none_does_nothing(visit: Visitor) -> None:
    orphan_model()
    assert visit.act("modelversion", "set_state", []).status_code == 302
    assert "Items must be selected" in messages_of(visit)
    assert visit.act("modelversion", "delete_selected", list(ArtifactVersion.objects.all())).status_code == 302
    assert ArtifactVersion.objects.count() == 1
