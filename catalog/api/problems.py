"""Errors on their way out: every one is a problem document (RFC 9457), whoever raised it.

The catalogue's own errors know no HTTP; this is the one place that translates them. A browser that negotiated HTML
gets the same document inside the browsable page, labelled as the HTML it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.http import HttpResponse, UnreadablePostError
from rest_framework import exceptions
from rest_framework.renderers import BrowsableAPIRenderer, JSONRenderer
from rest_framework.response import Response
from rest_framework.views import exception_handler as translate_exception

from catalog.api.query_errors import InvalidQuery, UnknownInQuery
from catalog.errors import CatalogError, Conflict, Fault, InvalidInput, NotFound, ProvenanceIncomplete, UnknownReference
from catalog.freshness import NotModified, not_modified
from catalog.json_values import pointer_to

PROBLEM_TYPE = "application/problem+json"

STATUS_OF: Mapping[type[CatalogError], HTTPStatus] = {
    InvalidInput: HTTPStatus.BAD_REQUEST,
    NotFound: HTTPStatus.NOT_FOUND,
    Conflict: HTTPStatus.CONFLICT,
    UnknownReference: HTTPStatus.UNPROCESSABLE_ENTITY,
    ProvenanceIncomplete: HTTPStatus.UNPROCESSABLE_ENTITY,
}


class ProblemRenderer(JSONRenderer):
    """JSON, labelled as the problem document it is."""

    media_type = PROBLEM_TYPE


class ProblemResponse(Response):
    """A problem document, in whatever was negotiated: HTML for a browser, problem+json for everyone else."""

    @property
    def rendered_content(self) -> Any:
        if not isinstance(self.accepted_renderer, BrowsableAPIRenderer):
            self.accepted_renderer, self.accepted_media_type = ProblemRenderer(), PROBLEM_TYPE
        return super().rendered_content


def problem(status: int, detail: str = "", errors: list[dict[str, str]] | None = None) -> dict[str, Any]:
    """The problem document of a status. `errors` names each wrong field or parameter."""
    return {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": int(status),
        "detail": detail or HTTPStatus(status).description or HTTPStatus(status).phrase,
        "errors": errors or [],
    }


def exception_handler(error: Exception, context: Mapping[str, Any]) -> HttpResponse | None:
    """What REST framework answers to an error. None, and so the server's own 500, for what nobody foresaw."""
    if isinstance(error, NotModified):
        return not_modified()
    if isinstance(error, CatalogError):
        return _of_catalog(error)
    if isinstance(error, RequestDataTooBig):
        return _respond(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The body is larger than this catalogue reads.")
    if isinstance(error, SuspiciousOperation | BadRequest | UnreadablePostError):
        return _respond(HTTPStatus.BAD_REQUEST, "The request cannot be read.")
    answer = translate_exception(error, dict(context))  # adds Retry-After and WWW-Authenticate
    if answer is None:
        return None
    headers = {name: value for name, value in answer.items() if name != "Content-Type"}
    detail, errors = _of_framework(error, answer.data)
    return _respond(answer.status_code, detail, errors, headers)


def status_of(error: CatalogError) -> HTTPStatus:
    """The HTTP status of one of the catalogue's errors."""
    return next(status for kind, status in STATUS_OF.items() if isinstance(error, kind))


def _of_catalog(error: CatalogError) -> Response:
    place = "parameter" if isinstance(error, InvalidQuery | UnknownInQuery) else "pointer"
    errors = [{place: fault.pointer, "detail": fault.detail, "code": fault.code} for fault in error.faults]
    return _respond(status_of(error), error.detail, errors)


def _of_framework(error: Exception, data: Any) -> tuple[str, list[dict[str, str]]]:
    if isinstance(error, exceptions.ValidationError):
        faults = _flattened(error.get_full_details())
        errors = [{"pointer": fault.pointer, "detail": fault.detail, "code": fault.code} for fault in faults]
        return "The input is not valid.", errors
    return str(data["detail"]), []


def _flattened(details: Any, pointer: str = "") -> Iterator[Fault]:
    """The faults in a serializer's nested errors, each with its JSON pointer."""
    if isinstance(details, Mapping) and {"message", "code"} == set(details) and isinstance(details["message"], str):
        yield Fault(pointer, str(details["message"]), str(details["code"]))
    elif isinstance(details, Mapping):
        for key, inner in details.items():
            yield from _flattened(inner, pointer if key == "non_field_errors" else pointer_to(pointer, key))
    else:
        messages = all(isinstance(inner, Mapping) and "message" in inner for inner in details)
        for index, inner in enumerate(details):
            yield from _flattened(inner, pointer if messages else pointer_to(pointer, index))


def _respond(
    status: int, detail: str, errors: list[dict[str, str]] | None = None, headers: Mapping[str, str] | None = None
) -> ProblemResponse:
    return ProblemResponse(problem(status, detail, errors), status=status, headers=headers)
