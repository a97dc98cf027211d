"""A server on loopback that answers as it is told to, to try the client on bad days."""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Request:
    """A request as it came in."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Reply:
    """What to answer; `status` None hangs up without a word."""

    status: int | None
    body: bytes = b"{}"
    headers: Mapping[str, str] = field(default_factory=dict)


Step = Callable[[Request], Reply]


def says(status: int | None, value: Any = None, **headers: str) -> Step:
    """A step that answers the same to whatever comes."""
    body = value if isinstance(value, bytes) else json.dumps(value if value is not None else {}).encode()
    return lambda request: Reply(status, body, {name.replace("_", "-"): text for name, text in headers.items()})


_PASSED_ON = ("Content-Type", "Content-Encoding", "Location")


def passed_on(url: str) -> Step:
    """A step that asks the server at `url` and gives its answer back."""

    def step(request: Request) -> Reply:
        connection = HTTPConnection(urlsplit(url).netloc, timeout=30)
        headers = {name: text for name, text in request.headers.items() if name != "Host"}
        try:
            connection.request(request.method, request.path, request.body or None, headers)
            answer = connection.getresponse()
            kept = {name: text for name, text in answer.getheaders() if name in _PASSED_ON}
            return Reply(answer.status, answer.read(), kept)
        finally:
            connection.close()

    return step


def then_lost(step: Step) -> Step:
    """The step is carried out, and its answer never arrives."""

    def lost(request: Request) -> Reply:
        step(request)
        return Reply(None)

    return lost


@dataclass
class Faulty:
    """The server: its `steps` are taken one a request, then `last` for all that follow. `seen` is what was asked."""

    last: Step
    steps: deque[Step] = field(default_factory=deque)
    seen: list[Request] = field(default_factory=list)
    url: str = ""


@contextmanager
def faulty(last: Step, *steps: Step) -> Iterator[Faulty]:
    """A server that runs within the block."""
    state = Faulty(last, deque(steps))

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            request = Request(self.command, self.path, dict(self.headers), body)
            state.seen.append(request)
            reply = (state.steps.popleft() if state.steps else state.last)(request)
            self.close_connection = True
            if reply.status is None:
                return
            self.send_response(reply.status)
            for name, text in {"Content-Length": str(len(reply.body)), "Connection": "close", **reply.headers}.items():
                self.send_header(name, text)
            self.end_headers()
            self.wfile.write(reply.body)

        do_GET = do_POST = do_PATCH = do_DELETE = answer  # noqa: N815 # as http.server asks for them

        def log_message(self, *args: Any) -> None:
            """Tests are quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    state.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
