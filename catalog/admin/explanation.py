"""What a model's score rests on, and why it is no higher: for the panel beside its form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from catalog.advice import advice_of
from catalog.evidence import Check, checks
from catalog.models import ArtifactVersion
from catalog.provenance.advisories import Advice
from catalog.provenance.results import evidence_record
from catalog.provenance.rules import RuleResult, results
from catalog.vocabulary import QUALITY_CAP, QualityBasis


@dataclass(frozen=True, slots=True)
class Explanation:
    """The score of a model version, what it is made of, and what would raise it."""

    score: float
    uncapped: float
    cap: float
    basis: QualityBasis
    rules: Sequence[RuleResult]
    checks: Sequence[Check]
    advice: Sequence[Advice]

    @property
    def is_flagged(self) -> bool:
        return any(rule.fails for rule in self.rules)

    @property
    def is_lowered(self) -> bool:
        return self.score < self.uncapped

    @property
    def is_assessed(self) -> bool:
        return self.basis == QualityBasis.ASSESSED

    @property
    def rules_that_apply(self) -> list[RuleResult]:
        return [rule for rule in self.rules if rule.applies]

    @property
    def holding(self) -> int:
        return sum(rule.holds for rule in self.rules_that_apply)

    @property
    def held(self) -> int:
        return sum(check.holds for check in self.asked)

    @property
    def asked(self) -> list[Check]:
        return [check for check in self.checks if check.applies]


def explain(version: ArtifactVersion) -> Explanation:
    """Explain the stored score of a model version."""
    return Explanation(
        score=version.quality_score or 0.0,
        uncapped=version.quality_uncapped or 0.0,
        cap=QUALITY_CAP,
        basis=QualityBasis.ASSESSED if version.assessed_quality is not None else QualityBasis.EVIDENCE,
        rules=list(results(version)),
        checks=checks(evidence_record(version)),
        advice=advice_of(version),
    )
