"""Every command, against the catalogue itself."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pytest_django.live_server_helper import LiveServer

from catalog.models import ArtifactVersion
from catalog.roles import Role
from scidex_client.address import TOKEN_VARIABLE, URL_VARIABLE
from scidex_client.cli import main
from tests.api.writing import token_of
from tests.factories import evaluated_model, make_dataset, measured, orphan_model, retracted

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _catalogue(live_server: LiveServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(URL_VARIABLE, live_server.url)
    monkeypatch.setenv(TOKEN_VARIABLE, token_of(Role.CURATOR))


def test_reading(capsys: pytest.CaptureFixture[str]) -> None:
    def shown(*arguments: str) -> str:
        assert main(arguments) == 0, arguments
        return " ".join(capsys.readouterr().out.split())

    def read(*arguments: str) -> Any:
        assert main([*arguments, "--json"]) == 0, arguments
        return json.loads(capsys.readouterr().out)

    make_dataset("data")
    for name, value in (("model-a", 0.5), ("model-b", 0.25)):
        evaluated_model(name, evaluations=[measured(value=value, dataset="data", dataset_version=1, split="test")])
    orphan_model("model-orphan")
    inputs = read("show", "model-a")["datasets"][0]
    assert "3 of 3" in shown("list", "--sort", "title") and read("list", "-q", "orphan")["model"] == "model-orphan"
    assert "data-v1 dataset" in shown("artifacts", "--kind", "dataset", "-q", "data")
    assert read("artifacts", "--kind", "dataset", "-q", "data", "--limit", "1")["kind"] == "dataset"
    told = shown("show", "model-orphan")
    assert "[ ] Names the dataset it was trained on" in told and "capped" in told
    assert "Links NUMBER RELATION TO" in (told := shown("show", "model-a")) and "Evaluations NUMBER" in told
    assert read("show", "model-a")["id"] == "model-a-v1" and "identified by: checksum" in shown("show", "data")
    assert read("show", "data@1")["kind"] == "dataset"
    assert "0.5 0.25* comparable" in shown("compare", "model-a", "model-b")
    assert len(read("compare", "model-a", "model-b")["models"]) == 2
    assert "produced_by" in shown("provenance", "model-a", "--history")
    assert "There is more" in shown("provenance", "model-a", "--max-nodes", "1")
    assert read("provenance", "model-a", "--max-depth", "1")["root"] == "model-a-v1"
    told = shown("versions", "model-a", "--limit", "3")
    assert "model-a-v1 active" in told and "1 of 1" in told
    assert read("versions", "model-a")["version_number"] == 1
    make_dataset("data", license="CC0-1.0")
    told = shown("diff", "data", "1", "2")
    assert "data-v1 and data-v2: the digest differs" in told and "license" in told and "CC0-1.0" in told
    assert read("diff", "data", "1", "2")["digest_changed"] is True
    assert "1 of many" in shown("dependents", inputs, "--limit", "1")
    told = shown("dependents", inputs, "--kind", "model", "--kind", "analysis", "--max-depth", "3")
    assert "model-a-v1 model" in told and "2 of 2" in told
    assert read("dependents", inputs, "--limit", "1")["depth"] == 1
    assert "model-a-v1: can be repeated; its own record is ok STATUS RELATION" in shown("reproducibility", "model-a")
    assert "cannot be repeated" in shown("reproducibility", "model-orphan")
    assert read("reproducibility", "model-a")["reproducible"] is True
    assert "1 of 1" in shown("history", "model-orphan") and read("history", "model-orphan")["state"] == "active"
    assert "1 0.25 model-b-v1" in shown("leaderboard", "data@1", "--metric", "rmse")
    assert read("leaderboard", "data")["dataset"] == "data"


def test_what_is_retracted_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    retracted(make_dataset("data"), "It was made up.")
    assert main(["show", "data"]) == 0
    assert "state reason: It was made up." in capsys.readouterr().out


def test_what_was_shown_when(capsys: pytest.CaptureFixture[str]) -> None:
    def told(*arguments: str, code: int = 0) -> str:
        assert main(arguments) == code, arguments
        captured = capsys.readouterr()
        return captured.out + captured.err

    for name in ("model-a", "model-b"):
        evaluated_model(name)
    assert told("frozen").endswith("0 of 0\n")
    made = told("freeze", "model-a", "model-b", "--note", "Table 2").split()
    assert made[0] == "frozen:" and made[2].endswith(f"/api/comparisons/{made[1]}")
    assert (
        "Nothing has changed since." in (shown := told("frozen", made[1])) and "Table 2" in shown and "holds" in shown
    )
    before = datetime.now(UTC).isoformat()
    told("amend", "model-a@1", "--tag", "stable", "--state", "deprecated", "--reason", "Old.")
    assert "active > deprecated" in told("frozen", made[1]) and "model-a-v1, model-b-v1" in told("frozen")
    assert json.loads(told("frozen", "--json"))["id"] == json.loads(told("frozen", made[1], "--json"))["id"] == made[1]
    assert "tag: stable" in told("show", "model-a") and "tag" not in told("show", "model-a", "--as-of", before)
    assert "active > deprecated" in told("history", "model-a")
    for line in (("show", "model-a"), ("compare", "model-a", "model-b"), ("provenance", "model-a")):
        assert "2020-01-01" in told(*line, "--as-of", "2020-01-01", code=1)
    assert json.loads(told("freeze", "model-a", "model-b", "--json"))["verified"] is True


def test_writing(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    def told(*arguments: str, code: int = 0) -> str:
        assert main(arguments) == code, arguments
        captured = capsys.readouterr()
        return captured.out + captured.err

    records: list[dict[str, Any]] = [
        {"artifact": "data", "kind": "dataset", "title": "Data"},
        {"model": "model-a", "title": "A", "model_family": "statistical", "metadata": {}},
    ]
    (tmp_path / "records.json").write_text(json.dumps(records))
    assert told("register", str(tmp_path / "records.json")) == "2 records: 2 accepted, 0 unchanged, 0 refused\n"
    assert told("register", str(tmp_path / "records.json")) == "2 records: 0 accepted, 2 unchanged, 0 refused\n"
    strict = told("register", str(tmp_path / "records.json"), "--strict")
    assert "0 refused" in strict  # they stand already
    for answer in ("added", "unchanged"):
        assert told("link", "model-a", "trained_on", "data@1", "--stated-as", "our data") == f"{answer}: model-a-v1\n"
        line = ("evaluate", "model-a", "--metric", "rmse", "--value", "-0.5", "--n", "12", "--primary")
        assert told(*line) == f"{answer}: model-a-v1\n"
    assert "supersedes: 1" in told("evaluate", "model-a", "--metric", "rmse", "--value", "1", "--n", "12", code=1)
    detail = json.loads(told("evaluate", "model-a", "--metric", "r2", "--value", "1", "--json"))
    assert [entry["value"] for entry in detail["evaluations"]] == [-0.5, 1]
    assert told("withdraw-link", "model-a@1", "1", "--reason", "No.") == "withdrawn: link 1 of model-a-v1\n"
    assert told("amend", "model-a@1", "--tag", "best") == "amended: model-a-v1 is active, tag best\n"
    assert told("amend", "model-a@best", "--tag", "") == "amended: model-a-v1 is active, tag none\n"
    assert "reason" in told("amend", "model-a@1", "--state", "retracted", code=1)
    amended = json.loads(told("amend", "model-a@1", "--state", "retracted", "--reason", "Wrong.", "--json"))
    assert amended["state"] == "retracted"
    assert ArtifactVersion.objects.count() == 2
