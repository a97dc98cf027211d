"""History of what curators change, on the one table of versions and on its proxies alike."""

from __future__ import annotations

from django.db.models.signals import post_delete, post_save
from simple_history.models import HistoricalRecords

from catalog.columns import COMPUTED_COLUMNS

VERSION_HISTORY = HistoricalRecords(
    excluded_fields=[
        *("title", "title_key", "description", "changelog", "license", "metadata", "checksums", "identified_by"),
        *("content_digest", "request_digest", "source_format", "source_record", "source_revision"),
        *("created_at", "registered_at", "stated_family", "framework", "checkpoint_digest", "parameter_count"),
        *("declares_hypothesis", "parent", "version_label"),
        *COMPUTED_COLUMNS,
    ]
)
"""Who changed what can change. Content cannot, and what is computed is no one's act; neither is repeated here."""


def follow(*proxies: type) -> None:
    """Record changes made through `proxies` too: a signal of theirs names them as sender, not the table's model."""
    for proxy in proxies:
        post_save.connect(VERSION_HISTORY.post_save, sender=proxy, weak=False)
        post_delete.connect(VERSION_HISTORY.post_delete, sender=proxy, weak=False)
