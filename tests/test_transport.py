"""What lies around each answer: compression, the content security policy, and what caches are told."""

from __future__ import annotations

import gzip

import pytest
from django.test import Client

from tests.factories import make_model

pytestmark = pytest.mark.django_db
GZIP = {"accept-encoding": "gzip, br"}


@pytest.fixture(autouse=True)
def _models() -> None:
    for name in ("a", "b", "c"):
        make_model(name)


@pytest.mark.parametrize("path", ["/api/models", "/models", "/models/a", "/api/schema", "/artifacts/a/dependents"])
@pytest.mark.usefixtures("calm")
def test_a_large_answer_is_compressed_for_who_takes_it(client: Client, path: str) -> None:
    plain, packed = client.get(path), client.get(path, headers=GZIP)

    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip" and len(packed.content) < len(plain.content)
    assert gzip.decompress(packed.content) == plain.content
    assert packed.headers["Content-Length"] == str(len(packed.content))
    for answer in (plain, packed):
        assert "Accept-Encoding" in answer.headers["Vary"]
    # One tag for both, which says that they mean the same, not that they are the same bytes.
    etag = packed.headers["ETag"]
    assert etag == plain.headers["ETag"]
    for headers in ({}, GZIP):
        held = client.get(path, headers={"if-none-match": etag, **headers})
        assert (held.status_code, held.content) == (304, b"")
        assert "Content-Encoding" not in held.headers and "Accept-Encoding" in held.headers["Vary"]


def test_a_stream_is_compressed(client: Client) -> None:
    path = "/api/artifacts/a/dependents?format=csv"

    packed = client.get(path, headers=GZIP)

    assert gzip.decompress(packed.getvalue()) == client.get(path).getvalue()


def test_a_small_answer_is_left_alone(client: Client) -> None:
    assert "Content-Encoding" not in client.get("/livez", headers=GZIP).headers
    assert "Content-Encoding" not in client.get("/api/models?q=nothing", headers=GZIP).headers


def test_the_same_answer_has_another_length_each_time(client: Client) -> None:
    assert len({len(client.get("/models", headers=GZIP).content) for _ in range(20)}) > 1


def test_static_files_are_kept_for_a_while(client: Client) -> None:
    answer = client.get("/static/catalog/site.css")
    answer.close()

    assert answer.headers["Cache-Control"] == "max-age=60, public" and "Last-Modified" in answer.headers
    held = client.get("/static/catalog/site.css", headers={"if-modified-since": answer.headers["Last-Modified"]})
    assert held.status_code == 304


def test_every_answer_has_the_policy_and_the_docs_page_its_own(client: Client) -> None:
    for path in ("/", "/api/models", "/api/nothing", "/nothing", "/livez"):
        policy = client.get(path).headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy, path
    for path in ("/api/docs", "/api/models"):
        policy = client.get(path, headers={"accept": "text/html"}).headers["Content-Security-Policy"]
        assert "style-src 'self' 'unsafe-inline'" in policy and "frame-ancestors 'none'" in policy, path
