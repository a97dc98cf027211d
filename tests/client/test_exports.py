"""Exports are files: their bytes as they came, under a name that leads nowhere else."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scidex_client import NotFound
from scidex_client.cli import main
from scidex_client.exports import name_of
from tests.client.conftest import Opening
from tests.client.faulty import Faulty, says

Serving = Callable[..., Faulty]
ZIP = b"PK\x03\x04\xff\x00"


def sent(content: bytes, name: str, media_type: str) -> Any:
    disposition = f'attachment; filename="{name}"'
    return says(200, content, Content_Disposition=disposition, Content_Type=media_type)


def test_a_model_and_a_comparison(serving: Serving, opening: Opening, tmp_path: Path) -> None:
    server = serving(sent("µ,1\r\n".encode(), "model-a-v1.csv", "text/csv; charset=utf-8"))
    catalogue = opening(server.url)
    made = catalogue.export("model-a@1", "csv")
    assert (made.text, made.name, made.media_type, made.is_text) == ("µ,1\r\n", "model-a-v1.csv", "text/csv", True)
    catalogue.export(["model-a", "model-b@2"], "bibtex")
    assert [request.path for request in server.seen] == [
        "/api/models/model-a@1/export/csv",
        "/api/models/compare/export/bibtex?ids=model-a%2Cmodel-b%402",
    ]
    assert made.save(tmp_path) == tmp_path / "model-a-v1.csv"
    assert made.save(tmp_path / "mine.csv").read_bytes() == (tmp_path / "model-a-v1.csv").read_bytes() == made.content


def test_a_format_that_there_is_not(serving: Serving, opening: Opening) -> None:
    server = serving(says(404, {"detail": "There is no export format 'rocrate'; the nearest is 'ro-crate'."}))
    with pytest.raises(NotFound, match="nearest is 'ro-crate'"):
        opening(server.url).export("model-a", "rocrate")


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ('attachment; filename="model-a-v1.json"', "model-a-v1.json"),
        ("attachment; filename*=UTF-8''m%C3%A9.json", "mé.json"),
        ('attachment; filename="../../etc/passwd"', "passwd"),
        ('attachment; filename="..\\\\..\\\\boot.ini"', "boot.ini"),
        ('attachment; filename=".."', "export.csv"),
        ('attachment; filename="/"', "export.csv"),
        ("attachment", "export.csv"),
        ("", "export.csv"),
        (None, "export.csv"),
    ],
)
def test_names_lead_nowhere_else(disposition: str | None, name: str) -> None:
    assert name_of(disposition, "export.csv") == name


def test_the_command_writes_bytes_or_a_file(
    serving: Serving, capsysbinary: pytest.CaptureFixture[bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serving(sent(ZIP, "model-a-v1.crate.zip", "application/zip"))
    line = ["--url", server.url, "export", "model-a", "--format", "ro-crate"]
    assert main(line) == 0 and capsysbinary.readouterr().out == ZIP
    assert main([*line, "--output", str(tmp_path)]) == 0
    assert capsysbinary.readouterr().out == f"{tmp_path / 'model-a-v1.crate.zip'}\n".encode()
    assert (tmp_path / "model-a-v1.crate.zip").read_bytes() == ZIP
    assert main([*line, "--output", str(tmp_path / "nothing" / "x.zip")]) == 2
    assert b"cannot be written" in capsysbinary.readouterr().err
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert main(line) == 2
    told = capsysbinary.readouterr()
    assert told.out == b"" and b"--output" in told.err
