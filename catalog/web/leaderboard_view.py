"""The leaderboard that the page of a dataset shows: one at a time, chosen by its address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from catalog.leaderboards import ASPECTS, MOST_VALUES, Choice, Leaderboard, choices, leaderboards
from catalog.references import Target
from catalog.web.query import PageQuery


@dataclass(frozen=True, slots=True)
class BoardLink:
    """The way to one leaderboard."""

    choice: Choice
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class BoardPart:
    """A leaderboard cut to what a page shows of its `size` places."""

    board: Leaderboard
    size: int


@dataclass(frozen=True, slots=True)
class LeaderboardView:
    """The leaderboard chosen: its groups of models on equal cases, then those that stand alone.

    `total` counts the places of the groups, of which `shown` are in `groups`.
    """

    links: tuple[BoardLink, ...]
    chosen: Choice | None
    groups: tuple[BoardPart, ...]
    alone: tuple[Leaderboard, ...]
    shown: int
    total: int
    unknown: bool

    @property
    def is_too_large(self) -> bool:
        """Whether there are too many values to rank here."""
        return self.chosen is not None and self.chosen.values > MOST_VALUES


NONE = LeaderboardView((), None, (), (), 0, 0, unknown=False)


def leaderboard_view(dataset: Target, query: PageQuery, start: int, most: int) -> LeaderboardView:
    """The leaderboard that `query` asks for, or the one with most values; `most` of its places, from `start` on."""
    available = choices(dataset)
    if not available:
        return NONE
    asked = {name: query.get(name) for name in ASPECTS}
    found = next((choice for choice in available if _is(choice, asked)), None) if any(asked.values()) else None
    chosen = found or available[0]
    boards = _boards(dataset, chosen)
    ranked = sorted((board for board in boards if len(board.standings) > 1), key=lambda one: -len(one.standings))
    groups = tuple(_excerpt(ranked, start, most))
    return LeaderboardView(
        links=tuple(BoardLink(choice, _url(query, choice), choice == chosen) for choice in available),
        chosen=chosen,
        groups=groups,
        alone=tuple(board for board in boards if len(board.standings) == 1),
        shown=sum(len(part.board.standings) for part in groups),
        total=sum(len(board.standings) for board in ranked),
        unknown=any(asked.values()) and found is None,
    )


def _boards(dataset: Target, chosen: Choice) -> tuple[Leaderboard, ...]:
    if chosen.values > MOST_VALUES:
        return ()
    return leaderboards(dataset, **{name: getattr(chosen, name) for name in ASPECTS})


def _is(choice: Choice, asked: dict[str, str]) -> bool:
    return all(getattr(choice, name) == word for name, word in asked.items())


def _url(query: PageQuery, choice: Choice) -> str:
    plain = query.but("offset", *ASPECTS)
    for name in ASPECTS:
        if word := getattr(choice, name):
            plain = plain.having(name, word)
    return f"{plain.url}#leaderboard"


def _excerpt(boards: Sequence[Leaderboard], start: int, most: int) -> list[BoardPart]:
    """The boards cut to `most` places in a row, after the first `start`; those without any are left out."""
    excerpt, before = [], 0
    for board in boards:
        low, high = max(0, start - before), max(0, start + most - before)
        before += len(board.standings)
        if board.standings[low:high]:
            part = replace(board, standings=board.standings[low:high])
            excerpt.append(BoardPart(part, len(board.standings)))
    return excerpt
