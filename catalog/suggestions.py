"""What somebody may have meant by a name that leads nowhere."""

from __future__ import annotations

import re
from difflib import get_close_matches
from functools import reduce
from operator import add

from django.db.models import Case, IntegerField, Value, When

from catalog.models import Identifier

_WEIGHED = 100
"""How many names are weighed letter by letter: those that share most with the one given, as the database counts."""

_LONGEST, _MOST_PARTS = 100, 6
_LIKE_ENOUGH = 0.55


def nearest_names(name: str, *, kind: str | None = None, count: int = 3) -> list[str]:
    """The ids and aliases most like `name`, best first, of artifacts of `kind` if one is given. One query."""
    word = name.split("@")[0].strip()[:_LONGEST]
    pieces = _pieces(word)
    if not pieces:
        return []
    shares = reduce(add, (_has(piece) for piece in pieces))
    names = Identifier.objects.filter(version__isnull=True)
    if kind is not None:
        names = names.filter(artifact__kind=kind)
    weighed = names.annotate(shares=shares).filter(shares__gt=0).order_by("-shares", "name")
    folded = {found.casefold(): found for found in weighed.values_list("name", flat=True)[:_WEIGHED]}
    return [folded[match] for match in get_close_matches(word.casefold(), folded, n=count, cutoff=_LIKE_ENOUGH)]


def _pieces(word: str) -> list[str]:
    """Halves of the word's longest parts: a slip of the keyboard leaves one half of a part as it was."""
    parts = sorted(set(re.findall(r"[^\W_]{2,}", word)), key=lambda part: (-len(part), part))[:_MOST_PARTS]
    halves = (half for part in parts for half in (part[: (len(part) + 1) // 2], part[len(part) // 2 :]))
    return sorted({half for half in halves if len(half) > 1})


def _has(piece: str) -> Case:
    return Case(When(name__icontains=piece, then=Value(1)), default=Value(0), output_field=IntegerField())
