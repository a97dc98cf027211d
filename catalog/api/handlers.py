"""What Django itself answers when no view does: below /api as a problem document, elsewhere as ever."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views import defaults

from catalog.api.problems import PROBLEM_TYPE, problem


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
    """500. What went wrong is in the log; the answer says nothing of it."""
    detail = "Something went wrong on the server. It has been logged."
    return _answer(500, detail) if _wants_problem(request) else defaults.server_error(request)


def _wants_problem(request: HttpRequest) -> bool:
    if not (request.path_info == "/api" or request.path_info.startswith("/api/")):
        return False
    return request.get_preferred_type(["application/json", PROBLEM_TYPE, "text/html"]) != "text/html"


def _answer(status: int, detail: str = "") -> JsonResponse:
    document: dict[str, Any] = problem(status, detail)
    return JsonResponse(document, status=status, content_type=PROBLEM_TYPE)
