"""The catalogue as it is served, in processes of its own, and clients that write and read all the while."""

from __future__ import annotations

import itertools
import json
import os
import re
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from tests.replication.cluster import eventually, free_port

ROOT = Path(__file__).resolve().parents[2]


def manage(environment: dict[str, str], *arguments: str) -> str:
    """What a command of manage.py prints."""
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: Any

    @property
    def cookie(self) -> str:
        """What a browser would send back."""
        return self.headers.get("Set-Cookie", "").partition(";")[0]


class Service:
    """gunicorn as `make run` starts it."""

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        self.port, self._log = free_port(), log
        with log.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "gunicorn"],
                cwd=ROOT,
                env=os.environ | environment | {"PORT": str(self.port)},
                stdout=output,
                stderr=output,
            )
        eventually(self._is_up, "the service to start")

    def _is_up(self) -> bool:
        assert self.process.poll() is None, self._log.read_text()
        with suppress(OSError):
            return self.send("GET", "/livez").status == 200
        return False

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """One request, over a connection of its own."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        text = None if body is None else json.dumps(body)
        connection.request(method, path, text, {"Content-Type": "application/json", **headers})
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        kind = answer.headers.get("Content-Type", "")
        return Answer(answer.status, dict(answer.headers), json.loads(content) if "json" in kind else content)

    def processes(self) -> set[str]:
        """The workers that were ever started."""
        return set(re.findall(r"Booting worker with pid: (\d+)", self._log.read_text()))

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(30)


@dataclass
class Clients:
    """Some that register without pause and some that read, until the end of the block; and all that they were told."""

    service: Service
    token: str
    writers: int = 3
    readers: int = 2
    acknowledged: list[str] = field(default_factory=list)
    refusals: list[Answer] = field(default_factory=list)
    reads: Counter[int] = field(default_factory=Counter)
    _ended: threading.Event = field(default_factory=threading.Event)
    _numbers: itertools.count[int] = field(default_factory=itertools.count)
    _failures: list[BaseException] = field(default_factory=list)

    def __enter__(self) -> Clients:
        works = [self._write] * self.writers + [self._read] * self.readers
        self._threads = [threading.Thread(target=self._until_the_end, args=(work,)) for work in works]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join(60)
        if error == (None, None, None) and self._failures:
            raise self._failures[0]

    def more_written(self, number: int = 6) -> None:
        """Wait until as many more were acknowledged."""
        wanted = len(self.acknowledged) + number
        eventually(lambda: len(self.acknowledged) >= wanted, f"{number} more registrations")

    def more_read(self, number: int = 20) -> None:
        wanted = self.reads.total() + number
        eventually(lambda: self.reads.total() >= wanted, f"{number} more pages read")

    def post(self, model: str) -> Answer:
        body = {"model": model, "title": model, "model_family": "statistical", "metadata": {}}
        return self.service.send("POST", "/api/models", body, Authorization=f"Bearer {self.token}")

    def _until_the_end(self, work: Callable[[], None]) -> None:
        try:
            while not self._ended.is_set():
                work()
        except BaseException as failure:
            self._failures.append(failure)

    def _write(self) -> None:
        model = f"model-{next(self._numbers)}"
        answer = self.post(model)
        if answer.status == 201:
            self.acknowledged.append(model)
            seen = self.service.send("GET", f"/api/models/{model}", Cookie=answer.cookie)
            assert seen.status in (200, 503), f"{model} was acknowledged, and {seen} is what its client sees."
        else:
            self.refusals.append(answer)
            time.sleep(0.2)

    def _read(self) -> None:
        self.reads[self.service.send("GET", "/api/models?limit=2").status] += 1
        time.sleep(0.02)
