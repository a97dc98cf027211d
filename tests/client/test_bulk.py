"""Many records: in order, each told of, and safe to begin again."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scidex_client import ConnectionFailed, Forbidden, InvalidInput, Outcome, ServerError, Unauthorised
from tests.client.conftest import Opening
from tests.client.faulty import Faulty, Reply, Request, Step, says

Serving = Callable[..., Faulty]
REFUSAL = {
    "detail": "The input is not valid.",
    "errors": [{"pointer": "/title", "detail": "A title is required.", "code": "required"}],
}


def catalogue_of(request: Request) -> Reply:
    """A catalogue that has `old` already and refuses `bad`."""
    body = request.json()
    name = body.get("model") or body["artifact"]
    if name == "bad":
        return Reply(400, json.dumps(REFUSAL).encode())
    return Reply(200 if name == "old" else 201, json.dumps({"id": f"{name}-v1"}).encode())


def model(name: Any, **fields: Any) -> dict[str, Any]:
    return {"model": name, "title": str(name), "model_family": "statistical", "metadata": {}, **fields}


RECORDS: list[Any] = [
    {"artifact": "data", "kind": "dataset", "title": "Data"},
    model("new"),
    model("bad"),
    model("old"),
    {"title": "nobody"},
    model("odd", metadata={"rmse": float("nan")}),
    ["no record"],
    InvalidInput("Line 8 is not JSON."),
    model("last"),
]


def test_it_goes_on_after_what_is_refused_and_tells_of_each(serving: Serving, opening: Opening) -> None:
    server = serving(catalogue_of)
    told: list[Outcome] = []
    report = opening(server.url).register_many(iter(RECORDS), on_outcome=told.append)
    assert told == report.outcomes
    assert [(outcome.index, outcome.name, outcome.status) for outcome in told] == [
        (0, "data", "accepted"),
        (1, "new", "accepted"),
        (2, "bad", "refused"),
        (3, "old", "unchanged"),
        (4, None, "refused"),
        (5, "odd", "refused"),
        (6, None, "refused"),
        (7, None, "refused"),
        (8, "last", "accepted"),
    ]
    assert [outcome.id for outcome in report.accepted] == ["data-v1", "new-v1", "last-v1"]
    assert str(report) == "9 records: 3 accepted, 1 unchanged, 5 refused"
    assert [request.path for request in server.seen] == ["/api/artifacts", *["/api/models"] * 4]
    reasons = [str(outcome.reason) for outcome in report.refused]
    wanted = ("/title: A title", "Name its `model`", "/metadata/rmse: JSON has no number", "Name its", "Line 8")
    for reason, words in zip(reasons, wanted, strict=True):
        assert words in reason


def test_what_is_refused_is_written_down(serving: Serving, opening: Opening, tmp_path: Path) -> None:
    rejects = tmp_path / "rejects.jsonl"
    opening(serving(catalogue_of).url).register_many(RECORDS, rejects=str(rejects))
    lines = [json.loads(line) for line in rejects.read_text().splitlines()]
    assert [line["index"] for line in lines] == [2, 4, 5, 6, 7]
    assert lines[0]["record"] == model("bad") and lines[0]["errors"] == REFUSAL["errors"]
    assert "A title is required" in lines[0]["reason"] and "nan" in lines[2]["record"]


@pytest.mark.parametrize(
    ("step", "error"),
    [
        (says(401), Unauthorised),
        (says(403), Forbidden),
        (says(503), ServerError),
        (says(None), ConnectionFailed),
    ],
    ids=["401", "403", "503", "lost"],
)
def test_where_no_other_would_fare_better_it_stops_and_says_where(
    step: Step, error: type[Exception], serving: Serving, opening: Opening, pauses: list[float]
) -> None:
    server = serving(step, catalogue_of, catalogue_of)
    told: list[Outcome] = []
    with pytest.raises(error) as caught:
        opening(server.url, retries=1).register_many(map(model, "abcd"), on_outcome=told.append)
    assert [outcome.name for outcome in told] == ["a", "b"]
    assert caught.value.__notes__ == [
        "Stopped at record 3, after 2 records: 2 accepted, 0 unchanged, 0 refused. Run it again to go on."
    ]


def test_a_fault_of_the_catalogue_with_one_record_is_that_records(serving: Serving, opening: Opening) -> None:
    report = opening(serving(catalogue_of, says(500)).url).register_many([model("a"), model("b")])
    assert [outcome.status for outcome in report.outcomes] == ["refused", "accepted"]


def test_strictness_is_asked_of_models(serving: Serving, opening: Opening) -> None:
    server = serving(catalogue_of)
    opening(server.url).register_many(RECORDS[:2], strict=True)
    assert [request.path for request in server.seen] == ["/api/artifacts", "/api/models?strict=true"]


def test_of_many_a_receipt_is_enough(serving: Serving, opening: Opening) -> None:
    server = serving(catalogue_of)
    opening(server.url).register_many(RECORDS[:2])
    opening(server.url).register(**model("one"))
    assert [request.headers.get("Prefer") for request in server.seen] == ["return=minimal", "return=minimal", None]


def test_the_bar_is_for_terminals_or_on_request(
    serving: Serving, opening: Opening, capsys: pytest.CaptureFixture[str]
) -> None:
    catalogue = opening(serving(catalogue_of).url)
    catalogue.register_many(map(model, "ab"))
    catalogue.register_many(map(model, "ab"), progress=False)
    assert capsys.readouterr().err == ""
    catalogue.register_many([model("a"), model("b")], progress=True)
    assert "2/2" in capsys.readouterr().err
