"""The plain objects a comparison reads and writes: no database, no request, nothing that changes.

The first half is what a loader fills in, the second half what the comparison answers. The result types
carry the field names of the JSON answer, so that ``dataclasses.asdict`` renders them and a page reads them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from catalog.vocabulary import Verdict

Interval = tuple[float, float]
"""Lower and upper bound, in the unit of the value, both inclusive."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingLink:
    """One statement that a model was trained on a dataset.

    ``dataset`` is the dataset's artifact id, or None where the source says that there is one but not which;
    ``version_number`` is None where the link is not pinned, ``split`` where the source names no split. ``ancestor``
    is the node id of the ancestor that was trained, where it was not the compared model itself.
    """

    dataset: str | None
    version_number: int | None = None
    split: str | None = None
    ancestor: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationValue:
    """One measured value and all that is said about how it was measured.

    ``value``, ``target``, ``ci_low``, ``ci_high`` and ``std_error`` are finite and in ``unit``; ``n`` counts cases.
    ``direction`` is ``higher``, ``lower``, ``target`` or None. ``case_adjusted`` marks metrics that correct for which
    cases were predicted, ``same_data_only`` those (AIC, BIC, likelihoods) that mean nothing across data versions.
    ``dataset`` is an artifact id. None always means "not stated".
    """

    metric: str
    value: float
    unit: str | None = None
    direction: str | None = None
    target: float | None = None
    case_adjusted: bool = False
    same_data_only: bool = False
    task: str | None = None
    subset: str | None = None
    dataset: str | None = None
    dataset_version: int | None = None
    split: str | None = None
    n: int | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    std_error: float | None = None
    period: str | None = None
    evaluated_by: str | None = None
    reported_by: str | None = None
    primary: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphNode:
    """One version (or, where nothing is pinned, one artifact) that a model came from; ``depth`` 0 is the model."""

    id: str
    artifact: str
    kind: str
    title: str
    version_number: int | None
    state: str
    depth: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphEdge:
    """A relation between two node ids, read from the thing (``source``) to what it came from (``target``)."""

    source: str
    target: str
    relation: str
    pinned: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvenanceGraph:
    """Everything a version came from, breadth first; ``root`` is the node id of the version itself."""

    root: str
    nodes: tuple[GraphNode, ...] = ()
    edges: tuple[GraphEdge, ...] = ()
    truncated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RetractedAncestor:
    """Something retracted that a model rests on, in words that follow "rests on", and the node ids of the way to it."""

    in_words: str
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedModel:
    """One model version, with everything that a comparison asks of it.

    ``id`` is the version's id, ``latest_id`` that of its artifact's newest live version (None where all are
    retracted), ``completeness`` runs from 0 to 1, ``warnings`` holds the codes of the failing provenance rules,
    ``training`` the model's training links and, where their split is known, those of the models it came from,
    ``retracted`` what it rests on that is retracted, however far away.
    ``evaluation_data`` says what the datasets that it is evaluated on came from: one graph for each dataset and version
    that an evaluation states, its root that dataset's node; those that came from nothing may be left out.
    """

    id: str
    artifact: str
    title: str
    family: str
    version_number: int
    state: str
    is_latest: bool
    latest_id: str | None
    metadata: Mapping[str, Any]
    parameter_count: int | None
    license: str | None
    completeness: float
    warnings: tuple[str, ...]
    training: tuple[TrainingLink, ...]
    evaluations: tuple[EvaluationValue, ...]
    graph: ProvenanceGraph
    checkpoint_digest: str | None = None
    retracted: tuple[RetractedAncestor, ...] = ()
    evaluation_data: tuple[ProvenanceGraph, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MetadataRow:
    """One flattened field: ``values`` by model id, None where a model does not have it."""

    field: str
    section: str
    values: dict[str, Any]
    differs: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricRow:
    """One metric measured in one way: every compared model has an entry, None where it reports nothing.

    ``best`` and ``leading`` hold model ids in the order asked for; ``reason`` is empty where there is nothing to add.
    """

    metric: str
    unit: str | None
    direction: str | None
    target: float | None
    task: str | None
    subset: str | None
    dataset: str | None
    dataset_version: int | None
    split: str | None
    values: dict[str, float | None]
    intervals: dict[str, Interval | None]
    n: dict[str, int | None]
    verdict: Verdict
    reason: str
    best: tuple[str, ...]
    leading: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedDataset:
    """A dataset that two or more of the models were trained on: ``versions`` names exactly those models."""

    artifact: str
    versions: dict[str, int | None]
    same_version: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PairOverlap:
    """Shared datasets over all datasets of two models, 0 to 1; None where that cannot be told."""

    models: tuple[str, str]
    jaccard: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingOverlap:
    """Which training datasets the models share; ``unique`` maps each model to those it alone was trained on."""

    shared: tuple[SharedDataset, ...]
    unique: dict[str, tuple[str, ...]]
    overlap: tuple[PairOverlap, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionDifference:
    """One artifact that several models came from, in versions stated and not the same."""

    artifact: str
    versions: dict[str, int | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """All ancestors of the models, as artifact ids, beside the graphs that they were read from."""

    graphs: dict[str, ProvenanceGraph]
    shared_inputs: tuple[str, ...]
    unique_inputs: dict[str, tuple[str, ...]]
    different_versions: tuple[VersionDifference, ...]
    completeness: dict[str, float]
    warnings: dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something a reader must know before believing the comparison; ``path`` holds node ids, or nothing."""

    code: str
    models: tuple[str, ...]
    message: str
    path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The whole answer; ``models`` holds the version ids in the order asked for."""

    models: tuple[str, ...]
    metadata: tuple[MetadataRow, ...]
    metrics: tuple[MetricRow, ...]
    training_data: TrainingOverlap
    provenance: Inputs
    notices: tuple[Notice, ...]
