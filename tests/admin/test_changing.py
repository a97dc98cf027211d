"""What may change of a version, and that nothing else does: least of all a score above its cap."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User

from catalog.columns import COMPUTED_COLUMNS
from catalog.models import ArtifactVersion
from catalog.registration import assess, set_state, set_tag
from catalog.registration.submission import Assessment
from tests.admin.browsing import Visitor, added_link, errors_of, fields_of, row_errors_of
from tests.factories import complete_model, make_dataset, make_model, orphan_model, unpinned_model

pytestmark = pytest.mark.django_db


def row_of(version: ArtifactVersion) -> dict[str, Any]:
    return ArtifactVersion.objects.filter(pk=version.pk).values().get()


def test_tag_state_family_and_assessment_change_through_the_door(visit: Visitor, curator: User) -> None:
    model = complete_model("model-a", quality=None)
    response = visit.change(
        model,
        tag="stable",
        new_state="deprecated",
        reason="A better one is there",
        family_is="statistical",
        quality_value="0.8",
        quality_reason="Reproduced",
    )
    assert response.status_code == 302
    model.refresh_from_db()
    assert (model.version_tag, model.state, model.state_reason) == ("stable", "deprecated", "A better one is there")
    assert (model.family, model.family_basis, model.stated_family) == ("statistical", "curator", "biophysical")
    assert (model.assessed_quality, model.assessed_by, model.assessed_reason) == (0.8, "ada", "Reproduced")
    assert model.quality_score == 0.8
    users = {record.history_user for record in ArtifactVersion.history.filter(id=model.pk, history_type="~")}
    assert users == {curator}


def test_nothing_changed_writes_nothing(visit: Visitor) -> None:
    model = complete_model(version_tag="stable", quality=0.123456789012345)
    before, records = row_of(model), ArtifactVersion.history.count()
    assert visit.change(model).status_code == 302
    assert row_of(model) == before and ArtifactVersion.history.count() == records


def test_what_was_given_can_be_taken_back(visit: Visitor) -> None:
    model = complete_model(version_tag="stable", quality=0.9)
    visit.change(model, tag="", quality_value="")
    model.refresh_from_db()
    assert model.version_tag is None
    assert (model.assessed_quality, model.assessed_by, model.assessed_reason) == (None, "", "")


def test_a_changed_value_is_not_put_into_the_mouth_of_who_said_the_old_one(visit: Visitor) -> None:
    model = complete_model(quality=0.9)
    visit.change(model, quality_value="0.2", quality_reason="Does not reproduce")
    model.refresh_from_db()
    assert (model.assessed_quality, model.assessed_by) == (0.2, "ada")
    visit.change(model, quality_by="B. Reviewer", quality_reason="As she reported")
    model.refresh_from_db()
    assert (model.assessed_quality, model.assessed_by) == (0.2, "B. Reviewer")


def test_an_inferred_family_is_confirmed(visit: Visitor) -> None:
    model = orphan_model()
    visit.change(model, confirm_family="on")
    model.refresh_from_db()
    assert (model.family, model.family_basis) == ("biophysical", "curator")


def test_retracting_the_latest_makes_the_one_before_the_latest(visit: Visitor) -> None:
    first, second = make_model("model-a"), make_model("model-a")
    visit.change(second, new_state="retracted", reason="Wrong units")
    first.refresh_from_db()
    assert first.is_latest


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("tag", {"tag": "123"}),
        ("tag", {"tag": "a b"}),
        ("tag", {"tag": "x" * 101}),
        ("tag", {"tag": "nul\0"}),
        ("new_state", {"new_state": "gone", "reason": "r"}),
        ("reason", {"new_state": "retracted"}),
        ("reason", {"new_state": "retracted", "reason": "   "}),
        ("reason", {"new_state": "retracted", "reason": "x" * 10_001}),
        ("family_is", {"family_is": "clairvoyant"}),
        ("family_is", {"family_is": ""}),
        ("quality_value", {"quality_value": "1.01", "quality_reason": "r"}),
        ("quality_value", {"quality_value": "-1", "quality_reason": "r"}),
        ("quality_value", {"quality_value": "inf", "quality_reason": "r"}),
        ("quality_value", {"quality_by": "me", "quality_reason": "r"}),
        ("quality_reason", {"quality_value": "0.5"}),
        ("quality_value", {"quality_reason": "r"}),
        ("quality_by", {"quality_value": "0.5", "quality_reason": "r", "quality_by": "x" * 201}),
    ],
)
def test_a_wrong_change_is_said_beside_the_field_and_changes_nothing(
    visit: Visitor, field: str, values: dict[str, str]
) -> None:
    model = orphan_model()
    before = row_of(model)
    response = visit.change(model, **{"tag": "fine", **values})
    assert field in errors_of(response)
    assert row_of(model) == before


def test_one_refusal_undoes_the_whole_save(visit: Visitor) -> None:
    model = orphan_model()
    before = row_of(model)
    response = visit.change(
        model, tag="stable", quality_value="1", quality_reason="r", **added_link("cites", "nowhere")
    )
    assert row_errors_of(response) == [{"ref": ["Nothing in the catalogue is called 'nowhere'. Register it first."]}]
    assert row_of(model) == before and ArtifactVersion.history.filter(id=model.pk, history_type="~").count() == 0


def test_no_assessment_lifts_an_incomplete_model_above_the_cap(visit: Visitor) -> None:
    for model in (orphan_model(), unpinned_model()):
        visit.change(model, quality_value="1.0", quality_reason="Wonderful")
        model.refresh_from_db()
        assert (model.assessed_quality, model.quality_score, model.quality_uncapped) == (1.0, 0.3, 1.0)


@pytest.mark.parametrize("add", [True, False])
def test_what_is_computed_and_what_is_content_cannot_be_posted(visit_as_root: Visitor, add: bool) -> None:
    computed = dict.fromkeys(COMPUTED_COLUMNS, "1")
    posed = {"evidence_held": "6", "evidence_asked": "6", "is_latest": "on", "identified_by": "checksum"}
    content = {"public_id": "mine", "content_digest": "sha256:00", "version_number": "9", "kind": "dataset"}
    forged = {**computed, **posed, **content, "assessed_quality": "1", "quality_score": "1"}
    if add:
        visit_as_root.add("modelversion", artifact="model-a", title="T", family="statistical", **forged)
        model = ArtifactVersion.objects.get(public_id="model-a-v1")
    else:
        model = orphan_model(metadata={})
        before = row_of(model)
        response = visit_as_root.change(
            model, **forged, title="Other", metadata="{}", artifact="other", stated_family="x"
        )
        assert response.status_code == 302
        assert row_of(model) == before
    assert (model.quality_score, model.provenance_completeness, model.evidence_held) == (0, 0, 0)
    assert model.identified_by is None and model.version_number == 1


def test_a_page_that_stood_open_does_not_undo_what_others_did(visit: Visitor) -> None:
    model = complete_model(quality=None)
    held = fields_of(visit.page(model))
    set_tag(model, "stable")
    set_state(model, "deprecated", reason="Old")
    assess(model, Assessment(value=0.7, by="Somebody", reason="Good"))
    response = visit.client.post(visit.path(model), {**held, "family_is": "statistical"})
    assert response.status_code == 302
    model.refresh_from_db()
    assert (model.version_tag, model.state, model.assessed_quality) == ("stable", "deprecated", 0.7)
    assert model.family == "statistical"


def test_a_dataset_has_state_and_tag_and_no_score(visit: Visitor) -> None:
    dataset = make_dataset()
    visit.change(dataset, tag="v1", new_state="retracted", reason="Consent withdrawn")
    dataset.refresh_from_db()
    assert (dataset.version_tag, dataset.state) == ("v1", "retracted")
    assert b"Why the score" not in visit.page(dataset).content
