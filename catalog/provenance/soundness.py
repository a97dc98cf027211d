"""What an audit found right, and that nobody has written to since: it need not be compared again.

PostgreSQL tells of each row which transaction wrote it (`xmin`) and where it lies (`ctid`). Whoever writes to a row,
and by whatever way, leaves it with others; so an imprint of these, taken of the rows that a comparison reads, stands
for the comparison. It reads no column, and takes a quarter of the time.

It holds for one run of the server, on one machine: of what was restored, copied or promoted, of tables whose columns
were dropped or added, and of what another version of this code would compare, no imprint is the same.

The facts have one by themselves. Where the rules or the scores of all versions change, their rows are written, and the
links and the evaluations are still as they were recorded.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from hashlib import sha256

from django.db import connection

from catalog.models import Posting, SoundSpan
from catalog.provenance.commits import unhurried
from catalog.provenance.postings import difference
from catalog.provenance.recording import FACT_LOGS, STANDINGS, Log, apart
from catalog.statements.id_lists import Span, among

_KEPT = SoundSpan._meta.db_table

_RUN = "extract(epoch FROM pg_postmaster_start_time())"
"""Names the run of the server, as a number: how a time is written depends on the connection."""


@dataclass(frozen=True, slots=True)
class Imprint:
    """How the rows of a span lie now: its `facts` and their records, and the `whole`.

    Each stands where they lay so when an audit found them right.
    """

    span: Span
    facts: str
    whole: str
    facts_stand: bool
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
            cursor.execute(_keeping(), self.span._asdict() | {"facts": self.facts, "imprint": self.whole})


def facts_stand(span: Span) -> bool:
    """Whether the facts of a span, and their records, lie as they did when an audit found them right."""
    with connection.cursor() as cursor:
        cursor.execute(_taking_of_facts(), span._asdict())
        return bool(cursor.fetchone()[0])


@cache
def _taking() -> str:
    """The statement for the imprints of a span, and whether each is the one that was kept."""
    return (
        f"WITH {_facts()}, whole AS MATERIALIZED (SELECT {_md5(_OTHERS, _compared(), 'facts.imprint')} FROM facts) "
        f"SELECT facts.imprint, whole.imprint, {_was_kept('facts')}, {_was_kept('whole', 'imprint')} FROM facts, whole"
    )


@cache
def _taking_of_facts() -> str:
    return f"WITH {_facts()} SELECT {_was_kept('facts')} FROM facts"


def _facts() -> str:
    return f"facts AS MATERIALIZED (SELECT {_md5(_FACTS, apart(tuple(FACT_LOGS.values()), True))})"


def _was_kept(taken: str, kept: str = "facts") -> str:
    return f"EXISTS (SELECT 1 FROM {_KEPT} WHERE first = %(low)s AND {kept} = {taken}.imprint)"


def _md5(rows: Iterable[tuple[str, str]], comparison: str, also: str = "NULL") -> str:
    """An `imprint` of how rows of a span lie, for what compares them: tables, each with the column of its versions."""
    rows = sorted(rows)
    lay = (
        f"(SELECT bit_xor(hashtidextended(ctid, xmin::text::bigint)) FROM {table} "
        f"WHERE {among('postgresql', owner, span=True, by_page=True)})"
        for table, owner in rows
    )
    tables = ", ".join(f"'{table}'::regclass" for table, _ in rows)
    columns = (
        "(SELECT string_agg(attnum || attname, ' ' ORDER BY attrelid, attnum) FROM pg_attribute "
        f"WHERE attrelid IN ({tables}) AND NOT attisdropped)"
    )
    name = sha256(comparison.encode()).hexdigest()[:16]
    return f"md5(ROW(%(high)s, {_RUN}, '{name}', {also}, {columns}, {', '.join(lay)})::text) AS imprint"


@cache
def _keeping() -> str:
    """The statement that keeps an imprint, unless a fact that the span has a record of is neither there nor gone."""
    return (
        f"INSERT INTO {_KEPT} (first, facts, imprint) SELECT %(low)s, %(facts)s, %(imprint)s "
        f"WHERE {' AND '.join(map(_has_its_facts, FACT_LOGS.values()))} "
        "ON CONFLICT (first) DO UPDATE SET facts = excluded.facts, imprint = excluded.imprint"
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


def _rows_of(log: Log) -> set[tuple[str, str]]:
    return {(log.table._meta.db_table, log.owner), (log.kept._meta.db_table, log.keeper)}


_FACTS = frozenset[tuple[str, str]]().union(*map(_rows_of, FACT_LOGS.values()))
_OTHERS = _rows_of(STANDINGS) | {(Posting._meta.db_table, "version_id")}
"""The tables that are compared, each with the column by which it has rows of a version."""


def _compared() -> str:
    """What a whole imprint stands for, beside the facts: the statements that compare."""
    return difference("postgresql", True) + apart((STANDINGS,), True)
