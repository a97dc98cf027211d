"""A comparison, as the catalogue answers it. Objects keyed by model hold an entry for each model compared."""

from __future__ import annotations

from typing import Any, TypedDict

from scidex_client.answers.models import ModelRow, ProvenanceGraph
from scidex_client.answers.words import Direction, Verdict


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


class SharedDataset(TypedDict):
    artifact: str
    versions: dict[str, int | None]
    same_version: bool | None


class PairOverlap(TypedDict):
    models: list[str]
    jaccard: float | None


class TrainingOverlap(TypedDict):
    shared: list[SharedDataset]
    unique: dict[str, list[str]]
    overlap: list[PairOverlap]


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


class Notice(TypedDict):
    """Something to know before believing the comparison."""

    code: str
    models: list[str]
    message: str
    path: list[str]


class Comparison(TypedDict):
    """Two to eight models side by side, in the order asked for."""

    models: list[ModelRow]
    metadata: list[MetadataRow]
    metrics: list[MetricRow]
    training_data: TrainingOverlap
    provenance: Inputs
    notices: list[Notice]
