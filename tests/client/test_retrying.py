"""A bad network: what is asked again, what is not, and that nothing is registered twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scidex_client import (
    Catalogue,
    ConnectionFailed,
    Misconfigured,
    NotFound,
    ServerError,
    TooManyRequests,
    UnreadableAnswer,
)
from scidex_client.retrying import FIRST_PAUSE, LONGEST_PAUSE, pause_before_retry, seconds_of
from tests.client.conftest import Opening
from tests.client.faulty import Faulty, Reply, Request, Step, faulty, says, then_lost

Serving = Callable[..., Faulty]
MODEL: dict[str, Any] = {"model": "model-x", "title": "X", "model_family": "statistical", "metadata": {}}
DETAIL = {"id": "model-x-v1"}
PASSING = [says(None), says(502), says(503), says(504), says(429)]


def test_what_a_write_says_of_its_place_is_brought_along_when_reading(serving: Serving, opening: Opening) -> None:
    """By it a catalogue with replicas answers from one that has the write."""
    server = serving(
        says(200, DETAIL), says(201, DETAIL, Set_Cookie="written=1a2b:x:y; HttpOnly; Path=/; SameSite=Lax")
    )
    catalogue = opening(server.url, token="secret")
    catalogue.register(**MODEL)
    catalogue.model("model-x")
    written, read = server.seen
    assert "Cookie" not in written.headers
    assert read.headers["Cookie"] == "written=1a2b:x:y"


@pytest.mark.parametrize("step", PASSING, ids=["lost", "502", "503", "504", "429"])
def test_reading_is_asked_again(step: Step, serving: Serving, opening: Opening, pauses: list[float]) -> None:
    server = serving(says(200, DETAIL), step, step)
    assert opening(server.url).model("model-x") == DETAIL
    assert len(server.seen) == 3
    assert FIRST_PAUSE / 2 <= pauses[0] <= FIRST_PAUSE <= pauses[1] <= 2 * FIRST_PAUSE


@pytest.mark.parametrize("step", PASSING, ids=["lost", "502", "503", "504", "429"])
def test_registering_is_sent_again_as_it_was(
    step: Step, serving: Serving, opening: Opening, pauses: list[float]
) -> None:
    server = serving(says(201, DETAIL), step)
    assert opening(server.url).register(**MODEL).created
    first, second = (request.json() for request in server.seen)
    assert first == second and first["source"]["format"] == "scidex-client"


def test_a_slow_answer_is_a_lost_one(serving: Serving, opening: Opening, pauses: list[float]) -> None:
    import threading

    done = threading.Event()

    def slow(request: Request) -> Reply:
        done.wait(5)
        return Reply(None)

    server = serving(says(200, DETAIL), slow)
    assert opening(server.url, timeout=0.1).model("model-x") == DETAIL
    done.set()
    assert len(server.seen) == 2


@pytest.mark.parametrize(
    ("step", "error"),
    [(says(500), ServerError), (says(404), NotFound), (says(200, b"<html>"), UnreadableAnswer)],
    ids=["500", "404", "garbage"],
)
def test_what_will_not_pass_is_not_asked_again(
    step: Step, error: type[Exception], serving: Serving, opening: Opening, pauses: list[float]
) -> None:
    server = serving(says(200, DETAIL), step)
    with pytest.raises(error):
        opening(server.url).model("model-x")
    assert len(server.seen) == 1 and pauses == []


@pytest.mark.parametrize("step", PASSING[:4], ids=["lost", "502", "503", "504"])
def test_what_is_not_safe_to_repeat_is_sent_once(
    step: Step, serving: Serving, opening: Opening, pauses: list[float]
) -> None:
    server = serving(says(200, DETAIL), step, step)
    catalogue = opening(server.url)
    with pytest.raises((ConnectionFailed, ServerError)):
        catalogue.amend("model-x@1", version_tag="stable")
    with pytest.raises((ConnectionFailed, ServerError)):
        catalogue.withdraw_link("model-x@1", 1, reason="wrong")
    assert [request.method for request in server.seen] == ["PATCH", "DELETE"] and pauses == []


def test_even_that_is_sent_again_where_it_was_not_looked_at(
    serving: Serving, opening: Opening, pauses: list[float]
) -> None:
    server = serving(says(200, DETAIL), says(429, Retry_After="7"))
    opening(server.url).amend("model-x@1", version_tag="stable")
    assert len(server.seen) == 2 and pauses == [7.0]


def test_where_nothing_answers_anything_is_tried_again_and_then_told(opening: Opening, pauses: list[float]) -> None:
    with faulty(says(200)) as server:
        pass  # and its port is closed again
    with pytest.raises(ConnectionFailed, match="is the address right") as caught:
        opening(server.url, retries=3).amend("model-x@1", version_tag="stable")
    assert len(pauses) == 3 and not caught.value.sent


def test_it_gives_up_after_as_many_retries_as_it_has(serving: Serving, opening: Opening, pauses: list[float]) -> None:
    server = serving(says(503, {"detail": "Down for a moment."}))
    with pytest.raises(ServerError, match="Down for a moment"):
        opening(server.url, retries=2).model("model-x")
    assert len(server.seen) == 3


def test_it_waits_as_long_as_it_is_asked_to(serving: Serving, opening: Opening, pauses: list[float]) -> None:
    at = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    server = serving(says(200, DETAIL), says(503, Retry_After="42"), says(429, Retry_After=at))
    opening(server.url).model("model-x")
    assert pauses[0] == 42 and 50 < pauses[1] <= 60


def test_a_wait_that_is_too_long_is_the_callers_to_decide(
    serving: Serving, opening: Opening, pauses: list[float]
) -> None:
    server = serving(says(429, Retry_After="3600"))
    with pytest.raises(TooManyRequests) as caught:
        opening(server.url).model("model-x")
    assert caught.value.retry_after == 3600 and pauses == []


@pytest.mark.parametrize("text", ["", "soon", "-3", "1e3", "²", None])
def test_a_wait_that_cannot_be_read_is_none(text: str | None) -> None:
    assert seconds_of(text) is None


def test_a_wait_until_a_time_that_is_over_is_none_at_all() -> None:
    assert seconds_of("Wed, 21 Oct 2015 07:28:00 GMT") == 0


@given(st.integers(0, 200))
@settings(deadline=None)
def test_pauses_grow_and_stay_within_bounds(retry: int) -> None:
    pause = pause_before_retry(ConnectionFailed("lost"), retry, repeatable=True)
    assert pause is not None and FIRST_PAUSE / 2 <= pause <= LONGEST_PAUSE


class Register:
    """A catalogue that does with sources what the real one does."""

    def __init__(self) -> None:
        self.versions: dict[tuple[str, ...], dict[str, str]] = {}

    def __call__(self, request: Request) -> Reply:
        import json

        source = request.json()["source"]
        known = tuple(source.values()) in self.versions
        detail = self.versions.setdefault(tuple(source.values()), {"id": f"model-x-v{len(self.versions) + 1}"})
        return Reply(200 if known else 201, json.dumps(detail).encode())


@given(st.lists(st.sampled_from(["lost before", "lost after", "502 after", "503", "429"]), max_size=5))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_goes_wrong_it_is_there_once(troubles: list[str]) -> None:
    catalogue_of = Register()

    def after(request: Request) -> Reply:
        catalogue_of(request)
        return Reply(502)

    steps: dict[str, Step] = {
        "lost before": says(None),
        "lost after": then_lost(catalogue_of),
        "502 after": after,
        "503": says(503),
        "429": says(429),
    }
    with pytest.MonkeyPatch.context() as patch, faulty(catalogue_of, *map(steps.__getitem__, troubles)) as server:
        patch.setattr("scidex_client.transport.sleep", lambda seconds: None)
        with Catalogue(server.url, retries=4) as client:
            try:
                registered = client.register(**MODEL)
            except (ConnectionFailed, ServerError, TooManyRequests):
                assert len(troubles) == 5
                registered = client.register(**MODEL)
        assert registered.id == "model-x-v1" and len(catalogue_of.versions) == 1
        assert registered.created == (not any("after" in trouble for trouble in troubles))


def test_no_redirect_is_followed(serving: Serving, opening: Opening) -> None:
    elsewhere = serving(says(200, DETAIL))
    server = serving(says(307, Location=elsewhere.url))
    catalogue = opening(server.url, "secret")
    for send in (lambda: catalogue.model("model-x"), lambda: catalogue.register(**MODEL)):
        with pytest.raises(UnreadableAnswer, match="sends on to"):
            send()
    assert elsewhere.seen == []


def test_the_token_goes_out_and_is_never_shown(
    serving: Serving, opening: Opening, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login a password b\n")
    monkeypatch.setenv("NETRC", str(netrc))
    server = serving(says(200, DETAIL))
    catalogue = opening(server.url, "secret")
    catalogue.model("model-x")
    opening(server.url).model("model-x")
    assert server.seen[0].headers["Authorization"] == "Bearer secret"
    assert "Authorization" not in server.seen[1].headers
    assert "secret" not in repr(catalogue) + repr(vars(catalogue._transport))


def test_an_address_that_cannot_be_asked_for_is_the_callers_mistake(opening: Opening, pauses: list[float]) -> None:
    with pytest.raises(Misconfigured):
        opening("http://a..b").model("model-x")
    assert pauses == []
