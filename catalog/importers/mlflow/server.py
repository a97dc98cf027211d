"""Asking a server: patient where it is busy, bounded in time and size, never sent on to another."""

from __future__ import annotations

import ipaddress
import os
import time
from collections.abc import Iterator
from types import TracebackType
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import Retry

from catalog.errors import Fault, InvalidInput
from catalog.importers.documents import Unreadable, load_json
from catalog.importers.records import SourceLost

API = "/api/2.0/mlflow/"
ARTIFACT = "/model-versions/get-artifact"

MAX_ANSWER = 64 * 2**20
"""The largest answer, in bytes."""

MAX_ARTIFACT = 2**20
"""The largest `MLmodel` file, in bytes."""

TRIES = 5
"""How often a request is made again where the server is busy, failing or not there."""

BACKOFF = 0.5
"""Seconds before the second try; doubled for each one after it."""

_TIMEOUT = (10, 60)
"""Seconds to connect, and between two pieces of an answer."""

_DEADLINE = 300
"""Seconds for a whole answer."""

_BUSY = (429, 502, 503, 504)
_NO_FILE = (400, 404, 500)
_REDIRECTS = 5


class Server:
    """An MLflow server, asked with the credentials that MLflow's own variables of the environment hold."""

    def __init__(self, address: str) -> None:
        self._base = _checked(address)
        self._session = requests.Session()
        self._answers: dict[tuple[object, ...], Any] = {}
        if _is_loopback(urlsplit(self._base).hostname or ""):
            self._session.trust_env = False  # no proxy leads to this machine
        token, user = os.environ.get("MLFLOW_TRACKING_TOKEN"), os.environ.get("MLFLOW_TRACKING_USERNAME")
        if token:
            self._session.headers["Authorization"] = f"Bearer {token}"
        elif user:
            self._session.auth = (user, os.environ.get("MLFLOW_TRACKING_PASSWORD", ""))
        self._session.mount(self._base, HTTPAdapter(max_retries=_patience((500, *_BUSY))))
        # To ask for a file of a store that the server does not reach gives 500, however often.
        self._session.mount(self._base + ARTIFACT, HTTPAdapter(max_retries=_patience(_BUSY)))

    def __enter__(self) -> Server:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._session.close()

    def get(self, path: str, **parameters: str | int) -> Any:
        """The object that the API gives for `path`; None where it says that there is no such thing."""
        status, content = self._ask(API + path, parameters, MAX_ANSWER)
        if content is None:
            raise SourceLost(f"{self._base}{API}{path} gives an answer larger than {MAX_ANSWER} bytes.")
        try:
            answer = load_json(content)
        except Unreadable as error:
            answer, said = None, str(error)
        else:
            said = "not an object"
        if not isinstance(answer, dict):
            raise SourceLost(f"{self._base}{API}{path} answers {status}, and not as an MLflow server does: {said}.")
        if status == 404 and answer.get("error_code") == "RESOURCE_DOES_NOT_EXIST":
            return None
        if status != 200:
            message = str(answer.get("message") or answer.get("error_code") or "")[:300]
            raise SourceLost(f"{self._base}{API}{path} answers {status}: {message}")
        return answer

    def once(self, path: str, **parameters: str | int) -> Any:
        """The same, asked for no more than once."""
        key = (path, *sorted(parameters.items()))
        if key not in self._answers:
            self._answers[key] = self.get(path, **parameters)
        return self._answers[key]

    def pages(self, path: str, key: str, **parameters: str | int) -> Iterator[Any]:
        """The items under `key` of every page."""
        token = ""
        while True:
            answer = self.get(path, **parameters, **({"page_token": token} if token else {})) or {}
            items = answer.get(key)
            yield from items if isinstance(items, list) else []
            following = answer.get("next_page_token")
            if not isinstance(following, str) or not following:
                return
            if following == token:
                raise SourceLost(f"{self._base}{API}{path} gives the same page again and again.")
            token = following

    def artifact(self, name: str, version: str, path: str) -> bytes | None:
        """A file of a model version, which the server fetches from its store; None where it cannot or will not."""
        status, content = self._ask(ARTIFACT, {"name": name, "version": version, "path": path}, MAX_ARTIFACT)
        if status not in (200, *_NO_FILE):
            raise SourceLost(f"{self._base}{ARTIFACT} answers {status}.")
        return content if status == 200 else None

    def _ask(self, path: str, parameters: dict[str, str | int], limit: int) -> tuple[int, bytes | None]:
        """Status and content, None where it is larger than the limit, from this server alone. Raises `SourceLost`."""
        for attempt in range(TRIES):
            try:
                return self._answer(self._base + path, parameters, limit)
            except (requests.exceptions.ChunkedEncodingError, requests.exceptions.ContentDecodingError) as error:
                if attempt == TRIES - 1:  # an answer that breaks off is beyond the session's own patience
                    raise SourceLost(f"{self._base}{path} breaks off its answers.") from error
                time.sleep(BACKOFF * 2**attempt)
            except requests.exceptions.RetryError as error:
                raise SourceLost(f"{self._base}{path} stays busy or failing after {TRIES} more tries.") from error
            except requests.exceptions.RequestException as error:
                raise SourceLost(f"{self._base}{path} does not answer: {type(error).__name__}.") from error
        raise AssertionError("unreachable")

    def _answer(self, url: str, parameters: dict[str, str | int], limit: int) -> tuple[int, bytes | None]:
        chosen: dict[str, str | int] | None = parameters
        for _ in range(_REDIRECTS):
            with self._session.get(
                url, params=chosen, timeout=_TIMEOUT, stream=True, allow_redirects=False
            ) as response:
                if not response.is_redirect:
                    self._refuse_strangers(response.status_code)
                    return response.status_code, self._content(response, limit)
                target, chosen = urljoin(response.url, response.headers["location"]), None
            if _origin(target) != _origin(self._base):
                raise SourceLost(f"{self._base} redirects to {_origin(target)}: give that address if you mean it.")
            url = target
        raise SourceLost(f"{self._base} redirects without end.")

    def _refuse_strangers(self, status: int) -> None:
        if status in (401, 403):
            raise SourceLost(
                f"{self._base} answers {status}: set MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and "
                "MLFLOW_TRACKING_PASSWORD, to those of someone who may read the registry."
            )

    def _content(self, response: requests.Response, limit: int) -> bytes | None:
        content, started = bytearray(), time.monotonic()
        for piece in response.iter_content(2**16):
            content += piece
            if len(content) > limit:
                return None
            if time.monotonic() - started > _DEADLINE:
                raise SourceLost(f"{self._base} takes longer than {_DEADLINE} seconds for one answer.")
        return bytes(content)


def _patience(statuses: tuple[int, ...]) -> Retry:
    return Retry(
        total=TRIES,
        redirect=False,
        status_forcelist=statuses,
        allowed_methods={"GET"},
        backoff_factor=BACKOFF,
        backoff_max=30,
        retry_after_max=120,
    )


def _checked(address: str) -> str:
    """The address without a slash at its end. Raises `InvalidInput` for what is no server's address."""
    try:
        parts = urlsplit(address)
        well_formed = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        well_formed = False
    if not well_formed or parts.query or parts.fragment:
        detail = "Give the server's address, such as http://127.0.0.1:5000, without a query."
        raise InvalidInput([Fault("/path", detail, "address")])
    if "@" in parts.netloc:
        detail = "Give name and password in MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, not in the address."
        raise InvalidInput([Fault("/path", detail, "address")])
    return address.rstrip("/")


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
