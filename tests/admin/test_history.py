"""The history says who changed what, and why."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from catalog.models import ArtifactVersion
from catalog.registration import set_state
from tests.admin.browsing import Visitor
from tests.factories import complete_model, make_model, orphan_model

pytestmark = pytest.mark.django_db


def test_each_change_names_its_user_and_reason_and_what_was_before(visit: Visitor) -> None:
    visit.add("modelversion", artifact="model-a", title="T", family="statistical")
    version = ArtifactVersion.objects.get(public_id="model-a-v1")
    visit.change(version, new_state="deprecated", reason="<b>Old</b> data")
    visit.change(version, quality_value="0.4", quality_reason="So-so")
    text = visit.history(version)
    assert text.count(">ada<") == 1 + 3  # the welcome; registered, deprecated, assessed
    assert "Registered" in text and "deprecated: &lt;b&gt;Old&lt;/b&gt; data" in text
    assert "<b>state:</b> active → deprecated" in text
    assert "<b>assessed quality:</b> nothing → 0.4" in text


def test_a_value_of_nothing_and_a_value_of_zero_differ(visit: Visitor) -> None:
    model = orphan_model(quality=0.5)
    visit.change(model, quality_value="0", quality_reason="Worthless")
    assert "<b>assessed quality:</b> 0.5 → 0.0" in visit.history(model)


def test_a_change_by_nobody_says_so(visit: Visitor) -> None:
    model = make_model()
    set_state(model, "deprecated", reason="By a command")
    text = visit.history(model)
    assert "not recorded" in text and "By a command" in text


def test_a_version_that_was_loaded_has_a_first_entry(visit: Visitor) -> None:
    model = complete_model()
    ArtifactVersion.history.all().delete()
    assert "Registered" in visit.history(model)


def test_the_newest_stands_first_and_the_rest_on_later_pages(
    visit: Visitor, curator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("catalog.admin.history.PER_PAGE", 5)
    model = orphan_model()
    for number in range(5):
        set_state(model, "deprecated", reason=f"Reason {number}.", by=curator)
    text = visit.history(model)
    assert "Reason 4." in text and "Registered" not in text and "6 changes" in text
    older = visit.client.get(f"/admin/catalog/modelversion/{model.pk}/history/?p=2").content.decode()
    assert "Registered" in older and "Reason 4." not in older
    for page in ("0", "99", "x"):
        assert visit.client.get(f"/admin/catalog/modelversion/{model.pk}/history/?p={page}").status_code == 200


def test_the_history_of_an_artifact_is_that_of_its_versions(visit: Visitor) -> None:
    first, second = make_model("model-a"), make_model("model-a")
    set_state(first, "deprecated", reason="One")
    set_state(second, "deprecated", reason="Two")
    text = visit.client.get(f"/admin/catalog/artifact/{first.artifact_id}/history/").content.decode()
    assert "One" in text and "Two" in text and "model-a-v1" in text and "model-a-v2" in text
