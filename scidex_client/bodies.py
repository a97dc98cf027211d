"""What is written to the catalogue: the fields of each body, as keyword arguments or in a dictionary.

A reference that names a version (`x@3`, `x@stable`, a version id) pins it; a bare artifact id does not. Times are
texts of ISO 8601 with their timezone, or datetimes with one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, Required, TypedDict

from scidex_client.answers import Family, FamilyBasis, Kind, Outcome, Relation, ReportedBy, Source, State


class Mention(TypedDict, total=False):
    """A reference with the source's own words for it or, to a hypothesis, the outcome of the test."""

    ref: Required[str]
    stated_as: str
    outcome: Outcome


Reference = str | Mention
References = Reference | Sequence[Reference]


class Quality(TypedDict, total=False):
    """What somebody says of a model's quality, from 0 to 1."""

    value: Required[float]
    by: Required[str]
    reason: str | None


class Evaluation(TypedDict, total=False):
    """One measured value."""

    metric: Required[str]
    value: Required[float]
    unit: str | None
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
    reported_by: ReportedBy | None
    primary: bool


class LaterEvaluation(Evaluation, total=False):
    """An evaluation of a version that exists; `supersedes` is the number of the one that it replaces."""

    supersedes: int | None


class _Version(TypedDict, total=False):
    id: str | None
    title: Required[str]
    description: str | None
    changelog: str | None
    license: str | None
    version_label: str | None
    version_tag: str | None
    parent: str | None
    created_at: str | datetime | None
    source: Source | None
    produced_by: Reference | None


class Model(_Version, total=False):
    """A version of a model; the first creates the model."""

    model: Required[str]
    model_family: Required[Family]
    metadata: Required[Mapping[str, Any]]
    family_basis: FamilyBasis | None
    parameter_count: int | None
    evaluation_metrics: Mapping[str, float] | None
    evaluations: Sequence[Evaluation] | None
    trained_on: References | None
    tests_hypothesis: References | None
    declares_hypothesis: bool
    fine_tuned_from: References | None
    combines: References | None
    quality: Quality | None


class Artifact(_Version, total=False):
    """A version of anything that is no model; the first creates the artifact."""

    artifact: Required[str]
    kind: Required[Kind]
    aliases: Sequence[str] | None
    checksums: Mapping[str, str] | None
    metadata: Mapping[str, Any] | None
    inputs: References | None
    tests: References | None
    derives_from: References | None
    cites: References | None


class Link(TypedDict, total=False):
    """A link to add to a version that exists."""

    relation: Required[Relation]
    ref: Required[str]
    stated_as: str | None
    outcome: Outcome | None


class Amendment(TypedDict, total=False):
    """What of a written version may change; None takes a tag or a quality away."""

    version_tag: str | None
    state: State
    reason: str | None
    quality: Quality | None
    family: Family
    family_basis: Literal["curator"]
