"""What makes bulk loading bearable on PostgreSQL: indexes are built at the end, foreign keys are not asked row by row.

Nothing is lost by it: the rows' keys are sums (`layout`), and a test looks every one of them up.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

from django.apps import apps
from django.core.management.color import no_style
from django.db import Error, connection, transaction

from catalog.searching import TABLE

# Those behind a constraint stay: what they hold unique is looked up while rows go in.
_DROPPABLE = """
    SELECT indexname, indexdef FROM pg_indexes
    WHERE schemaname = current_schema() AND tablename = ANY(%s)
      AND indexname NOT IN (SELECT conname FROM pg_constraint)
"""


@contextmanager
def bulk_loading() -> Iterator[None]:
    """Rows that the block inserts are indexed at its end, and new keys come after theirs."""
    if connection.vendor != "postgresql":
        yield
        return
    dropped = _without_indexes()
    _ask_foreign_keys(False)
    yield
    _ask_foreign_keys(True)
    with connection.cursor() as cursor:
        cursor.execute(import_module("catalog.migrations.0011_texts_of_search").FILL)  # what no trigger did
        for definition in dropped:
            cursor.execute(definition)
        models = list(apps.get_app_config("catalog").get_models())
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)


def _without_indexes() -> list[str]:
    tables = [TABLE, *(model._meta.db_table for model in apps.get_app_config("catalog").get_models())]
    with connection.cursor() as cursor:
        cursor.execute(_DROPPABLE, [tables])
        found = cursor.fetchall()
        for name, _ in found:
            cursor.execute(f"DROP INDEX {connection.ops.quote_name(name)}")
    return [definition for _, definition in found]


def _ask_foreign_keys(asked: bool) -> None:
    """A superuser's to say; where the database's user is none, loading only takes longer."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET session_replication_role = {'origin' if asked else 'replica'}")
    except Error:
        pass
