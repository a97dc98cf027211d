"""The validator of the RO-Crate community, run as it is and without a network on crates of the illustrative example."""

from __future__ import annotations

import io
import json
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest

from catalog.exports.loading import export_of
from catalog.exports.registry import FORMATS
from catalog.references import resolve_version
from catalog.registration import LinkInput
from catalog.vocabulary import Relation
from fixtures.example import build
from tests.factories import make_document, make_model

pytestmark = [pytest.mark.peers, pytest.mark.django_db]

CONTEXT = Path(__file__).parents[1] / "data" / "ro-crate" / "context-1.1.jsonld"
FILL_CACHE = """
import sys, requests, requests_cache
cache, address, path = sys.argv[1:]
answer = requests.Response()
answer.status_code, answer.url, answer._content = 200, address, open(path, "rb").read()
answer.headers["Content-Type"] = "application/ld+json"
answer.request = requests.Request("GET", address).prepare()
answer.raw = __import__("urllib3").HTTPResponse(
    answer._content, answer.headers, 200, preload_content=False, request_url=address
)
requests_cache.CachedSession(cache, backend="sqlite", expire_after=-1).cache.save_response(answer)
"""
"""Puts a document where the validator looks for what it has fetched before."""


@pytest.fixture(scope="module")
def cache(peers: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache with the one document that the validator would fetch: the context of RO-Crate 1.1."""
    path = tmp_path_factory.mktemp("cache") / "http"
    address = "https://w3id.org/ro/crate/1.1/context"
    subprocess.run([peers / "python", "-c", FILL_CACHE, path, address, CONTEXT], check=True, timeout=120)
    return path


def issues(crate: bytes, peers: Path, cache: Path, folder: Path) -> list[dict[str, Any]]:
    """What the validator finds in the unpacked crate that is required or recommended."""
    with zipfile.ZipFile(io.BytesIO(crate)) as archive:
        archive.extractall(folder / "crate")
    options = ["-y", "--disable-color", "validate", "--offline", "--cache-path", cache, "--no-paging"]
    asked = ["-p", "ro-crate-1.1", "-l", "recommended", "-f", "json", "-o", folder / "report.json", folder / "crate"]
    told = subprocess.run(
        [peers / "rocrate-validator", *options, *asked], capture_output=True, text=True, timeout=300, check=False
    )
    report = json.loads((folder / "report.json").read_text())
    assert (told.returncode == 0) == report["passed"] == (not report["issues"]), told.stdout + told.stderr
    return [{"check": issue["check"]["identifier"], "says": issue["message"]} for issue in report["issues"]]


def crate_of(*names: str) -> bytes:
    return FORMATS["ro-crate"].write(export_of([resolve_version(name) for name in names], "https://models.example.org"))


@pytest.fixture
def _example() -> None:
    build()


@pytest.mark.usefixtures("_example")
@pytest.mark.parametrize(
    "names",
    [
        ("model-biophys-microglia",),
        ("model-dl-microglia-orphan",),
        ("model-dl-microglia-gnn-tuned", "model-dl-microglia-gnn", "model-stat-microglia-logit"),
    ],
)
def test_crates_hold_to_all_that_is_required_and_recommended(
    names: tuple[str, ...], peers: Path, cache: Path, tmp_path: Path
) -> None:
    assert issues(crate_of(*names), peers, cache, tmp_path) == []


def test_one_of_strange_names_and_texts_does_too(peers: Path, cache: Path, tmp_path: Path) -> None:
    make_document("doc:1.x")
    text = "A \"title\" of <b>, 'c'\n\\ {d} \u2028 é"
    cites = (LinkInput(relation=Relation.CITES, ref="doc:1.x"),)
    make_model("m:a.b--", title=text, description=text, license=text, links=cites, metadata={"authors": [text]})
    assert issues(crate_of("m:a.b--"), peers, cache, tmp_path) == []


def test_the_validator_sees_what_is_wrong(peers: Path, cache: Path, tmp_path: Path) -> None:
    make_model("m")
    with zipfile.ZipFile(io.BytesIO(crate_of("m"))) as archive:
        files = {name: archive.read(name) for name in archive.namelist() if name != "citation.bib"}
    broken = io.BytesIO()
    with zipfile.ZipFile(broken, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    assert any("citation.bib" in issue["says"] for issue in issues(broken.getvalue(), peers, cache, tmp_path))
