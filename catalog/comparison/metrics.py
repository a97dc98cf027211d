"""Metric by metric: the models' values side by side, whether they compare, and which is best."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from catalog.comparison.cases import Judgement, RowKey, judge, key_of, representatives
from catalog.comparison.misses import nearest_miss
from catalog.comparison.ordering import Contender, Goal, goal_of, interval_of, winners
from catalog.comparison.records import ComparedModel, EvaluationValue, MetricRow
from catalog.vocabulary import Verdict

Reported = Mapping[str, Collection[EvaluationValue]]
"""Model id to all that the model reports under one key."""


def metric_rows(models: Sequence[ComparedModel]) -> tuple[MetricRow, ...]:
    """One row per way of measuring, those that most models share first, then by metric and data.

    Every model has an entry in `values`, `intervals` and `n`, None where it reports nothing under that key. Where a
    model reports several values under one key, one stands for it (see `cases.representatives`) and `reason` says so.
    """
    rows: dict[RowKey, dict[str, set[EvaluationValue]]] = defaultdict(lambda: defaultdict(set))
    for model in models:
        for evaluation in model.evaluations:
            rows[key_of(evaluation)][model.id].add(evaluation)
    ids = [model.id for model in models]
    ordered = sorted(rows, key=lambda key: (-len(rows[key]), key.sort_key))
    return tuple(_row(key, rows[key], _judgement(key, rows), ids) for key in ordered)


def _judgement(key: RowKey, rows: Mapping[RowKey, Reported]) -> Judgement:
    """A value alone in its row leads nothing, whatever keeps it apart."""
    reported = rows[key]
    if len(reported) > 1:
        return judge(key, representatives(reported))
    elsewhere = (
        (model, other)
        for other, cells in rows.items()
        if other.metric == key.metric
        for model in cells
        if model not in reported
    )
    return nearest_miss(key, elsewhere)


def _row(key: RowKey, reported: Reported, judgement: Judgement, ids: Sequence[str]) -> MetricRow:
    shown = {contender.model: contender for contender in representatives(reported)}
    goal = goal_of(contender.evaluation for contender in shown.values())
    leading = {contender.model for contender in winners(judgement.compared, goal)}
    listed = tuple(model for model in ids if model in leading)
    cells = {model: shown[model].evaluation if model in shown else None for model in ids}
    return MetricRow(
        metric=key.metric,
        unit=key.unit,
        direction=goal.direction,
        target=goal.target,
        task=key.task,
        subset=key.subset,
        dataset=key.dataset,
        dataset_version=key.dataset_version,
        split=key.split,
        values={model: cell.value if cell else None for model, cell in cells.items()},
        intervals={model: interval_of(cell) if cell else None for model, cell in cells.items()},
        n={model: cell.n if cell else None for model, cell in cells.items()},
        verdict=judgement.verdict,
        reason=_reason(judgement, goal, reported, shown),
        best=listed if judgement.verdict == Verdict.COMPARABLE else (),
        leading=listed,
    )


def _reason(judgement: Judgement, goal: Goal, reported: Reported, shown: Mapping[str, Contender]) -> str:
    sentences = [judgement.reason]
    if judgement.compared and not goal.known:
        sentences.append("Whether higher or lower is better is not known, so no value is called best.")
    several: dict[str, list[str]] = defaultdict(list)
    for model, values in sorted(reported.items()):
        if len(values) > 1:
            several[_described(shown[model].evaluation)].append(f"{model} (of {len(values)})")
    sentences += [
        f"Of several values, the {described} is shown for {', '.join(models)}." for described, models in several.items()
    ]
    return " ".join(filter(None, sentences))


def _described(evaluation: EvaluationValue) -> str:
    """Which one it is. On how many cases it rests stands beside the value, and is said where nothing else tells."""
    told = [
        f"by {evaluation.evaluated_by}" if evaluation.evaluated_by else "",
        f"for {evaluation.period}" if evaluation.period else "",
    ]
    if not any(told) and evaluation.n is not None:
        told = [f"on {evaluation.n} cases"]
    return " ".join(filter(None, ["primary one" if evaluation.primary else "one", *told]))
