"""What is worth knowing of a model's inputs, computed on each read and never part of the score."""

from __future__ import annotations

import pytest
from django.db import connection

from catalog.models import ArtifactVersion
from catalog.provenance.advisories import advisories
from catalog.provenance.pins import links_of
from catalog.registration import LinkInput, add_link, set_state
from catalog.vocabulary import Family, Relation
from tests.factories import (
    complete_model,
    make_analysis,
    make_dataset,
    make_model,
    orphan_model,
    retracted,
    unidentified_dataset,
)

pytestmark = pytest.mark.django_db


def codes(version: ArtifactVersion) -> list[str]:
    return [str(advice.code) for advice in advisories(version)]


def statuses(version: ArtifactVersion) -> dict[str, str]:
    return {item.link.relation: str(item.status) for item in links_of([version])}


def test_a_complete_model_on_current_inputs_has_none():
    model = complete_model()
    assert codes(model) == []
    assert statuses(model) == {"trained_on": "ok", "produced_by": "ok"}


def test_a_newer_version_of_an_input_supersedes_it():
    model = make_model(trained_on=[f"{make_dataset('data').artifact}@1"])
    make_dataset("data")
    assert codes(model) == ["superseded"]
    assert statuses(model) == {"trained_on": "superseded"}
    assert "the latest is 2" in advisories(model)[0].message


def test_a_newer_version_of_what_the_analysis_used_counts_too():
    analysis = make_analysis(used=[f"{make_dataset('data').artifact}@1"])
    model = make_model(trained_on=["data"], produced_by=str(analysis))
    make_dataset("data")
    assert [(str(advice.code), advice.artifact) for advice in advisories(model)] == [("superseded", "data")]


def test_a_retracted_input_is_told_at_any_depth_with_the_way_to_it_and_not_after_it_is_taken_back():
    raw = make_dataset("raw")
    add_link(make_dataset("clean"), LinkInput(relation=Relation.DERIVES_FROM, ref="raw@1"))
    model = make_model("m", trained_on=["clean@1"])
    before = model.quality_score
    retracted(raw)
    told = advisories(model)
    assert [(str(advice.code), advice.artifact) for advice in told] == [("retracted", "raw")]
    assert "m-v1 → clean-v1 → raw-v1" in told[0].message
    model.refresh_from_db()
    assert model.quality_score == before
    set_state(raw, "active", reason="The doubt was unfounded.")
    assert codes(model) == []


def test_a_pin_whose_target_was_altered_is_modified():
    model = make_model(trained_on=[f"{make_dataset('data').artifact}@1"])
    with connection.cursor() as cursor:
        cursor.execute("UPDATE catalog_artifactversion SET content_digest = 'sha256:0' WHERE public_id = 'data-v1'")
    assert codes(model) == ["modified"]
    assert statuses(model) == {"trained_on": "modified"}


def test_training_data_that_the_analysis_did_not_use_are_told():
    analysis = make_analysis(used=[f"{make_dataset('used').artifact}@1"])
    make_dataset("other")
    model = make_model(trained_on=["other@1"], produced_by=str(analysis))
    assert [(str(advice.code), advice.artifact) for advice in advisories(model)] == [
        ("unused_training_dataset", "other")
    ]


def test_two_models_with_one_checkpoint_name_each_other():
    metadata = {"checkpoint": {"digest": "sha256:" + "4d" * 32}}
    first = orphan_model("first", family=Family.DEEP_LEARNING, metadata=metadata)
    second = orphan_model("second", family=Family.DEEP_LEARNING, metadata=metadata)
    assert [(str(advice.code), advice.artifact) for advice in advisories(first)] == [("same_checkpoint", "second")]
    assert [advice.artifact for advice in advisories(second)] == ["first"]


def test_versions_of_one_model_may_share_a_checkpoint():
    metadata = {"checkpoint": {"digest": "sha256:" + "4d" * 32}}
    orphan_model("first", family=Family.DEEP_LEARNING, metadata=metadata)
    assert codes(orphan_model("first", family=Family.DEEP_LEARNING, metadata=metadata)) == []


def test_a_link_says_what_it_pins():
    unidentified_dataset("vague")
    make_dataset("plain")
    assert statuses(make_model(trained_on=["vague@1"])) == {"trained_on": "unidentified"}
    assert statuses(make_model(trained_on=["plain"])) == {"trained_on": "unpinned"}


def test_the_most_serious_status_is_shown():
    model = make_model(trained_on=[f"{retracted(make_dataset('data'))}"])
    make_dataset("data")
    assert statuses(model) == {"trained_on": "retracted"}
