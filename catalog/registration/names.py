"""Taking names in the one namespace of ids and aliases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from catalog.errors import Conflict, Fault, InvalidInput
from catalog.identity import id_problem
from catalog.models import Artifact, Identifier


def claim(names: Mapping[str, str], artifact: Artifact, moment: datetime) -> None:
    """Take names for the artifact from `moment` on. Raises `Conflict` for one that something else carries."""
    found = {row.name: row for row in Identifier.objects.filter(name__in=names)}
    faults = [
        taken(names[name], name)
        for name, row in found.items()
        if row.artifact_id != artifact.pk or row.version_id is not None or names[name] == "/id"
    ]
    if faults:
        raise Conflict("A name is taken; the catalogue has one namespace for ids and aliases.", faults)
    _insert_names(sorted(name for name in names if name not in found), artifact, moment)


def _insert_names(names: Iterable[str], artifact: Artifact, moment: datetime) -> None:
    try:
        with transaction.atomic():
            rows = [Identifier(name=name, artifact=artifact, created_at=moment) for name in names]
            Identifier.objects.bulk_create(rows)
    except IntegrityError as error:
        raise Conflict("A name was taken by another writer at the same time; choose another.") from error


def taken(pointer: str, name: str) -> Fault:
    """The fault that a name is another's."""
    return Fault(pointer, f"'{name}' is taken; choose another name.", "taken")


def register_alias(artifact: Artifact, alias: str) -> None:
    """Give an artifact another name. Raises `InvalidInput` for what is no id, `Conflict` where another carries it."""
    if problem := id_problem(alias):
        raise InvalidInput([Fault("/alias", problem, "id")])
    with transaction.atomic():
        if not any(row.artifact_id == artifact.pk for row in Identifier.objects.filter(name=alias, version=None)):
            claim({alias: "/alias"}, artifact, timezone.now())
