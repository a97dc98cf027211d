"""The notices of a comparison as they read on its page: what several models share is said once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from catalog.comparison.records import Notice
from catalog.web.compared.columns import Letters

TONES = {"retracted": "bad", "leakage": "bad", "superseded": "warn"}
"""How grave a notice is. What is not here is said for information."""


@dataclass(frozen=True, slots=True)
class Warned:
    """A notice with letters for the models. `way` leads to what it is about, where that is several steps off."""

    code: str
    tone: str
    message: str
    way: tuple[str, ...]


def warnings_of(notices: Iterable[Notice], letters: Letters) -> tuple[Warned, ...]:
    """The notices in their order; those that say the same of several models are one."""
    alike: dict[tuple[str, str, tuple[str, ...]], list[str]] = {}
    for notice in notices:
        message = letters.shorten(notice.message)
        # A way of two steps is the model's own link, which the message names.
        way = tuple(map(letters.shorten, notice.path)) if len(notice.path) > 2 else ()
        subject, verb, said = message.partition(" is ")
        alone = len(notice.models) == 1 and subject == letters.of[notice.models[0]] and not way
        key = (notice.code, said if alone and verb else message, way)
        alike.setdefault(key, []).append(subject if alone and verb else "")
    return tuple(
        Warned(code, TONES.get(code, "plain"), _sentence(subjects, said), way)
        for (code, said, way), subjects in alike.items()
    )


def _sentence(subjects: list[str], said: str) -> str:
    if not subjects[0]:
        return said
    if len(subjects) == 1:
        return f"{subjects[0]} is {said}"
    return f"{', '.join(subjects[:-1])} and {subjects[-1]} are each {said}"
