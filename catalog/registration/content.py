"""What a version's digest covers, from a submission: `catalog.content` says the same from what is stored, for ever."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from catalog.content import STATED, STATED_ALSO
from catalog.identity import digest
from catalog.references import Target
from catalog.registration.submission import EvaluationInput, VersionInput


def content_of(data: VersionInput, targets: Mapping[str, Target]) -> dict[str, Any]:
    """What a submission itself says, as a JSON value. `targets` are its resolved references."""
    return {
        "kind": str(data.kind),
        "title": data.title,
        "label": data.version_label,
        "description": data.description,
        "changelog": data.changelog,
        "license": data.license,
        "family": str(data.family) if data.family else None,
        "parameter_count": data.parameter_count,
        "metadata": dict(data.metadata),
        "checksums": dict(data.checksums),
        "evaluations": [evaluation_content(entry, targets) for entry in data.evaluations],
    }


def request_digest(data: VersionInput, content: Mapping[str, Any]) -> str:
    """The digest over content and links as posted: a second request with the same one adds nothing."""
    links = sorted(
        [str(link.relation), link.ref, link.stated_as, str(link.outcome) if link.outcome else ""] for link in data.links
    )
    return digest({"content": content, "links": links, "declares_hypothesis": data.declares_hypothesis})


def evaluation_key(content: Mapping[str, Any]) -> str:
    """The digest of all of an evaluation but its value, with the value's interval and rank."""
    of_value = {"value", "ci_low", "ci_high", "std_error", "primary"}
    return digest({key: value for key, value in content.items() if key not in of_value})


def dataset_of(entry: EvaluationInput, targets: Mapping[str, Target]) -> tuple[str | None, int | None]:
    """The dataset's id and the version's number, as far as the evaluation states them."""
    if entry.dataset is None:
        return None, None
    target = targets[dataset_reference(entry)]
    number = target.version.version_number if target.pinned and target.version else None
    return target.artifact.public_id, number


def dataset_reference(entry: EvaluationInput) -> str:
    """The reference that an evaluation's dataset and dataset version make together."""
    if entry.dataset_version is None or "@" in (entry.dataset or ""):
        return entry.dataset or ""
    return f"{entry.dataset}@{entry.dataset_version}"


def evaluation_content(entry: EvaluationInput, targets: Mapping[str, Target]) -> dict[str, Any]:
    """One evaluation as a JSON value, its dataset resolved."""
    dataset, number = dataset_of(entry, targets)
    return _stated(entry) | {"dataset": dataset, "dataset_version": number}


def _stated(entry: EvaluationInput) -> dict[str, Any]:
    stated = {field: getattr(entry, field) for field in (*STATED, *STATED_ALSO)}
    stated["value"] = float(entry.value)
    stated["reported_by"] = str(entry.reported_by)
    return stated
