"""Reading the catalogue as it stood at a moment, by the very code that reads it as it stands.

Inside `as_of(moment)` each query finds, in place of the tables that change, common table expressions of the same names
and columns, made of their histories: on both databases such a name hides the table, which is still reached by its
schema. What never changes (artifacts, the content of versions) is read from the tables.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from datetime import datetime
from functools import cache
from typing import Any

from django.db import connections, models

from catalog.columns import STANDING_COLUMNS
from catalog.models import ArtifactVersion, Identifier, Standing
from catalog.provenance.recording import EVALUATIONS, LINKS, METRICS, Log
from catalog.replication.routing import PRIMARY, read_alias, read_connection
from catalog.vocabulary import Kind, State

_AT: ContextVar[datetime | None] = ContextVar("at", default=None)

_SELECT = re.compile(r"[\s(]*SELECT\b", re.IGNORECASE)
_WITH = re.compile(r"\s*WITH\s+(RECURSIVE\s+)?", re.IGNORECASE)

_Execute = Callable[[str, Any, bool, Any], Any]


@contextmanager
def as_of(moment: datetime | None) -> Iterator[None]:
    """Within the block, all that is read is as it was recorded by `moment`; None reads it as it is.

    Nothing is written inside, which raises RuntimeError, as does a block within another.
    """
    if moment is None:
        yield
        return
    if _AT.get() is not None:
        raise RuntimeError("A moment is being read already; end that block first.")
    token = _AT.set(moment)
    reading = _Reading(moment)
    try:
        with ExitStack() as stack:
            # Whatever is asked of the primary within a block that reads from a replica is of the same moment.
            for alias in {PRIMARY, read_alias()}:
                stack.enter_context(connections[alias].execute_wrapper(reading))
            yield
    finally:
        _AT.reset(token)


class _Reading:
    """Has each query read its tables as they stood at a moment."""

    def __init__(self, moment: datetime) -> None:
        self.moment = read_connection().ops.adapt_datetimefield_value(moment)
        self.shadows = _shadows(_schema())

    def __call__(self, execute: _Execute, sql: str, params: Any, many: bool, context: Any) -> Any:
        with_ = _WITH.match(sql)
        if many or not (with_ or _SELECT.match(sql)):
            raise RuntimeError("Nothing is written while the catalogue is read as of a moment.")
        hidden = [shadow for table, shadow in self.shadows.items() if re.search(rf"\b{table}\b", sql)]
        if not hidden:
            return execute(sql, params, many, context)
        if params is None:
            sql, params = sql.replace("%", "%%"), ()
        head = ", ".join(hidden)
        moments = (self.moment,) * head.count("%s")
        if with_:
            recursive = with_[1] or ""
            sql = f"WITH {recursive}{head}, {sql[with_.end() :]}"
        else:
            sql = f"WITH {head} {sql}"
        return execute(sql, (*moments, *_listed(params)), many, context)


def _listed(params: Any) -> Sequence[Any]:
    if isinstance(params, dict):
        raise RuntimeError("A query with named parameters cannot be read as of a moment.")
    return tuple(params)


@cache
def _schema_of(alias: str, name: str) -> str:
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        return connections[alias].ops.quote_name(cursor.fetchone()[0])


def _schema() -> str:
    connection = read_connection()
    if connection.vendor == "sqlite":
        return "main"
    return _schema_of(connection.alias, str(connection.settings_dict["NAME"]))


@cache
def _shadows(schema: str) -> dict[str, str]:
    """The expression that hides each table, by the table's name."""
    made: dict[type[models.Model], tuple[str, str]] = {
        ArtifactVersion: _versions(schema),
        Identifier: _names(schema),
        **{log.table: _facts(log, schema) for log in (LINKS, EVALUATIONS, METRICS)},
    }
    return {
        _table(model): f"{_table(model)} ({columns}) AS NOT MATERIALIZED ({select})"
        for model, (columns, select) in made.items()
    }


def _table(model: type[models.Model]) -> str:
    return model._meta.db_table


def _columns(model: type[models.Model]) -> list[str]:
    return [str(field.column) for field in model._meta.concrete_fields]


def _versions(schema: str) -> tuple[str, str]:
    """Versions that had a standing by then, with the last one of these."""
    columns = _columns(ArtifactVersion)
    chosen = ", ".join(_LISTED if name == "is_listed" else _of(name) for name in columns)
    standing = f"{schema}.{_table(Standing)}"
    return _quoted(columns), (
        f"SELECT {chosen} FROM {schema}.{_table(ArtifactVersion)} v JOIN {standing} s ON s.version_id = v.id "
        f"WHERE s.id = (SELECT o.id FROM {standing} o WHERE o.version_id = v.id AND o.recorded_at <= %s "
        "ORDER BY o.recorded_at DESC, o.id DESC LIMIT 1)"
    )


_LISTED = f"(v.kind = '{Kind.MODEL}' AND s.is_latest AND s.state <> '{State.RETRACTED}')"
"""Derived then as it is now (`catalog.models.scores.LISTED`)."""


def _of(name: str) -> str:
    return f'{"s" if name in STANDING_COLUMNS else "v"}."{name}"'


def _facts(log: Log, schema: str) -> tuple[str, str]:
    """Rows whose last record by then does not say that they are gone."""
    columns = _columns(log.table)
    kept = f"{schema}.{_table(log.kept)}"
    chosen = ", ".join(f'h."{name}"' for name in columns)
    return _quoted(columns), (
        f"SELECT {chosen} FROM {kept} h WHERE h.history_type <> '-' "
        f"AND h.history_id = (SELECT o.history_id FROM {kept} o WHERE o.id = h.id AND o.history_date <= %s "
        "ORDER BY o.history_date DESC, o.history_id DESC LIMIT 1)"
    )


def _names(schema: str) -> tuple[str, str]:
    """Names of what was there: a version's own, and those of an artifact that had a version by then.

    An alias has a time of its own, or is as old as its artifact.
    """
    columns = _columns(Identifier)
    standing = f"{schema}.{_table(Standing)}"
    there = f"SELECT 1 FROM {standing} o WHERE o.version_id = i.version_id AND o.recorded_at <= %s"
    any_there = (
        f"SELECT 1 FROM {schema}.{_table(ArtifactVersion)} v JOIN {standing} o ON o.version_id = v.id "
        "WHERE v.artifact_id = i.artifact_id AND o.recorded_at <= %s"
    )
    chosen = ", ".join(f'i."{name}"' for name in columns)
    return _quoted(columns), (
        f"SELECT {chosen} FROM {schema}.{_table(Identifier)} i WHERE CASE WHEN i.version_id IS NOT NULL "
        f"THEN EXISTS ({there}) ELSE (i.created_at IS NULL OR i.created_at <= %s) AND EXISTS ({any_there}) END"
    )


def _quoted(columns: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in columns)
