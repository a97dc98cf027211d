"""Registering a version: numbers, names, links, idempotence."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from typing import Any

import pytest

from catalog.errors import Conflict, InvalidInput, ProvenanceIncomplete
from catalog.models import Artifact, ArtifactVersion, Identifier
from catalog.registration import EvaluationInput, LinkInput, Source, VersionInput, register
from catalog.registration.names import register_alias
from catalog.vocabulary import Family, Kind, Relation
from tests.factories import (
    FULL_RECORD,
    RECORDS,
    UserFactory,
    complete_model,
    make_analysis,
    make_dataset,
    make_model,
    measured,
    model_of_a_hypothesis,
    retracted,
    unpinned_model,
)

pytestmark = pytest.mark.django_db

SOURCE = Source(format="petab", record="Boehm_2014", revision="0a1b2c3")


def a_dataset(artifact: str = "d", title: str = "A dataset", **fields: Any) -> VersionInput:
    return VersionInput(kind=Kind.DATASET, artifact=artifact, title=title, **fields)


def a_model(**fields: Any) -> VersionInput:
    given = {"kind": Kind.MODEL, "artifact": "m", "title": "A model", "family": Family.BIOPHYSICAL}
    return VersionInput(**given | fields)


class TestNumbers:
    def test_versions_count_from_one_and_the_newest_is_the_latest(self) -> None:
        first, second, third = (make_dataset("d") for _ in range(3))
        assert [version.version_number for version in (first, second, third)] == [1, 2, 3]
        assert [version.public_id for version in (first, second, third)] == ["d-v1", "d-v2", "d-v3"]
        assert (second.parent, third.parent, first.parent) == (first, second, None)
        assert Artifact.objects.get().versions.get(is_latest=True) == third

    def test_a_new_version_is_the_latest_also_after_one_that_was_retracted(self) -> None:
        make_dataset("d")
        retracted(make_dataset("d"))
        third = make_dataset("d")
        assert (third.version_number, third.is_latest) == (3, True)

    def test_the_registrant_may_name_the_version(self) -> None:
        version = register(a_dataset(version_id="allen-2024")).version
        assert (version.public_id, version.version_number) == ("allen-2024", 1)
        assert Identifier.objects.get(name="allen-2024").version == version

    def test_a_tag_moves_to_the_version_registered_with_it(self) -> None:
        first, second = make_dataset("d", version_tag="stable"), make_dataset("d", version_tag="stable")
        first.refresh_from_db()
        assert (first.version_tag, second.version_tag) == (None, "stable")

    def test_the_sources_date_is_kept_beside_that_of_registration(self) -> None:
        then = datetime(2020, 5, 1, 12, tzinfo=UTC)
        version = register(a_dataset(created_at=then)).version
        assert version.created_at == then < version.registered_at


class TestIdempotence:
    def test_the_same_content_adds_nothing(self) -> None:
        first, again = register(a_dataset()), register(a_dataset())
        assert (first.created, again.created) == (True, False)
        assert first.version == again.version
        assert ArtifactVersion.objects.count() == 1

    @pytest.mark.parametrize(
        "change",
        [
            {"title": "Another"},
            {"description": "More"},
            {"changelog": "More"},
            {"license": "MIT"},
            {"version_label": "1.0"},
            {"metadata": {"x": 1}},
            {"family": Family.STATISTICAL},
            {"parameter_count": 3},
            {"evaluations": (measured(),)},
            {"checksums": {"sha256": "0"}},
            {"links": (LinkInput(relation=Relation.TRAINED_ON, ref="ds"),)},
            {"declares_hypothesis": True},
        ],
    )
    def test_other_content_or_links_add_a_version(self, change: dict[str, Any]) -> None:
        make_dataset("ds")
        register(a_model())
        assert register(a_model(**change)).version.version_number == 2

    def test_links_differ_by_the_version_they_pin(self) -> None:
        make_dataset("ds")
        posted = [(LinkInput(relation=Relation.TRAINED_ON, ref=ref),) for ref in ("ds", "ds@1", "ds@1")]
        assert [register(a_model(links=links)).created for links in posted] == [True, True, False]

    def test_the_order_of_links_says_nothing(self) -> None:
        make_dataset("a")
        make_dataset("b")
        links = tuple(LinkInput(relation=Relation.TRAINED_ON, ref=ref) for ref in ("a", "b"))
        register(a_model(links=links))
        assert not register(a_model(links=links[::-1])).created

    def test_content_of_an_older_version_is_a_new_version(self) -> None:
        for title in ("One", "Two"):
            register(a_dataset(title=title))
        third = register(a_dataset(title="One"))
        assert (third.created, third.version.version_number) == (True, 3)

    def test_the_same_source_adds_nothing_whatever_was_read_from_it(self) -> None:
        first = register(a_dataset(source=SOURCE)).version
        register(a_dataset(title="Another", source=dataclasses.replace(SOURCE, revision="ffff")))
        again = register(a_dataset(title="Read better", source=SOURCE))
        assert (again.created, again.version) == (False, first)

    def test_the_same_source_may_fill_two_artifacts(self) -> None:
        assert register(a_dataset("a", source=SOURCE)).created and register(a_dataset("b", source=SOURCE)).created

    def test_the_same_id_with_the_same_content_adds_nothing_though_newer_ones_stand(self) -> None:
        first = register(a_dataset(version_id="first")).version
        register(a_dataset(title="Another"))
        again = register(a_dataset(version_id="first"))
        assert (again.created, again.version) == (False, first)

    def test_the_same_id_with_other_content_is_a_conflict(self) -> None:
        register(a_dataset(version_id="first"))
        with pytest.raises(Conflict) as refused:
            register(a_dataset(title="Another", version_id="first"))
        assert [fault.pointer for fault in refused.value.faults] == ["/id"]
        assert ArtifactVersion.objects.count() == 1


class TestNames:
    def test_aliases_name_the_artifact(self) -> None:
        artifact = make_dataset("d", aliases=("SEA-AD", "sea_ad")).artifact
        assert {row.name for row in artifact.identifiers.all() if row.is_alias} == {"SEA-AD", "sea_ad"}
        make_dataset("d", aliases=("SEA-AD", "another"))
        assert artifact.identifiers.filter(version=None).count() == 4

    def test_a_submission_may_name_its_artifact_by_an_alias(self) -> None:
        make_dataset("d", aliases=("SEA-AD",))
        assert make_dataset("SEA-AD").public_id == "d-v2"

    @pytest.mark.parametrize(
        ("data", "pointer"),
        [
            (a_dataset("fresh", aliases=("d",)), "/aliases/0"),
            (a_dataset("fresh", aliases=("fine", "d-v1")), "/aliases/1"),
            (a_dataset("fresh", aliases=("SEA-AD",)), "/aliases/0"),
            (a_dataset("fresh", version_id="d"), "/id"),
            (a_dataset("fresh", version_id="SEA-AD"), "/id"),
            (a_dataset("fresh", version_id="d-v1"), "/id"),
            (a_dataset("d", title="New", version_id="SEA-AD"), "/id"),
            (a_dataset("d-v1"), "/artifact"),
            (a_model(artifact="d"), "/artifact"),
            (a_model(artifact="SEA-AD"), "/artifact"),
        ],
    )
    def test_a_name_that_is_taken_is_a_conflict_and_nothing_is_written(self, data: VersionInput, pointer: str) -> None:
        make_dataset("d", aliases=("SEA-AD",))
        before = Identifier.objects.count(), ArtifactVersion.objects.count(), Artifact.objects.count()
        with pytest.raises(Conflict) as refused:
            register(data)
        assert [fault.pointer for fault in refused.value.faults] == [pointer]
        assert before == (Identifier.objects.count(), ArtifactVersion.objects.count(), Artifact.objects.count())

    def test_a_version_whose_own_id_is_taken_asks_for_another(self) -> None:
        make_dataset("d-v2")
        make_dataset("d")
        with pytest.raises(Conflict):
            register(a_dataset("d"))
        assert register(a_dataset("d", version_id="d-second")).version.version_number == 2

    def test_an_alias_is_given_later_and_once(self) -> None:
        one, other = make_dataset("one").artifact, make_dataset("other").artifact
        register_alias(one, "SEA-AD")
        register_alias(one, "SEA-AD")
        with pytest.raises(Conflict):
            register_alias(other, "SEA-AD")
        with pytest.raises(Conflict):
            register_alias(other, "one-v1")


class TestLinks:
    def test_a_version_pins_and_keeps_the_digest_a_bare_id_does_not(self) -> None:
        dataset = make_dataset("ds")
        model = make_model(trained_on=["ds@1"])
        bare = make_model(trained_on=["ds"])
        assert (model.links.get().target_version, model.links.get().pinned_digest) == (dataset, dataset.content_digest)
        assert (bare.links.get().target_version, bare.links.get().pinned_digest) == (None, "")

    def test_a_producing_analysis_is_always_a_version(self) -> None:
        make_analysis("a")
        latest = make_analysis("a")
        link = make_model(produced_by="a").links.get()
        assert (link.target_version, link.pinned_digest) == (latest, latest.content_digest)

    def test_two_names_of_one_thing_make_one_link(self) -> None:
        make_dataset("ds", aliases=("SEA-AD",))
        assert make_model(trained_on=["ds", "SEA-AD"]).links.count() == 1

    def test_links_are_numbered_as_they_were_given_with_the_sources_own_words(self) -> None:
        links = tuple(
            LinkInput(relation=Relation.TRAINED_ON, ref=str(make_dataset()), stated_as=f"our data {number}")
            for number in (1, 2)
        )
        user = UserFactory()
        version = register(a_model(links=links), registered_by=user).version
        assert [(link.number, link.stated_as, link.created_by) for link in version.links.all()] == [
            (1, "our data 1", user),
            (2, "our data 2", user),
        ]


class TestModels:
    def test_its_record_is_tallied(self) -> None:
        model = make_model(metadata=RECORDS[Family.BIOPHYSICAL] | FULL_RECORD)
        assert (model.evidence_held, model.evidence_asked, model.evidence_score) == (6, 6, 0.75)

    def test_a_full_record_evaluated_on_a_dataset_scores_one(self) -> None:
        make_dataset("ds")
        metadata = RECORDS[Family.BIOPHYSICAL] | FULL_RECORD
        model = complete_model(quality=None, metadata=metadata, evaluations=(measured(dataset="ds"),))
        assert (model.evidence_score, model.quality_score) == (1.0, 1.0)

    def test_what_stands_in_the_metadata_fills_the_columns(self) -> None:
        checkpoint = {"uri": "https://example.org/x.pt", "digest": "sha256:0a"}
        metadata = RECORDS[Family.DEEP_LEARNING] | {"checkpoint": checkpoint, "license": "MIT"}
        model = make_model(family=Family.DEEP_LEARNING, metadata=metadata)
        assert (model.framework, model.checkpoint_digest, model.license) == ("PyTorch", "sha256:0a", "MIT")
        assert (model.parameter_count, model.identified_by) == (31_000_000, "checksum")

    def test_evaluations_are_numbered_and_resolve_their_dataset(self) -> None:
        dataset = make_dataset("ds")
        model = make_model(
            evaluations=(
                measured("rmse", 0.5, dataset="ds", dataset_version=1),
                measured("rmse", 0.6, dataset="ds@1", split="test"),
                measured("aic", -450, dataset="ds"),
            )
        )
        rows = [
            (row.number, row.metric_id and row.value, row.dataset, row.dataset_version)
            for row in model.evaluations.all()
        ]
        artifact = dataset.artifact
        assert rows == [(1, 0.5, artifact, dataset), (2, 0.6, artifact, dataset), (3, -450.0, artifact, None)]

    def test_metrics_nobody_defined_are_of_unknown_direction(self) -> None:
        model = make_model(evaluations=(EvaluationInput(metric="calcium_drift", value=1.0),))
        assert model.evaluations.get().metric.direction is None


class TestStrict:
    @pytest.mark.parametrize("make", [unpinned_model, make_model])
    def test_incomplete_provenance_is_accepted_capped_and_flagged(self, make: Any) -> None:
        model = make(quality=0.9)
        assert model.quality_score == 0.3 and model.provenance_completeness < 1

    def test_strict_refuses_it_naming_the_rules_and_writes_nothing(self) -> None:
        with pytest.raises(ProvenanceIncomplete) as refused:
            register(a_model(declares_hypothesis=True, evaluations=(measured(),)), strict=True)
        assert [fault.code for fault in refused.value.faults] == [
            *("training_dataset", "producing_analysis", "pinned_inputs", "tested_hypothesis")
        ]
        assert not Artifact.objects.exists() and not Identifier.objects.exists()

    def test_strict_takes_what_is_complete_and_what_is_no_model(self) -> None:
        complete = model_of_a_hypothesis()
        links = tuple(
            LinkInput(relation=link.relation, ref=f"{link.target}@{link.target_version.version_number}")
            for link in complete.links.all()
        )
        assert register(a_model(links=links, declares_hypothesis=True), strict=True).created
        assert register(a_dataset(), strict=True).created

    def test_strict_returns_what_stands_as_it_stands(self) -> None:
        register(a_model())
        assert not register(a_model(), strict=True).created


def test_an_alias_is_an_id_like_any_other() -> None:
    with pytest.raises(InvalidInput, match="/alias"):
        register_alias(make_dataset().artifact, "not an id")
