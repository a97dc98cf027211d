"""What is handed in at the door: plain values, nothing of the database yet.

The API, the admin and the importers all make these, so that one place validates and writes them.
References are as a person writes them: a version id, an artifact id or alias, `id@3` or `id@tag`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from catalog.vocabulary import Family, FamilyBasis, Kind, Outcome, Relation, ReportedBy


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkInput:
    """A relation to another artifact. A `ref` that names a version pins; a bare artifact id does not.

    `stated_as` keeps the source's own words for the target. `pointer` says where in the input the reference
    stood, for error messages.
    """

    relation: Relation
    ref: str
    stated_as: str = ""
    outcome: Outcome | None = None
    pointer: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class EvaluationInput:
    """One measured value. `dataset` is a reference; with `dataset_version`, to that version of it.

    `value`, `ci_low`, `ci_high` and `std_error` are in `unit`, or in the metric's own unit where it is blank;
    `n` counts the cases behind the value. What is not stated stays blank or None. `pointer` says where in the
    input it stood, for error messages.
    """

    metric: str
    value: float
    unit: str = ""
    task: str = ""
    subset: str = ""
    dataset: str | None = None
    dataset_version: int | None = None
    split: str = ""
    n: int | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    std_error: float | None = None
    period: str = ""
    evaluated_by: str = ""
    reported_by: ReportedBy = ReportedBy.AUTHOR
    primary: bool = False
    pointer: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Assessment:
    """What a curator or the producing analysis says of a model's quality, on 0 to 1, by whom and why."""

    value: float
    by: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """Where a record was read from. All three together identify it: the same source is never registered twice."""

    format: str
    record: str
    revision: str


@dataclass(frozen=True, kw_only=True, slots=True)
class VersionInput:
    """A version of an artifact of any kind, as it is handed in. The first version creates the artifact.

    `artifact` is the id of the artifact and `version_id` that of the version (`{artifact}-v{n}` where None).
    `parent` refers to the version of the same artifact that this one came from: the newest where None.
    `checksums` maps an algorithm, or a file's name, to a digest. `created_at` is the source's date, with a timezone.
    The fields from `family` on belong to models alone.
    """

    kind: Kind
    artifact: str
    title: str
    version_id: str | None = None
    parent: str | None = None
    aliases: tuple[str, ...] = ()
    version_label: str = ""
    version_tag: str | None = None
    description: str = ""
    changelog: str = ""
    license: str = ""
    metadata: Mapping[str, Any] = field(default_factory=dict)
    checksums: Mapping[str, str] = field(default_factory=dict)
    created_at: datetime | None = None
    source: Source | None = None
    links: tuple[LinkInput, ...] = ()
    family: Family | None = None
    family_basis: FamilyBasis | None = None
    parameter_count: int | None = None
    evaluations: tuple[EvaluationInput, ...] = ()
    declares_hypothesis: bool = False
    quality: Assessment | None = None
