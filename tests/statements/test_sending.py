"""What is sent past cursors is answered as what is sent by them, and both go together in one pipeline."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from django.db import (
    DataError,
    IntegrityError,
    OperationalError,
    ProgrammingError,
    connection,
    transaction,
)
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from catalog.models import Artifact
from catalog.statements.prepared import ask, commit_ahead, pipelined, prepared_cursor, set_going
from catalog.vocabulary import Kind

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no pipeline: there is one way to ask."),
]

VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False),
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
    st.datetimes(timezones=st.just(UTC)).filter(lambda moment: moment.year > 1),
    st.lists(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])), min_size=1),
)
INSERTING = "INSERT INTO catalog_artifact (public_id, kind, created_at) VALUES (%s::text, 'model', now()) RETURNING id"
TYPES = {
    bool: "boolean",
    int: "bigint",
    float: "double precision",
    str: "text",
    list: "text[]",
    datetime: "timestamptz",
}


def read(sql: str, params: Any = None) -> list[tuple[Any, ...]]:
    """By a cursor."""
    with prepared_cursor(connection) as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


@pytest.fixture(params=[pipelined, nullcontext], ids=["in a pipeline", "by itself"])
def within(request: pytest.FixtureRequest) -> Callable[[], AbstractContextManager[Any]]:
    return request.param


def sent(
    *params: Any, sql: str, within: Callable[[], AbstractContextManager[Any]] = pipelined
) -> list[tuple[Any, ...]]:
    with within():
        return ask(connection, sql, params).rows()


@given(st.lists(VALUES, min_size=1, max_size=5), st.sampled_from([pipelined, nullcontext]))
def test_values_come_back_as_by_a_cursor(values: list[Any], within: Any) -> None:
    casts = [TYPES.get(type(value), "text") for value in values]
    sql = f"SELECT {', '.join(f'%s::{cast}' for cast in casts)}"
    assert sent(*values, sql=sql, within=within) == read(sql, values) == [tuple(values)]


@pytest.mark.parametrize(
    ("sql", "params"),
    [
        ("SELECT 1 WHERE 'a%%b' LIKE 'a%%'", None),
        ("SELECT %(b)s::text, %(a)s::int, %(b)s::text", {"a": 1, "b": "x", "unused": 2}),
        ("SELECT %s::int, 'a%%s', %s::int", (1, 2)),
        ("SELECT generate_series(1, 3)", ()),
        ("SELECT 1 WHERE false", ()),
    ],
)
def test_placeholders_are_those_of_a_cursor(sql: str, params: Any, within: Any) -> None:
    with within():
        found = ask(connection, sql, params)
    assert found.rows() == read(sql, params or ())
    with CaptureQueriesContext(connection):
        assert ask(connection, sql, params).rows() == found.rows()


def test_it_goes_together_with_cursors_and_the_orm_in_any_order() -> None:
    with transaction.atomic(), pipelined():
        one = ask(connection, "SELECT %s::int", (1,))
        artifact = Artifact.objects.create(public_id="a", kind=Kind.MODEL)
        two = ask(connection, "SELECT public_id FROM catalog_artifact WHERE id = %s::bigint", (artifact.pk,))
        with prepared_cursor(connection) as cursor:
            cursor.execute("SELECT %s::int", (3,))
            four = ask(connection, "SELECT %s::int", (4,))
            assert cursor.fetchall() == [(3,)]
        assert Artifact.objects.filter(public_id="a").count() == 1
        five = ask(connection, "SELECT count(*) FROM catalog_artifact", None)
    assert [answer.rows() for answer in (five, four, two, one)] == [[(1,)], [(4,)], [("a",)], [(1,)]]


def test_nothing_is_waited_for_and_large_texts_pass_both_ways() -> None:
    """Both sides would wait for the other to read, if one did not read while it wrote."""
    text = "x" * 2_000_000
    with pipelined():
        answers = [ask(connection, "SELECT %s::text", (text,)) for _ in range(10)]
        assert all(answer.rows() == [(text,)] for answer in answers)


def test_it_is_prepared_once_by_the_book_of_the_cursors(within: Any) -> None:
    sql = "SELECT 'once', %s::int"

    def prepared() -> list[tuple[Any, ...]]:
        return read("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'SELECT ''once'', $1%%'", ())

    for number in range(3):
        assert sent(number, sql=sql, within=within) == read(sql, (number,)) == [("once", number)]
        assert prepared() == [(1,)]


def test_what_the_book_has_no_room_for_is_forgotten_by_the_server_too() -> None:
    connection.ensure_connection()
    raw: Any = connection.connection
    for number in range(raw.prepared_max + 20):
        assert sent(1, sql=f"SELECT {number}, %s::int") == [(number, 1)]
    assert read("SELECT count(*) <= %s FROM pg_prepared_statements", (raw.prepared_max + 5,)) == [(True,)]


def test_who_counts_queries_meets_it() -> None:
    with CaptureQueriesContext(connection) as captured:
        assert sent(7, sql="SELECT %s::int") == [(7,)]
    assert [query["sql"] for query in captured.captured_queries] == ["SELECT 7::int"]


class TestWhatIsRefused:
    def test_is_raised_by_who_fetches_as_django_names_it(self, within: Any) -> None:
        for sql, error in (
            ("SELECT 1 / %s::int", DataError),
            ("SELECT %s::int FROM nowhere", ProgrammingError),
            ("INSERT INTO catalog_artifact (public_id) VALUES ('a') RETURNING %s::int", IntegrityError),
        ):
            with pytest.raises(error), transaction.atomic():
                sent(0, sql=sql, within=within)
            assert sent(1, sql="SELECT %s::int", within=within) == [(1,)]

    def test_is_raised_at_the_end_of_the_pipeline_where_nobody_fetches(self) -> None:
        def divided() -> Any:
            with transaction.atomic(), pipelined():
                return [ask(connection, "SELECT %s::int / 0", (1,)), ask(connection, "SELECT %s::int", (1,))]

        with pytest.raises(DataError):
            divided()
        assert sent(1, sql="SELECT %s::int") == [(1,)]

    def test_leaves_no_answer_to_what_came_after_it(self) -> None:
        answers = []

        def divided() -> None:
            with transaction.atomic(), pipelined():
                answers.extend(ask(connection, sql, (1,)) for sql in ("SELECT %s::int / 0", "SELECT %s::int"))

        with pytest.raises(DataError):
            divided()
        for answer in answers:
            with pytest.raises(OperationalError):
                answer.rows()

    def test_is_not_waited_for_by_who_asks_again_among_others(self) -> None:
        refused: list[Any] = []

        def divided() -> None:
            with transaction.atomic(), pipelined():
                refused.append(ask(connection, "SELECT %s::int / 0", (1,)))
                set_going()

        with pytest.raises(DataError):
            divided()
        with pipelined(), prepared_cursor(connection) as cursor:
            cursor.execute("SELECT %s::int", (1,))
            with pytest.raises(OperationalError):
                refused[0].rows()
            assert cursor.fetchall() == [(1,)]

    def test_is_all_that_is_told(self, caplog: pytest.LogCaptureFixture) -> None:
        """psycopg would log that what came after it was not run."""
        with pytest.raises(DataError):
            self.divided_and_heard()
        assert not caplog.records

    def divided_and_heard(self) -> None:
        with transaction.atomic(), pipelined():
            answers = [ask(connection, f"SELECT %s::int / {number}", (1,)) for number in (1, 0, 2)]
            set_going()
            ask(connection, "SELECT %s::int", (1,))
            for answer in answers:
                answer.rows()

    def test_is_prepared_anew_once_it_can_be(self, within: Any) -> None:
        sql = "SELECT %s::int FROM only_later"
        with pytest.raises(ProgrammingError), transaction.atomic():
            sent(1, sql=sql, within=within)
        with connection.cursor() as cursor:
            cursor.execute("CREATE TEMPORARY TABLE only_later AS SELECT 1")
        assert sent(1, sql=sql, within=within) == [(1,)]

    def test_ends_what_the_transaction_may_ask(self, within: Any) -> None:
        with transaction.atomic():
            transaction.set_rollback(True)
            with pytest.raises(TransactionManagementError):
                sent(1, sql="SELECT %s::int", within=within)


@pytest.mark.django_db(transaction=True)
class TestATransaction:
    @pytest.fixture(autouse=True)
    def notices(self) -> Iterator[list[str]]:
        found: list[str] = []

        def note(notice: Any) -> None:
            found.append(str(notice.message_primary))

        connection.ensure_connection()
        raw: Any = connection.connection
        raw.add_notice_handler(note)
        yield found
        raw.remove_notice_handler(note)
        assert not found, "such as that there is a transaction in progress already"

    def insert(self, name: str, within: Any = pipelined) -> None:
        assert len(sent(name, sql=INSERTING, within=within)) == 1

    def test_begins_with_what_is_sent_first(self, within: Any) -> None:
        with transaction.atomic():
            self.insert("a", within)
            transaction.set_rollback(True)
        assert not Artifact.objects.exists()
        for name in ("b", "c"):
            with transaction.atomic():
                self.insert(name, within)
                self.insert(f"{name}{name}", within)
                assert Artifact.objects.filter(public_id=name).exists()
        assert sorted(Artifact.objects.values_list("public_id", flat=True)) == ["b", "bb", "c", "cc"]

    def test_begins_once_with_several(self) -> None:
        with transaction.atomic(), pipelined():
            for number in range(3):
                ask(connection, "SELECT %s::int", (number,))
            with transaction.atomic():
                assert ask(connection, "SELECT %s::int", (3,)).rows() == [(3,)]
                assert Artifact.objects.count() == 0

    def test_is_none_outside_of_a_block(self, within: Any) -> None:
        self.insert("a", within)
        assert Artifact.objects.filter(public_id="a").exists()
        assert connection.connection.info.transaction_status.name == "IDLE"  # type: ignore[union-attr]

    def seen_by_another(self, name: str) -> bool:
        with psycopg.connect(**connection.get_connection_params()) as other:
            found = other.execute("SELECT count(*) FROM catalog_artifact WHERE public_id = %s", [name]).fetchone()
        return found == (1,)

    def test_is_committed_with_what_was_sent(self) -> None:
        done: list[str] = []
        with transaction.atomic():
            transaction.on_commit(lambda: done.append("hook"))
            with pipelined():
                inserted = ask(connection, INSERTING, ("a",))
                commit_ahead()
                assert len(inserted.rows()) == 1
            assert self.seen_by_another("a") and not done
            self.insert("b")
            assert not self.seen_by_another("b")
        assert self.seen_by_another("b") and done == ["hook"]

    def test_that_the_caller_began_goes_on(self) -> None:
        transaction.set_autocommit(False)
        try:
            with transaction.atomic(), pipelined():
                ask(connection, INSERTING, ("a",))
                commit_ahead()
            assert not self.seen_by_another("a")
            transaction.rollback()
        finally:
            transaction.set_autocommit(True)
        assert not Artifact.objects.exists()

    def test_that_is_another_s_goes_on(self) -> None:
        with transaction.atomic():
            with transaction.atomic(), pipelined():
                ask(connection, INSERTING, ("a",))
                commit_ahead()
            assert not self.seen_by_another("a")
            transaction.set_rollback(True)
        assert not Artifact.objects.exists()

    @pytest.mark.parametrize(
        ("then", "error", "says"),
        [
            pytest.param("SELECT %s::int / 0", DataError, "division by zero", id="itself"),
            pytest.param("SELECT %s::int", IntegrityError, "foreign key", id="at the end of the transaction"),
        ],
    )
    def test_is_not_committed_where_something_is_refused(self, then: str, error: type[Exception], says: str) -> None:
        named = (
            "INSERT INTO catalog_identifier (name, artifact_id, created_at) VALUES ('a', -%s::int, now()) RETURNING 1"
        )

        def write() -> None:
            with transaction.atomic(), pipelined():
                for sql, value in ((INSERTING, "a"), (named, 1), (then, 1)):
                    ask(connection, sql, (value,))
                commit_ahead()

        with pytest.raises(error, match=says):
            write()
        assert not Artifact.objects.exists()
        self.insert("b")
        assert self.seen_by_another("b")

    def test_is_not_committed_where_it_is_to_be_rolled_back(self) -> None:
        with transaction.atomic(), pipelined():
            ask(connection, INSERTING, ("a",))
            transaction.set_rollback(True)
            commit_ahead()
        assert not Artifact.objects.exists()

    def test_answers_what_was_set_going_before_what_comes_later(self) -> None:
        with transaction.atomic(), pipelined():
            quick = ask(connection, "SELECT %s::int", (1,))
            set_going()
            slow = ask(connection, "SELECT pg_sleep(%s::float)", (0.5,))
            set_going()
            started = time.monotonic()
            assert quick.rows() == [(1,)]
            heard = time.monotonic()
            assert slow.rows() == [("",)]
            assert heard - started < time.monotonic() - heard

    def test_goes_on_after_one_that_was_rolled_back_which_forgets_what_was_prepared(self, within: Any) -> None:
        for _ in range(2):
            with transaction.atomic():
                assert sent(1, sql="SELECT %s::int", within=within) == [(1,)]
                transaction.set_rollback(True)

    def test_of_a_connection_that_is_lost(self, within: Any) -> None:
        connection.ensure_connection()
        raw: Any = connection.connection
        with pytest.raises(OperationalError), transaction.atomic():
            sent(1, sql="SELECT pg_terminate_backend(pg_backend_pid()), %s::int", within=within)
        assert raw.closed
        connection.close()
        assert sent(1, sql="SELECT %s::int", within=within) == [(1,)]
