"""A page as of a moment: which one is asked for, what to say of it, and how links keep it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from catalog.moments import moment_of, not_recorded_yet

AS_OF = "as_of"


@dataclass(frozen=True, slots=True)
class AskedMoment:
    """The moment that a page is asked for, None for now; `problem` says why what was asked for is none."""

    moment: datetime | None
    problem: str = ""

    @classmethod
    def of(cls, text: str) -> AskedMoment:
        """The moment in an address. What is none is said on the page, which is of now."""
        try:
            return cls(moment_of(text))
        except ValueError as error:
            return cls(None, f"{error} The page is of now.")

    @property
    def at(self) -> str:
        """What an address that has no other parameter ends with, to keep the moment."""
        return address_at(self.moment) if self.moment else ""

    def before(self, references: Iterable[str]) -> str:
        """Why `references` lead nowhere: since when they are recorded, or '' where the page is of now."""
        if self.moment is None:
            return ""
        written = self.moment.strftime("%Y-%m-%d %H:%M UTC")
        return " ".join([f"At {written} the catalogue held no such thing.", *not_recorded_yet(references, self.moment)])


def address_at(moment: datetime) -> str:
    """The query that asks for a moment."""
    return f"?{AS_OF}={written_moment(moment)}"


def written_moment(moment: datetime) -> str:
    """A moment as an address has it."""
    return moment.isoformat().replace("+00:00", "Z")
