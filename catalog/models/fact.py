"""Rows that the provenance rules read."""

from __future__ import annotations

from typing import Any

from django.db import models, router, transaction


class Fact(models.Model):
    """A row whose saving and the bringing up to date of the models it touches are one transaction."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        # Django commits a lone save before its signals fire.
        with transaction.atomic(using=kwargs.get("using") or router.db_for_write(type(self), instance=self)):
            super().save(*args, **kwargs)
