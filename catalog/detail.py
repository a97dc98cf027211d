"""One version, with all there is to say of it, as plain values: for the API and the pages alike.

A constant number of queries, whatever the version's links, evaluations and history; more of a retracted one, by how
deep and how wide what it touches is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from django.db.models import BigIntegerField

from catalog import evidence
from catalog.advice import advice_of
from catalog.beside import Beside
from catalog.impact import retraction_of
from catalog.listing import record_of, row_of
from catalog.listing.artifact_rows import ARTIFACT_COLUMNS, address_of, artifact_row
from catalog.models import ArtifactVersion, Identifier
from catalog.provenance.advisories import Advice
from catalog.provenance.pins import LinkStatus, inputs_of
from catalog.provenance.results import evidence_record
from catalog.provenance.rules import RuleResult, failing, results
from catalog.references import Target
from catalog.replication.routing import read_vendor
from catalog.snapshots import Snapshot, snapshots_of
from catalog.statements.compiled import Compiled, Given
from catalog.vocabulary import QUALITY_CAP, Kind

EVALUATION = (
    *("metric", "value", "unit", "direction", "target", "task", "subset", "dataset", "dataset_version", "split", "n"),
    *("ci_low", "ci_high", "std_error", "period", "evaluated_by", "reported_by", "primary"),
)
"""What is told of an evaluation, beside its number."""


def model_detail(
    version: ArtifactVersion,
    root_url: str,
    *,
    any_version: bool = False,
    snapshot: Snapshot | None = None,
    beside: Beside | None = None,
) -> dict[str, Any]:
    """Everything about a model version. `root_url` is the address of the API.

    With `any_version`, what depends on the artifact counts, whichever version of it is named. `snapshot` is what the
    caller has read of the version already, and `beside` what it has asked for.
    """
    beside = beside or Beside.of(version, any_version=any_version, with_snapshot=snapshot is None)
    snapshot = snapshot or snapshots_of([version], beside.snapshot)[0]
    inputs = inputs_of(version, beside.inputs)
    return _row(version, inputs.own, snapshot, root_url) | {
        "description": version.description or None,
        "license": version.license or None,
        "changelog": version.changelog or None,
        "content_digest": version.content_digest,
        "source": _source(version),
        "metadata": version.metadata,
        "quality": {
            "assessed": version.assessed_quality,
            "by": version.assessed_by or None,
            "reason": version.assessed_reason or None,
            "at": version.assessed_at,
        },
        "evidence": _evidence(version),
        "evaluations": _evaluations(snapshot),
        "versions": beside.versions(version),
        "links": _links(inputs.own),
        "dependents": beside.dependents,
        "retraction": retraction_of(version, root_url),
        "provenance": _provenance(version, advice_of(version, inputs, snapshot)),
    }


def _row(version: ArtifactVersion, own: Iterable[LinkStatus], snapshot: Snapshot, root_url: str) -> dict[str, Any]:
    """The row of the version as the list of models shows it."""
    named = ((item.link.relation, item.link.target.public_id) for item in own)
    values = ((value.metric, value.value, value.primary) for value in snapshot.compared.evaluations)
    return row_of(record_of(version), named, values, f"{root_url}/models")


def artifact_detail(
    version: ArtifactVersion, root_url: str, *, any_version: bool = False, beside: Beside | None = None
) -> dict[str, Any]:
    """Everything about a version of any kind, as far as all kinds share it.

    `beside` is what the caller has asked for already.
    """
    beside = beside or Beside.of(version, any_version=any_version, with_snapshot=False)
    inputs = inputs_of(version, beside.inputs)
    return artifact_row(record_of(version, ARTIFACT_COLUMNS), root_url) | {
        "aliases": _aliases(version),
        "state_reason": version.state_reason or None,
        "description": version.description or None,
        "license": version.license or None,
        "changelog": version.changelog or None,
        "content_digest": version.content_digest,
        "checksums": version.checksums,
        "source": _source(version),
        "metadata": version.metadata,
        "versions": beside.versions(version),
        "links": _links(inputs.own),
        "dependents": beside.dependents,
        "retraction": retraction_of(version, root_url),
        "advisories": _advisories(advice_of(version, inputs)),
    }


def receipt(version: ArtifactVersion, root_url: str) -> dict[str, Any]:
    """What came of registering a version: its number, its digest, and how the rules judge it."""
    warnings = [rule.code for rule in failing(version)] if version.kind == Kind.MODEL else []
    return {
        "id": version.public_id,
        "artifact": version.artifact.public_id,
        "kind": version.kind,
        "version_number": version.version_number,
        "is_latest": version.is_latest,
        "state": version.state,
        "content_digest": version.content_digest,
        "quality_score": version.quality_score,
        "quality_uncapped": version.quality_uncapped,
        "provenance_completeness": version.provenance_completeness,
        "warnings": warnings,
        "registered_at": version.registered_at,
        "url": address_of(version.kind, version.public_id, root_url),
    }


def detail(target: Target, version: ArtifactVersion, root_url: str) -> dict[str, Any]:
    """The detail of what a reference means: a bare artifact's dependents are those of all its versions."""
    view = model_detail if version.kind == Kind.MODEL else artifact_detail
    return view(version, root_url, any_version=not target.pinned)


def _source(version: ArtifactVersion) -> dict[str, str] | None:
    if not version.source_format:
        return None
    return {"format": version.source_format, "record": version.source_record, "revision": version.source_revision}


def _evidence(version: ArtifactVersion) -> dict[str, Any]:
    checks = evidence.checks(evidence_record(version))
    return {
        "score": version.evidence_score,
        "checks": [
            {"code": check.code, "label": check.label, "applies": check.applies, "holds": check.applies and check.holds}
            for check in checks
        ],
    }


def _evaluations(snapshot: Snapshot) -> list[dict[str, Any]]:
    """The evaluations that count: neither retracted nor superseded."""
    return [
        {"number": number} | {name: getattr(value, name) for name in EVALUATION}
        for number, value in zip(snapshot.numbers, snapshot.compared.evaluations, strict=True)
    ]


def _aliases(version: ArtifactVersion) -> list[str]:
    names = _names_of_artifact(read_vendor()).rows(artifact=version.artifact_id)
    return [name for (name,) in names if name != version.artifact.public_id]


@cache
def _names_of_artifact(vendor: str) -> Compiled:
    artifact = Given("artifact", BigIntegerField())
    names = Identifier.objects.filter(artifact=artifact, version__isnull=True).order_by("name")
    return Compiled.of(names.values_list("name"))


def _links(found: Iterable[LinkStatus]) -> list[dict[str, Any]]:
    return [_link(item) for item in found]


def _link(item: LinkStatus) -> dict[str, Any]:
    link, version = item.link, item.link.target_version
    return {
        "number": link.number,
        "relation": link.relation,
        "artifact": link.target.public_id,
        "kind": link.target_kind,
        "title": item.title,
        "stated_as": link.stated_as or None,
        "outcome": link.outcome,
        "version_id": version.public_id if version else None,
        "version_number": version.version_number if version else None,
        "pinned": version is not None,
        "identified": item.identified,
        "digest": link.pinned_digest or None,
        "status": item.status.value,
    }


def _provenance(version: ArtifactVersion, advice: Sequence[Advice]) -> dict[str, Any]:
    warned = bool(failing(version))
    return {
        "completeness": version.provenance_completeness,
        "complete": not warned,
        "cap": QUALITY_CAP if warned else None,
        "rules": [_rule(result) for result in results(version)],
        "advisories": _advisories(advice),
    }


def _rule(result: RuleResult) -> dict[str, Any]:
    """A rule that fails says what is missing and how to mend it."""
    return {
        "code": result.rule.code,
        "label": result.rule.label,
        "applies": result.applies,
        "holds": result.holds if result.applies else None,
        "message": result.rule.message if result.fails else None,
        "remedy": result.rule.remedy if result.fails else None,
    }


def _advisories(found: Sequence[Advice]) -> list[dict[str, Any]]:
    return [
        {"code": advice.code.value, "artifact": advice.artifact, "message": advice.message, "path": list(advice.path)}
        for advice in found
    ]
