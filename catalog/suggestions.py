"""What somebody may have meant by a name that leads nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from functools import reduce
from operator import add
from typing import Any

from django.db.models import BooleanField, Case, F, Func, IntegerField, QuerySet, Value, When

from catalog.identity import ID_LENGTH
from catalog.models import Identifier
from catalog.replication.routing import read_connection
from catalog.searching import names_are_indexed

_BESIDE, _WEIGHED = 40, 100
"""How many names are weighed letter by letter: on either side in the alphabet, and of those that share most pieces."""

_OF_ANY_KIND = 5_000
"""How many names with a piece are looked through for those of one kind."""

_LIKE_ENOUGH, _A_SLIP = 0.55, 0.9
"""How like a name is that is suggested, and one that differs by a letter or two."""

_OF_A_PART = 0.8
"""What it counts that a part of a name is like the word: who knows a part may have meant any name with it."""

_MOST_PARTS = 3

_INDEXED = 3
"""Letters that a piece has at least: the index on PostgreSQL holds each three that stand together."""


def nearest_names(name: str, *, kind: str | None = None, count: int = 3) -> list[Identifier]:
    """The ids and aliases most like `name`, best first, of artifacts of `kind` if one is given, with their artifacts.

    A word that is nearly a part of a name is like it too. Those beside it in the alphabet are found by an index. Only
    where none of them is a slip away, and so the beginning may be wrong, are names searched for pieces of it. Three
    queries at most, whatever there is, and one more until there is an index.
    """
    word = _plain(name)
    parts = _parts(word)
    if not parts:
        return []
    names = Identifier.objects.filter(version__isnull=True).select_related("artifact")
    found = _nearest(word, _beside(word, names), kind, count)
    if found and _Likeness(word).of(found[0].name) >= _A_SLIP:
        return found
    return _nearest(word, [*found, *_sharing(parts, _end(word), names, kind)], kind, count)


def _plain(name: str) -> str:
    """The name of the artifact alone. No id has any other letter, and a database takes no NUL."""
    letters = re.sub(r"[^\w.:@-]", "", name[:ID_LENGTH], flags=re.ASCII)
    return re.sub(r"-v\d+$", "", letters.partition("@")[0])


def _nearest(word: str, rows: Iterable[Identifier], kind: str | None, count: int) -> list[Identifier]:
    likeness = _Likeness(word)
    weighed = {row: likeness.of(row.name) for row in rows if kind in (None, row.artifact.kind)}
    like = [row for row, weight in weighed.items() if weight >= _LIKE_ENOUGH]
    return sorted(like, key=lambda row: (-weighed[row], len(row.name), row.name))[:count]


class _Likeness:
    """How like names are to a word, from 0 to 1, whatever the case."""

    def __init__(self, word: str) -> None:
        self.length = len(word)
        self.matcher = SequenceMatcher(None, b=word.casefold())

    def of(self, name: str) -> float:
        """That of the name, or of the part that is most like the word; 0 where neither is like enough."""
        name = name.casefold()
        whole = self._ratio(name, _LIKE_ENOUGH)
        if len(name) <= self.length or whole >= _OF_A_PART:
            return whole
        common = self.matcher.find_longest_match()
        begins = max(0, common.a - common.b)
        part = self._ratio(name[begins : begins + self.length], _LIKE_ENOUGH / _OF_A_PART)
        return max(whole, _OF_A_PART * part)

    def _ratio(self, text: str, least: float) -> float:
        """How like a text is, or 0 where the letters that both have tell soon that it is less than `least`."""
        self.matcher.set_seq1(text)
        return self.matcher.ratio() if self.matcher.quick_ratio() >= least else 0.0


def _beside(word: str, names: QuerySet[Identifier]) -> list[Identifier]:
    """Of any kind: to find those of a rare one, the database would walk far."""
    after = names.filter(name__gte=word).order_by("name")[:_BESIDE]
    before = names.filter(name__lt=word).order_by("-name")[:_BESIDE]
    return [*after, *before]


def _sharing(parts: Sequence[str], end: str, names: QuerySet[Identifier], kind: str | None) -> QuerySet[Identifier]:
    """Those that share most, which may be none: to leave out what shares nothing, all would be compared twice."""
    pieces = {end}.union(*map(_halves, parts)) - {""}
    shares = reduce(add, (_counting(name__icontains=piece) for piece in sorted(pieces)))
    if names_are_indexed():
        found = _likely(parts, end, names, _OF_ANY_KIND if kind else _WEIGHED)
        # Not of `names`, as the index is: it would be searched for each by all of its letters.
        names = Identifier.objects.select_related("artifact").filter(name__in=found)
    # No condition on the kind: the database would begin with all of a rare one, and look each up among those found.
    of_kind = [_counting(artifact__kind=kind).desc()] if kind else []
    return names.order_by(*of_kind, shares.desc(), "name")[:_WEIGHED]


def _likely(parts: Sequence[str], end: str, names: QuerySet[Identifier], most: int) -> QuerySet[Any]:
    """Some with one part, or the end and a half, and those with all parts but one, or with a half of that.

    An index has each. At `most` so many, whatever their kind: to find enough of a rare one, all would be read.
    """
    ends = frozenset({end} - {""})
    asked = {ends}
    for part in parts:
        others = frozenset(parts) - {part}
        asked |= {others, frozenset({part})}
        for half in _halves(part):
            asked |= {others | {half}, ends | {half}} if ends or len(half) > _INDEXED else {others | {half}}
    found = [
        names.filter(*map(_holding, pieces)).order_by().values("name")[:most]
        for pieces in sorted(map(sorted, asked))
        if pieces
    ]
    return found[0].union(*found[1:])


def _holding(piece: str) -> Func:
    """As `icontains`, which asks for names in capitals: of these PostgreSQL would not know how many have a piece."""
    like = Value(f"%{read_connection().ops.prep_for_like_query(piece)}%")
    return Func(F("name"), like, template="%(expressions)s", arg_joiner=" ILIKE ", output_field=BooleanField())


def _end(word: str) -> str:
    """What comes after the first part, if that is more than two letters: no slip in the beginning changes it."""
    end = re.sub(r"^[^\W_]*", "", word)
    return end if len(end) >= _INDEXED else ""


def _parts(word: str) -> list[str]:
    """The longest parts of a word, which two letters are not."""
    parts = set(re.findall(rf"[^\W_]{{{_INDEXED},}}", word))
    return sorted(parts, key=lambda part: (-len(part), part))[:_MOST_PARTS]


def _halves(part: str) -> set[str]:
    """A slip of the keyboard leaves one half of a part as it was, if it is not too short for halves."""
    length = max(_INDEXED, (len(part) + 1) // 2)
    return {part[:length], part[-length:]}


def _counting(**condition: str) -> Case:
    return Case(When(**condition, then=Value(1)), default=Value(0), output_field=IntegerField())
