"""An error says what is wrong, where, and what to do."""

from __future__ import annotations

from typing import Any

import pytest

from scidex_client import errors
from scidex_client.errors import error_of


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, errors.InvalidInput),
        (401, errors.Unauthorised),
        (403, errors.Forbidden),
        (404, errors.NotFound),
        (406, errors.Refused),
        (409, errors.Conflict),
        (413, errors.Refused),
        (422, errors.Unprocessable),
        (429, errors.TooManyRequests),
        (500, errors.ServerError),
        (599, errors.ServerError),
    ],
)
def test_each_status_has_its_error(status: int, kind: type[errors.ProblemError]) -> None:
    error = error_of(status, {"detail": "So it is.", "errors": []})
    assert type(error) is kind and isinstance(error, errors.CatalogueError)
    assert error.status == status and error.detail.startswith("So it is.")


def test_the_message_names_every_field() -> None:
    faults = [
        {"pointer": "/title", "detail": "A title is required.", "code": "required"},
        {"parameter": "famly", "detail": "The nearest is 'family'.", "code": "unknown_parameter"},
        {"pointer": "", "detail": "The model's provenance is not complete.", "code": "x"},
    ]
    error = error_of(400, {"detail": "The input is not valid.", "errors": faults})
    assert str(error).splitlines() == [
        "The input is not valid.",
        "  /title: A title is required.",
        "  famly: The nearest is 'family'.",
        "  The model's provenance is not complete.",
    ]
    assert error.errors == faults


def test_a_message_stays_short_and_the_errors_whole() -> None:
    faults = [{"pointer": f"/{number}", "detail": "No.", "code": "x"} for number in range(100)]
    error = error_of(400, {"detail": "The input is not valid.", "errors": faults})
    assert len(str(error).splitlines()) == 22 and str(error).endswith("and 80 more") and len(error.errors) == 100


def test_who_may_not_is_told_how_to() -> None:
    assert "SCIDEX_MODELS_TOKEN" in str(error_of(401, {"detail": "No."}))
    assert "curator" in str(error_of(403, {"detail": "No."}))


@pytest.mark.parametrize("problem", [None, [], "x", {}, {"detail": None, "errors": "x"}, {"errors": [1, None]}])
def test_what_does_not_say_why_is_told_by_its_status(problem: Any) -> None:
    assert "404 Not Found" in str(error_of(404, problem)) and error_of(404, problem).errors == []
    assert "599" in str(error_of(599, problem))
