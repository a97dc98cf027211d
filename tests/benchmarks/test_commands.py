"""What the two commands ask for."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("command", "size", "expected"),
    [
        ("benchmarks", "99", "SIZE must be from 100 to 10000000."),
        ("benchmarks.mlflow", "2000000", "SIZE must be from 100 to 1000000."),
        ("benchmarks.mlflow", "1000", "set DATABASE_URL=postgres://"),
    ],
)
def test_they_say_what_is_missing(
    command: str, size: str, expected: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", [command, "--size", size])
    monkeypatch.delenv("DATABASE_URL", raising=False)
    with pytest.raises(SystemExit) as error:
        import_module(f"{command}.__main__").main()
    assert error.value.code == 2
    assert expected in capsys.readouterr().err


RUN = """
import sys
from pathlib import Path
from benchmarks import databases, one_size

databases.HERE = Path(sys.argv[1])
one_size.prepared("", 100)
from benchmarks import rows

rows.GROUPS = [group for group in rows.GROUPS if group[0] == "registration"]
one_size.main(100, 1, databases.HERE / "results.json")
"""


def test_a_group_is_measured_over_http_whatever_hosts_the_caller_names(tmp_path: Path) -> None:
    environment = {**os.environ, "DATABASE_URL": "", "SECRET_KEY": "", "ALLOWED_HOSTS": "models.example.org"}
    subprocess.run([sys.executable, "-c", RUN, str(tmp_path)], env=environment, cwd=ROOT, check=True)
    results = json.loads((tmp_path / "results.json").read_text())["results"]
    assert [result["name"].partition(", answered ")[2] for result in results] == ["by its detail", "by a receipt"]
    assert all(result["name"].startswith("HTTP, registering") for result in results)
    assert all(0 < result["value"] < 60_000 for result in results)
