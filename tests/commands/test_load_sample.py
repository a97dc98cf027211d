"""The sample that a new catalogue shows."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command

from catalog import snapshots
from catalog.comparison.compare import compare
from catalog.models import ArtifactVersion, Evaluation, Link, ModelVersion
from catalog.provenance.audit import audit
from catalog.registration.content import content_digest, content_of_stored
from catalog.vocabulary import Family, Verdict
from tests.factories import make_dataset


def rows() -> list[list[tuple[Any, ...]]]:
    """All that the sample says, without the keys that each database gives out by itself."""
    versions = ArtifactVersion.objects.order_by("public_id").values_list(
        "public_id", "content_digest", "is_latest", "state", "version_tag", "parent__public_id", "quality_score",
        "quality_uncapped", "provenance_completeness", "has_tested_hypothesis", "registered_at"
    )  # fmt: skip
    links = Link.objects.order_by("source__public_id", "number")
    evaluations = Evaluation.objects.order_by("version__public_id", "number")
    return [
        list(versions),
        list(links.values_list("source__public_id", "number", "target__public_id", "target_version__public_id")),
        list(evaluations.values_list("version__public_id", "number", "metric", "value", "is_live")),
    ]


@pytest.mark.django_db
def test_the_sample_loads_is_audited_and_loading_it_again_changes_nothing():
    call_command("load_sample", stdout=io.StringIO())
    latest = ModelVersion.objects.filter(is_latest=True)
    assert latest.count() >= 500
    complete = latest.filter(provenance_completeness=1)
    assert set(complete.values_list("family", flat=True)) == set(Family.values)
    assert not ModelVersion.objects.filter(provenance_completeness__lt=1, quality_score__gt=0.3).exists()
    assert audit(dry_run=True).changed == 0
    before = rows()

    fixtures = sorted(str(path) for path in (settings.BASE_DIR / "fixtures").glob("*.json.gz"))
    call_command("loaddata", *fixtures, verbosity=0)
    assert not ModelVersion.objects.filter(quality_score__gt=0.3).exists()
    audit()
    assert rows() == before
    the_example_shows_every_verdict_and_notice()
    every_digest_is_reproduced_from_what_is_stored()


def the_example_shows_every_verdict_and_notice() -> None:
    example = ModelVersion.objects.filter(source_format="scidex_example").select_related("artifact")
    shown = compare(snapshots.load(list(example.filter(is_latest=True))[:8]))
    older = compare(snapshots.load([example.get(version_number=2), example.get(version_number=3)]))
    doubtful = compare(
        snapshots.load([latest(example, "dl-microglia-gnn-tuned"), latest(example, "stat-microglia-doublets")])
    )
    assert {row.verdict for comparison in (shown, older) for row in comparison.metrics} == set(Verdict)
    notices = {notice.code for comparison in (shown, older, doubtful) for notice in comparison.notices}
    assert notices >= {"leakage", "in_sample", "split_unstated", "same_checkpoint", "suspect_value", "superseded"}


def latest(example: Any, name: str) -> ModelVersion:
    return example.get(artifact__public_id=f"model-{name}", is_latest=True)


def every_digest_is_reproduced_from_what_is_stored() -> None:
    for version in ArtifactVersion.objects.order_by("pk")[::25]:
        assert content_digest(content_of_stored(version)) == version.content_digest


@pytest.mark.django_db
def test_a_catalogue_that_holds_something_is_left_alone():
    make_dataset()
    output = io.StringIO()
    call_command("load_sample", stdout=output)
    assert "not loaded" in output.getvalue()
    assert ArtifactVersion.objects.count() == 1
