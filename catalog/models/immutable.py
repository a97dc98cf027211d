"""Content that is written once."""

from __future__ import annotations

from collections.abc import Collection

from django.db import models

from catalog.errors import Conflict, Fault


def refuse_changes(row: models.Model, but: Collection[str] = ()) -> None:
    """Raise `Conflict` where `row` differs from what is stored of it, in any field but those named.

    What is stored is read again: a row in memory may have been made without it, or share a mutable value with it.
    """
    fields = {
        field.attname: field.name
        for field in row._meta.concrete_fields
        if field.name not in but and field.attname in row.__dict__
    }
    stored = type(row)._base_manager.filter(pk=row.pk).values(*fields).first() or {}
    changed = [name for attname, name in fields.items() if stored.get(attname) != getattr(row, attname)]
    if changed:
        raise Conflict(
            f"The content of {row} is immutable.",
            [Fault(f"/{name}", "Register a new version to change this.", "immutable") for name in changed],
        )
