"""How the models that were measured on one dataset rank, by the comparison engine's own rules.

The loader of leaderboards for the API and the pages alike.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from itertools import chain
from typing import Any, NamedTuple

from django.db.models import Count, Q, QuerySet

from catalog.comparison.cases import RowKey, key_of
from catalog.comparison.ranking import RankedGroup, rank
from catalog.comparison.records import EvaluationValue, Interval
from catalog.comparison.suspicion import is_perfect, is_placeholder
from catalog.evaluation_values import evaluation_values
from catalog.models import ArtifactVersion, Evaluation, MetricDefinition
from catalog.references import Target
from catalog.vocabulary import State

ASPECTS = ("metric", "task", "split")
"""What a leaderboard may be asked for by."""

MOST_VALUES = 10_000
"""How many values are ranked at once: each has a place in the answer, and 10,000 take a third of a second."""

_REPORTING = (
    *("version__public_id", "version__artifact__public_id", "version__title", "version__version_number"),
    "version__is_latest",
)


class _Reporting(NamedTuple):
    """The version that reports a value, by the columns named above."""

    id: str
    model: str
    title: str
    version_number: int
    is_latest: bool


Entry = tuple[_Reporting, EvaluationValue]
_Suspects = Collection[tuple[str, RowKey, float]]


class Standing(NamedTuple):
    """One model's place. `rank` counts from 1 and is None where the leaderboard is not ranked.

    `suspect` marks what is more likely a mistake than a measurement: a perfect fit, a placeholder zero.
    """

    rank: int | None
    id: str
    model: str
    title: str
    version_number: int
    is_latest: bool
    value: float
    interval: Interval | None
    n: int | None
    suspect: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaderboard:
    """Models measured in one way on cases that nobody says differ, best first.

    None is what nobody states. `reason` says what to know of the ranking, or why there is none.
    """

    metric: str
    unit: str | None
    direction: str | None
    target: float | None
    task: str | None
    subset: str | None
    dataset_version: int | None
    split: str | None
    period: str | None
    verdict: str
    reason: str
    standings: tuple[Standing, ...]

    def as_dict(self) -> dict[str, Any]:
        """The same as plain values, as an answer holds them."""
        values = {item.name: getattr(self, item.name) for item in fields(self)}
        return values | {"standings": [standing._asdict() for standing in self.standings]}


@dataclass(frozen=True, slots=True)
class Choice:
    """A leaderboard that can be asked for, with how many values it holds. Empty texts are what nobody states."""

    metric: str
    task: str
    split: str
    values: int


def choices(dataset: Target) -> list[Choice]:
    """The leaderboards of a dataset, those with most values first. Three queries.

    Few versions are retracted: what they report is taken off, and no other version looked up.
    """
    reported = Evaluation.objects.live().filter(dataset.meant.as_dataset())
    counts = _counted(reported)
    retracted = ArtifactVersion.objects.filter(state=State.RETRACTED).order_by().values("pk")
    counts.subtract(_counted(reported.filter(version__in=retracted)))
    metrics = MetricDefinition.objects.filter(name__in={metric for metric, _, _ in counts}, case_adjusted=True)
    adjusted = set(metrics.order_by().values_list("name", flat=True))
    found = [Choice(*aspects, values) for aspects, values in counts.items() if values]
    # Among metrics that as many report, one that may be compared across different cases ranks the most of them.
    return sorted(found, key=lambda one: (-one.values, one.metric not in adjusted, one.metric, one.task, one.split))


def _counted(evaluations: QuerySet[Evaluation]) -> Counter[tuple[str, str, str]]:
    """How many there are by the aspects of a leaderboard. Rows, not keys: the index that has all else has no keys."""
    rows = evaluations.order_by().values_list(*ASPECTS).annotate(values=Count("*"))
    return Counter({(metric, task, split): values for metric, task, split, values in rows})


def leaderboards(dataset: Target, **asked: str) -> tuple[Leaderboard, ...]:
    """The leaderboards of a dataset, narrowed to the metric, task and split `asked` for.

    Each model stands by the newest of its versions that reports the value and is not retracted. A dataset that is
    named without a version is meant in all of its versions, ranked apart. One query.
    """
    entries = list(_newest(_entries(_measured_on(dataset).filter(**asked))))
    versions = {version.id: version for version, _ in entries}
    suspects = {(version.id, key_of(value), value.value) for version, value in entries if _is_suspect(value)}
    groups = rank((version.id, value) for version, value in entries)
    return tuple(_leaderboard(group, versions, suspects) for group in groups)


def _measured_on(dataset: Target) -> QuerySet[Evaluation]:
    """The evaluations that count, of versions that do."""
    on_dataset: Q = dataset.meant.as_dataset()
    return Evaluation.objects.live().filter(on_dataset).exclude(version__state=State.RETRACTED)


def _entries(evaluations: QuerySet[Evaluation]) -> Iterator[Entry]:
    """Each value with the model version that reports it."""
    rows = evaluations.order_by("version_id", "number")
    for value, reporting in evaluation_values(rows, *_REPORTING):
        yield _Reporting(*reporting), value


def _newest(entries: Iterable[Entry]) -> Iterator[Entry]:
    """What the newest version of each model reports, of each way of measuring and period."""
    found: dict[tuple[str, RowKey, str | None], list[Entry]] = {}
    for version, value in entries:
        newest = found.setdefault((version.model, key_of(value), value.period), [])
        if newest and newest[0][0].version_number < version.version_number:
            newest.clear()
        if not newest or newest[0][0].version_number == version.version_number:
            newest.append((version, value))
    return chain.from_iterable(found.values())


def _is_suspect(value: EvaluationValue) -> bool:
    return is_perfect(value) or is_placeholder(value)


def _leaderboard(group: RankedGroup, versions: Mapping[str, _Reporting], suspects: _Suspects) -> Leaderboard:
    key = group.key
    return Leaderboard(
        metric=key.metric,
        unit=key.unit,
        direction=group.direction,
        target=group.target,
        task=key.task,
        subset=key.subset,
        dataset_version=key.dataset_version,
        split=key.split,
        period=group.period,
        verdict=group.verdict.value,
        reason=group.reason,
        standings=tuple(_standings(group, versions, suspects)),
    )


def _standings(group: RankedGroup, versions: Mapping[str, _Reporting], suspects: _Suspects) -> Iterator[Standing]:
    for place in group.places:
        version = versions[place.model]
        yield Standing(
            rank=place.rank,
            id=version.id,
            model=version.model,
            title=version.title,
            version_number=version.version_number,
            is_latest=version.is_latest,
            value=place.value,
            interval=place.interval,
            n=place.n,
            suspect=(place.model, group.key, place.value) in suspects,
        )
