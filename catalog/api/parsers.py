"""Reading request bodies: JSON that every reader and both databases understand alike, within bounds."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import islice
from typing import IO, Any

from django.conf import settings
from rest_framework import status
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import BaseParser

from catalog.errors import InvalidInput
from catalog.json_values import MAX_DEPTH, faults_in

_LONGEST_INTEGER = 20
"""Characters after which an integer is beyond what is taken, whatever follows: reading on costs squared time."""

_MOST_FAULTS = 100
"""How many faults of one body are told: a body of a million is wrong in one way."""


class BodyTooLarge(APIException):
    """The body is larger than the server reads."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "body_too_large"

    def __init__(self, limit: int) -> None:
        super().__init__(f"The body is larger than {limit} bytes; send less at a time.")


class StrictJSONParser(BaseParser):
    """Reads JSON and refuses what could not be kept unchanged.

    Lone surrogates, NUL, non-finite and overflowing numbers, integers past 2^53−1, overlong texts, keys given twice
    and nesting past 64 are refused. Raises `ParseError` where the body is no JSON, `InvalidInput` with the JSON
    pointer of each value that is not taken, and `BodyTooLarge`.
    """

    media_type = "application/json"

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        try:
            text = _bounded(stream, (parser_context or {}).get("request")).decode("utf-8-sig")
            value = json.loads(text, parse_int=_integer, object_pairs_hook=_object)
        except UnicodeDecodeError as error:
            raise ParseError("The body is not UTF-8.") from error
        except RecursionError as error:
            raise ParseError(f"Objects and arrays are nested deeper than {MAX_DEPTH}.") from error
        except ValueError as error:
            raise ParseError(f"The body is not JSON: {_printable(str(error))}.") from error
        if faults := list(islice(faults_in(value), _MOST_FAULTS)):
            raise InvalidInput(faults)
        return value


def _bounded(stream: IO[bytes], request: Any) -> bytes:
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    length = request.META.get("CONTENT_LENGTH") if request is not None else None
    if str(length or "").isdecimal() and int(str(length)) > limit:
        raise BodyTooLarge(limit)
    body = stream.read(limit + 1)
    if len(body) > limit:
        raise BodyTooLarge(limit)
    return body


def _integer(digits: str) -> int:
    return int(digits[:_LONGEST_INTEGER])


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise ValueError(f"the key '{twice[:100]}' stands twice in one object")
    return found


def _printable(text: str) -> str:
    """What a message repeats of a body may hold half of a surrogate pair, which no answer can carry."""
    return text.encode("utf-8", "replace").decode("utf-8")
