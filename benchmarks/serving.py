"""A server as `make run` starts it, on loopback, and clients that keep their connection."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
QUICKACK = getattr(socket, "TCP_QUICKACK", None)
"""Without it, a server that leaves Nagle's algorithm on waits 40 ms for our acknowledgement."""


class Client:
    """One connection, kept open."""

    def __init__(self, port: int, headers: Mapping[str, str] | None = None) -> None:
        self.port = port
        lines = {"Host": "127.0.0.1", "Accept": "application/json", "Content-Type": "application/json"}
        self.head = "".join(f"{name}: {value}\r\n" for name, value in {**lines, **(headers or {})}.items())
        self.socket: socket.socket | None = None
        self.rest = b""

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *error: object) -> None:
        if self.socket is not None:
            self.socket.close()
            self.socket = None

    def ask(self, path: str, body: bytes = b"", method: str = "GET") -> tuple[int, bytes]:
        """Status and body of an answer. Opens the connection anew where the server closed it in between."""
        request = f"{method} {path} HTTP/1.1\r\n{self.head}Content-Length: {len(body)}\r\n\r\n".encode() + body
        if self.socket is not None:
            with suppress(ConnectionError):
                return self._exchange(request)
        self._connect()
        return self._exchange(request)

    def _connect(self) -> None:
        self.__exit__()
        self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=120)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.rest = b""

    def _exchange(self, request: bytes) -> tuple[int, bytes]:
        assert self.socket is not None
        self.socket.sendall(request)
        while b"\r\n\r\n" not in self.rest:
            self._read()
        head, _, self.rest = self.rest.partition(b"\r\n\r\n")
        lowered = head.lower()
        if b"transfer-encoding: chunked" in lowered:
            return int(head[9:12]), b"".join(self._chunks())
        length = int(lowered.partition(b"content-length:")[2].split(b"\r\n", 1)[0] or 0)
        return int(head[9:12]), self._take(length)

    def _chunks(self) -> Iterator[bytes]:
        size = 1
        while size:
            while b"\r\n" not in self.rest:
                self._read()
            line, _, self.rest = self.rest.partition(b"\r\n")
            size = int(line, 16)
            yield self._take(size)
            self._take(2)

    def _take(self, length: int) -> bytes:
        while len(self.rest) < length:
            self._read()
        taken, self.rest = self.rest[:length], self.rest[length:]
        return taken

    def _read(self) -> None:
        assert self.socket is not None
        if QUICKACK is not None:
            self.socket.setsockopt(socket.IPPROTO_TCP, QUICKACK, 1)  # the kernel forgets it
        received = self.socket.recv(65_536)
        if not received:
            raise ConnectionResetError("The server closed the connection.")
        self.rest += received


def requests_per_second(port: int, path: str, clients: int = 8, seconds: float = 1.5) -> float:
    """How many answers `clients` get in all, each asking as soon as it is answered."""

    def asking(client: Client) -> Callable[[], None]:
        def ask() -> None:
            status, _ = client.ask(path)
            assert status == 200, status

        return ask

    with ExitStack() as stack:
        return times_per_second([asking(stack.enter_context(Client(port))) for _ in range(clients)], seconds)


def times_per_second(tasks: Sequence[Callable[[], object]], seconds: float = 1.5) -> float:
    """How often `tasks` are done in all, each in a thread of its own, again as soon as it is done."""
    counts = [0] * len(tasks)
    until = time.perf_counter() + seconds

    def work(index: int) -> None:
        while time.perf_counter() < until:
            tasks[index]()
            counts[index] += 1

    threads = [threading.Thread(target=work, args=(index,)) for index in range(len(tasks))]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.perf_counter() - started)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def catalogue_server() -> Iterator[int]:
    """The catalogue on the database of this process, by gunicorn.conf.py; yields the port."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn"]
    with running(command, {**os.environ, "PORT": str(port)}, port, "/readyz"):
        yield port


@contextmanager
def running(command: Sequence[str], env: Mapping[str, str], port: int, ready: str, wait: float = 90) -> Iterator[None]:
    """A server that answers 200 at `ready` before the block, and is ended after it. Raises TimeoutError."""
    process = subprocess.Popen(
        command, cwd=ROOT, env=dict(env), start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        until = time.monotonic() + wait
        while not _answers(port, ready):
            if process.poll() is not None or time.monotonic() > until:
                raise TimeoutError(f"{command[0]} did not answer at {ready}.")
            time.sleep(0.2)
        yield
    finally:
        _end(process)


def _end(process: subprocess.Popen) -> None:
    """End a server and its workers, which are a group of their own."""
    for how in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, how)
        with suppress(subprocess.TimeoutExpired):
            process.wait(20)
            return


def _answers(port: int, path: str) -> bool:
    try:
        with Client(port) as client:
            return client.ask(path)[0] == 200
    except OSError:
        return False
