"""The expressions of the columns that the database itself computes.

A generated column cannot read another on PostgreSQL: each expression is built up from the plain columns.
"""

from __future__ import annotations

from django.db.models import BooleanField, Case, F, FloatField, Q, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce, Least

from catalog.vocabulary import QUALITY_CAP, Kind, State


def _number(condition: Q) -> Case:
    return Case(When(condition, then=Value(1.0)), default=Value(0.0), output_field=FloatField())


def _of_models(then: Combinable) -> Case:
    return Case(When(Q(kind=Kind.MODEL), then=then), default=None, output_field=FloatField(null=True))


_COMPLETE = Q(
    Q(has_tested_hypothesis=True) | Q(has_tested_hypothesis__isnull=True),
    has_training_dataset=True,
    has_producing_analysis=True,
    has_pinned_inputs=True,
)
_HOLDING = (
    _number(Q(has_training_dataset=True))
    + _number(Q(has_producing_analysis=True))
    + _number(Q(has_pinned_inputs=True))
    + _number(Q(has_tested_hypothesis=True))
)
_APPLYING = Value(3.0) + _number(Q(has_tested_hypothesis__isnull=False))
_EVIDENCE = Case(
    When(
        evidence_asked__isnull=False,
        then=(
            Cast(F("evidence_held"), FloatField())
            + _number(Q(has_validation=True))
            + _number(Q(has_validation_context=True))
        )
        / (Cast(F("evidence_asked"), FloatField()) + Value(2.0)),
    ),
    default=Value(0.0),
    output_field=FloatField(),
)
_UNCAPPED = Coalesce(F("assessed_quality"), _EVIDENCE, output_field=FloatField())

COMPLETENESS = _of_models(_HOLDING / _APPLYING)
"""The share of the applicable rules that hold, 0 to 1."""

EVIDENCE_SCORE = _of_models(_EVIDENCE)
"""The share of the evidence checks that hold, 0 to 1; 0 where they were never computed."""

QUALITY_UNCAPPED = _of_models(_UNCAPPED)
"""The assessed quality, else the evidence score."""

QUALITY_SCORE = _of_models(Case(When(_COMPLETE, then=_UNCAPPED), default=Least(_UNCAPPED, Value(QUALITY_CAP))))
"""The same, capped while an applicable rule fails."""

LISTED = Case(
    When(Q(kind=Kind.MODEL, is_latest=True) & ~Q(state=State.RETRACTED), then=Value(True)),
    default=Value(False),
    output_field=BooleanField(),
)
"""Whether the list of models shows a version unless it is asked for others."""
