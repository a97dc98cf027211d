"""What the postings of a model should be, said in plain Python."""

from __future__ import annotations

from catalog.models import ArtifactVersion
from catalog.models.posting import Role
from catalog.vocabulary import Kind, Relation, State

_ROLES = {
    Relation.TRAINED_ON: Role.TRAINED_ON,
    Relation.TESTS: Role.TESTS,
    Relation.PRODUCED_BY: Role.PRODUCED_BY,
}


def named_by(version: ArtifactVersion) -> set[tuple[int, int, int, bool]]:
    """Role, artifact, version (0: none named) and whether it is the one that counts, of all that a model names."""
    version.refresh_from_db()
    if version.kind != Kind.MODEL or not version.is_latest or version.state == State.RETRACTED:
        return set()
    links = version.links.filter(relation__in=_ROLES)
    named = {(_ROLES[Relation(link.relation)], link.target_id, link.target_version_id or 0) for link in links}
    for entry in version.evaluations.filter(is_live=True, dataset__isnull=False):
        named.add((Role.EVALUATED_ON, entry.dataset_id, entry.dataset_version_id or 0))
    first = {(role, target): min(v for r, t, v in named if (r, t) == (role, target)) for role, target, _ in named}
    return {(int(role), target, v, first[role, target] == v) for role, target, v in named}
