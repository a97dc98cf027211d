"""Rows that others depend on, and those that the provenance rules read."""

from __future__ import annotations

from typing import Any

from django.db import models, router, transaction

from catalog.deletion import refusing


class Kept(models.Model):
    """A row that others may depend on."""

    class Meta:
        abstract = True

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete the row. Raises `Conflict` where something else depends on it."""
        with refusing(str(self)):
            return super().delete(*args, **kwargs)

    delete.alters_data = True  # type: ignore[attr-defined] # as Django marks its own


class Fact(Kept):
    """A row whose saving and the bringing up to date of the models it touches are one transaction."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        # Django commits a lone save before its signals fire.
        using = kwargs.get("using") or router.db_for_write(type(self), instance=self)
        with transaction.atomic(using=using, savepoint=False):
            super().save(*args, **kwargs)
