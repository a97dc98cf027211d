"""Writes down how things stand, where that differs from how they were last written down to stand.

One statement does it for one version or a thousand, and it is the same for everything that has a history. What
is as it was costs a look and no row, so that whoever might have changed something may ask for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any, cast

from django.db import connection, models
from django.utils import timezone

from catalog.columns import STANDING_COLUMNS
from catalog.models import ArtifactVersion, Evaluation, Link, MetricDefinition, Standing
from catalog.provenance.rules import RULE_SET
from catalog.statements.id_lists import Batch, Ids, Span, among, batches, named, parts
from catalog.statements.prepared import batch_cursor

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
"""From when on a metric is defined of whose definition nobody wrote down the time."""


@dataclass(frozen=True, slots=True, eq=False)
class Log:
    """A table, `kept`, that holds how rows of `table` stood from each `date` on.

    `key` is its column of the row's id and `columns` those that it shares with the row. `owner` is the row's column
    by whose values rows are looked at, and `since` the expression of when a row that has no record yet came in.
    `also` are expressions of further columns; `gone` is the condition that the last record says that the row is gone.
    """

    table: type[models.Model]
    kept: type[models.Model]
    date: str
    key: str
    columns: tuple[str, ...]
    owner: str
    since: str
    also: Mapping[str, str] = field(default_factory=dict)
    gone: str = ""

    @property
    def serial(self) -> str:
        """Orders records of one moment."""
        return str(self.kept._meta.pk.column)

    @property
    def keeper(self) -> str:
        """The column by which `kept` has records of an owner: of a fact its owner's, of a version its own key."""
        return self.owner if self.gone else self.key


def _of_facts(model: Any, owner: str, by: str, since: str) -> Log:
    columns = tuple(column.column for column in model._meta.concrete_fields if not column.primary_key)
    fresh = "latest.history_id IS NULL OR latest.history_type = '-'"
    return Log(
        table=model,
        kept=model.history.model,
        date="history_date",
        key="id",
        columns=columns,
        owner=owner,
        since=since,
        also={
            "history_type": f"CASE WHEN {fresh} THEN '+' ELSE '~' END",
            "history_user_id": f"CASE WHEN {fresh} THEN {by} END",
            "history_change_reason": "NULL",
        },
        gone="latest.history_type = '-'",
    )


STANDINGS = Log(
    table=ArtifactVersion,
    kept=Standing,
    date="recorded_at",
    key="version_id",
    columns=STANDING_COLUMNS,
    owner="id",
    since="present.registered_at",
    also={"rule_set": str(RULE_SET)},
)
LINKS = _of_facts(Link, "source_id", "present.created_by_id", "present.created_at")
EVALUATIONS = _of_facts(Evaluation, "version_id", "present.created_by_id", "present.created_at")
METRICS = _of_facts(MetricDefinition, "id", "CAST(NULL AS integer)", "%(beginning)s")

FACT_LOGS: Mapping[type[models.Model], Log] = {Link: LINKS, Evaluation: EVALUATIONS}
LOGS = (*FACT_LOGS.values(), STANDINGS)


def record(
    log: Log, ids: Iterable[int], moment: datetime | None = None, *, known_only: bool = False, dry_run: bool = False
) -> int:
    """Write down how the rows of the owners `ids` stand from `moment` on (now); return how many had changed.

    A row without a record gets its first, from when it came in; with `known_only` it is left to the audit. The
    caller holds the locks (`catalog.provenance.locks`).
    """
    return sum(_run(_appending(log, connection.vendor, dry_run), ids, moment, dry_run, first=not known_only))


def record_gone(log: Log, ids: Iterable[int]) -> int:
    """Write down which facts of the versions `ids` are gone without a word; return how many."""
    return sum(_run(_missing(log, connection.vendor), ids, None, dry_run=False))


def suspected(ids: Ids, logs: Sequence[Log] = LOGS) -> dict[Log, set[int]]:
    """The versions among `ids` whose history may lack something, by log: `record` tells. None that lacks is left out.

    One beside them is named where raw SQL gave it a fact of theirs. PostgreSQL joins all facts of a batch to all their
    records, which takes a third of what looking up the last record of each takes; SQLite joins by looking up.
    """
    found: dict[Log, set[int]] = {log: set() for log in logs}
    for batch in parts(ids):
        span = isinstance(batch, Span)
        if connection.vendor == "postgresql":
            for number, owner in _looked(apart(tuple(logs), span), batch):
                found[logs[number]].add(owner)
        else:
            for log in logs:
                found[log].update(owner for owner, _ in _looked(_unrecorded(log, connection.vendor, span), batch))
    return {log: owners - {None} for log, owners in found.items()}


def unrecorded(ids: Ids) -> int:
    """How many changes of the versions `ids`, and of their facts, nobody has written down."""
    lacking = ((log, batch) for log, owners in suspected(ids).items() for batch in batches(owners))
    looks = (_looked(_unrecorded(log, connection.vendor, isinstance(batch, Span)), batch) for log, batch in lacking)
    return sum(count for found in looks for _, count in found)


def _looked(statement: str, batch: Batch) -> list[tuple[int, int]]:
    with batch_cursor(connection, batch) as cursor:
        cursor.execute(statement, {"first": True, **named(batch)})
        return cast("list[tuple[int, int]]", cursor.fetchall())


def record_metrics(*, dry_run: bool = False) -> int:
    """Write down how all metrics are defined, where that changed; return how many definitions had."""
    return record(METRICS, MetricDefinition.objects.values_list("pk", flat=True), dry_run=dry_run)


def _run(
    statement: str, ids: Iterable[int], moment: datetime | None, dry_run: bool, *, first: bool = True
) -> Iterator[int]:
    moment = moment or timezone.now()
    times = {"moment": moment, "beginning": BEGINNING}
    adapted = {name: connection.ops.adapt_datetimefield_value(value) for name, value in times.items()}
    for batch in batches(ids):
        with batch_cursor(connection, batch) as cursor:
            cursor.execute(statement, {**adapted, "first": first, **named(batch)})
            yield cursor.fetchone()[0] if dry_run else cursor.rowcount


@cache
def _appending(log: Log, vendor: str, dry_run: bool) -> str:
    """A clock that went back does not turn the order of records round: a record is never before the last one."""
    rows = _changed(log, vendor, span=False)
    if dry_run:
        return f"SELECT count(*) {rows}"
    since = (
        f"CASE WHEN latest.{log.serial} IS NULL THEN {log.since} "
        f"WHEN latest.{log.date} > %(moment)s THEN latest.{log.date} ELSE %(moment)s END"
    )
    return f"{_inserting(log, since)} {rows}"


def beginning(log: Log, rows: str) -> str:
    """The statement that writes down how `rows` stand that came in just now: there is no record of them."""
    return f"{_inserting(log, log.since)} FROM {rows} present LEFT JOIN {_kept(log)} latest ON false"


def _inserting(log: Log, since: str) -> str:
    values = {log.key: "present.id"} | {_quoted(name): f"present.{_quoted(name)}" for name in log.columns}
    values |= {log.date: since, **log.also}
    return f"INSERT INTO {_kept(log)} ({', '.join(values)}) SELECT {', '.join(values.values())}"


@cache
def _missing(log: Log, vendor: str) -> str:
    values = {log.key: "latest.id"} | {_quoted(name): f"latest.{_quoted(name)}" for name in log.columns}
    values[log.date] = f"CASE WHEN latest.{log.date} > %(moment)s THEN latest.{log.date} ELSE %(moment)s END"
    values |= {"history_type": "'-'", "history_user_id": "NULL", "history_change_reason": "NULL"}
    rows = _gone(log, vendor, span=False)
    return f"INSERT INTO {_kept(log)} ({', '.join(values)}) SELECT {', '.join(values.values())} {rows}"


@cache
def _unrecorded(log: Log, vendor: str, span: bool) -> str:
    """The owners among a batch of changes that are not recorded, and how many."""
    looks = [f"SELECT present.{log.owner} AS owner {_changed(log, vendor, span)}"]
    if log.gone:
        looks.append(f"SELECT latest.{log.owner} AS owner {_gone(log, vendor, span)}")
    return f"SELECT owner, count(*) FROM ({' UNION ALL '.join(looks)}) found GROUP BY owner"


@cache
def apart(logs: Sequence[Log], span: bool) -> str:
    """For PostgreSQL: the number of a log and an owner of rows and records, of a batch, that do not go together."""
    return " UNION ALL ".join(_not_joined(number, log, span) for number, log in enumerate(logs))


def _not_joined(number: int, log: Log, span: bool) -> str:
    """Those of one log. A fact that is gone from its owner may be another's by now."""
    owners = f"present.{log.owner}, latest.{log.keeper}"
    if log.gone:
        now = f"(SELECT moved.{log.owner} FROM {log.table._meta.db_table} moved WHERE moved.id = latest.{log.key})"
        owners += f", CASE WHEN present.id IS NULL THEN {now} END"
    # Standings lie in the order of their index.
    records, is_last = _records(log, among("postgresql", log.keeper, span=span, by_page=bool(log.gone)))
    rows = f"SELECT * FROM {log.table._meta.db_table} WHERE {among('postgresql', log.owner, span=span, by_page=True)}"
    return (
        f"SELECT {number}, unnest(ARRAY[{owners}]) "
        f"FROM ({records}) latest FULL JOIN ({rows}) present ON present.id = latest.{log.key} "
        f"WHERE CASE WHEN latest.{log.serial} IS NULL THEN true "
        f"WHEN present.id IS NULL THEN NOT ({log.gone or 'false'}) ELSE {_differs(log)} END AND {is_last}"
    )


def _records(log: Log, condition: str) -> tuple[str, str]:
    """The query for records, and the further condition that one of them, as `latest`, is the last of its row.

    A fact mostly has one record: only where it differs is it asked whether another follows, and none are sorted. Of the
    many of a standing, which lie in the order of their index, the last are taken.
    """
    records = f"FROM {_kept(log)} WHERE {condition}"
    if not log.gone:
        order = f"{log.key}, {log.date} DESC, {log.serial} DESC"
        return f"SELECT DISTINCT ON ({log.key}) * {records} ORDER BY {order}", "true"
    follows = f"(later.{log.date}, later.{log.serial}) > (latest.{log.date}, latest.{log.serial})"
    later = f"SELECT 1 FROM {_kept(log)} later WHERE later.{log.key} = latest.{log.key} AND {follows}"
    return f"SELECT * {records}", f"CASE WHEN latest.{log.serial} IS NULL THEN true ELSE NOT EXISTS ({later}) END"


def _differs(log: Log) -> str:
    """The condition that a row is not as its last record says."""
    differs = [f"present.{_quoted(name)} IS DISTINCT FROM latest.{_quoted(name)}" for name in log.columns]
    return " OR ".join([*differs, log.gone] if log.gone else differs)


def _changed(log: Log, vendor: str, span: bool) -> str:
    """The rows of a batch's owners that are `present` otherwise than in their `latest` record, or without one."""
    if vendor == "postgresql":  # which finds the record in one step, and not its key first
        latest = f"LEFT JOIN LATERAL ({_last(log, 'present', '*')}) latest ON true"
    else:
        latest = f"LEFT JOIN {_kept(log)} latest ON latest.{log.serial} = ({_last(log, 'present', log.serial)})"
    return (
        f"FROM {log.table._meta.db_table} present {latest} WHERE {among(vendor, f'present.{log.owner}', span=span)} "
        f"AND CASE WHEN latest.{log.serial} IS NULL THEN %(first)s ELSE {_differs(log)} END"
    )


def _gone(log: Log, vendor: str, span: bool) -> str:
    """The `latest` records, of rows of a batch's owners, that say nothing of their row's being gone."""
    table = log.table._meta.db_table
    # Those that their owner still has, which is nearly all, are left out before each of the others is looked up.
    own = f"SELECT own.id FROM {table} own WHERE {among(vendor, f'own.{log.owner}', span=span)}"
    return (
        f"FROM {_kept(log)} latest WHERE {among(vendor, f'latest.{log.owner}', span=span)} AND NOT ({log.gone}) "
        f"AND CASE WHEN latest.id IN ({own}) THEN false "
        f"WHEN EXISTS (SELECT 1 FROM {table} present WHERE present.id = latest.id) THEN false "
        f"ELSE latest.{log.serial} = ({_last(log, 'latest', log.serial)}) END"
    )


def _last(log: Log, row: str, wanted: str) -> str:
    """The query for the last record of a row."""
    return (
        f"SELECT one.{wanted} FROM {_kept(log)} one WHERE one.{log.key} = {row}.id "
        f"ORDER BY one.{log.date} DESC, one.{log.serial} DESC LIMIT 1"
    )


def _kept(log: Log) -> str:
    return str(log.kept._meta.db_table)


def _quoted(column: str) -> str:
    """A column may have the name of a word of SQL: `primary`."""
    return f'"{column}"'
