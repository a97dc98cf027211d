"""Catalogues that were there before a migration, and what it makes of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from catalog.models import ArtifactVersion, Link, MetricDefinition, Posting, Standing
from catalog.models.posting import Role
from catalog.provenance.postings import wrongly_posted

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("migrations")]

REGISTERED = datetime(2026, 3, 1, 12, tzinfo=UTC)


def migrate(name: str | None) -> Any:
    """The app as it was after the migration `name`; after the last one for None."""
    executor = MigrationExecutor(connection)
    wanted = [("catalog", name)] if name else executor.loader.graph.leaf_nodes("catalog")
    return executor.migrate(wanted).apps


@pytest.fixture
def before() -> Iterator[Any]:
    """The app before there was a history of everything."""
    yield migrate("0001_initial")
    migrate(None)


def a_model_of_before(apps: Any) -> None:
    artifacts, versions = (apps.get_model("catalog", name).objects for name in ("Artifact", "ArtifactVersion"))
    data, model = (artifacts.create(public_id=name, kind=name) for name in ("dataset", "model"))
    common = {"version_number": 1, "is_latest": True, "created_at": REGISTERED, "registered_at": REGISTERED}
    versions.create(public_id="dataset-v1", artifact=data, kind="dataset", title="Data", **common)
    family = {"family": "statistical", "stated_family": "statistical", "family_basis": "source"}
    version = versions.create(
        public_id="model-v1", artifact=model, kind="model", title="Model", assessed_quality=0.7, **family, **common
    )
    link = {"number": 1, "relation": "trained_on", "target": data, "target_kind": "dataset"}
    apps.get_model("catalog", "Link").objects.create(source=version, **link)
    apps.get_model("catalog", "MetricDefinition").objects.create(name="loss", direction="lower")


def test_what_stood_before_history_was_kept_has_stood_since_it_came_in(before: Any) -> None:
    a_model_of_before(before)
    since = timezone.now()
    migrate(None)
    model = ArtifactVersion.objects.get(public_id="model-v1")
    (standing,) = Standing.objects.filter(version=model)
    assert (standing.recorded_at, standing.rule_set, standing.is_latest) == (REGISTERED, 1, True)
    assert (standing.assessed_quality, standing.quality_score) == (0.7, model.quality_score)
    (stated,) = Link.history.filter(source=model)
    assert (stated.history_type, stated.history_date) == ("+", model.links.get().created_at)
    assert stated.history_date < since
    (defined,) = MetricDefinition.history.filter(name="loss")
    assert (defined.history_type, defined.direction, defined.history_date.year) == ("+", "lower", 1970)
    assert Standing.objects.count() == 2


def test_models_that_were_there_are_listed_under_what_they_name(before: Any) -> None:
    a_model_of_before(before)
    migrate(None)
    model = ArtifactVersion.objects.get(public_id="model-v1")
    assert list(Posting.objects.values_list("version", "role", "target", "quality_score")) == [
        (model.pk, Role.TRAINED_ON, model.links.get().target_id, model.quality_score)
    ]
    assert wrongly_posted([model.pk]) == []
