"""The provenance rules, each once, in terms of what is found of a model version (contract, section 2).

A rule that does not apply is null, one that fails is false. A rule asks the target itself for its kind, not the copy
that the link carries for lists, which nothing keeps true. `catalog.provenance.judging` has them judged.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from catalog.models import ArtifactVersion
from catalog.vocabulary import Kind, Relation

RULE_SET = 1
"""Which rules these are: raised whenever what a rule, or a score, means changes. History names it with each result."""


def _to(relation: Relation, kind: Kind) -> str:
    return f"link.relation = '{relation}' AND target.kind = '{kind}'"


_IDENTIFIED_BY = (
    f"SELECT pinned.identified_by FROM {ArtifactVersion._meta.db_table} pinned WHERE pinned.id = link.target_version_id"
)

OWN = {
    "names_dataset": _to(Relation.TRAINED_ON, Kind.DATASET),
    "names_analysis": _to(Relation.PRODUCED_BY, Kind.ANALYSIS),
    "names_hypothesis": _to(Relation.TESTS, Kind.HYPOTHESIS),
}
"""What is found among a version's own links: each a condition, in SQL, that a `link` and its `target` meet."""

PRODUCER = {
    "has_inputs": f"link.relation = '{Relation.USED}'",
    "has_unidentified_inputs": f"link.relation = '{Relation.USED}' AND ({_IDENTIFIED_BY}) IS NULL",
    "tests_something": f"link.relation = '{Relation.TESTS}'",
}
"""The same among the links of the analysis that produced it. An input that is not pinned is not identified."""

EVALUATED = {"at_all": "true", "on_dataset": "evaluation.dataset_id IS NOT NULL"}
"""The same among its evaluations that count."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One provenance rule.

    `column` keeps its result on the version: true, false, or null where it does not apply. `holds` and `applies`
    are conditions, in SQL, on a `version` and on what is found of it: `own`, `producer`, `evaluated`. What is not found
    is null, which holds as little as false. `applies` is empty for a rule that always does.
    """

    code: str
    column: str
    label: str
    holds: str
    message: str
    remedy: str
    applies: str = ""

    @property
    def result(self) -> str:
        """The expression of what belongs in `column`."""
        holds = f"COALESCE({self.holds}, false)"
        return f"CASE WHEN {self.applies} THEN {holds} END" if self.applies else holds


RULES: tuple[Rule, ...] = (
    Rule(
        code="training_dataset",
        column="has_training_dataset",
        label="Names the dataset it was trained on",
        holds="own.names_dataset",
        message="No dataset is named that this model was trained on.",
        remedy="Add a trained_on link to the dataset, pinned to its version where that is known.",
    ),
    Rule(
        code="producing_analysis",
        column="has_producing_analysis",
        label="Names the analysis that produced it",
        holds="own.names_analysis",
        message="No analysis is named that produced this model.",
        remedy="Register the analysis (its procedure, at a commit or release) and add a produced_by link to it.",
    ),
    Rule(
        code="pinned_inputs",
        column="has_pinned_inputs",
        label="Its analysis pins every input to an identified version",
        holds="producer.has_inputs AND NOT producer.has_unidentified_inputs",
        message="The producing analysis does not pin each of its inputs to a version that says which bytes it is.",
        remedy="Give the analysis used links to its inputs, each pinned to a version with a checksum, commit, "
        "version DOI or snapshot date.",
    ),
    Rule(
        code="tested_hypothesis",
        column="has_tested_hypothesis",
        label="Names the hypothesis it tests",
        applies="version.declares_hypothesis OR producer.tests_something",
        holds="own.names_hypothesis",
        message="The model, or the analysis that produced it, tests a hypothesis, and the model does not name it.",
        remedy="Add a tests link to the hypothesis, with its outcome where there is one.",
    ),
)

FACTS = {rule.column: rule.result for rule in RULES} | {
    "has_validation": "COALESCE(evaluated.at_all, false)",
    "has_validation_context": "COALESCE(evaluated.on_dataset, false)",
}
"""What a refresh writes: for each column, the expression, in SQL, of what belongs there."""


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
