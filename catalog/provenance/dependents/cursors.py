"""A place in a list of dependents as an address holds it."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Any

from catalog.provenance.dependents.rows import Place, Root, Wanted
from catalog.vocabulary import Relation


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page begins: after a place, or before one where it is read backwards. It belongs to what was asked."""

    asked: list[Any]
    place: Place | None = None
    backwards: bool = False

    @property
    def after(self) -> Place | None:
        return None if self.backwards else self.place

    @property
    def before(self) -> Place | None:
        return self.place if self.backwards else None

    @classmethod
    def parse(cls, text: str, root: Root, wanted: Wanted) -> Cursor:
        """Read a cursor. Raises ValueError for one that was not made for this list."""
        asked = [root.id, sorted(wanted.kinds), sorted(wanted.relations), wanted.max_depth]
        if not text:
            return cls(asked)
        try:
            given, backwards, place = json.loads(base64.b64decode(text, altchars=b"-_", validate=True))
            if given != asked or not isinstance(backwards, bool):
                raise ValueError(text)
            return cls(asked, _place(*place), backwards)
        except (TypeError, RecursionError) as error:
            raise ValueError(text) from error

    def at(self, place: Place, *, backwards: bool = False) -> str:
        """The cursor of the page of the same list that follows a place, or precedes it."""
        content = json.dumps([self.asked, backwards, place], separators=(",", ":"))
        return base64.urlsafe_b64encode(content.encode()).decode()


def _place(depth: Any, relation: Any, link: Any) -> Place:
    """A place as it was written down. Raises ValueError where it cannot be one."""
    numbers = (depth, link)
    if any(isinstance(number, bool) or not isinstance(number, int) or not 0 < number < 2**63 for number in numbers):
        raise ValueError(numbers)
    return Place(depth, Relation(relation).value, link)
