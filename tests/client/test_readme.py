"""What the README and the client's page show is run as it stands, against the sample's example."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from pytest_django.live_server_helper import LiveServer

from catalog.provenance.audit import audit
from catalog.roles import Role
from scidex_client.address import TOKEN_VARIABLE, URL_VARIABLE
from scidex_client.cli import main
from tests.api.writing import token_of

pytestmark = pytest.mark.django_db(transaction=True)


def blocks(page: str, language: str) -> list[str]:
    """The blocks of code in a page, in their order."""
    text = (settings.BASE_DIR / page).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


@pytest.fixture
def _sample(live_server: LiveServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    call_command("loaddata", settings.BASE_DIR / "fixtures" / "scidex_example.json.gz", verbosity=0)
    audit()
    monkeypatch.setenv(URL_VARIABLE, live_server.url)
    monkeypatch.setenv(TOKEN_VARIABLE, token_of(Role.REGISTRANT))
    monkeypatch.chdir(tmp_path)


def run(code: list[str]) -> dict[str, Any]:
    """Run blocks one after another, as in a notebook; what they named is still there at the end."""
    names: dict[str, Any] = {}
    for block in code:
        exec(compile(block, "<shown>", "exec"), names)
    return names


@pytest.mark.usefixtures("_sample")
def test_the_readme_registers_a_model_and_lists_it(capsys: pytest.CaptureFixture[str]) -> None:
    [code] = blocks("README.md", "python")
    for _ in range(2):
        run([code])
        first, *rows = capsys.readouterr().out.splitlines()
        assert first == "model-stat-plaque-load-v1 0.125 []"
        assert len(rows) > 5 and any(row.startswith("model-stat-plaque-load-v1 ") for row in rows)


@pytest.mark.usefixtures("_sample")
def test_the_clients_page_does_what_it_shows(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    names = run(blocks("docs/client.md", "python"))
    names["catalogue"].close()
    out = capsys.readouterr().out
    assert "model-stat-plaque-load-v1 True" in out and "Register the analysis" in out
    assert "3 records: 2 accepted, 0 unchanged, 1 refused" in out and "/model_family" in out
    assert "the nearest is 'statistical'" in out
    assert len((tmp_path / "rejects.jsonl").read_text().splitlines()) == 1
    assert all(len(names[name]) for name in ("frame", "best", "wide", "values", "ranks"))
    (tmp_path / "records.jsonl").write_text('{"artifact": "data-shown", "kind": "dataset", "title": "Shown"}\n')
    for line in blocks("docs/client.md", "sh")[1].splitlines():
        assert main(shlex.split(line)[1:]) == 0, line
        assert capsys.readouterr().out, line
