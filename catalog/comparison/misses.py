"""What keeps a value alone in its row from being compared with the same metric elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from catalog.comparison.cases import Judgement, RowKey
from catalog.vocabulary import Verdict


@dataclass(frozen=True, slots=True)
class Aspect:
    """One part of a row's key; `silence` is the verdict where just one of two sides states it."""

    field: str
    words: str
    differs: Verdict
    silence: Verdict


NEAREST_FIRST = (
    Verdict.UNKNOWN,
    Verdict.DIFFERENT_DATASET_VERSION,
    Verdict.DIFFERENT_SPLIT,
    Verdict.DIFFERENT_TASK,
    Verdict.DIFFERENT_UNIT,
    Verdict.DIFFERENT_DATASET,
)
"""Verdicts on a lone value, from what nearly matches to what measures something else."""

DATASET = Aspect("dataset", "dataset", Verdict.DIFFERENT_DATASET, Verdict.UNKNOWN)

WITHIN_DATASET = (
    Aspect("dataset_version", "dataset version", Verdict.DIFFERENT_DATASET_VERSION, Verdict.UNKNOWN),
    Aspect("split", "split", Verdict.DIFFERENT_SPLIT, Verdict.UNKNOWN),
    # A subset picks cases as a split does; without one, all cases are meant.
    Aspect("subset", "subset", Verdict.DIFFERENT_SPLIT, Verdict.DIFFERENT_SPLIT),
)
"""Asked only of values on one dataset: versions and splits of two datasets have nothing to do with each other."""

OF_THE_MEASURE = (
    Aspect("task", "task", Verdict.DIFFERENT_TASK, Verdict.DIFFERENT_TASK),
    Aspect("unit", "unit", Verdict.DIFFERENT_UNIT, Verdict.DIFFERENT_UNIT),
)


def nearest_miss(key: RowKey, elsewhere: Iterable[tuple[str, RowKey]]) -> Judgement:
    """The verdict on a value that no other model reports under the same key.

    `elsewhere` holds the other models' ids with the keys under which they report the metric. The verdict is the
    gravest difference to the nearest of them; `single` where there is none.
    """
    misses = [(_distance(key, other), model, other) for model, other in elsewhere]
    if not misses:
        return Judgement(Verdict.SINGLE, "No other model here reports this metric.")
    (gravity, _), model, other = min(misses, key=lambda miss: (miss[0], miss[1], miss[2].sort_key))
    said = "; ".join(_say(aspect, key, other) for aspect in _differences(key, other))
    return Judgement(NEAREST_FIRST[gravity], f"The nearest value elsewhere is that of {model}: {said}.")


def _distance(key: RowKey, other: RowKey) -> tuple[int, int]:
    verdicts = [_verdict(aspect, key, other) for aspect in _differences(key, other)]
    return max(map(NEAREST_FIRST.index, verdicts)), len(verdicts)


def _differences(key: RowKey, other: RowKey) -> tuple[Aspect, ...]:
    data = WITHIN_DATASET if key.dataset == other.dataset else (DATASET,)
    return tuple(
        aspect for aspect in (*data, *OF_THE_MEASURE) if getattr(key, aspect.field) != getattr(other, aspect.field)
    )


def _verdict(aspect: Aspect, key: RowKey, other: RowKey) -> Verdict:
    one_sided = None in (getattr(key, aspect.field), getattr(other, aspect.field))
    return aspect.silence if one_sided else aspect.differs


def _say(aspect: Aspect, key: RowKey, other: RowKey) -> str:
    here, there = (getattr(side, aspect.field) for side in (key, other))
    return f"{aspect.words} {_stated(there)} there, {_stated(here)} here"


def _stated(value: object) -> str:
    return "not stated" if value is None else str(value)
