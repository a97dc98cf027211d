"""What the postings of a model should be, said in plain Python."""

from __future__ import annotations

from django.db.models import QuerySet

from catalog.models import ArtifactVersion
from catalog.models.posting import Role
from catalog.vocabulary import Kind, Relation, State

_ROLES = {
    Relation.TRAINED_ON: Role.TRAINED_ON,
    Relation.TESTS: Role.TESTS,
    Relation.PRODUCED_BY: Role.PRODUCED_BY,
}


Named = set[tuple[int, int, int, bool]]
"""Role, artifact, version (0: none named) and whether it is the one that counts."""


def named_by(version: ArtifactVersion) -> Named:
    """All that a model names, as it is stored."""
    return _named(_with_facts().get(pk=version.pk))


def named_by_all() -> dict[int, Named]:
    """The same of each model that names something."""
    return {version.pk: named for version in _with_facts() if (named := _named(version))}


def _with_facts() -> QuerySet[ArtifactVersion]:
    return ArtifactVersion.objects.prefetch_related("links", "evaluations")


def _named(version: ArtifactVersion) -> Named:
    if version.kind != Kind.MODEL or not version.is_latest or version.state == State.RETRACTED:
        return set()
    links = [link for link in version.links.all() if link.relation in _ROLES]
    named = {(_ROLES[Relation(link.relation)], link.target_id, link.target_version_id or 0) for link in links}
    for entry in version.evaluations.all():
        if entry.is_live and entry.dataset_id is not None:
            named.add((Role.EVALUATED_ON, entry.dataset_id, entry.dataset_version_id or 0))
    first = {(role, target): min(v for r, t, v in named if (r, t) == (role, target)) for role, target, _ in named}
    return {(int(role), target, v, first[role, target] == v) for role, target, v in named}
