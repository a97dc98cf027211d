"""History: of what curators change of versions, through their table and its proxies alike, and of every fact."""

from __future__ import annotations

from functools import cache
from typing import Any, cast

from django.apps import apps
from django.db import models
from django.db.models.signals import post_delete, post_save
from simple_history.models import HistoricalRecords

from catalog.columns import COMPUTED_COLUMNS, DERIVED_COLUMNS


class FactHistory(HistoricalRecords):
    """Every state of a row, from the moment it is written until it is gone: what was stated then is read from here.

    Rows are found by their own id and by the fields `by`. A registration writes as many of them as it states facts, so
    that no other index is kept.
    """

    def __init__(self, *by: str) -> None:
        super().__init__()
        self.by = by

    def copy_fields(self, model: Any) -> dict[str, Any]:
        fields = super().copy_fields(model)
        for field in fields.values():
            field.db_index = False
        return cast("dict[str, Any]", fields)

    def get_extra_fields(self, model: Any, fields: Any) -> dict[str, Any]:
        extra = super().get_extra_fields(model, fields)
        extra["history_user"].db_index = False
        return cast("dict[str, Any]", extra)

    def get_meta_options(self, model: Any) -> dict[str, Any]:
        name = model._meta.model_name
        indexes = [models.Index(fields=("id", "-history_date", "-history_id"), name=f"{name[:16]}_at_a_moment")]
        for field in self.by:
            given = models.Q((f"{field}__isnull", False)) if model._meta.get_field(field).null else None
            indexes.append(models.Index(fields=(field,), name=f"{name}_history_by_{field}", condition=given))
        return {**super().get_meta_options(model), "indexes": indexes}


VERSION_HISTORY = HistoricalRecords(
    excluded_fields=[
        *("title", "title_key", "description", "changelog", "license", "metadata", "checksums", "identified_by"),
        *("content_digest", "request_digest", "source_format", "source_record", "source_revision"),
        *("created_at", "registered_at", "stated_family", "framework", "checkpoint_digest", "parameter_count"),
        *("declares_hypothesis", "parent", "version_label"),
        *COMPUTED_COLUMNS,
        *DERIVED_COLUMNS,
    ]
)
"""Who changed what can change. Content cannot, and what is computed is no one's act; neither is repeated here."""


def first_record(version: Any) -> models.Model:
    """The record, not stored yet, that `VERSION_HISTORY` keeps of a version that was just inserted without a signal.

    It is dated as the version is, and names the request's user, where there is one.
    """
    model, columns = _kept()
    return model(
        history_date=version.registered_at,
        history_type="+",
        history_user=VERSION_HISTORY.get_history_user(version),
        **{column: getattr(version, column) for column in columns},
    )


@cache
def _kept() -> tuple[type[models.Model], tuple[str, ...]]:
    """The model of the records of versions and their columns: asking for it makes a manager class each time."""
    model: Any = apps.get_model("catalog", "ArtifactVersion")
    return model.history.model, tuple(field.attname for field in VERSION_HISTORY.fields_included(model))


def follow(*proxies: type) -> None:
    """Record changes made through `proxies` too: a signal of theirs names them as sender, not the table's model."""
    for proxy in proxies:
        post_save.connect(VERSION_HISTORY.post_save, sender=proxy, weak=False)
        post_delete.connect(VERSION_HISTORY.post_delete, sender=proxy, weak=False)
