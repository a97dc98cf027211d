"""Values that are more likely a mistake than a measurement."""

from __future__ import annotations

from collections.abc import Iterator

from catalog.comparison.ordering import nearly_equal
from catalog.comparison.records import ComparedModel, EvaluationValue, Notice
from catalog.vocabulary import Direction

NO_ERROR = 1e-12
"""An error of at most this size, in its own unit, is none at all."""


def suspect_values(model: ComparedModel) -> Iterator[Notice]:
    """At most one notice on perfect fits and one on placeholder zeros, each naming the metrics."""
    for metrics, saying in (
        (_metrics(model, perfect=True), "a perfect fit, which data with noise does not allow"),
        (_metrics(model, perfect=False), "zero, which reads like a placeholder and not like a measurement"),
    ):
        if metrics:
            message = f"{model.id} reports for {', '.join(metrics)} {saying}."
            yield Notice(code="suspect_value", models=(model.id,), message=message)


def is_perfect(evaluation: EvaluationValue) -> bool:
    """Whether a value is the best there can be: no error at all, or a score of exactly 1 (or 100 %).

    A score with no upper bound may be 1 by chance; that is rare enough for an informational notice. Likelihoods and
    skills relative to a baseline have neither end, and are never perfect.
    """
    if evaluation.same_data_only or evaluation.case_adjusted:
        return False
    if evaluation.direction == Direction.LOWER:
        return abs(evaluation.value) <= NO_ERROR
    top = 100.0 if evaluation.unit in ("%", "percent") else 1.0
    return evaluation.direction == Direction.HIGHER and nearly_equal(evaluation.value, top)


def is_placeholder(evaluation: EvaluationValue) -> bool:
    """Whether a value is the zero that stands for "not measured" where more is better."""
    bounded = not (evaluation.same_data_only or evaluation.case_adjusted)
    return bounded and evaluation.direction == Direction.HIGHER and evaluation.value == 0


def _metrics(model: ComparedModel, *, perfect: bool) -> list[str]:
    suspicious = is_perfect if perfect else is_placeholder
    return sorted({value.metric for value in model.evaluations if suspicious(value)})
