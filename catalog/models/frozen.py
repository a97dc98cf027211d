"""Comparisons that somebody froze, to cite them."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from catalog.models.append_only import AppendOnly

NOTE_LIMIT = 2000


class FrozenComparison(AppendOnly):
    """A comparison as it stood at a moment.

    `content` is its canonical JSON (RFC 8785) and `digest` the digest of these bytes, which also names it: the same
    content is frozen once. `ids` are the exact versions that it compares, in order.
    """

    public_id = models.CharField("id", max_length=40, unique=True, editable=False)
    digest = models.CharField(max_length=71, unique=True, editable=False)
    ids = models.JSONField(editable=False)
    content = models.TextField(editable=False)
    moment = models.DateTimeField(editable=False)
    rule_set = models.PositiveSmallIntegerField(editable=False)
    note = models.TextField(blank=True, default="", editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )

    class Meta:
        ordering = ("-pk",)
        verbose_name = "frozen comparison"

    def __str__(self) -> str:
        return self.public_id
