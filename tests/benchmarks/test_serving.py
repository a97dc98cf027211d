"""The client that measures over HTTP."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from benchmarks.serving import Client

PLAIN = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nplain"
CHUNKED = b"HTTP/1.1 201 Created\r\ntransfer-encoding: chunked\r\n\r\n4\r\nchun\r\n3\r\nked\r\n0\r\n\r\n"


@contextmanager
def answering(*answers: bytes, per_connection: int) -> Iterator[int]:
    """A server that gives these answers in turn, in pieces, and closes a connection after some."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            left = list(answers)
            while left:
                connection, _ = server.accept()
                with connection:
                    for _ in range(min(per_connection, len(left))):
                        connection.recv(65_536)
                        answer = left.pop(0)
                        connection.sendall(answer[:20])
                        connection.sendall(answer[20:])

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server.getsockname()[1]
        thread.join(5)


def test_it_reads_answers_of_a_stated_length_and_in_chunks_on_one_connection() -> None:
    with answering(PLAIN, CHUNKED, PLAIN, per_connection=3) as port, Client(port) as client:
        assert client.ask("/a") == (200, b"plain")
        assert client.ask("/b", b"{}", "POST") == (201, b"chunked")
        assert client.ask("/c") == (200, b"plain")


def test_it_connects_anew_where_the_server_closed_in_between() -> None:
    with answering(PLAIN, PLAIN, per_connection=1) as port, Client(port) as client:
        assert client.ask("/a") == (200, b"plain")
        assert client.ask("/b") == (200, b"plain")


def test_a_server_that_closes_at_once_is_an_error() -> None:
    with answering(b"", per_connection=1) as port, Client(port) as client, pytest.raises(ConnectionError):
        client.ask("/a")
