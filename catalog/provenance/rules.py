"""The provenance rules, each once, as query expressions over one model version (contract, section 2).

A rule that does not apply is null, one that fails is false. A rule asks the target itself for its kind, not the copy
that the link carries for lists, which nothing keeps true. A chain of joins across `target__versions__links` would join
twice and answer wrongly.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, Case, Exists, OuterRef, Q, Subquery, Value, When

from catalog.models import Evaluation, Link
from catalog.vocabulary import Kind, Relation

RULE_SET = 1
"""Which rules these are: raised whenever what a rule, or a score, means changes. History names it with each result."""

_ME = OuterRef("pk")
_PRODUCER = Subquery(
    Link.objects.filter(source=OuterRef(OuterRef("pk")), relation=Relation.PRODUCED_BY)
    .order_by()  # it is one, and sorting it would join two tables
    .values("target_version")
)


def _links_to(relation: Relation, kind: Kind) -> Exists:
    return Exists(Link.objects.filter(source=_ME, relation=relation, target__kind=kind))


def _producer_links(relation: Relation, **conditions: Any) -> Exists:
    return Exists(Link.objects.filter(source=_PRODUCER, relation=relation, **conditions))


def _pinned_inputs() -> Q:
    """At least one input, and none without a version or with one that does not say which bytes it is."""
    return Q(_producer_links(Relation.USED)) & ~Q(_producer_links(Relation.USED, target_version__identified_by=None))


@dataclass(frozen=True, slots=True)
class Rule:
    """One provenance rule.

    `column` keeps its result on the version: true, false, or null where it does not apply. `holds` and `applies`
    are conditions on a model version; `applies` is None for a rule that always does.
    """

    code: str
    column: str
    label: str
    holds: Q | Exists
    message: str
    remedy: str
    applies: Q | None = None

    @property
    def result(self) -> Case:
        """The expression of what belongs in `column`."""
        when = [When(self.holds, then=Value(True))]
        if self.applies is None:
            return Case(*when, default=Value(False), output_field=BooleanField())
        when.insert(0, When(~self.applies, then=Value(None)))
        return Case(*when, default=Value(False), output_field=BooleanField(null=True))


RULES: tuple[Rule, ...] = (
    Rule(
        code="training_dataset",
        column="has_training_dataset",
        label="Names the dataset it was trained on",
        holds=_links_to(Relation.TRAINED_ON, Kind.DATASET),
        message="No dataset is named that this model was trained on.",
        remedy="Add a trained_on link to the dataset, pinned to its version where that is known.",
    ),
    Rule(
        code="producing_analysis",
        column="has_producing_analysis",
        label="Names the analysis that produced it",
        holds=_links_to(Relation.PRODUCED_BY, Kind.ANALYSIS),
        message="No analysis is named that produced this model.",
        remedy="Register the analysis (its procedure, at a commit or release) and add a produced_by link to it.",
    ),
    Rule(
        code="pinned_inputs",
        column="has_pinned_inputs",
        label="Its analysis pins every input to an identified version",
        holds=_pinned_inputs(),
        message="The producing analysis does not pin each of its inputs to a version that says which bytes it is.",
        remedy="Give the analysis used links to its inputs, each pinned to a version with a checksum, commit, "
        "version DOI or snapshot date.",
    ),
    Rule(
        code="tested_hypothesis",
        column="has_tested_hypothesis",
        label="Names the hypothesis it tests",
        applies=Q(declares_hypothesis=True) | Q(_producer_links(Relation.TESTS)),
        holds=_links_to(Relation.TESTS, Kind.HYPOTHESIS),
        message="The model, or the analysis that produced it, tests a hypothesis, and the model does not name it.",
        remedy="Add a tests link to the hypothesis, with its outcome where there is one.",
    ),
)

_COUNTED = Evaluation.objects.filter(version=_ME, is_live=True)

FACTS: dict[str, Case] = {rule.column: rule.result for rule in RULES} | {
    "has_validation": Case(When(Exists(_COUNTED), then=True), default=False, output_field=BooleanField()),
    "has_validation_context": Case(
        When(Exists(_COUNTED.filter(dataset__isnull=False)), then=True), default=False, output_field=BooleanField()
    ),
}
"""What a refresh writes: for each column, the expression of what belongs there."""


@dataclass(frozen=True, slots=True)
class RuleResult:
    """How one rule stands for one model, as stored."""

    rule: Rule
    applies: bool
    holds: bool

    @property
    def fails(self) -> bool:
        return self.applies and not self.holds


def results(row: Any) -> Iterator[RuleResult]:
    """How each rule stands for a version, read from its columns; `row` is a version or a mapping of its columns."""
    for rule, stored in _stored(row):
        yield RuleResult(rule, applies=stored is not None, holds=bool(stored))


def failing(row: Any) -> list[Rule]:
    """The applicable rules that fail for a version, read from its columns."""
    return [rule for rule, stored in _stored(row) if stored is not None and not stored]


def _stored(row: Any) -> list[tuple[Rule, bool | None]]:
    """What the version's column of each rule says; null where it does not apply."""
    if isinstance(row, Mapping):
        return [(rule, row[rule.column]) for rule in RULES]
    return [(rule, getattr(row, rule.column)) for rule in RULES]
