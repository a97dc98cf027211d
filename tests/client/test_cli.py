"""The command line: for people on a terminal, for machines with --json, and an exit code for scripts."""

from __future__ import annotations

import io
import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scidex_client.address import TOKEN_VARIABLE
from scidex_client.cli import main
from scidex_client.cli.printing import Console, shown
from tests.client.conftest import page_of
from tests.client.faulty import Faulty, Reply, Request, faulty, says

Serving = Callable[..., Faulty]
ROOT = Path(__file__).parents[2]
ROW: dict[str, Any] = {
    "id": "model-a-v2",
    "title": "Model A",
    "model_family": "statistical",
    "quality_score": 0.3,
    "quality_basis": "assessed",
    "warnings": ["training_dataset"],
    "provenance_warning": True,
    "state": "active",
    "created_at": "2026-04-05T12:00:00Z",
}


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Runs a command against a server; gives its exit code, and what it wrote and complained of."""

    def command(server: Faulty, *arguments: str) -> tuple[int, str, str]:
        code = main(["--url", server.url, "--retries", "0", *arguments])
        return code, *capsys.readouterr()

    return command


Run = Callable[..., tuple[int, str, str]]


def test_a_list_for_people(run: Run, serving: Serving) -> None:
    server = serving(says(200, page_of(ROW, total=30)))
    code, out, err = run(server, "list", "--family", "statistical", "--dataset", "a", "--dataset", "b", "--no-complete")
    head, row, rest = out.splitlines()
    assert (code, err) == (0, "") and " ".join(head.split()) == "ID TITLE FAMILY QUALITY BASIS FAILS CREATED"
    assert " ".join(row.split()) == "model-a-v2 Model A statistical 0.30 assessed training_dataset 2026-04-05"
    assert rest == "1 of 30; --limit shows more"
    wanted = "/api/models?family=statistical&dataset=a&dataset=b&complete=false&limit=20&cursor="
    assert [request.path for request in server.seen] == [wanted]


def test_a_list_for_machines_is_read_to_its_end(run: Run, serving: Serving) -> None:
    server = serving(says(200, page_of(ROW)), says(200, page_of(ROW, following="http://x/?cursor=2")))
    code, out, _ = run(server, "list", "--json", "--all-versions")
    assert code == 0 and [json.loads(line) for line in out.splitlines()] == [ROW, ROW]
    assert "latest=false&limit=200" in server.seen[0].path


def test_as_many_rows_as_asked_for(run: Run, serving: Serving) -> None:
    server = serving(says(200, page_of(ROW, ROW, ROW, following="http://x/?cursor=2")))
    assert run(server, "list", "--json", "--limit", "2")[1].count("\n") == 2
    assert "limit=2&" in server.seen[0].path and len(server.seen) == 1


@pytest.mark.parametrize(
    ("reply", "code", "words"),
    [
        (
            says(404, {"detail": "Nothing in the catalogue is called 'x'."}),
            1,
            "Nothing in the catalogue is called 'x'.",
        ),
        (says(401, {"detail": "No credentials."}), 1, "--token-file"),
        (says(500), 3, "500 Internal Server Error"),
        (says(429), 3, "429"),
        (says(None), 3, "was lost"),
        (says(200, b"<html>"), 3, "is this the address of the catalogue"),
    ],
    ids=["404", "401", "500", "429", "lost", "garbage"],
)
def test_exit_codes(reply: Any, code: int, words: str, run: Run, serving: Serving) -> None:
    told = run(serving(reply), "show", "x")
    assert told[0] == code and told[1] == "" and words in told[2] and "Traceback" not in told[2]


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["lst"],
        ["list", "--famly", "x"],
        ["list", "--limit", "0"],
        ["evaluate", "x", "--metric", "rmse", "--value", "low"],
        ["--token", "secret", "list"],
    ],
)
def test_used_wrongly(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2 and "usage: scidex-models" in capsys.readouterr().err


def test_without_an_address_or_with_a_token_file_that_is_not_there(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["list"]) == 2
    assert main(["list", "--url", "http://127.0.0.1:1", "--token-file", str(tmp_path / "token")]) == 2
    err = capsys.readouterr().err
    assert "SCIDEX_MODELS_URL" in err and "cannot be read" in err


def test_the_token_comes_from_a_file_before_the_environment(
    run: Run, serving: Serving, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serving(says(200, page_of()))
    monkeypatch.setenv(TOKEN_VARIABLE, "of-the-environment")
    (tmp_path / "token").write_text("of-the-file\n")
    run(server, "list")
    run(server, "list", "--token-file", str(tmp_path / "token"))
    sent = [request.headers["Authorization"] for request in server.seen]
    assert sent == ["Bearer of-the-environment", "Bearer of-the-file"]


def test_a_token_in_the_clear_is_warned_of_in_a_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(TOKEN_VARIABLE, "secret")
    assert main(["list", "--url", "http://models.invalid", "--retries", "0"]) == 3
    first, second = capsys.readouterr().err.splitlines()
    assert first.startswith("Warning: The token is sent to models.invalid over plain http")
    assert second.startswith("Nothing answers at http://models.invalid")


def accepting(request: Request) -> Reply:
    """A catalogue that has what is called `old` and refuses `bad`."""
    body = request.json()
    name = body.get("model") or body["artifact"]
    if name == "bad":
        return Reply(422, json.dumps({"detail": "It is bad.", "errors": []}).encode())
    return Reply(200 if name == "old" else 201, json.dumps({"id": f"{name}-v1"}).encode())


LINES = '{"model": "new"}\n\n{"artifact": "old", "kind": "dataset"}\n{"model": \n{"model": "bad"}\n{"a": 1, "a": 2}\n'


def test_registering_a_file_of_lines(run: Run, serving: Serving, tmp_path: Path) -> None:
    (tmp_path / "records.jsonl").write_text(LINES)
    rejects = tmp_path / "rejects.jsonl"
    code, out, err = run(
        serving(accepting), "register", str(tmp_path / "records.jsonl"), "--rejects", str(rejects), "--strict"
    )
    assert (code, out) == (1, "5 records: 1 accepted, 1 unchanged, 3 refused\n")
    assert "Record 3 is refused: Line 4 is not JSON" in err
    assert "Record 4 (bad) is refused: It is bad." in err
    assert "Record 5 is refused: Line 6 is not JSON: the key 'a' stands twice" in err
    assert len(rejects.read_text().splitlines()) == 3


@pytest.mark.parametrize(
    "text",
    ['[{"model": "new"}, {"model": "old"}]', '\n[\n  {"model": "new"},\n  {"model": "old"}\n]\n'],
    ids=["a line", "several"],
)
def test_registering_what_is_piped_in(text: str, run: Run, serving: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))
    code, out, err = run(serving(accepting), "register", "-", "--json")
    told = [json.loads(line) for line in out.splitlines()]
    assert (code, err) == (0, "") and [(line["status"], line["id"]) for line in told] == [
        ("accepted", "new-v1"),
        ("unchanged", "old-v1"),
    ]


@pytest.mark.parametrize(
    ("text", "line"), [('{\n  "model": "new"\n}\n', "accepted: new-v1"), ('{"model":"old"}', "unchanged: old-v1")]
)
def test_registering_one(text: str, line: str, run: Run, serving: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))
    assert run(serving(accepting), "register", "-") == (0, line + "\n", "")


@pytest.mark.parametrize(
    ("text", "words"),
    [("", "empty"), ("\n\n", "empty"), ("nonsense", "line 1"), ("[\n{\n]", "line 3"), ("[" * 100_000, "too deep")],
)
def test_what_holds_no_records(
    text: str, words: str, run: Run, serving: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))
    code, _, err = run(serving(accepting), "register", "-")
    assert code == 1 and words in err and len(err) < 400


def test_a_file_that_is_not_there(run: Run, serving: Serving, tmp_path: Path) -> None:
    code, _, err = run(serving(accepting), "register", str(tmp_path / "nothing.json"))
    assert code == 2 and "cannot be read" in err


def test_being_interrupted(run: Run, serving: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*arguments: Any, **options: Any) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr("scidex_client.transport.requests.Session.request", interrupted)
    assert run(serving(says(200)), "show", "x") == (130, "", "Interrupted.\n")


def test_nobody_reading_on() -> None:
    page = page_of(*[ROW] * 200, total=10**6, following="http://x/?cursor=2")
    with faulty(says(200, page)) as server:
        command = [sys.executable, "-m", "scidex_client", "--url", server.url, "list", "--json"]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            assert process.stdout is not None and process.stderr is not None
            assert json.loads(process.stdout.readline()) == ROW
            process.stdout.close()
            assert process.wait(30) == 128 + signal.SIGPIPE and process.stderr.read() == b""


def test_on_a_terminal_it_is_cut_to_the_width_and_in_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "40")
    for no_colour, coloured in (("", True), ("1", False)):
        monkeypatch.setenv("NO_COLOR", no_colour)
        stream = Terminal()
        Console(stream).table(["ID", "TITLE"], [["model-a", "a long title " * 9]], ["33"])
        head, row = stream.getvalue().splitlines()
        assert ("\x1b[33m" in row, "\x1b[1m" in head) == (coloured, coloured)
        assert len(row.replace("\x1b[33m", "").replace("\x1b[0m", "")) == 40 and "…" in row


def test_a_title_cannot_command_the_terminal() -> None:
    stream = Terminal()
    Console(stream).table(["TITLE"], [["a\x1b[2Jb\x9b1mc\u202ed\ne"]])
    assert "\x1b[2J" not in stream.getvalue() and "a [2Jb 1mc d e" in stream.getvalue()
    assert [shown(value) for value in (None, True, 0.1 + 0.2, -450, "\r")] == ["", "yes", "0.3", "-450", " "]


def test_a_stream_that_cannot_show_a_letter_shows_a_mark() -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    Console(stream).line("µM")
    stream.flush()
    assert stream.buffer.getvalue() == b"?M\n"  # type: ignore[attr-defined]
