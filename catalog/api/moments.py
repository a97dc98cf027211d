"""`?as_of=`: an answer as the catalogue would have given it at a moment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.http import QueryDict

from catalog.api.query_errors import invalid
from catalog.errors import NotFound
from catalog.models import ArtifactVersion
from catalog.moments import moment_of, not_recorded_yet, rule_set_of
from catalog.provenance.moments import as_of

AS_OF = "as_of"


@contextmanager
def asked_moment(query: QueryDict, references: Iterable[str]) -> Iterator[datetime | None]:
    """The moment that `as_of` names, None where it is not given; what the block reads is as it was recorded by then.

    Raises `InvalidQuery` where it is no moment that has been, and of the block's `NotFound` says when what
    `references` name now was first recorded.
    """
    try:
        moment = moment_of(query.get(AS_OF, ""))
    except ValueError as error:
        raise invalid(AS_OF, str(error), "moment") from None
    try:
        with as_of(moment):
            yield moment
    except NotFound as error:
        if moment is None:
            raise
        detail = f"At {_written(moment)} the catalogue held no such thing. {error.detail}"
        raise type(error)(" ".join([detail, *not_recorded_yet(references, moment)]), error.faults) from None


def dated(answer: dict[str, Any], versions: Iterable[ArtifactVersion], moment: datetime | None) -> dict[str, Any]:
    """The answer, saying the moment that it is of and the rule set by which its versions were judged then."""
    if moment is None:
        return answer
    return answer | {AS_OF: moment, "rule_set": rule_set_of(versions, moment)}


def _written(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
