"""Conditional requests (RFC 9110): an answer has an ETag, and who holds it is told so in place of the answer.

The tag is made before the answer, of all that the answer depends on, so that a 304 takes no more than the stamp. It is
weak, since what is sent may be compressed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator
from functools import cache, partial, wraps
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase, HttpResponseNotModified
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.http import parse_etags

from catalog.stamps import asked_once, stamp

View = Callable[..., HttpResponseBase]
READING = ("GET", "HEAD")

_PROJECT = Path(__file__).resolve().parent.parent
_SOURCES = ("catalog/**/*.py", "scidex_models/**/*.py", "templates/**/*.html")


class NotModified(Exception):
    """The client holds the answer: raised in place of reading anything."""


def etag_of(request: HttpRequest, representation: str = "", *, of_catalogue: bool = True) -> str | None:
    """The tag of the answer to a GET, of which `representation` says the kind where there are several.

    None where there can be none. What is not `of_catalogue` depends on the software alone.
    """
    state = stamp() if of_catalogue else ""
    if state is None:
        return None
    # Addresses in an answer begin with the scheme and host that it was asked by.
    parts = "\0".join((_software(), state, request.build_absolute_uri(), representation))
    return f'W/"{hashlib.sha256(parts.encode()).hexdigest()[:32]}"'


def is_held(request: HttpRequest, etag: str | None) -> bool:
    """Whether the client says that it holds the answer of this tag."""
    held = request.headers.get("If-None-Match")
    return bool(etag and held) and etag in {f"W/{tag.removeprefix('W/')}" for tag in parse_etags(held or "")}


def tagged(request: HttpRequest, response: HttpResponseBase, etag: str | None) -> HttpResponseBase:
    """The answer with its tag, unless it is an error. Who holds any answer, by `*`, needs it no more."""
    if etag is None or response.status_code not in (200, 304):
        return response
    if response.status_code == 200 and request.headers.get("If-None-Match", "").strip() == "*":
        response = not_modified(response)
    response.headers["ETag"] = etag
    return response


def not_modified(instead_of: HttpResponseBase | None = None) -> HttpResponseNotModified:
    """A 304, with the headers by which caches keep what it stands for."""
    answer = HttpResponseNotModified()
    for name in ("Cache-Control", "Vary"):
        if instead_of is not None and name in instead_of.headers:
            answer.headers[name] = instead_of.headers[name]
    return answer


def revalidated(response: HttpResponseBase, *, private: bool) -> None:
    """Have caches ask again before each use; `private` ones alone keep what was asked for with credentials."""
    patch_cache_control(response, no_cache=True, **({"private": True} if private else {}))
    patch_vary_headers(response, ("Accept-Encoding",))  # a 304 stands for an answer that may be compressed


def has_credentials(request: HttpRequest) -> bool:
    """Whether a request says who asks. A cookie that is none, or over, counts too."""
    return "Authorization" in request.headers or settings.SESSION_COOKIE_NAME in request.COOKIES


def conditional(view: View | None = None, *, of_catalogue: bool = True, varying: Collection[str] = ()) -> Any:
    """A page that is sent only to those who do not hold it.

    Who is signed in gets it anew, with forms that end with the session. So does who gives one of the `varying`
    parameters, whose meaning changes with time alone.
    """
    if view is None:
        return partial(conditional, of_catalogue=of_catalogue, varying=varying)

    def read(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with asked_once():
            return answer(request, *args, **kwargs)

    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        private = has_credentials(request)
        if request.method not in READING or private or not request.GET.keys().isdisjoint(varying):
            etag = None
        else:
            etag = etag_of(request, of_catalogue=of_catalogue)
        response = not_modified() if is_held(request, etag) else view(request, *args, **kwargs)
        revalidated(response, private=private)
        patch_vary_headers(response, ("Cookie",))
        return tagged(request, response, etag)

    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return (read if request.method in READING else answer)(request, *args, **kwargs)

    return page


@cache
def _software() -> str:
    """A digest of the code, its templates, and the names and versions of the packages installed beside Django."""
    digest = hashlib.sha256()
    for part in _parts():
        digest.update(part)
    return digest.hexdigest()


def _parts() -> Iterator[bytes]:
    for pattern in _SOURCES:
        for path in sorted(_PROJECT.glob(pattern)):
            yield path.read_bytes()
    for package in sorted(Path(django.__file__).parents[1].glob("*.dist-info")):
        yield package.name.encode()
