"""Rows that are written once and stay."""

from __future__ import annotations

from typing import Any, NoReturn

from django.db import models

from catalog.errors import Conflict


class AppendOnlyQuerySet(models.QuerySet):
    """Rows that are read, and added to."""

    def update(self, **values: Any) -> NoReturn:
        raise _refused(self.model)

    def delete(self) -> NoReturn:
        raise _refused(self.model)


class AppendOnlyManager(models.Manager):
    """Of rows that are written once."""


class AppendOnly(models.Model):
    """A row that is written once. Only the version that it belongs to takes it along when it goes."""

    objects = AppendOnlyManager.from_queryset(AppendOnlyQuerySet)()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert. Raises `Conflict` where this is written already."""
        if not self._state.adding:
            raise _refused(type(self))
        kwargs["force_insert"] = True  # or one made with a written row's key would overwrite it
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise _refused(type(self))


def _refused(model: type[models.Model]) -> Conflict:
    return Conflict(f"A {model._meta.verbose_name} is written once: it is neither changed nor deleted.")
