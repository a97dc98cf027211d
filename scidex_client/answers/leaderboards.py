"""A dataset's leaderboards, as the catalogue answers them."""

from __future__ import annotations

from typing import TypedDict

from scidex_client.answers.words import Direction, Verdict


class Standing(TypedDict):
    """One model's place, by the newest of its versions that reports the value and is not retracted."""

    rank: int | None
    id: str
    model: str
    title: str
    version_number: int
    is_latest: bool
    value: float
    interval: list[float] | None
    n: int | None
    suspect: bool


class Leaderboard(TypedDict):
    """Models measured in one way on cases that nobody says differ, best first. Null is what nobody states."""

    metric: str
    unit: str | None
    direction: Direction | None
    target: float | None
    task: str | None
    subset: str | None
    dataset_version: int | None
    split: str | None
    period: str | None
    verdict: Verdict
    reason: str
    standings: list[Standing]


class LeaderboardChoice(TypedDict):
    """What a leaderboard can be asked for by."""

    metric: str
    task: str | None
    split: str | None
    values: int


class Leaderboards(TypedDict):
    """The leaderboards of a dataset."""

    dataset: str
    dataset_version: int | None
    leaderboards: list[Leaderboard]
    available: list[LeaderboardChoice]
