"""Registering many records: in order, each told of, and safe to begin again."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sized
from contextlib import ExitStack
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import IO, Any, Literal, Protocol

from tqdm import tqdm

from scidex_client.errors import (
    CatalogueError,
    Fault,
    Forbidden,
    ProblemError,
    ServerError,
    TooManyRequests,
    Unauthorised,
)


class HasVersion(Protocol):
    """What registering one record gives back."""

    @property
    def id(self) -> str: ...
    @property
    def created(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one record: `accepted` (it is new), `unchanged` (it was there) or `refused`, with the reason.

    `index` counts records from 0, `name` is the id of the model or artifact that the record names, `id` that of its
    version.
    """

    index: int
    name: str | None
    status: Literal["accepted", "unchanged", "refused"]
    id: str | None = None
    reason: str | None = None
    errors: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class BulkReport:
    """What became of each record, in their order."""

    outcomes: list[Outcome] = field(default_factory=list)

    @property
    def accepted(self) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if outcome.status == "accepted"]

    @property
    def unchanged(self) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if outcome.status == "unchanged"]

    @property
    def refused(self) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if outcome.status == "refused"]

    def __str__(self) -> str:
        counts = f"{len(self.accepted)} accepted, {len(self.unchanged)} unchanged, {len(self.refused)} refused"
        return f"{len(self.outcomes)} records: {counts}"


def register_each(
    records: Iterable[Any],
    register: Callable[[Any], HasVersion],
    *,
    progress: bool | None,
    rejects: Path | None,
    on_outcome: Callable[[Outcome], None] | None,
) -> BulkReport:
    """Hand each record to `register`, and tell what became of it. See `Catalogue.register_many`."""
    report = BulkReport()
    total = len(records) if isinstance(records, Sized) else None
    with ExitStack() as stack:
        refused = stack.enter_context(rejects.open("w", encoding="utf-8")) if rejects is not None else None
        disabled = None if progress is None else not progress  # None: shown on a terminal alone
        bar = stack.enter_context(tqdm(total=total, unit="record", disable=disabled, file=sys.stderr))
        for index, record in enumerate(records):
            try:
                outcome = _outcome(index, record, register)
            except CatalogueError as error:
                error.add_note(f"Stopped at record {index + 1}, after {report}. Run it again to go on.")
                raise
            report.outcomes.append(outcome)
            if outcome.status == "refused" and refused is not None:
                _write(refused, outcome, record)
            if on_outcome is not None:
                on_outcome(outcome)
            bar.update()
    return report


def _outcome(index: int, record: Any, register: Callable[[Any], HasVersion]) -> Outcome:
    stated = record if isinstance(record, Mapping) else {}
    name = next((str(stated[key]) for key in ("model", "artifact") if stated.get(key) is not None), None)
    try:
        registered = register(record)
    except ProblemError as error:
        if _stops(error):
            raise
        return Outcome(index, name, "refused", reason=str(error), errors=tuple(error.errors))
    return Outcome(index, name, "accepted" if registered.created else "unchanged", id=registered.id)


def _stops(error: ProblemError) -> bool:
    """Whether the next record would fare no better. A 500 is about this one."""
    if isinstance(error, ServerError):
        return error.status != HTTPStatus.INTERNAL_SERVER_ERROR
    return isinstance(error, Unauthorised | Forbidden | TooManyRequests)


def _write(file: IO[str], outcome: Outcome, record: Any) -> None:
    told = {"index": outcome.index, "reason": outcome.reason, "errors": list(outcome.errors)}
    try:
        line = json.dumps({**told, "record": record}, allow_nan=False)
    except (TypeError, ValueError, RecursionError):  # it was refused for being no JSON
        line = json.dumps({**told, "record": repr(record)})
    file.write(line + "\n")
    file.flush()
