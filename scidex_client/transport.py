"""One request and its answer, asked for again where that is safe."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from time import sleep
from typing import Any

import requests
from requests.auth import AuthBase

from scidex_client.errors import ConnectionFailed, Misconfigured, ProblemError, UnreadableAnswer, error_of
from scidex_client.retrying import lost, pause_before_retry, seconds_of
from scidex_client.version import __version__


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back of a request that was met."""

    status: int
    content: bytes
    media_type: str
    disposition: str | None = None

    def json(self) -> Any:
        """The answer's JSON object. Raises `UnreadableAnswer` where it is none."""
        value = _json(self.content)
        if not isinstance(value, dict):
            raise UnreadableAnswer("The answer is not a JSON object: is this the address of the catalogue?")
        return value


@dataclass(frozen=True, slots=True)
class Bearer(AuthBase):
    """The token, where there is one, and nothing else: requests would take a password from ~/.netrc."""

    token: str | None

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self.token:
            request.headers["Authorization"] = f"Bearer {self.token}"
        return request

    def __repr__(self) -> str:
        return "Bearer(…)"


class Transport:
    """Sends requests to the catalogue at `base`.

    `timeout` is in seconds, for the connection and for each wait for bytes. `retries` is how often a request is sent
    again. No redirect is followed: neither the token nor what is written goes anywhere but to `base`.
    """

    def __init__(self, base: str, token: str | None, *, timeout: float, retries: int) -> None:
        self.base = base
        self._timeout, self._retries = timeout, retries
        self._auth = Bearer(token)
        self._session = requests.Session()
        self._session.headers["User-Agent"] = f"scidex-models-client/{__version__}"

    def close(self) -> None:
        self._session.close()

    def send(
        self,
        method: str,
        path: str,
        *,
        query: Iterable[tuple[str, str]] = (),
        body: Any = None,
        repeatable: bool,
        minimal: bool = False,
    ) -> Answer:
        """The answer to a request: a `minimal` one, if that is preferred and the catalogue can.

        A `repeatable` one is sent again after a lost connection, a timeout and 502, 503 or 504; any, after 429 and
        where no connection was made. Raises `ConnectionFailed` or, of its kind, `ProblemError`.
        """
        for retry in range(self._retries + 1):
            try:
                return self._once(method, path, list(query), body, minimal)
            except (ConnectionFailed, ProblemError) as error:
                pause = pause_before_retry(error, retry, repeatable=repeatable)
                if pause is None or retry == self._retries:
                    raise
                sleep(pause)
        raise AssertionError("unreachable")

    def _once(self, method: str, path: str, query: list[tuple[str, str]], body: Any, minimal: bool) -> Answer:
        url = f"{self.base}{path}"
        content = None if body is None else json.dumps(body, allow_nan=False).encode()
        headers = {"Accept": "application/json"} | ({} if content is None else {"Content-Type": "application/json"})
        if minimal:
            headers["Prefer"] = "return=minimal"
        try:
            response = self._session.request(
                method,
                url,
                params=query,
                data=content,
                headers=headers,
                auth=self._auth,
                timeout=self._timeout,
                allow_redirects=False,
            )
        except (ValueError, requests.exceptions.InvalidSchema) as error:  # the address, not the way to it
            raise Misconfigured(f"{url} cannot be asked for: {error}.") from error
        except requests.RequestException as error:
            raise lost(error, self.base, self._timeout) from error
        return _answer(response)


def _answer(response: requests.Response) -> Answer:
    if response.status_code >= HTTPStatus.BAD_REQUEST:
        problem = _json(response.content)
        raise error_of(response.status_code, problem, seconds_of(response.headers.get("Retry-After")))
    if response.status_code >= HTTPStatus.MULTIPLE_CHOICES:
        target = response.headers.get("Location", "another address")
        raise UnreadableAnswer(f"{response.url} sends on to {target}; give the address where the catalogue itself is.")
    media_type = response.headers.get("Content-Type", "").partition(";")[0].strip()
    return Answer(response.status_code, response.content, media_type, response.headers.get("Content-Disposition"))


def _json(content: bytes) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None
