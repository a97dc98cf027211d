"""What the two commands ask for."""

from __future__ import annotations

import sys
from importlib import import_module

import pytest


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
