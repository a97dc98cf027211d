"""What the catalogue answers: JSON objects, typed. They are plain dictionaries, and hold all that was said.

Times are texts of ISO 8601 with their timezone, and null is what nobody states. A newer catalogue may know more words
and say more. Written from the catalogue's OpenAPI document, with which a test compares it.
"""

from typing import Any, Literal, NotRequired, TypedDict

__all__ = [
    "Advice",
    "Advisory",
    "AnyVersionDetail",
    "ArtifactDetail",
    "ArtifactPage",
    "ArtifactRow",
    "Assessment",
    "Change",
    "ChangeOfStanding",
    "ChangeSince",
    "CheckedPin",
    "CheckedRecord",
    "ComparedVersion",
    "Comparison",
    "CountAtDepth",
    "DependentPage",
    "DependentVersion",
    "Direction",
    "EvaluatedCase",
    "EvaluationDifference",
    "EvaluationOfModel",
    "Evidence",
    "EvidenceCheck",
    "Family",
    "FamilyBasis",
    "FieldDifference",
    "Frozen",
    "FrozenPage",
    "FrozenRow",
    "GraphEdge",
    "GraphNode",
    "HistoryPage",
    "Identification",
    "Inputs",
    "Kind",
    "Leaderboard",
    "LeaderboardChoice",
    "Leaderboards",
    "LinkChange",
    "LinkDifference",
    "LinkOfVersion",
    "MeasuredValue",
    "MetadataRow",
    "MetricRow",
    "ModelDetail",
    "ModelPage",
    "ModelRow",
    "Notice",
    "Outcome",
    "PairOverlap",
    "PinCheck",
    "PinCounts",
    "PinStatus",
    "Provenance",
    "ProvenanceAnswer",
    "ProvenanceGraph",
    "QualityBasis",
    "Receipt",
    "RegisteredArtifact",
    "RegisteredModel",
    "Relation",
    "ReportedBy",
    "Reproducibility",
    "ReproducibilityReason",
    "Retraction",
    "RuleOfModel",
    "SharedDataset",
    "Source",
    "Standing",
    "StandingOfVersion",
    "State",
    "StatedLink",
    "Touched",
    "TrainingOverlap",
    "Verdict",
    "VersionDiff",
    "VersionDifference",
    "VersionOfArtifact",
    "VersionPage",
    "VersionRow",
]

Advisory = Literal[
    "modified", "retracted", "leakage", "superseded", "unused_training_dataset", "shared_parent", "same_checkpoint"
]

Change = Literal["added", "removed", "changed"]

Direction = Literal["higher", "lower", "target"]

Family = Literal["biophysical", "deep_learning", "statistical"]

FamilyBasis = Literal["source", "inferred", "curator"]

Identification = Literal["checksum", "commit", "doi", "snapshot", "record"]

Kind = Literal["model", "dataset", "analysis", "hypothesis", "code", "document", "other"]

LinkChange = Literal["added", "withdrawn", "repinned", "changed"]

Outcome = Literal["supports", "contradicts", "inconclusive"]

PinCheck = Literal["modified", "missing", "retracted", "unidentified", "ok"]

PinStatus = Literal["ok", "unpinned", "unidentified", "modified", "retracted", "superseded"]

QualityBasis = Literal["assessed", "evidence"]

Relation = Literal[
    "trained_on", "produced_by", "used", "tests", "fine_tuned_from", "combines", "derives_from", "revises", "cites"
]

ReportedBy = Literal["author", "evaluator", "catalogue"]

State = Literal["active", "deprecated", "retracted"]

Verdict = Literal[
    "comparable",
    "unknown",
    "different_cases",
    "single",
    "different_dataset_version",
    "different_split",
    "different_task",
    "different_unit",
    "different_dataset",
]


class Advice(TypedDict):
    """Worth knowing, and no reason for a cap."""

    code: Advisory
    artifact: str
    message: str
    path: list[str]


class LinkOfVersion(TypedDict):
    """What a version says it came from or is about, and how that stands now."""

    number: int
    relation: Relation
    artifact: str
    kind: Kind
    title: str
    stated_as: str | None
    outcome: Outcome | None
    version_id: str | None
    version_number: int | None
    pinned: bool
    identified: bool
    digest: str | None
    status: PinStatus


class CountAtDepth(TypedDict):
    depth: int
    count: int


class DependentVersion(TypedDict):
    """A version that rests on another, however far downstream."""

    id: str
    artifact: str
    kind: Kind
    title: str
    version_number: int
    state: State
    depth: int
    relation: Relation
    through: str


class Touched(TypedDict):
    """What rests on a retracted version."""

    total: int
    by_depth: list[CountAtDepth]
    first: list[DependentVersion]
    dependents: str


class Retraction(TypedDict):
    reason: str | None
    at: str | None
    touches: Touched


class Source(TypedDict):
    """Where a record was read from."""

    format: str
    record: str
    revision: str


class VersionOfArtifact(TypedDict):
    """One version in its artifact's history."""

    id: str
    version_number: int
    parent: str | None
    version_label: str | None
    version_tag: str | None
    is_latest: bool
    state: State
    quality_score: float | None
    content_digest: str
    changelog: str | None
    created_at: str


class ArtifactDetail(TypedDict):
    """Everything about a version of any kind, as far as all kinds share it."""

    as_of: NotRequired[str]
    rule_set: NotRequired[int | None]
    id: str
    artifact: str
    kind: Kind
    title: str
    version_number: int
    version_label: str | None
    version_tag: str | None
    is_latest: bool
    state: State
    identified_by: Identification | None
    created_at: str
    registered_at: str
    url: str
    aliases: list[str]
    state_reason: str | None
    description: str | None
    license: str | None
    changelog: str | None
    content_digest: str
    checksums: dict[str, str]
    source: Source | None
    metadata: dict[str, Any]
    versions: list[VersionOfArtifact]
    links: list[LinkOfVersion]
    dependents: dict[str, int]
    retraction: Retraction | None
    advisories: list[Advice]


class Assessment(TypedDict):
    """What somebody says of a model's quality."""

    assessed: float | None
    by: str | None
    reason: str | None
    at: str | None


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


class EvidenceCheck(TypedDict):
    code: str
    label: str
    applies: bool
    holds: bool


class Evidence(TypedDict):
    """How much of the model's own record is there."""

    score: float
    checks: list[EvidenceCheck]


class RuleOfModel(TypedDict):
    """A provenance rule and how it stands."""

    code: str
    label: str
    applies: bool
    holds: bool | None
    message: str | None
    remedy: str | None


class Provenance(TypedDict):
    completeness: float
    complete: bool
    cap: float | None
    rules: list[RuleOfModel]
    advisories: list[Advice]


class ModelDetail(TypedDict):
    """Everything about a model version."""

    as_of: NotRequired[str]
    rule_set: NotRequired[int | None]
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
    retraction: Retraction | None
    provenance: Provenance


AnyVersionDetail = ModelDetail | ArtifactDetail


class ArtifactRow(TypedDict):
    """A version of an artifact in a list."""

    id: str
    artifact: str
    kind: Kind
    title: str
    version_number: int
    version_label: str | None
    version_tag: str | None
    is_latest: bool
    state: State
    identified_by: Identification | None
    created_at: str
    registered_at: str
    url: str


class ArtifactPage(TypedDict):
    """A page of a list."""

    total: int
    next: str | None
    previous: str | None
    artifacts: list[ArtifactRow]


class ChangeOfStanding(TypedDict):
    """One value that is not what it was."""

    field: str
    then: Any
    now: Any


class ChangeSince(TypedDict):
    """A value that the same comparison would not give now."""

    path: str
    then: Any
    now: Any


class CheckedPin(TypedDict):
    """A link that has to be pinned for the work to be repeated, and how it stands now."""

    source: str
    depth: int
    number: int
    relation: Relation
    artifact: str | None
    kind: Kind | None
    title: str
    stated_as: str | None
    version_id: str | None
    version_number: int | None
    identified_by: Identification | None
    status: PinCheck
    expected: str | None
    current: str | None
    message: str | None
    remedy: str | None


class CheckedRecord(TypedDict):
    """The version's own record, as stored, against what was registered."""

    status: PinCheck
    expected: str
    current: str | None
    message: str | None
    remedy: str | None


class ComparedVersion(TypedDict):
    """One of the two versions."""

    id: str
    version_number: int
    version_label: str | None
    version_tag: str | None
    state: State
    is_latest: bool
    content_digest: str
    created_at: str


class GraphEdge(TypedDict):
    source: str
    target: str
    relation: Relation
    pinned: bool


class GraphNode(TypedDict):
    id: str
    artifact: str
    kind: Kind
    title: str
    version_number: int | None
    state: State
    depth: int


class ProvenanceGraph(TypedDict):
    """Everything that a version came from, breadth first."""

    root: str
    nodes: list[GraphNode]
    edges: list[GraphEdge]
    truncated: bool


class VersionDifference(TypedDict):
    artifact: str
    versions: dict[str, int | None]


class Inputs(TypedDict):
    """All ancestors of the models."""

    graphs: dict[str, ProvenanceGraph]
    shared_inputs: list[str]
    unique_inputs: dict[str, list[str]]
    different_versions: list[VersionDifference]
    completeness: dict[str, float]
    warnings: dict[str, list[str]]


class MetadataRow(TypedDict):
    field: str
    section: str
    values: dict[str, Any]
    differs: bool


class MetricRow(TypedDict):
    """One metric, measured in one way."""

    metric: str
    unit: str | None
    direction: Direction | None
    target: float | None
    task: str | None
    subset: str | None
    dataset: str | None
    dataset_version: int | None
    split: str | None
    values: dict[str, float | None]
    intervals: dict[str, list[float] | None]
    n: dict[str, int | None]
    verdict: Verdict
    reason: str
    best: list[str]
    leading: list[str]


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


class Notice(TypedDict):
    """Something to know before believing the comparison."""

    code: str
    models: list[str]
    message: str
    path: list[str]


class PairOverlap(TypedDict):
    models: list[str]
    jaccard: float | None


class SharedDataset(TypedDict):
    artifact: str
    versions: dict[str, int | None]
    same_version: bool | None


class TrainingOverlap(TypedDict):
    shared: list[SharedDataset]
    unique: dict[str, list[str]]
    overlap: list[PairOverlap]


class Comparison(TypedDict):
    """Two to eight models side by side, in the order asked for."""

    as_of: NotRequired[str]
    rule_set: NotRequired[int | None]
    models: list[ModelRow]
    metadata: list[MetadataRow]
    metrics: list[MetricRow]
    training_data: TrainingOverlap
    provenance: Inputs
    notices: list[Notice]


class DependentPage(TypedDict):
    """A page of everything downstream, by depth, then by relation."""

    root: str
    dependents: list[DependentVersion]
    by_kind: dict[str, int]
    next: str | None
    previous: str | None


class EvaluatedCase(TypedDict):
    """What was measured, and on what."""

    metric: str
    unit: str | None
    task: str | None
    subset: str | None
    dataset: str | None
    dataset_version: int | None
    split: str | None
    n: int | None
    period: str | None
    evaluated_by: str | None
    reported_by: ReportedBy


class MeasuredValue(TypedDict):
    value: float
    ci_low: float | None
    ci_high: float | None
    std_error: float | None
    primary: bool


EvaluationDifference = TypedDict(
    "EvaluationDifference",
    {"change": Change, "case": EvaluatedCase, "from": MeasuredValue | None, "to": MeasuredValue | None},
)

FieldDifference = TypedDict("FieldDifference", {"field": str, "section": str, "change": Change, "from": Any, "to": Any})


class Frozen(TypedDict):
    """A frozen comparison, and what has changed since."""

    id: str
    ids: list[str]
    as_of: str
    rule_set: int
    note: str | None
    by: str | None
    digest: str
    url: str
    verified: bool
    content: dict[str, Any]
    changes: list[ChangeSince]


class FrozenRow(TypedDict):
    """A frozen comparison in a list."""

    id: str
    ids: list[str]
    as_of: str
    rule_set: int
    note: str | None
    by: str | None
    digest: str
    url: str


class FrozenPage(TypedDict):
    """A page of a list."""

    total: int
    next: str | None
    previous: str | None
    comparisons: list[FrozenRow]


class StandingOfVersion(TypedDict):
    """How a version stood from a moment on. Scores and the family are a model's alone."""

    recorded_at: str
    rule_set: int
    state: State
    state_reason: str | None
    version_tag: str | None
    is_latest: bool
    model_family: Family | None
    family_basis: FamilyBasis | None
    quality_score: float | None
    quality_uncapped: float | None
    quality_basis: QualityBasis | None
    assessed_quality: float | None
    assessed_by: str | None
    assessed_reason: str | None
    assessed_at: str | None
    provenance_completeness: float | None
    warnings: list[str]
    evidence_score: float | None
    changes: list[ChangeOfStanding]


class HistoryPage(TypedDict):
    """A page of a list."""

    total: int
    next: str | None
    previous: str | None
    id: str
    history: list[StandingOfVersion]


class Standing(TypedDict):
    """One model's place, by the newest of its versions that reports the value and is not retracted."""

    rank: int | None
    id: str
    model: str
    title: str
    version_number: int
    is_latest: bool
    value: float
    interval: list[float] | None
    n: int | None
    suspect: bool


class Leaderboard(TypedDict):
    """Models measured in one way on cases that nobody says differ, best first. Null is what nobody states."""

    metric: str
    unit: str | None
    direction: Direction | None
    target: float | None
    task: str | None
    subset: str | None
    dataset_version: int | None
    split: str | None
    period: str | None
    verdict: Verdict
    reason: str
    standings: list[Standing]


class LeaderboardChoice(TypedDict):
    """What a leaderboard can be asked for by."""

    metric: str
    task: str | None
    split: str | None
    values: int


class Leaderboards(TypedDict):
    """The leaderboards of a dataset."""

    dataset: str
    dataset_version: int | None
    leaderboards: list[Leaderboard]
    available: list[LeaderboardChoice]


class StatedLink(TypedDict):
    relation: Relation
    artifact: str
    kind: Kind
    version_id: str | None
    version_number: int | None
    outcome: Outcome | None
    stated_as: str | None


LinkDifference = TypedDict(
    "LinkDifference",
    {
        "change": LinkChange,
        "relation": Relation,
        "artifact": str,
        "kind": Kind,
        "from": StatedLink | None,
        "to": StatedLink | None,
    },
)


class ModelPage(TypedDict):
    """A page of a list."""

    total: int
    next: str | None
    previous: str | None
    models: list[ModelRow]


class PinCounts(TypedDict):
    """How many pins were found in each status."""

    modified: int
    missing: int
    retracted: int
    unidentified: int
    ok: int


class ProvenanceAnswer(TypedDict):
    """Everything that a version came from, perhaps as of a moment."""

    as_of: NotRequired[str]
    rule_set: NotRequired[int | None]
    root: str
    nodes: list[GraphNode]
    edges: list[GraphEdge]
    truncated: bool


class Receipt(TypedDict):
    """What came of registering a version of any kind, for who prefers a minimal answer."""

    id: str
    artifact: str
    kind: Kind
    version_number: int
    is_latest: bool
    state: State
    content_digest: str
    quality_score: float | None
    quality_uncapped: float | None
    provenance_completeness: float | None
    warnings: list[str]
    registered_at: str
    url: str


RegisteredArtifact = ArtifactDetail | Receipt

RegisteredModel = ModelDetail | Receipt


class ReproducibilityReason(TypedDict):
    """What is in the way."""

    code: str
    about: str
    message: str
    remedy: str


class Reproducibility(TypedDict):
    """Whether a version can be repeated from what the catalogue holds."""

    id: str
    artifact: str
    title: str
    version_number: int
    reproducible: bool | None
    record: CheckedRecord
    counts: PinCounts
    pins: list[CheckedPin]
    reasons: list[ReproducibilityReason]
    truncated: bool


VersionDiff = TypedDict(
    "VersionDiff",
    {
        "artifact": str,
        "kind": Kind,
        "digest_changed": bool,
        "fields": list[FieldDifference],
        "evaluations": list[EvaluationDifference],
        "links": list[LinkDifference],
        "from": ComparedVersion,
        "to": ComparedVersion,
    },
)


class VersionRow(TypedDict):
    """A version in the list of its artifact's versions."""

    id: str
    version_number: int
    parent: str | None
    version_label: str | None
    version_tag: str | None
    is_latest: bool
    state: State
    quality_score: float | None
    content_digest: str
    changelog: str | None
    created_at: str
    title: str
    state_reason: str | None
    registered_at: str
    url: str


class VersionPage(TypedDict):
    """The versions of an artifact, newest first."""

    total: int
    next: str | None
    previous: str | None
    artifact: str
    kind: Kind
    versions: list[VersionRow]
