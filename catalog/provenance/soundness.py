"""What an audit found right, and that nobody has written to since: it need not be compared again.

PostgreSQL tells of each row which transaction wrote it (`xmin`) and where it lies (`ctid`). Whoever writes to a row,
and by whatever way, leaves it with others; so an imprint of these, taken of the rows that a comparison reads, stands
for the comparison. It reads no column, and takes a quarter of the time.

It holds for one run of the server, on one machine: of what was restored, copied or promoted, of tables whose columns
were dropped or added, and of what another version of this code would compare, no imprint is the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from hashlib import sha256

from django.db import connection

from catalog.models import Posting, SoundSpan
from catalog.provenance.commits import unhurried
from catalog.provenance.postings import difference
from catalog.provenance.recording import FACT_LOGS, LOGS, Log, apart
from catalog.statements.id_lists import Span, among

_KEPT = SoundSpan._meta.db_table

_RUN = "extract(epoch FROM pg_postmaster_start_time())"
"""Names the run of the server, as a number: how a time is written depends on the connection."""


@dataclass(frozen=True, slots=True)
class Imprint:
    """How the rows of a span lie now. It `stands` where they lay so when an audit found them right."""

    span: Span
    taken: str
    stands: bool

    @classmethod
    def of(cls, span: Span) -> Imprint:
        """Take it: before the rows are compared, so that what is written meanwhile is not taken for compared."""
        with connection.cursor() as cursor:
            cursor.execute(_taking(), span._asdict())
            return cls(span, *cursor.fetchone())

    def keep(self) -> None:
        """Remember that the rows were found right. It is no loss where a crash takes that.

        It is not kept of a span of which a fact became another's: there the comparison reads that one's records too.
        """
        with unhurried(), connection.cursor() as cursor:
            cursor.execute(_keeping(), self.span._asdict() | {"imprint": self.taken})


@cache
def _taking() -> str:
    """The statement for the imprint of a span, and whether it is the one that was kept."""
    lay = (
        f"(SELECT bit_xor(hashtidextended(ctid, xmin::text::bigint)) FROM {table} "
        f"WHERE {among('postgresql', owner, span=True, by_page=True)})"
        for table, owner in _rows()
    )
    tables = ", ".join(f"'{table}'::regclass" for table, _ in _rows())
    columns = (
        "(SELECT string_agg(attnum || attname, ' ' ORDER BY attrelid, attnum) FROM pg_attribute "
        f"WHERE attrelid IN ({tables}) AND NOT attisdropped)"
    )
    imprint = f"md5(ROW(%(high)s, {_RUN}, '{_comparison()}', {columns}, {', '.join(lay)})::text)"
    kept = f"EXISTS (SELECT 1 FROM {_KEPT} WHERE first = %(low)s AND imprint = taken.imprint)"
    return f"WITH taken AS MATERIALIZED (SELECT {imprint} AS imprint) SELECT imprint, {kept} FROM taken"


@cache
def _keeping() -> str:
    """The statement that keeps an imprint, unless a fact that the span has a record of is neither there nor gone."""
    return (
        f"INSERT INTO {_KEPT} (first, imprint) SELECT %(low)s, %(imprint)s "
        f"WHERE {' AND '.join(map(_has_its_facts, FACT_LOGS.values()))} "
        "ON CONFLICT (first) DO UPDATE SET imprint = excluded.imprint"
    )


def _has_its_facts(log: Log) -> str:
    kept = log.kept._meta.db_table
    records, rows = (among("postgresql", column, span=True, by_page=True) for column in (log.keeper, log.owner))
    # By NOT IN, which is hashed: an anti-join looks up the row of each record.
    return (
        f"NOT EXISTS (SELECT 1 FROM {kept} WHERE {records} "
        f"AND {log.key} NOT IN (SELECT id FROM {log.table._meta.db_table} WHERE {rows}) "
        f"AND {log.key} NOT IN (SELECT {log.key} FROM {kept} latest WHERE {records} AND {log.gone}))"
    )


def _rows() -> list[tuple[str, str]]:
    """The tables that are compared, each with the column by which it has rows of a version."""
    rows = {(Posting._meta.db_table, "version_id")}
    for log in LOGS:
        rows |= {(log.table._meta.db_table, log.owner), (log.kept._meta.db_table, log.keeper)}
    return sorted(rows)


def _comparison() -> str:
    """Names what an imprint stands for: the statements that compare."""
    said = difference("postgresql", True) + apart(LOGS, True)
    return sha256(said.encode()).hexdigest()[:16]
