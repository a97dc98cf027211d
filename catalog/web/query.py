"""The query of a page: read leniently, with what is wrong said on the page, and written anew for every link."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.http import QueryDict

from catalog.nearest import unknown

PAGING = ("offset", "limit")


@dataclass(frozen=True, slots=True)
class PageQuery:
    """The parameters of a page that have a value, in the order given, and the address they belong to."""

    path: str
    pairs: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, path: str, given: QueryDict) -> PageQuery:
        pairs = [(name, value) for name, values in given.lists() for value in values if value.strip()]
        return cls(path, tuple(dict.fromkeys(pairs)))

    def get(self, name: str) -> str:
        """The last value of a parameter, blanks around it removed; '' where it is not given."""
        return (self.values(name) or [""])[-1].strip()

    def values(self, name: str) -> list[str]:
        return [value for given, value in self.pairs if given == name]

    def but(self, *names: str) -> PageQuery:
        """Without these parameters."""
        return PageQuery(self.path, tuple(pair for pair in self.pairs if pair[0] not in names))

    def only(self, names: Collection[str]) -> PageQuery:
        """With these parameters alone."""
        return PageQuery(self.path, tuple(pair for pair in self.pairs if pair[0] in names))

    def without(self, name: str, value: str) -> PageQuery:
        """Without one value of a parameter."""
        return PageQuery(self.path, tuple(pair for pair in self.pairs if pair != (name, value)))

    def having(self, name: str, value: object) -> PageQuery:
        """With this value of a parameter in place of any other."""
        return PageQuery(self.path, (*self.but(name).pairs, (name, str(value))))

    def having_too(self, name: str, value: object) -> PageQuery:
        """With this value of a parameter beside any other."""
        return PageQuery(self.path, tuple(dict.fromkeys((*self.pairs, (name, str(value))))))

    def at(self, path: str) -> PageQuery:
        """The same parameters at another address."""
        return PageQuery(path, self.pairs)

    @property
    def data(self) -> QueryDict:
        """The parameters, as forms read them."""
        query = QueryDict(mutable=True)
        for name, value in self.pairs:
            query.appendlist(name, value)
        return query

    @property
    def url(self) -> str:
        return f"{self.path}?{self.data.urlencode(safe=':@,')}" if self.pairs else self.path


def problems(query: PageQuery, allowed: Iterable[str], repeatable: Collection[str]) -> list[str]:
    """What is wrong with the names of the parameters: nothing is silently ignored."""
    valid = sorted(allowed)
    names = dict.fromkeys(name for name, _ in query.pairs)
    found = [f"{unknown('parameter', name, valid)} It was left out." for name in names if name not in valid]
    for name in names:
        if name in valid and name not in repeatable and len(query.values(name)) > 1:
            found.append(f"'{name}' is given {len(query.values(name))} times; the last counts.")
    return found


def whole_number(query: PageQuery, name: str, default: int, bounds: tuple[int, int], wrong: list[str]) -> int:
    """A whole number within bounds. What is none is said in `wrong`, and the default taken."""
    text, (least, most) = query.get(name), bounds
    if not text:
        return default
    if not re.fullmatch(r"\d{1,20}", text, re.ASCII) or not least <= int(text) <= most:
        wrong.append(f"'{text[:100]}' is no {name}: a whole number from {least} to {most}. {default} was taken.")
        return default
    return int(text)


def word(query: PageQuery, name: str, default: str, valid: Collection[str], wrong: list[str]) -> str:
    """One of a few words. What is none is said in `wrong`, and the default taken."""
    text = query.get(name)
    if text and text not in valid:
        wrong.append(f"{unknown(name, text, valid)} {default} was taken.")
        return default
    return text or default
