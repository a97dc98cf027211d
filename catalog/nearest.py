"""Names the valid word that is nearest to one that is not. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

_LONGEST = 100
"""Characters of a wrong word that are compared and repeated."""


def nearest(word: str, valid: Iterable[str]) -> str:
    """The one of `valid` that is most like `word`, however little."""
    return get_close_matches(word[:_LONGEST], list(valid), n=1, cutoff=0.0)[0]


def unknown(what: str, word: str, valid: Iterable[str]) -> str:
    """Say that `word` is no `what`, and which valid one is nearest."""
    return f"There is no {what} '{word[:_LONGEST]}'; the nearest is '{nearest(word, valid)}'."
