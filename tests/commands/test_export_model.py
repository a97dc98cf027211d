"""`manage.py export_model ID … --format F`, as a user runs it."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client

from catalog.exports.registry import FORMATS
from catalog.management.commands.export_model import home_address
from tests.factories import complete_model, make_dataset

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _two() -> None:
    complete_model("model-a")
    complete_model("model-b")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Pipe(io.TextIOWrapper):
    """What a program writes to that has bytes below its text."""

    def __init__(self) -> None:
        super().__init__(io.BytesIO(), encoding="ascii")

    @property
    def written(self) -> bytes:
        return self.buffer.getvalue()  # type: ignore[attr-defined]


def run(*arguments: str, stdout: Any = None) -> str:
    output, told = stdout or io.StringIO(), io.StringIO()
    call_command("export_model", *arguments, stdout=output, stderr=told)
    return told.getvalue()


@pytest.mark.parametrize("name", FORMATS)
def test_it_writes_what_the_api_answers(name: str, client: Client, tmp_path: Path) -> None:
    for ids, path in (("model-a",), "model-a/export"), (("model-b", "model-a"), "compare/export"):
        file = tmp_path / f"{len(ids)}"
        told = run(*ids, "--format", name, "--output", str(file), "--url", "http://testserver/")
        query = f"?ids={','.join(ids)}" if len(ids) > 1 else ""
        assert file.read_bytes() == client.get(f"/api/models/{path}/{name}{query}").content
        assert f"{file}: {FORMATS[name].label}, {file.stat().st_size} bytes." in told


@pytest.mark.parametrize("name", FORMATS)
def test_a_pipe_gets_the_bytes_as_they_are(name: str) -> None:
    pipe = Pipe()
    run("model-a", "--format", name, stdout=pipe)
    if name == "ro-crate":
        assert zipfile.ZipFile(io.BytesIO(pipe.written)).testzip() is None
    else:
        text = io.StringIO(newline="")
        run("model-a", "--format", name, "--output", "-", stdout=text)
        assert pipe.written == text.getvalue().encode()


@pytest.mark.parametrize("stdout", [Terminal(), io.StringIO()])
def test_an_archive_is_not_for_a_terminal(stdout: Any) -> None:
    with pytest.raises(CommandError, match=r"RO-Crate is no text.* Give --output FILE"):
        run("model-a", "--format", "ro-crate", stdout=stdout)
    assert stdout.getvalue() == ""


class TestOutput:
    def test_nothing_is_overwritten_without_force(self, tmp_path: Path) -> None:
        file = tmp_path / "file"
        file.write_text("mine")
        with pytest.raises(CommandError, match="--force to overwrite it"):
            run("model-a", "--format", "csv", "--output", str(file))
        assert file.read_text() == "mine"
        run("model-a", "--format", "csv", "--output", str(file), "--force")
        assert file.read_text().startswith("model,version")

    def test_a_folder_or_a_place_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(CommandError, match="is a folder"):
            run("model-a", "--format", "csv", "--output", str(tmp_path))
        with pytest.raises(CommandError, match="does not exist"):
            run("model-a", "--format", "csv", "--output", str(tmp_path / "no" / "file"))

    def test_what_the_system_refuses_is_told(self, tmp_path: Path) -> None:
        with pytest.raises(CommandError, match="cannot be written: File name too long"):
            run("model-a", "--format", "csv", "--output", str(tmp_path / ("x" * 300)))


class TestNames:
    @pytest.mark.parametrize(
        ("ids", "message"),
        [
            (["model-c"], "Nothing in the catalogue is called 'model-c'. Near: model-"),
            (["data"], "'data' is a dataset, not a model."),
            (["model-a", "modl-b"], "called 'modl-b'. Near: model-b"),
            (["model-a", "model-a-v1"], "are one version, model-a-v1"),
            ([f"m-{number}" for number in range(9)], "Name 2 to 8 models"),
        ],
    )
    def test_what_is_wrong_with_them_is_told(self, ids: list[str], message: str) -> None:
        make_dataset("data")
        with pytest.raises(CommandError) as refused:
            run(*ids, "--format", "csv")
        assert message in str(refused.value)

    def test_an_unknown_format_names_those_there_are(self) -> None:
        with pytest.raises(CommandError, match="prov-json"):
            run("model-a", "--format", "word")

    def test_things_are_named_by_the_address_of_the_catalogue(self, settings: Any) -> None:
        settings.ALLOWED_HOSTS = settings.LOOPBACK_HOSTS
        assert home_address() == "http://127.0.0.1:8000"
        settings.ALLOWED_HOSTS, settings.HTTPS = ["*", ".example.org", "localhost", "models.example.org"], True
        assert home_address() == "https://models.example.org"
        output = io.StringIO()
        run("model-a", "--format", "bibtex", stdout=output)
        assert "{https://models.example.org/models/model-a-v1}" in output.getvalue()

    def test_an_address_is_one(self) -> None:
        with pytest.raises(CommandError, match="starts with https://"):
            run("model-a", "--format", "csv", "--url", "models.example.org")
