"""Which models a model may well be compared with."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet

from catalog.listing import DEFAULT_SORT, SORTS
from catalog.listing.merging import merged
from catalog.models import Artifact, ArtifactVersion, Evaluation, Link, Posting
from catalog.models.posting import Role
from catalog.querysets import VersionQuerySet
from catalog.vocabulary import Family, Relation

_FEW = 5
_MOST_DATASETS = 5
"""How many datasets of a model are looked under."""

_LATELY = 500
"""As of a moment: among how many of the last versions measured on a dataset, and trained on it, the best are found."""


@dataclass(frozen=True, slots=True)
class Peer:
    """Another model; `is_measured_alike` where it is evaluated on a dataset that this one is evaluated on."""

    id: str
    title: str
    is_measured_alike: bool


def peers_of(version: ArtifactVersion, datasets: Collection[str], evaluated_on: Collection[str]) -> list[Peer]:
    """A few models evaluated on, else trained on, the same datasets, the best scores first. Four queries."""
    names = [*sorted(evaluated_on), *sorted(set(datasets) - set(evaluated_on))]
    keys = dict(Artifact.objects.filter(public_id__in=names).order_by().values_list("public_id", "pk"))
    alike = _best(Role.EVALUATED_ON, [keys[name] for name in names if name in keys and name in evaluated_on])
    akin = _best(Role.TRAINED_ON, [keys[name] for name in names if name in keys])
    found = {row.pk: row for row in _others(version).filter(pk__in=[*alike, *akin]).only("public_id", "title")}
    chosen = [pk for pk in dict.fromkeys([*alike, *akin]) if pk in found][:_FEW]
    return [Peer(found[pk].public_id, found[pk].title, pk in alike) for pk in chosen]


def _best(role: Role, targets: Sequence[int]) -> list[int]:
    """The keys of a few of the best models that name one of `targets`, merged from the postings of each and a family.

    One of them may be the model itself, and one may name every target: so many more are read.
    """
    targets = targets[:_MOST_DATASETS]
    if not targets:
        return []
    sort = SORTS[DEFAULT_SORT].by_version()
    columns = [key.column for key in sort.keys]
    parts: list[QuerySet[Posting, dict[str, Any]]] = [
        Posting.objects.filter(role=role.value, target=target, family=family, counted=True).values(*columns)
        for target in targets
        for family in Family.values
    ]
    most = (_FEW + 1) * len(targets)
    return list(dict.fromkeys(row["version"] for row in merged(parts, sort, "desc", most)[:most]))


def peers_then(version: ArtifactVersion, datasets: Collection[str], evaluated_on: Collection[str]) -> list[Peer]:
    """The same as of the moment that is being read, when there were no postings: among the last ones. One query."""
    measured = Evaluation.objects.live().filter(dataset__public_id__in=list(evaluated_on)).order_by("-version")
    trained = Link.objects.filter(relation=Relation.TRAINED_ON, target__public_id__in=[*datasets, *evaluated_on])
    alike = Q(pk__in=measured.values("version").distinct()[:_LATELY])
    akin = Q(pk__in=trained.order_by("-source").values("source").distinct()[:_LATELY])
    found = _others(version).annotate(alike=ExpressionWrapper(alike, BooleanField())).filter(alike | akin)
    found = found.order_by("-alike", "-quality_score", "-quality_uncapped", "-pk")
    return [Peer(*row) for row in found.values_list("public_id", "title", "alike")[:_FEW]]


def _others(version: ArtifactVersion) -> VersionQuerySet:
    return ArtifactVersion.objects.listed().order_by().exclude(artifact=version.artifact_id)
