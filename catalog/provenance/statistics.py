"""What PostgreSQL's planner knows of tables that grow faster than it is told."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

FEW_PAGES = 100
"""Pages up to which it does not matter how a table is read."""


def analyse_grown(tables: Iterable[str]) -> list[str]:
    """Have the planner told of those `tables` that have doubled since it was told last; return their names.

    A server analyses by itself once a minute at best, if at all, and a table that was empty then is read as a whole by
    each statement. One that is being vacuumed is left for the next time. SQLite knows the shape of its tables.
    """
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE oid = ANY (%s::regclass[]) "
            "AND pg_relation_size(oid) > 2 * greatest(relpages, %s) * current_setting('block_size')::bigint",
            [list(tables), FEW_PAGES],
        )
        grown = [name for (name,) in cursor.fetchall()]
        for name in grown:
            cursor.execute(f"ANALYZE (SKIP_LOCKED) {connection.ops.quote_name(name)}")
    return grown
