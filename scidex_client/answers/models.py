"""Models, as the catalogue answers them. Times are texts of ISO 8601 with their timezone."""

from __future__ import annotations

from typing import Any, TypedDict

from scidex_client.answers.artifacts import LinkOfVersion, Source, VersionOfArtifact
from scidex_client.answers.words import (
    Advisory,
    Direction,
    Family,
    FamilyBasis,
    Kind,
    QualityBasis,
    Relation,
    ReportedBy,
    State,
)


class ModelRow(TypedDict):
    """A model version in a list."""

    id: str
    model: str
    title: str
    model_family: Family
    family_basis: FamilyBasis
    version_number: int
    version_label: str | None
    version_tag: str | None
    is_latest: bool
    state: State
    quality_score: float
    quality_basis: QualityBasis
    quality_uncapped: float
    provenance_completeness: float
    provenance_warning: bool
    warnings: list[str]
    parameter_count: int | None
    evaluation_metrics: dict[str, float | None]
    evaluation_counts: dict[str, int]
    trained_on: str | None
    datasets: list[str]
    produced_by: str | None
    tests_hypothesis: str | None
    created_at: str
    registered_at: str
    url: str


class Assessment(TypedDict):
    """What somebody says of a model's quality."""

    assessed: float | None
    by: str | None
    reason: str | None
    at: str | None


class EvidenceCheck(TypedDict):
    code: str
    label: str
    applies: bool
    holds: bool


class Evidence(TypedDict):
    """How much of the model's own record is there."""

    score: float
    checks: list[EvidenceCheck]


class EvaluationOfModel(TypedDict):
    """One measured value; null is what nobody states."""

    number: int
    metric: str
    value: float
    unit: str | None
    direction: Direction | None
    target: float | None
    task: str | None
    subset: str | None
    dataset: str | None
    dataset_version: int | None
    split: str | None
    n: int | None
    ci_low: float | None
    ci_high: float | None
    std_error: float | None
    period: str | None
    evaluated_by: str | None
    reported_by: ReportedBy
    primary: bool


class RuleOfModel(TypedDict):
    """A provenance rule and how it stands."""

    code: str
    label: str
    applies: bool
    holds: bool | None
    message: str | None
    remedy: str | None


class Advice(TypedDict):
    """Worth knowing, and no reason for a cap."""

    code: Advisory
    artifact: str
    message: str


class Provenance(TypedDict):
    completeness: float
    complete: bool
    cap: float | None
    rules: list[RuleOfModel]
    advisories: list[Advice]


class ModelDetail(ModelRow):
    """Everything about a model version."""

    description: str | None
    license: str | None
    changelog: str | None
    content_digest: str
    source: Source | None
    metadata: dict[str, Any]
    quality: Assessment
    evidence: Evidence
    evaluations: list[EvaluationOfModel]
    versions: list[VersionOfArtifact]
    links: list[LinkOfVersion]
    dependents: dict[str, int]
    provenance: Provenance


class GraphNode(TypedDict):
    id: str
    artifact: str
    kind: Kind
    title: str
    version_number: int | None
    state: State
    depth: int


class GraphEdge(TypedDict):
    source: str
    target: str
    relation: Relation
    pinned: bool


class ProvenanceGraph(TypedDict):
    """Everything that a version came from, breadth first."""

    root: str
    nodes: list[GraphNode]
    edges: list[GraphEdge]
    truncated: bool
