"""The sample that a new catalogue shows."""

from __future__ import annotations

import io
import re
from typing import Any

from django.conf import settings
from django.core.management import call_command

from catalog import snapshots
from catalog.comparison.compare import compare
from catalog.models import ArtifactVersion, Evaluation, Link, MetricDefinition, ModelVersion
from catalog.provenance.audit import audit
from catalog.provenance.rules import RULES
from catalog.registration.content import content_digest, content_of_stored
from catalog.vocabulary import Family, Verdict

FIXTURES = sorted((settings.BASE_DIR / "fixtures").glob("*.json.gz"))


def rows() -> list[list[tuple[Any, ...]]]:
    """All that the sample says, without the keys that each database gives out by itself."""
    versions = ArtifactVersion.objects.order_by("public_id")
    said = ("public_id", "content_digest", "is_latest", "state", "version_tag", "parent__public_id", "registered_at")
    judged = ("quality_score", "quality_uncapped", "provenance_completeness", "has_tested_hypothesis")
    links = Link.objects.order_by("source__public_id", "number")
    evaluations = Evaluation.objects.order_by("version__public_id", "number")
    return [
        list(versions.values_list(*said, *judged)),
        list(links.values_list("source__public_id", "number", "target__public_id", "target_version__public_id")),
        list(evaluations.values_list("version__public_id", "number", "metric", "value", "is_live")),
    ]


def test_it_holds_hundreds_of_models_of_all_families_and_a_complete_one_of_each(sample: str):
    latest = ModelVersion.objects.filter(is_latest=True)
    assert latest.count() >= 500
    complete = latest.filter(provenance_completeness=1)
    assert set(complete.values_list("family", flat=True)) == set(Family.values)


def test_of_the_real_sources_only_the_one_that_pins_identified_inputs_is_complete(sample: str):
    complete = ModelVersion.objects.filter(provenance_completeness=1)
    assert set(complete.values_list("source_format", flat=True)) == {"petab", "scidex_example"}
    assert not ModelVersion.objects.filter(provenance_completeness__lt=1, quality_score__gt=0.3).exists()


def test_it_is_audited_when_it_is_there(sample: str):
    assert audit(dry_run=True).changed == 0


def test_loading_it_again_caps_everything_until_the_audit_and_then_nothing_has_changed(sample: str):
    before = rows()
    call_command("loaddata", *FIXTURES, verbosity=0)
    assert not ModelVersion.objects.filter(quality_score__gt=0.3).exists()
    audit()
    assert rows() == before


def test_a_catalogue_that_holds_something_is_left_alone(sample: str):
    output = io.StringIO()
    call_command("load_sample", stdout=output)
    assert "not loaded" in output.getvalue()


def test_every_digest_is_reproduced_from_what_is_stored(sample: str):
    for version in ArtifactVersion.objects.order_by("pk")[::10]:
        assert content_digest(content_of_stored(version)) == version.content_digest


def test_every_metric_of_it_is_defined_with_a_direction(sample: str):
    assert not MetricDefinition.objects.filter(direction=None).exists()


def test_the_example_fails_every_rule_somewhere(sample: str):
    example = ModelVersion.objects.filter(source_format="scidex_example")
    assert all(example.filter(**{rule.column: False}).exists() for rule in RULES)


def test_the_example_shows_every_verdict_and_notice(sample: str):
    example = ModelVersion.objects.filter(source_format="scidex_example").select_related("artifact")
    latest = {version.artifact.public_id.removeprefix("model-"): version for version in example.filter(is_latest=True)}
    comparisons = [
        compare(snapshots.load(list(latest.values())[:8])),
        compare(snapshots.load([example.get(version_number=2), example.get(version_number=3)])),
        compare(snapshots.load([latest["dl-microglia-gnn-tuned"], latest["stat-microglia-doublets"]])),
        compare(snapshots.load([latest["stat-microglia-logit"], latest["stat-microglia-mislabelled"]])),
    ]
    assert {row.verdict for comparison in comparisons for row in comparison.metrics} == set(Verdict)
    told = {notice.code for comparison in comparisons for notice in comparison.notices}
    assert told == {
        *("leakage", "in_sample", "split_unstated", "same_checkpoint"),
        *("suspect_value", "superseded", "retracted"),
    }


def test_it_holds_no_personal_address(sample: str):
    address = re.compile(r"[\w.+-]+@[\w-]+\.[a-z]{2,}", re.IGNORECASE)
    for version in ArtifactVersion.objects.only("metadata", "description", "changelog", "title"):
        said = f"{version.metadata} {version.description} {version.changelog} {version.title}"
        assert not address.search(said), version.public_id
