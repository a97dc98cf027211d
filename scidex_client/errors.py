"""What can go wrong. Everything that this package raises of itself is a `CatalogueError`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, NotRequired, TypedDict

_MOST_TOLD = 20
"""How many faults a message repeats; `errors` holds them all."""


class Fault(TypedDict):
    """One wrong field of a body (`pointer`, a JSON pointer), or one wrong parameter of a query."""

    pointer: NotRequired[str]
    parameter: NotRequired[str]
    detail: str
    code: str


class CatalogueError(Exception):
    """Something about the catalogue or the way to it is wrong."""


class Misconfigured(CatalogueError, ValueError):
    """The address, the token or an option cannot be used."""


class ConnectionFailed(CatalogueError):
    """No answer came, or none that this catalogue could have given.

    `sent` is False where the request cannot have reached the catalogue. Otherwise it may have been carried out.
    """

    def __init__(self, message: str, *, sent: bool = True) -> None:
        super().__init__(message)
        self.sent = sent


class UnreadableAnswer(ConnectionFailed):
    """What answered is not JSON, or sends elsewhere: there may be something else at this address."""


class ProblemError(CatalogueError):
    """The catalogue refused, and said why: a problem document (RFC 9457).

    `status` is the HTTP status, None where nothing was sent; `errors` names each wrong field or parameter, with
    what to do about it; `retry_after` is how many seconds it asks to wait, None where it does not.
    """

    def __init__(
        self,
        detail: str,
        *,
        status: int | None = None,
        errors: Sequence[Fault] = (),
        retry_after: float | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.status = status
        self.errors = list(errors)
        self.retry_after = retry_after

    def __str__(self) -> str:
        lines = [self.detail, *(line for line in map(_told, self.errors[:_MOST_TOLD]) if line != self.detail)]
        if len(self.errors) > _MOST_TOLD:
            lines.append(f"and {len(self.errors) - _MOST_TOLD} more")
        return "\n  ".join(lines)


class Refused(ProblemError):
    """The request cannot be met as it is (4xx)."""


class InvalidInput(Refused):
    """Fields or parameters are wrong; every one is named in `errors`."""


class Unauthorised(Refused):
    """No token, or one that is not valid."""


class Forbidden(Refused):
    """The token's user may not do this."""


class NotFound(Refused):
    """There is nothing of that id."""


class Conflict(Refused):
    """It contradicts what the catalogue holds already."""


class Unprocessable(Refused):
    """It refers to what the catalogue does not hold, or, registered strictly, fails a provenance rule."""


class TooManyRequests(Refused):
    """Asked too often."""


class ServerError(ProblemError):
    """The catalogue failed (5xx)."""


_BY_STATUS: Mapping[int, type[Refused]] = {
    HTTPStatus.BAD_REQUEST: InvalidInput,
    HTTPStatus.UNAUTHORIZED: Unauthorised,
    HTTPStatus.FORBIDDEN: Forbidden,
    HTTPStatus.NOT_FOUND: NotFound,
    HTTPStatus.CONFLICT: Conflict,
    HTTPStatus.UNPROCESSABLE_ENTITY: Unprocessable,
    HTTPStatus.TOO_MANY_REQUESTS: TooManyRequests,
}

_REMEDIES: Mapping[int, str] = {
    HTTPStatus.UNAUTHORIZED: "Give a token that is valid, in SCIDEX_MODELS_TOKEN, by token=… or by --token-file.",
    HTTPStatus.FORBIDDEN: "Ask whoever runs the catalogue for the role of a registrant or a curator.",
}


def error_of(status: int, problem: Any, retry_after: float | None = None) -> ProblemError:
    """The error that an answer of 400 or more stands for. `problem` is its JSON, of whatever shape that is."""
    told = problem if isinstance(problem, Mapping) else {}
    kind = _BY_STATUS.get(status, Refused) if status < HTTPStatus.INTERNAL_SERVER_ERROR else ServerError
    detail = str(told.get("detail") or f"The catalogue answered {status} {_phrase(status)} and did not say why.")
    if status in _REMEDIES:
        detail = f"{detail} {_REMEDIES[HTTPStatus(status)]}"
    faults = told.get("errors")
    errors = [fault for fault in faults if isinstance(fault, dict)] if isinstance(faults, list) else []
    return kind(detail, status=status, errors=errors, retry_after=retry_after)  # type: ignore[arg-type] # as written


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def _told(fault: Mapping[str, Any]) -> str:
    place = fault.get("pointer") or fault.get("parameter")
    detail = str(fault.get("detail", ""))
    return f"{place}: {detail}" if place else detail
