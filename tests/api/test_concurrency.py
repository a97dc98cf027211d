"""Many writers at once, over HTTP, against the server that `make run` starts: two processes, threads in each."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection

from catalog.models import Artifact, ArtifactVersion, Identifier
from catalog.provenance.audit import audit
from tests.api.writing import body_of, token_of
from tests.factories import make_analysis, make_dataset

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(__file__).resolve().parents[2]
WRITERS, POSTS = 32, 8


class Writer:
    """One client with a connection and a token of its own."""

    def __init__(self, port: int, token: str = "") -> None:
        self.connection = HTTPConnection("127.0.0.1", port, timeout=120)
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def send(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """The status and the answer of one request."""
        self.connection.request(method, path, json.dumps(body), self.headers)
        answer = self.connection.getresponse()
        return answer.status, json.loads(answer.read())

    def lose_the_answer(self, path: str, body: Any) -> None:
        """Send, and hang up before anything comes back."""
        self.connection.request("POST", path, json.dumps(body), self.headers)
        self.connection.close()


def database_url() -> str:
    """The address of the tests' database."""
    settings = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{settings['NAME']}"
    login = quote(settings["USER"]) + (f":{quote(settings['PASSWORD'])}" if settings["PASSWORD"] else "")
    return f"postgres://{login}@{settings['HOST']}:{settings['PORT']}/{settings['NAME']}"


def is_up(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


@pytest.fixture(scope="module")
def server(django_db_setup: None) -> Iterator[int]:
    """The port of a server that answers from the tests' database."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        "DATABASE_URL": database_url(),
        "SECRET_KEY": "only-for-tests",
        "ALLOWED_HOSTS": "127.0.0.1",
        "THROTTLE_USER": "1000000/min",
        "LOG_LEVEL": "ERROR",
        "PORT": str(port),
    }
    command = [sys.executable, "-m", "gunicorn", "--threads", str(WRITERS // 2)]
    with subprocess.Popen(command, cwd=ROOT, env=os.environ | environment) as process:
        deadline = time.monotonic() + 60
        while not is_up(port):
            assert process.poll() is None and time.monotonic() < deadline, "The server did not start."
            time.sleep(0.1)
        yield port
        process.terminate()


@pytest.fixture
def writers(server: int) -> list[Writer]:
    token = token_of()
    return [Writer(server, token) for _ in range(WRITERS)]


def at_once(writers: Sequence[Writer], work: Callable[[int, Writer], Any]) -> list[Any]:
    """What each writer's work comes to, all at the same time."""
    with ThreadPoolExecutor(len(writers)) as threads:
        done = list(threads.map(work, range(len(writers)), writers))
    for writer in writers:
        writer.connection.close()
    return done


def test_no_version_is_lost_and_none_written_twice(writers: list[Writer]) -> None:
    dataset = f"{make_dataset().artifact}@1"
    analysis = str(make_analysis(used=[dataset]))

    def work(index: int, writer: Writer) -> list[int]:
        statuses = []
        for number in range(POSTS):
            source = {"format": "test", "record": f"writer {index}", "revision": str(number)}
            body = body_of("model-busy", title=f"{index}/{number}", source=source)
            body |= {"trained_on": [dataset], "produced_by": analysis, "evaluation_metrics": {"rmse": number}}
            if number == POSTS // 2:
                writer.lose_the_answer("/api/models", body)
            statuses.append(writer.send("POST", "/api/models", body)[0])
            if number == POSTS - 1:
                statuses.append(writer.send("POST", "/api/models", body)[0])
        return statuses

    statuses = Counter(status for done in at_once(writers, work) for status in done)
    assert set(statuses) == {200, 201}
    assert (
        WRITERS <= statuses[200] <= 2 * WRITERS
    )  # the last post again; the lost one, where it was the first to arrive
    versions = ArtifactVersion.objects.filter(artifact__public_id="model-busy")
    numbers = sorted(versions.values_list("version_number", flat=True))
    assert numbers == list(range(1, WRITERS * POSTS + 1))
    assert list(versions.filter(is_latest=True).values_list("version_number", flat=True)) == [WRITERS * POSTS]
    assert versions.values("source_record", "source_revision").distinct().count() == WRITERS * POSTS
    assert not versions.exclude(provenance_completeness=1).exists()
    assert audit().changed == 0


def test_of_eight_claimants_of_one_name_one_succeeds(writers: list[Writer]) -> None:
    def work(index: int, writer: Writer) -> int:
        return writer.send("POST", "/api/models", body_of(f"model-{index}", id="the-name"))[0]

    assert Counter(at_once(writers[:8], work)) == {201: 1, 409: 7}
    assert Identifier.objects.get(name="the-name").version is not None
    assert Artifact.objects.count() == ArtifactVersion.objects.count() == 1


def test_the_same_first_post_eight_times_makes_one_model(writers: list[Writer]) -> None:
    body = body_of("model-same")
    assert Counter(at_once(writers[:8], lambda _, writer: writer.send("POST", "/api/models", body)[0])) == {
        201: 1,
        200: 7,
    }
    assert ArtifactVersion.objects.count() == 1


def test_the_same_link_and_the_same_evaluation_are_added_once(writers: list[Writer]) -> None:
    make_dataset("data")
    writers[0].send("POST", "/api/models", body_of("model-l"))
    link, evaluation = {"relation": "trained_on", "ref": "data"}, {"metric": "rmse", "value": 1}

    def work(index: int, writer: Writer) -> tuple[int, int]:
        return (
            writer.send("POST", "/api/models/model-l/links", link)[0],
            writer.send("POST", "/api/models/model-l/evaluations", evaluation)[0],
        )

    links, evaluations = zip(*at_once(writers[:8], work), strict=True)
    assert Counter(links) == Counter(evaluations) == {201: 1, 200: 7}


def test_names_claimed_crosswise_leave_no_server_error(writers: list[Writer]) -> None:
    def work(index: int, writer: Writer) -> int:
        names = [f"name-{number}" for number in range(10)]
        body = {"artifact": f"data-{index}", "kind": "dataset", "title": "d"}
        return writer.send("POST", "/api/artifacts", body | {"aliases": names[:: 1 if index % 2 else -1]})[0]

    assert Counter(at_once(writers[:8], work)) == {201: 1, 409: 7}


def test_names_that_wait_for_one_another_leave_no_server_error(writers: list[Writer]) -> None:
    def work(index: int, writer: Writer) -> list[int]:
        statuses = []
        for turn in range(10):
            body = {
                "artifact": f"n{turn}-{index}",
                "kind": "dataset",
                "title": "d",
                "aliases": [f"n{turn}-{index ^ 1}"],
            }
            statuses.append(writer.send("POST", "/api/artifacts", body)[0])
        return statuses

    assert {status for done in at_once(writers[:8], work) for status in done} <= {200, 201, 409}
