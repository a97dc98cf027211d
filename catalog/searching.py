"""Search: which versions have words in their title, id or description, whatever their case.

On PostgreSQL a table beside the versions holds these texts, in capitals, and triggers keep it: a trigram index over the
versions themselves would take entries anew whenever the audit changes a score. The names of artifacts have such an
index too, for who mistypes one.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from django.db import DatabaseError, connections, transaction
from django.db.models import Q
from django.db.models.expressions import RawSQL

from catalog.replication.routing import read_connection

logger = logging.getLogger(__name__)

TABLE = "catalog_searchtext"
"""Made by a migration: no model reads or writes it row by row."""

_NAMES, _OF_NAMES = "catalog_identifier", "artifact_name_by_trigram"

_FIELDS = ("title", "public_id", "description")

# What is entered waits in a list that each search reads through: a short one, so that none, and no registration that
# has to clear it, takes long.
_INDEXES = f"""
    CREATE INDEX IF NOT EXISTS search_text_by_trigram ON {TABLE}
    USING gin (text gin_trgm_ops) WITH (gin_pending_list_limit = 64);
    CREATE INDEX IF NOT EXISTS {_OF_NAMES} ON {_NAMES}
    USING gin (name gin_trgm_ops) WITH (gin_pending_list_limit = 64) WHERE version_id IS NULL
"""


def holding(words: Sequence[str]) -> Q:
    """The condition of versions that every one of `words` stands in; none has a blank in it."""
    if read_connection().vendor != "postgresql":
        return Q(*(Q(*((f"{field}__icontains", word) for field in _FIELDS), _connector=Q.OR) for word in words))
    # A line of the text is a field: no word goes from one to the next.
    likes = " AND ".join(["text LIKE UPPER(%s)"] * len(words))
    escaped = map(read_connection().ops.prep_for_like_query, words)
    return Q(pk__in=RawSQL(f"SELECT version_id FROM {TABLE} WHERE {likes}", [f"%{word}%" for word in escaped]))


_indexed: set[str] = set()
"""The databases whose names were seen to be indexed."""


def names_are_indexed() -> bool:
    """Whether names are found by the letters in them, which is asked for until it is so."""
    connection = read_connection()
    if connection.vendor == "postgresql" and connection.alias not in _indexed:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT to_regclass('{_OF_NAMES}')")
            if cursor.fetchone() != (None,):
                _indexed.add(connection.alias)
    return connection.alias in _indexed


def index_texts(*, using: str, **_: Any) -> None:
    """Have PostgreSQL index texts and names by trigrams, after each `migrate`: where it may not, all are read."""
    connection = connections[using]
    if connection.vendor != "postgresql":
        return
    try:
        with transaction.atomic(using), connection.cursor() as cursor:
            cursor.execute("SELECT to_regclass(%s)", [TABLE])
            if cursor.fetchone() != (None,):  # none before the migration, or after one back
                cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
                cursor.execute(_INDEXES)
    except DatabaseError as error:
        reason = str(error).splitlines()[0]
        logger.warning("Search has no index: %s. Once pg_trgm can be had, migrate again (docs/running.md).", reason)
