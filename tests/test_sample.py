"""The sample that a new catalogue shows, and the README's first tour through it."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.test import Client

from catalog import snapshots
from catalog.comparison.compare import compare
from catalog.content import content_digest, content_of_stored
from catalog.models import ArtifactVersion, Evaluation, Link, MetricDefinition, ModelVersion
from catalog.provenance.audit import audit
from catalog.provenance.rules import RULES
from catalog.vocabulary import Family, Verdict

# One worker loads it, the others go on.
pytestmark = pytest.mark.xdist_group("sample")

README = (settings.BASE_DIR / "README.md").read_text(encoding="utf-8")
STEP = re.compile(
    r"```sh\ncurl -s '(?P<url>[^']+)' \| python3 -m json.tool\n```\n+```json\n(?P<shown>.*?)```", re.DOTALL
)
STEPS = [(match["url"], match["shown"]) for match in STEP.finditer(README)]
AGAIN = {name: settings.BASE_DIR / "fixtures" / f"{name}.json.gz" for name in ("petab", "scidex_example")}
"""The fixtures with complete models, by their models' source format: a load caps whatever is in it row by row."""


@pytest.fixture(scope="module")
def loaded_sample(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Loaded once; each test has its own transaction inside this one."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_sample", stdout=io.StringIO())
        yield
        transaction.set_rollback(True)


@pytest.fixture
def sample(loaded_sample: None, db: None) -> None:
    """The sample catalogue, for one test to read and change."""


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


def test_it_holds_hundreds_of_models_of_all_families_and_a_complete_one_of_each(sample: None):
    latest = ModelVersion.objects.filter(is_latest=True)
    assert latest.count() >= 500
    complete = latest.filter(provenance_completeness=1)
    assert set(complete.values_list("family", flat=True)) == set(Family.values)


def test_of_the_real_sources_only_the_one_that_pins_identified_inputs_is_complete(sample: None):
    complete = ModelVersion.objects.filter(provenance_completeness=1)
    assert set(complete.values_list("source_format", flat=True)) == {"petab", "scidex_example"}
    assert not ModelVersion.objects.filter(provenance_completeness__lt=1, quality_score__gt=0.3).exists()


def test_it_is_audited_when_it_is_there(sample: None):
    assert audit(dry_run=True).changed == 0


def test_loading_it_again_caps_everything_until_the_audit_and_then_nothing_has_changed(sample: None):
    before = rows()
    assert set(ModelVersion.objects.filter(quality_score__gt=0.3).values_list("source_format", flat=True)) == set(AGAIN)
    call_command("loaddata", *AGAIN.values(), verbosity=0)
    assert not ModelVersion.objects.filter(quality_score__gt=0.3).exists()
    audit()
    assert rows() == before


def test_a_catalogue_that_holds_something_is_left_alone(sample: None):
    output = io.StringIO()
    call_command("load_sample", stdout=output)
    assert "not loaded" in output.getvalue()


def test_every_digest_is_reproduced_from_what_is_stored(sample: None):
    for version in ArtifactVersion.objects.order_by("pk")[::10]:
        assert content_digest(content_of_stored(version)) == version.content_digest


def test_every_metric_of_it_is_defined_with_a_direction(sample: None):
    assert not MetricDefinition.objects.filter(direction=None).exists()


def test_the_example_fails_every_rule_somewhere(sample: None):
    example = ModelVersion.objects.filter(source_format="scidex_example")
    assert all(example.filter(**{rule.column: False}).exists() for rule in RULES)


def test_the_example_shows_every_verdict_and_notice(sample: None):
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


def test_it_holds_no_personal_address(sample: None):
    address = re.compile(r"[\w.+-]+@[\w-]+\.[a-z]{2,}", re.IGNORECASE)
    for version in ArtifactVersion.objects.only("metadata", "description", "changelog", "title"):
        said = f"{version.metadata} {version.description} {version.changelog} {version.title}"
        assert not address.search(said), version.public_id


def test_the_tour_has_steps():
    assert len(STEPS) >= 4


@pytest.mark.parametrize(("url", "shown"), STEPS, ids=[url.partition("/api")[2] for url, _ in STEPS])
def test_every_line_shown_is_answered_in_this_order(url: str, shown: str, sample: None, client: Client):
    parts = urlsplit(url)
    answer = client.get(f"{parts.path}?{parts.query}")
    lines = iter(line.strip().rstrip(",") for line in json.dumps(answer.json(), indent=4).splitlines())
    for line in shown.splitlines():
        wanted = line.strip().rstrip(",")
        if wanted and "…" not in wanted:
            assert wanted in lines, f"not answered, or not in this order: {line}"
