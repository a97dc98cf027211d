"""Taking names in the one namespace of ids and aliases."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.db import IntegrityError, transaction
from django.utils import timezone

from catalog.errors import Conflict, Fault, InvalidInput
from catalog.identity import id_problem
from catalog.models import Artifact, ArtifactVersion, Identifier
from catalog.references import Names
from catalog.registration.submission import VersionInput


def own_names(data: VersionInput) -> set[str]:
    """The names that a submission makes its own, as far as they are known before its version's number is."""
    return {data.artifact, data.version_id or f"{data.artifact}-v1", *data.aliases}


def existing_artifact(data: VersionInput, names: Names) -> Artifact | None:
    """The artifact of a submission, unless it is new. Raises `Conflict` where its name means something else."""
    row = names.found.get(data.artifact)
    if row is None:
        return None
    if row.version_id is not None:
        raise Conflict(f"'{data.artifact}' is the id of a version.", [taken("/artifact", data.artifact)])
    if row.artifact.kind != data.kind:
        detail = f"'{data.artifact}' is a {row.artifact.kind}, not a {data.kind}; an artifact's kind never changes."
        raise Conflict(detail, [Fault("/artifact", detail, "kind")])
    return row.artifact


def new_artifact(data: VersionInput, names: Names) -> Artifact:
    """The artifact of a submission, not written yet. Its name is found from now on; it is written with the others."""
    artifact = Artifact(public_id=data.artifact, kind=data.kind)
    names.found[data.artifact] = Identifier(name=data.artifact, artifact=artifact)
    return artifact


def unclaimed(own: Mapping[str, str], artifact: Artifact, names: Names) -> list[str]:
    """Those of the names `own` that are yet to be taken. Raises `Conflict` for one that something else carries."""
    found = names.found | {row.name: row for row in _rows(own.keys() - names.asked)}
    faults = [
        taken(pointer, name)
        for name, pointer in own.items()
        if (row := found.get(name))
        and (row.artifact_id != artifact.pk or row.version_id is not None or pointer == "/id")
    ]
    if faults:
        raise Conflict("A name is taken; the catalogue has one namespace for ids and aliases.", faults)
    return sorted(own.keys() - found.keys())


def _rows(names: Collection[str]) -> Collection[Identifier]:
    return Identifier.objects.filter(name__in=names).order_by() if names else ()


def taking(free: Collection[str], version: ArtifactVersion, names: Names) -> list[Identifier]:
    """The rows that take the names `free` for a version yet to be written, and the id of its artifact where new."""
    rows = [row for row in names.found.values() if row._state.adding]
    rows += [
        Identifier(name=name, artifact=version.artifact, version=version if name == version.public_id else None)
        for name in free
    ]
    for row in rows:
        row.artifact, row.created_at = version.artifact, version.registered_at
    return rows


def taken(pointer: str, name: str) -> Fault:
    """The fault that a name is another's."""
    return Fault(pointer, f"'{name}' is taken; choose another name.", "taken")


def register_alias(artifact: Artifact, alias: str) -> None:
    """Give an artifact another name. Raises `InvalidInput` for what is no id, `Conflict` where another carries it."""
    if problem := id_problem(alias):
        raise InvalidInput([Fault("/alias", problem, "id")])
    try:
        with transaction.atomic():
            free = unclaimed({alias: "/alias"}, artifact, Names.of([], also=[alias]))
            now = timezone.now()
            Identifier.objects.bulk_create(Identifier(name=name, artifact=artifact, created_at=now) for name in free)
    except IntegrityError as error:
        raise Conflict("A name was taken by another writer at the same time; choose another.") from error
