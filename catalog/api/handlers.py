"""What Django itself answers when no view does: below /api as a problem document, elsewhere as ever."""

from __future__ import annotations

import sys
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import loader
from django.views import defaults

from catalog.api.problems import PROBLEM_TYPE, problem
from catalog.replication.loss import is_unavailable, let_go_of

RETRY_AFTER = 5
"""Seconds after which to ask again a database that did not answer."""


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400, or 413 where the body was too large."""
    if not _wants_problem(request):
        return defaults.bad_request(request, exception)
    if isinstance(exception, RequestDataTooBig):
        return _answer(413, "The body is larger than this catalogue reads.")
    return _answer(400, "The request cannot be read.")


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    return _answer(403) if _wants_problem(request) else defaults.permission_denied(request, exception)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    return _answer(404) if _wants_problem(request) else defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """500, or 503 where the database is not there. What went wrong is in the log; the answer says nothing of it."""
    error = sys.exc_info()[1]
    if is_unavailable(error):
        let_go_of(error)
        return _unavailable(request)
    detail = "Something went wrong on the server. It has been logged."
    return _answer(500, detail) if _wants_problem(request) else defaults.server_error(request)


def _unavailable(request: HttpRequest) -> HttpResponse:
    detail = (
        "The database does not answer for now. What a request was writing is written as a whole or not at all, "
        "and one with a source may be sent again without being written twice."
    )
    if _wants_problem(request):
        answer: HttpResponse = _answer(503, detail)
    else:
        answer = HttpResponse(loader.get_template("503.html").render(), status=503)
    answer["Retry-After"] = str(RETRY_AFTER)
    return answer


def _wants_problem(request: HttpRequest) -> bool:
    if not (request.path_info == "/api" or request.path_info.startswith("/api/")):
        return False
    return request.get_preferred_type(["application/json", PROBLEM_TYPE, "text/html"]) != "text/html"


def _answer(status: int, detail: str = "") -> JsonResponse:
    document: dict[str, Any] = problem(status, detail)
    return JsonResponse(document, status=status, content_type=PROBLEM_TYPE)
