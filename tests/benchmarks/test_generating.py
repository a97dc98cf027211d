"""The generated catalogue is one that registration could have made."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models, transaction
from django.db.models import Exists, OuterRef

from benchmarks.generating import Layout, generate
from catalog.content import content_digest, content_of_stored
from catalog.models import Artifact, ArtifactVersion, Evaluation, Identifier, Link
from catalog.provenance.lineage import ancestry
from catalog.vocabulary import Family, Kind, Relation

SIZE = 200


@pytest.fixture(scope="module")
def generated(django_db_setup: None, django_db_blocker: Any) -> Iterator[Layout]:
    """Made once; each test has its own transaction inside this one."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield generate(SIZE)
        transaction.set_rollback(True)


@pytest.fixture
def layout(generated: Layout, db: None) -> Layout:
    return generated


def test_the_audit_finds_it_right(layout: Layout) -> None:
    call_command("audit_provenance", "--check")
    versions = ArtifactVersion.objects.of_models()
    assert versions.latest_versions().count() == SIZE + 1
    assert 0 < versions.complete().count() < versions.count()


def test_every_key_leads_somewhere(layout: Layout) -> None:
    looked_at = 0
    for model in apps.get_app_config("catalog").get_models():
        keys = [field for field in model._meta.concrete_fields if isinstance(field, models.ForeignKey)]
        for key in keys:
            target = key.related_model._base_manager.filter(**{key.target_field.name: OuterRef(key.attname)})
            rows = model._base_manager.exclude(**{f"{key.name}__isnull": True})
            assert not rows.exclude(Exists(target)).exists(), key
            looked_at += rows.count()
    assert looked_at > 10 * SIZE


def test_every_digest_is_the_one_that_registration_would_have_given(layout: Layout) -> None:
    others = ArtifactVersion.objects.exclude(kind=Kind.MODEL).order_by("pk")
    versions = [*ArtifactVersion.objects.of_models().order_by("pk")[:80], *others[::20]]
    assert all(version.content_digest == content_digest(content_of_stored(version)) for version in versions)
    assert Link.objects.exclude(target_version=None).filter(pinned_digest="").count() == 0


def test_every_name_is_taken_by_what_it_names(layout: Layout) -> None:
    names = set(Identifier.objects.values_list("name", flat=True))
    assert names == {
        *Artifact.objects.values_list("public_id", flat=True),
        *ArtifactVersion.objects.values_list("public_id", flat=True),
    }


def test_it_is_skewed(layout: Layout) -> None:
    trained = Link.objects.filter(relation=Relation.TRAINED_ON, source__is_latest=True)
    assert trained.filter(target__public_id=layout.popular.id()).count() == SIZE * 0.24
    alone = trained.filter(target__public_id__startswith="dataset-single-")
    assert alone.count() == alone.values("target").distinct().count() > SIZE // 10
    assert not trained.filter(target__public_id=layout.untrained.id()).exists()
    popular = trained.filter(target__public_id=layout.popular.id())
    assert not popular.filter(source__family=Family.BIOPHYSICAL).exists()
    assert Evaluation.objects.filter(dataset__public_id=layout.popular.id()).exists()


def test_the_deep_lineage_has_a_thousand_datasets(layout: Layout) -> None:
    root = ArtifactVersion.objects.get(public_id="model-lineage-v1")
    nodes = ancestry([root], max_depth=50, max_nodes=5_000)[root.public_id].nodes
    assert sum(node.kind == Kind.DATASET for node in nodes) == 1_000
