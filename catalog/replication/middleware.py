"""A request that only reads is answered by a replica, all of it by the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from http import HTTPStatus

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse

from catalog.replication.routing import PRIMARY, reads_from
from catalog.replication.servers import servers
from catalog.replication.written import may_have_written, position_of, remember

_READING = ("GET", "HEAD")
_SAFE = (*_READING, "OPTIONS", "TRACE")


class ReplicaMiddleware:
    """Binds reading to a database for the time of a request, and has those who write see what they wrote.

    The administration, where reading is mostly the first half of writing, and the probes stay on the primary.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        if not settings.REPLICAS:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method in _READING and not request.path_info.startswith(self._apart):
            return self._read(request)
        response = self.get_response(request)
        if request.method not in _SAFE and response.status_code < HTTPStatus.BAD_REQUEST:
            remember(response)
        return response

    def _read(self, request: HttpRequest) -> HttpResponseBase:
        position = position_of(request)
        if position is None and may_have_written(request):
            return self.get_response(request)
        failed: list[str] = []
        while True:
            alias = servers().choose(position, _client_of(request), besides=failed)
            with reads_from(alias):
                response = self.get_response(request)
            if alias == PRIMARY or response.status_code != HTTPStatus.SERVICE_UNAVAILABLE:
                break
            failed.append(alias)  # it was lost on the way; reading may be begun anew elsewhere
        if isinstance(response, StreamingHttpResponse):
            response.streaming_content = _bound(alias, iter(response))
        return response

    @cached_property
    def _apart(self) -> tuple[str, ...]:
        return reverse("admin:index"), reverse("livez"), reverse("readyz")


def _client_of(request: HttpRequest) -> str:
    """What stays the same for a client and mostly differs between two. It decides on nothing but a replica."""
    address = request.headers.get("X-Forwarded-For") or request.META.get("REMOTE_ADDR", "")
    return f"{address} {request.headers.get('User-Agent', '')}"


def _bound(alias: str, chunks: Iterator[bytes]) -> Iterator[bytes]:
    """What is sent after the middleware is through comes from the same database."""
    while True:
        with reads_from(alias):
            chunk = next(chunks, None)
        if chunk is None:
            return
        yield chunk
