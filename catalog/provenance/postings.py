"""Keeps the postings what the links, the evaluations and the scores make them: for one model or thousands."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from functools import cache
from typing import Any, cast

from django.db import connection

from catalog.models import ArtifactVersion, Evaluation, Link, Posting
from catalog.models.posting import RELATIONS, Role
from catalog.statements.id_lists import Batch, Ids, Span, among, batches, named, parts
from catalog.statements.prepared import batch_cursor

_KEY = ("version_id", "role", "target", "target_version")
_CARRIED = ("family", "quality_score", "quality_uncapped")
_VALUES = ("counted", *_CARRIED)
_COLUMNS = ", ".join((*_KEY, *_VALUES))
_Statement = Callable[[str, bool], str]
"""The text of a statement, for a kind of database, and about a span or a list of versions."""


def post(versions: Iterable[int], new: Collection[int] = ()) -> set[int]:
    """Bring the postings of `versions` up to date; return those of which some were not. What is right is not written.

    Those of them that are `new` have none yet. The caller holds the locks (`catalog.provenance.locks`).
    """
    return {row[0] for statement, ids in _writes(versions, new) for row in _run(statement, ids)}


def keep_posted(versions: Iterable[int], new: Collection[int] = ()) -> None:
    """As `post`, for who does not ask which were not: within `pipelined` this is not waited for."""
    for statement, ids in _writes(versions, new):
        with batch_cursor(connection, ids) as cursor:
            cursor.execute(statement(connection.vendor, False), named(ids))


def _writes(versions: Iterable[int], new: Collection[int]) -> Iterator[tuple[_Statement, list[int]]]:
    """The statements that bring postings up to date, each with the batch that it is about."""
    versions = set(versions)
    old, new = versions.difference(new), versions.intersection(new)
    todo: tuple[tuple[_Statement, set[int]], ...] = ((_settling, old), (_writing, new))
    if connection.vendor != "postgresql":  # SQLite writes by no statement that is a part of another
        todo = ((_removal, old), (_writing, versions))
    return ((statement, ids) for statement, about in todo for ids in batches(about))


def wrongly_posted(versions: Ids) -> list[int]:
    """Those of `versions` whose postings are not what they should be."""
    return [row[0] for ids in parts(versions) for row in _run(difference, ids)]


def _run(statement: _Statement, batch: Batch) -> list[tuple[Any, ...]]:
    with batch_cursor(connection, batch) as cursor:
        cursor.execute(statement(connection.vendor, isinstance(batch, Span)), named(batch))
        return cast("list[tuple[Any, ...]]", cursor.fetchall())


def _table(model: type) -> str:
    return str(model._meta.db_table)  # type: ignore[attr-defined]


@cache
def _wanted(vendor: str, span: bool) -> str:
    """Expressions of the postings that a batch's versions should have, `wanted`, and that they have, `present`."""
    own = among(vendor, "version.id", span=span, by_page=True)
    links = f"{_table(Link)} WHERE {among(vendor, 'source_id', span=span)}"
    evaluations, present = (
        f"{_table(model)} WHERE {among(vendor, 'version_id', span=span, by_page=True)}"
        for model in (Evaluation, Posting)
    )
    wanted = wanted_of(links, evaluations, f"{_table(ArtifactVersion)} version", own)
    return f"WITH {wanted}, present AS (SELECT {_COLUMNS} FROM {present})"


def wanted_of(links: str, evaluations: str, versions: str, condition: str = "true") -> str:
    """Expressions of the postings that versions should have by their links and evaluations, as `wanted`.

    `links` and `evaluations` are rows with a condition that more can be added to; `versions` are rows, as `version`.
    A dataset is evaluated on many times and named once here, as links name it by themselves; of several versions of one
    artifact the first is counted. Whether a version is listed is asked such that no index of those serves it: of some
    100,000 models, PostgreSQL would read all of that for a batch.
    """
    roles = " ".join(f"WHEN '{relation}' THEN {role}" for role, relation in RELATIONS.items())
    relations = ", ".join(f"'{relation}'" for relation in RELATIONS.values())
    return f"""
        named AS (
            SELECT source_id AS version_id, CASE relation {roles} END AS role, target_id AS target,
                COALESCE(target_version_id, 0) AS target_version
            FROM {links} AND relation IN ({relations})
            UNION ALL
            SELECT DISTINCT version_id, {Role.EVALUATED_ON}, dataset_id, COALESCE(dataset_version_id, 0)
            FROM {evaluations} AND is_live AND dataset_id IS NOT NULL
        ),
        wanted AS (
            SELECT {", ".join(f"named.{column}" for column in _KEY)},
                row_number() OVER (
                    PARTITION BY named.version_id, named.role, named.target ORDER BY named.target_version
                ) = 1 AS counted,
                {", ".join(f"version.{column}" for column in _CARRIED)}
            FROM named JOIN {versions} ON version.id = named.version_id
            WHERE COALESCE(version.is_listed, false) AND {condition}
        )
    """


POSTING = f"INSERT INTO {_table(Posting)} ({_COLUMNS}) SELECT {_COLUMNS} FROM wanted"
"""The statement that posts versions that have no postings yet, as these are `wanted`."""


@cache
def difference(vendor: str, span: bool) -> str:
    """The statement for the versions of a batch whose postings are not what they should be."""
    if vendor == "postgresql":
        same = " AND ".join(f"present.{column} = wanted.{column}" for column in _KEY)
        differs = " OR ".join(f"present.{column} IS DISTINCT FROM wanted.{column}" for column in _VALUES)
        apart = (
            f"SELECT COALESCE(present.version_id, wanted.version_id) AS version_id "
            f"FROM wanted FULL JOIN present ON {same} WHERE {differs}"
        )
    else:  # What is as it should be stands twice.
        apart = (
            f"SELECT version_id FROM (SELECT * FROM wanted UNION ALL SELECT * FROM present) either "
            f"GROUP BY {_COLUMNS} HAVING count(*) = 1"
        )
    return f"{_wanted(vendor, span)} SELECT DISTINCT version_id FROM ({apart}) apart"


@cache
def _removal(vendor: str, span: bool) -> str:
    # Where they are to be found is said once more: SQLite looks up no row by all of its key.
    return f"{_wanted(vendor, span)} {_REMOVING} AND {among(vendor, 'version_id', span=span)} RETURNING version_id"


@cache
def _writing(vendor: str, span: bool) -> str:
    return f"{_wanted(vendor, span)} {_INSERTING}"


@cache
def _settling(vendor: str, span: bool) -> str:
    """Both at once: they meet in no row."""
    return f"""
        {_wanted(vendor, span)}, removed AS ({_REMOVING} RETURNING version_id), written AS ({_INSERTING})
        SELECT version_id FROM removed UNION SELECT version_id FROM written
    """


_KEYS = ", ".join(_KEY)

# Not by NOT IN: PostgreSQL takes that to cost as much for each version as for all, and reads the whole table instead.
_REMOVING = f"""
    DELETE FROM {_table(Posting)} WHERE ({_KEYS}) IN (SELECT {_KEYS} FROM present EXCEPT SELECT {_KEYS} FROM wanted)
"""

_INSERTING = f"""
    INSERT INTO {_table(Posting)} ({_COLUMNS})
    SELECT * FROM (SELECT * FROM wanted EXCEPT SELECT * FROM present) missing WHERE true
    ON CONFLICT ({_KEYS})
    DO UPDATE SET {", ".join(f"{column} = excluded.{column}" for column in _VALUES)}
    RETURNING version_id
"""
