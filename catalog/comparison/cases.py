"""Whether values of one metric were measured on the same cases, and may be compared.

A row is one way of measuring; `judge` says what its values allow. Statements decide: what nobody states
contradicts nothing, and proves nothing either.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from catalog.comparison.ordering import Contender
from catalog.comparison.records import EvaluationValue
from catalog.vocabulary import Verdict

ENOUGH_CASES = 0.75
"""Share of the row's largest n that a case-adjusted value must rest on to be compared."""


@dataclass(frozen=True, slots=True)
class RowKey:
    """One way of measuring: values with equal keys stand in one row. None is "not stated", and a part of the key."""

    metric: str
    unit: str | None
    task: str | None
    subset: str | None
    dataset: str | None
    dataset_version: int | None
    split: str | None

    @property
    def sort_key(self) -> tuple[str, ...]:
        """A total order for display: by metric, then by the data, then by the rest."""
        version = "" if self.dataset_version is None else f"{self.dataset_version:020d}"
        parts = (self.metric, self.dataset, version, self.split, self.task, self.subset, self.unit)
        # "Not stated" comes before everything, and differs from an empty word.
        return tuple("" if part is None else f" {part}" for part in parts)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a row allows: `compared` are the contenders for best, none where nothing may be called leading."""

    verdict: Verdict
    reason: str
    compared: tuple[Contender, ...] = ()


def key_of(evaluation: EvaluationValue) -> RowKey:
    """The row that a value belongs to."""
    return RowKey(
        metric=evaluation.metric,
        unit=evaluation.unit,
        task=evaluation.task,
        subset=evaluation.subset,
        dataset=evaluation.dataset,
        dataset_version=evaluation.dataset_version,
        split=evaluation.split,
    )


def representatives(reported: Mapping[str, Collection[EvaluationValue]]) -> tuple[Contender, ...]:
    """One value per model of a row, where a model may report several under the same key.

    The primary one wins; else the one from the evaluation run that most of the models share, so that like meets
    like; else the latest period, the most cases, and finally the words themselves, so that the choice never depends
    on order. The others stay on the model's own record.
    """
    runs = Counter(run for values in reported.values() for run in {_run(value) for value in values})

    def preference(value: EvaluationValue) -> tuple[bool, int, str, int, str, float, str]:
        return (
            value.primary,
            runs[_run(value)] if None not in _run(value) else 0,
            value.period or "",
            value.n or 0,
            value.evaluated_by or "",
            value.value,
            repr(value),
        )

    return tuple(
        Contender(model, max(values, key=preference) if len(values) > 1 else next(iter(values)))
        for model, values in reported.items()
    )


def judge(key: RowKey, contenders: Sequence[Contender]) -> Judgement:
    """The verdict on two or more values of one row, with the reason in words. Raises ValueError for fewer."""
    if len(contenders) < 2:
        raise ValueError("A verdict on cases needs two values.")
    compared, few = enough_cases(contenders)
    left_out = _too_few(few, contenders)
    contradiction = _different_periods(compared) or ("" if _case_adjusted(contenders) else _different_n(compared))
    if contradiction or len(compared) < 2:
        return Judgement(Verdict.DIFFERENT_CASES, _sentences(contradiction, left_out))
    unstated = _unstated(key)
    if any(contender.evaluation.same_data_only for contender in contenders) and key.dataset_version is None:
        version = f"{key.metric} compares only on the same version of the data, and no version is stated."
        return Judgement(Verdict.UNKNOWN, _sentences(version, left_out))
    if unstated and not _one_run(compared):
        return Judgement(Verdict.UNKNOWN, _sentences(unstated, left_out), compared)
    return Judgement(Verdict.COMPARABLE, left_out, compared)


def enough_cases(contenders: Sequence[Contender]) -> tuple[tuple[Contender, ...], tuple[Contender, ...]]:
    """The contenders that rest on enough cases to be compared, and those that do not.

    Only case-adjusted values are told apart here. An n that is not stated is not held against a value.
    """
    if not _case_adjusted(contenders):
        return tuple(contenders), ()
    least = ENOUGH_CASES * max((contender.evaluation.n or 0 for contender in contenders), default=0)
    few = tuple(item for item in contenders if item.evaluation.n is not None and item.evaluation.n < least)
    return tuple(item for item in contenders if item not in few), few


def stated_apart(
    contenders: Iterable[Contender], stated: Callable[[EvaluationValue], Hashable]
) -> dict[Hashable, tuple[Contender, ...]]:
    """Contenders by what they state; one group where no two statements differ, as silence contradicts nothing."""
    groups: dict[Hashable, list[Contender]] = defaultdict(list)
    for contender in contenders:
        groups[stated(contender.evaluation)].append(contender)
    known = [statement for statement in groups if statement is not None]
    if len(known) < 2:
        return {next(iter(known), None): tuple(contender for group in groups.values() for contender in group)}
    return {statement: tuple(group) for statement, group in groups.items()}


def _run(evaluation: EvaluationValue) -> tuple[str | None, str | None]:
    return evaluation.evaluated_by, evaluation.period


def _one_run(contenders: Sequence[Contender]) -> bool:
    runs = {_run(contender.evaluation) for contender in contenders}
    return len(runs) == 1 and None not in next(iter(runs))


def _case_adjusted(contenders: Sequence[Contender]) -> bool:
    return bool(contenders) and all(contender.evaluation.case_adjusted for contender in contenders)


def _different_n(contenders: Sequence[Contender]) -> str:
    groups = stated_apart(contenders, lambda value: value.n)
    return f"The values rest on different numbers of cases: {_enumerate(groups)}." if len(groups) > 1 else ""


def _different_periods(contenders: Sequence[Contender]) -> str:
    groups = stated_apart(contenders, lambda value: value.period)
    return f"The values come from different periods: {_enumerate(groups)}." if len(groups) > 1 else ""


def _too_few(few: Sequence[Contender], contenders: Sequence[Contender]) -> str:
    if not few:
        return ""
    largest = max(contender.evaluation.n or 0 for contender in contenders)
    named = ", ".join(sorted(f"{contender.model} ({contender.evaluation.n})" for contender in few))
    return f"Shown but not ranked, with under {ENOUGH_CASES:.0%} of the largest number of cases, {largest}: {named}."


def _unstated(key: RowKey) -> str:
    if key.dataset is None:
        return "The dataset is not stated, so the values may rest on different data."
    parts = {"version of the dataset": key.dataset_version, "split": key.split}
    missing = [name for name, value in parts.items() if value is None]
    if not missing:
        return ""
    return f"The {' and the '.join(missing)} {'is' if len(missing) == 1 else 'are'} not stated, so the data may differ."


def _enumerate(groups: Mapping[Hashable, Sequence[Contender]]) -> str:
    def named(statement: Hashable) -> str:
        models = ", ".join(sorted(contender.model for contender in groups[statement]))
        return f"{'not stated' if statement is None else statement} ({models})"

    return "; ".join(sorted(map(named, groups)))


def _sentences(*parts: str) -> str:
    return " ".join(part for part in parts if part)
