"""For PostgreSQL: statements that are sent past psycopg's cursors.

A cursor, and Django's around it, take some five times as long to pass a statement on as all else that it takes here; of
what registering a model takes, that was a sixth. What is sent here takes a cursor's place in psycopg's own queue of who
waits for which result, and its statements stand in psycopg's own book of what is prepared. So both go together in one
pipeline.

psycopg has no public door to these two. `requirements` pins its version, and `tests/statements/test_sending.py` holds
what another would have to keep.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from psycopg import Error, errors
from psycopg._preparing import Prepare
from psycopg.adapt import AdaptersMap, PyFormat, Transformer
from psycopg.generators import execute, fetch_many
from psycopg.generators import send as sending_on
from psycopg.pq import ExecStatus, TransactionStatus
from psycopg.types.datetime import TimestamptzLoader


class Sent:
    """A statement that was sent. psycopg's pipeline takes it for a cursor, and hands it the result."""

    __slots__ = ("_conn", "_is_refused", "_result")

    def __init__(self, connection: Any) -> None:
        self._conn = connection
        self._is_refused = False
        self._result: Any = None

    def rows(self) -> list[tuple[Any, ...]]:
        """All rows, once they are there. Raises what this statement, or one that was sent before, is refused for."""
        session = _session(self._conn)
        if self._result is None and not self._is_refused and self._conn._pipeline:
            self._conn.wait(self._heard(self._conn._pipeline, session))
        if self._result is None:
            raise errors.PipelineAborted("The statement was not run, or was refused.")
        session.transformer.set_pgresult(self._result)
        return session.transformer.load_rows(0, self._result.ntuples, tuple)

    def _heard(self, pipeline: Any, session: _Session) -> Generator[Any, Any, None]:
        """Hear the server until this is answered; psycopg would until it is done with all that was sent."""
        if session.is_holding:
            pipeline.pgconn.send_flush_request()
            yield from sending_on(pipeline.pgconn)
            session.is_holding = False
        while self._result is None and pipeline.result_queue:
            results = yield from fetch_many(pipeline.pgconn)
            try:
                pipeline._process_results(pipeline.result_queue.popleft(), results)
            except Error:
                with suppress(Error):  # of what came after it, and was not run for that
                    yield from pipeline._fetch_gen(flush=False)
                raise

    def _check_results(self, results: Sequence[Any]) -> None:
        [result] = results
        self._is_refused = result.status in (ExecStatus.FATAL_ERROR, ExecStatus.PIPELINE_ABORTED)
        if result.status == ExecStatus.FATAL_ERROR:
            raise errors.error_from_result(result, encoding=self._conn.pgconn._encoding)
        if self._is_refused:
            raise errors.PipelineAborted("The statement was not run: one before it was refused.")

    def _set_results(self, results: Sequence[Any]) -> None:
        [self._result] = results


def send(connection: Any, sql: str, params: Sequence[Any] | Mapping[str, Any] | None) -> Sent:
    """Send a statement, whose text is always the same, on a connection of psycopg's. It is prepared the first time.

    In a pipeline nothing is waited for: what it is refused for is raised by whoever fetches next. Else it is answered.
    """
    pipeline, server, session = connection._pipeline, connection.pgconn, _session(connection)
    if connection._prepared._to_flush:  # what the book has no more room for
        connection.wait(connection._prepared.maintain_gen(connection))
    if pipeline and pipeline.command_queue:  # what psycopg is to send before
        connection.wait(pipeline._communicate_gen())
    if not connection.autocommit and server.transaction_status == TransactionStatus.IDLE:
        _open(connection)
    text, names = _numbered(sql)
    values = [params[name] for name in names] if isinstance(params, Mapping) else params or ()
    transformer, book, sent = session.transformer, connection._prepared, Sent(connection)
    given = transformer.dump_sequence(values, [PyFormat.AUTO] * len(values))
    statement, formats = _Statement(text, tuple(transformer.types or ())), transformer.formats
    book.prepare_threshold = 0  # Django switches preparing off for a connection: its own texts would fill the book
    try:
        how, name = book.get(statement, True)
        if how is Prepare.SHOULD:
            server.send_prepare(name, text, param_types=statement.types)
            _expect(connection, Sent(connection))
        server.send_query_prepared(name, given, param_formats=formats)
        key = book.maybe_add_to_cache(statement, how, name)
    finally:
        book.prepare_threshold = None
    _expect(connection, sent, key and (key, how, name))
    session.is_holding = True
    return sent


def _expect(connection: Any, sent: Sent, entry: tuple[Any, Prepare, bytes] | None = None) -> None:
    """Have what was sent last told its result, and the book's `entry` of it judged by that."""
    if connection._pipeline:
        connection._pipeline.result_queue.append((sent, entry))
        return
    results = connection.wait(execute(connection.pgconn))
    if entry:
        connection._prepared.validate(*entry, results)
    sent._check_results(results)
    sent._set_results(results)


def set_going(connection: Any) -> None:
    """Have the server begin with what was sent, and answer it before it goes on to what is sent later."""
    connection.pgconn.send_flush_request()
    _session(connection).is_holding = bool(connection.pgconn.flush())


def commit(connection: Any) -> None:
    """Send the end of a transaction along with what was sent in it: who waits for that has waited for both.

    Where something before was refused, the transaction stays open and is to be rolled back.
    """
    pipeline, server = connection._pipeline, connection.pgconn
    server.send_flush_request()  # who fetches what was sent before does not wait for this
    server.send_query_params(b"COMMIT", None)
    server.pipeline_sync()
    pipeline.result_queue += (None, None)
    _session(connection).is_holding = bool(server.flush())


def _open(connection: Any) -> None:
    """Begin a transaction; in a pipeline, psycopg would wait until it has begun."""
    if not connection._pipeline:
        connection.wait(connection._start_query())
        return
    connection.pgconn.send_query_params(connection._get_tx_start_command(), None)
    connection.pgconn.pipeline_sync()  # whose answer tells the connection that it is in a transaction
    connection._pipeline.result_queue += (None, None)


class _Statement(NamedTuple):
    """A statement as psycopg's book knows it: with the types of what it is given."""

    query: bytes
    types: tuple[int, ...]


class _Session:
    """What is kept of a connection: how all that is sent and heard on it is read and written.

    It `is_holding` something where that was not sent on, or its answer not asked for.
    """

    __slots__ = ("adapters", "is_holding", "transformer")

    def __init__(self, connection: Any) -> None:
        self.adapters = AdaptersMap(connection.adapters)
        # Django's own takes ten times as long to name the zone that the connection has already.
        self.adapters.register_loader("timestamptz", TimestamptzLoader)
        self.transformer = Transformer(_Context(self.adapters))
        self.is_holding = False


class _Context(NamedTuple):
    """What psycopg asks for adapters."""

    adapters: AdaptersMap
    connection: None = None


_SESSIONS: WeakKeyDictionary[Any, _Session] = WeakKeyDictionary()
"""Made for each statement, adapters would take a fifth of what sending it does."""


def _session(connection: Any) -> _Session:
    if (kept := _SESSIONS.get(connection)) is None:
        kept = _SESSIONS[connection] = _Session(connection)
    return kept


def adapters_of(connection: Any) -> AdaptersMap:
    """How values are read and written on a connection."""
    return _session(connection).adapters


_PLACEHOLDER = re.compile(r"%(?:\((\w+)\)s|(s)|(%))")


@lru_cache(maxsize=1_024)  # a page's offset stands in its text
def _numbered(sql: str) -> tuple[bytes, tuple[str, ...]]:
    """The text with `$1`, `$2` in place of its placeholders, and what these are named by, where they are."""
    names: list[str] = []
    count = 0

    def number(found: re.Match[str]) -> str:
        nonlocal count
        name, _, percent = found.groups()
        if percent:
            return "%"
        if name is None or name not in names:
            count += 1
        if name is None:
            return f"${count}"
        if name not in names:
            names.append(name)
        return f"${names.index(name) + 1}"

    return _PLACEHOLDER.sub(number, sql).encode(), tuple(names)
