"""Registering a version: validate, resolve, lock, number, link, digest, judge. All of it or nothing."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, Protocol

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from catalog.content import content_digest
from catalog.errors import Fault, InvalidInput, ProvenanceIncomplete
from catalog.evidence import EvidenceRecord, record_checks, tally
from catalog.identity import id_problem, identification, sort_key
from catalog.models import Artifact, ArtifactVersion
from catalog.provenance.entering import Entering, enter
from catalog.provenance.locks import lock_named
from catalog.provenance.rules import failing
from catalog.provenance.touched import changed, coalesced_refresh, dated, is_waiting
from catalog.references import AskedNames, Names, Target, names_of, require
from catalog.registration.again import persistently
from catalog.registration.amend import release_tag
from catalog.registration.content import content_of, dataset_reference, request_digest
from catalog.registration.evaluations import Metrics, evaluations_of
from catalog.registration.links import check_target, links_of
from catalog.registration.names import existing_artifact, new_artifact, own_names, taking, unclaimed
from catalog.registration.parents import parent_of
from catalog.registration.repeats import latest_of, standing
from catalog.registration.stored import stored, stored_asked
from catalog.registration.submission import VersionInput
from catalog.registration.validate import validate
from catalog.statements.inserts import keys_for
from catalog.statements.prepared import commit_ahead, pipelined, set_going
from catalog.vocabulary import FamilyBasis, Kind, Relation


class Telling(Protocol):
    """What the caller will tell of a version that is made, found out in the same transaction.

    What is there without the version is asked for when this is made, before that is written. Where this `asks_all` that
    it tells before it tells it, the database commits meanwhile.
    """

    asks_all: bool

    def ask(self) -> None:
        """Ask for what is there with it, once it was sent."""

    def tell(self, version: ArtifactVersion) -> Any:
        """What is told of it as it is stored."""


@dataclass(frozen=True, slots=True)
class Registered:
    """A version as it is stored, and whether this call made it.

    One that is made within a longer block, which the rules wait for the end of, is as it was written: what the database
    computes is read when it is asked for. `told` is what the caller's `telling` tells of one that is made otherwise.
    """

    version: ArtifactVersion
    created: bool
    told: Any = None


def register(
    data: VersionInput,
    *,
    strict: bool = False,
    registered_by: User | None = None,
    telling: Callable[[Entering], Telling] | None = None,
) -> Registered:
    """Write a version of an artifact, and the artifact with its first.

    The same content and links as the artifact's latest version was registered with, or the same source, add
    nothing: the version that stands is returned. With `strict`, a model that fails an applicable provenance rule is
    refused. Of a version that is made, what `telling` finds out while it is written is handed on.

    Raises:
        InvalidInput: fields are wrong; every one is named.
        UnknownReference: links or evaluations refer to what the catalogue does not hold.
        Conflict: an id is taken, or the artifact is of another kind.
        ProvenanceIncomplete: `strict`, and a rule fails.
    """
    validate(data)
    normalised = _normalised(data)
    return persistently(lambda: _register(normalised, strict, registered_by, telling))


@transaction.atomic
def _register(
    data: VersionInput,
    strict: bool,
    registered_by: User | None,
    telling: Callable[[Entering], Telling] | None,
) -> Registered:
    as_written = is_waiting() and not strict
    with ExitStack() as writing:
        with coalesced_refresh(savepoint=False):
            settled = _settle(data, registered_by, writing)
            if isinstance(settled, ArtifactVersion):
                return Registered(settled, created=False)
            teller = telling(settled) if telling and not as_written else None
            entered = enter(settled)
        if as_written:
            return Registered(settled.version, created=True)
        asked = entered or stored_asked(settled.version)
        if teller:
            teller.ask()
        if not strict and (teller is None or teller.asks_all):
            commit_ahead()
        version = stored(settled.version, asked)
        if strict:
            _refuse_incomplete(version)
        return Registered(version, created=True, told=teller.tell(version) if teller else None)


def _normalised(data: VersionInput) -> VersionInput:
    """A model's count and licence stand in the metadata or beside it; they are kept in their columns either way."""
    metadata = data.metadata
    return (
        dataclasses.replace(
            data,
            parameter_count=metadata.get("parameter_count") if data.parameter_count is None else data.parameter_count,
            license=data.license or str(metadata.get("license") or "")[:200],
        )
        if data.kind == Kind.MODEL
        else data
    )


def _settle(data: VersionInput, registered_by: User | None, writing: ExitStack) -> ArtifactVersion | Entering:
    """What a submission is: the version that stands, or what is to come in, when all that it takes is locked.

    What is sent may go on to be `writing` until that ends.
    """
    references = [link.ref for link in data.links]
    references += [dataset_reference(entry) for entry in data.evaluations if entry.dataset is not None]
    producers = [link.ref for link in data.links if link.relation == Relation.PRODUCED_BY]
    writing.enter_context(pipelined())
    # First of all: a bare id means the analysis's latest version, which another writer may just have made.
    locked = lock_named(names_of(producers).union({data.artifact}))
    asked = AskedNames.of(references, also=own_names(data))
    keys = keys_for(ArtifactVersion, Artifact)  # one is left over where the artifact turns out to be there
    metrics = Metrics.of(data.evaluations)
    set_going()
    columns = _stated_columns(data) | (_model_columns(data) if data.kind == Kind.MODEL else {})
    names = asked.found()
    existing = existing_artifact(data, names)
    decisive = names.artifacts(producers).union({existing.pk} if existing else ())
    if locked and not decisive.issubset(key for (key,) in locked.rows()):
        # Another made one of them since: now it can be locked, if not in one order with those that are.
        return _settle(data, registered_by, writing)
    artifact = existing or new_artifact(data, names)
    targets = _targets(data, artifact, names)
    if existing:
        writing.close()  # what came before it is read and changed by the ORM
    content = content_of(data, targets)
    request = request_digest(data, content)
    parent = parent_of(data, artifact)
    newest = None if existing is None else artifact.versions.order_by("-version_number").first()
    repeated = standing(data, newest, request, parent, names)
    if repeated is not None:
        return repeated
    version = _composed(data, artifact, newest, content, columns)
    version.request_digest, version.parent = request, parent or newest
    free = _names_to_take(data, version.public_id, artifact, names)
    dated(version.registered_at)
    if newest is not None:
        _make_way(newest, data.version_tag)
    metrics.define()
    version.pk, new_key = keys.rows()[0]
    if not existing:
        artifact.pk = new_key
    version.artifact = artifact
    writing.enter_context(pipelined())  # one that is open goes on
    return Entering(
        version,
        artifact=None if existing else artifact,
        names=taking(free, version, names),
        links=links_of(version, data.links, targets, registered_by),
        evaluations=evaluations_of(version, data.evaluations, targets, registered_by),
        latest={one.artifact.pk: one.version.pk for one in targets.values() if one.version and not one.pinned},
    )


def _targets(data: VersionInput, artifact: Artifact, names: Names) -> dict[str, Target]:
    """What the links and the evaluations refer to. Raises `UnknownReference` or `InvalidInput`."""
    links = [(link.pointer or f"/links/{index}", link) for index, link in enumerate(data.links)]
    datasets = [
        (f"{entry.pointer or f'/evaluations/{index}'}/dataset", dataset_reference(entry))
        for index, entry in enumerate(data.evaluations)
        if entry.dataset is not None
    ]
    targets = require([(pointer, link.ref) for pointer, link in links] + datasets, names)
    faults = [fault for pointer, link in links for fault in check_target(link, targets[link.ref], artifact, pointer)]
    faults += [
        Fault(pointer, f"'{ref}' is a {targets[ref].kind}, not a dataset.", "kind")
        for pointer, ref in datasets
        if targets[ref].kind != Kind.DATASET
    ]
    if faults:
        raise InvalidInput(faults)
    return targets


def _composed(
    data: VersionInput,
    artifact: Artifact,
    newest: ArtifactVersion | None,
    content: Mapping[str, Any],
    columns: Mapping[str, Any],
) -> ArtifactVersion:
    """The version that comes after the `newest` of an artifact, registered now and not written yet."""
    number, now = newest.version_number + 1 if newest else 1, timezone.now()
    return ArtifactVersion(
        public_id=data.version_id or f"{artifact.public_id}-v{number}",
        kind=data.kind,
        version_number=number,
        is_latest=True,
        identified_by=identification(data.kind, data.checksums, data.metadata),
        content_digest=content_digest(content),
        created_at=data.created_at or now,
        registered_at=now,
        **columns,
    )


def _names_to_take(data: VersionInput, public_id: str, artifact: Artifact, names: Names) -> list[str]:
    """The names to take for the version. Raises `InvalidInput` or `Conflict` where one of them cannot be its own."""
    if problem := id_problem(public_id):
        raise InvalidInput([Fault("/id", f"'{public_id}' would be the version's id; name another. {problem}", "id")])
    own = {public_id: "/id"} | {alias: f"/aliases/{index}" for index, alias in enumerate(data.aliases)}
    return unclaimed(own, artifact, names)


def _make_way(newest: ArtifactVersion, tag: str | None) -> None:
    """Take from the versions of an artifact, of which this is the newest, what the one to come has in their place."""
    if tag is not None:
        release_tag(newest.artifact, tag)
    latest = [version.pk for version in [latest_of(newest)] if version]
    QuerySet(ArtifactVersion).filter(pk__in=latest).update(is_latest=False)
    changed(latest)


def _stated_columns(data: VersionInput) -> dict[str, Any]:
    source = data.source
    return {
        "title": data.title,
        "title_key": sort_key(data.title),
        "description": data.description,
        "changelog": data.changelog,
        "version_label": data.version_label,
        "version_tag": data.version_tag,
        "license": data.license,
        "metadata": dict(data.metadata),
        "checksums": dict(data.checksums),
        "source_format": source.format if source else "",
        "source_record": source.record if source else "",
        "source_revision": source.revision if source else "",
    }


def _model_columns(data: VersionInput) -> dict[str, Any]:
    metadata, quality = data.metadata, data.quality
    checkpoint = metadata.get("checkpoint")
    checkpoint = checkpoint if isinstance(checkpoint, Mapping) else {}  # only deep learning gives it a shape
    held, asked = tally(record_checks(EvidenceRecord(str(data.family), metadata, data.license, data.parameter_count)))
    return {
        "family": data.family,
        "stated_family": data.family,
        "family_basis": data.family_basis or FamilyBasis.SOURCE,
        "framework": str(metadata.get("framework") or "")[:200],
        "checkpoint_digest": str(checkpoint.get("digest") or "")[:200],
        "parameter_count": data.parameter_count,
        "declares_hypothesis": data.declares_hypothesis,
        "evidence_held": held,
        "evidence_asked": asked,
        "assessed_quality": quality.value if quality else None,
        "assessed_by": quality.by if quality else "",
        "assessed_reason": quality.reason if quality else "",
        "assessed_at": timezone.now() if quality else None,
    }


def _refuse_incomplete(version: ArtifactVersion) -> None:
    faults = [Fault("", f"{rule.message} {rule.remedy}", rule.code) for rule in failing(version)]
    if faults and version.kind == Kind.MODEL:
        raise ProvenanceIncomplete("The model's provenance is not complete.", faults)
