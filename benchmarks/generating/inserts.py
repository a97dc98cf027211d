"""INSERT … SELECT into a table of the catalogue: what is not said gets the field's own default."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import connection, models
from django.db.models import Field

from benchmarks.generating import dialects


def insert(model: type[models.Model], columns: Mapping[str, str], source: str) -> None:
    """Insert what `columns`, expressions by field, make of each row of `source`.

    Raises LookupError where a field has no default and is not among them: the tables have grown.
    """
    values: dict[str, str] = {}
    for field in model._meta.concrete_fields:
        if field.name in columns:
            values[str(field.column)] = columns[field.name]
        elif not field.generated and not isinstance(field, models.AutoField):
            values[str(field.column)] = _default(field)
    names = ", ".join(map(connection.ops.quote_name, values))
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({names}) SELECT {', '.join(values.values())} FROM {source}")


def _default(field: Field) -> str:
    if field.has_default():
        return dialects.literal(field.get_default())
    if field.null:
        return "NULL"
    if isinstance(field, models.DateTimeField):
        return dialects.moment("0")
    raise LookupError(f"{field.model.__name__}.{field.name} has no default; say what the generator writes there.")
