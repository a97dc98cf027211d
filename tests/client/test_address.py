"""Where the catalogue is, and whom the token is shown to."""

from __future__ import annotations

import warnings

import pytest

from scidex_client import Catalogue, InsecureConnection, Misconfigured
from scidex_client.address import TOKEN_VARIABLE, URL_VARIABLE, base_of, step, token_of
from tests.client.conftest import Opening


@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("https://models.example.org", "https://models.example.org"),
        ("https://models.example.org/", "https://models.example.org"),
        ("https://models.example.org/api", "https://models.example.org"),
        ("https://example.org/models/api/", "https://example.org/models"),
        (" http://127.0.0.1:8000 ", "http://127.0.0.1:8000"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_addresses(url: str, base: str) -> None:
    assert base_of(url) == base


@pytest.mark.parametrize(
    "url",
    [
        "",
        "models.example.org",
        "ftp://models.example.org",
        "file:///etc/passwd",
        "https://",
        "https://user:secret@models.example.org",
        "https://models.example.org?x=1",
        "http://[::1",
        "http://models.example.org:99999",
    ],
)
def test_what_is_no_address(url: str) -> None:
    with pytest.raises(Misconfigured) as caught:
        base_of(url)
    assert "secret" not in str(caught.value)


def test_the_environment_is_asked_where_nothing_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(URL_VARIABLE, "https://one.example.org")
    monkeypatch.setenv(TOKEN_VARIABLE, "one\n")
    assert (base_of(None), token_of(None)) == ("https://one.example.org", "one")
    assert (base_of("https://two.example.org"), token_of("two")) == ("https://two.example.org", "two")
    assert token_of("") is None


def test_without_an_address_it_says_where_one_can_be_given() -> None:
    with pytest.raises(Misconfigured, match=URL_VARIABLE):
        Catalogue()


@pytest.mark.parametrize("token", ["two words", "é", "a\nb"])
def test_what_is_no_token(token: str) -> None:
    with pytest.raises(Misconfigured, match="copied whole") as caught:
        token_of(token)
    assert token not in str(caught.value)


@pytest.mark.parametrize("options", [{"timeout": 0}, {"timeout": float("nan")}, {"retries": -1}])
def test_options_that_cannot_be(options: dict[str, float]) -> None:
    with pytest.raises(Misconfigured):
        Catalogue("http://127.0.0.1", **options)  # type: ignore[arg-type]


def test_a_token_over_plain_http_is_warned_of(opening: Opening) -> None:
    with pytest.warns(InsecureConnection, match="use https") as caught:
        opening("http://models.example.org", "secret")
    assert caught[0].filename == __file__ or "contextlib" in caught[0].filename


@pytest.mark.parametrize(
    ("url", "token"),
    [
        ("https://models.example.org", "secret"),
        ("http://models.example.org", None),
        ("http://127.0.0.1:8000", "secret"),
        ("http://[::1]", "secret"),
        ("http://localhost", "secret"),
    ],
)
def test_nothing_else_is(url: str, token: str | None, opening: Opening) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        opening(url, token)


def test_a_reference_is_one_step_of_a_path() -> None:
    assert step("model-x@3") == "model-x@3"
    assert step("a/../b?c#d e") == "a%2F..%2Fb%3Fc%23d%20e"
    for nothing in ("", ".", ".."):
        with pytest.raises(Misconfigured):
            step(nothing)
