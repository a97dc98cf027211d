"""Which models a model may well be compared with. One query."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import BooleanField, ExpressionWrapper, Q

from catalog.models import ArtifactVersion, Evaluation, Link
from catalog.vocabulary import Relation

_FEW = 5
_LATELY = 500
"""Among how many of the last versions measured on a dataset, and trained on it, the best are looked for.

A popular dataset has a hundred thousand; a page waits for none of the rest.
"""


@dataclass(frozen=True, slots=True)
class Peer:
    """Another model; `is_measured_alike` where it is evaluated on a dataset that this one is evaluated on."""

    id: str
    title: str
    is_measured_alike: bool


def peers_of(version: ArtifactVersion, datasets: Collection[str], evaluated_on: Collection[str]) -> list[Peer]:
    """A few current models evaluated on, else trained on, the same datasets, the best scores first."""
    measured = Evaluation.objects.live().filter(dataset__public_id__in=list(evaluated_on)).order_by("-version")
    trained = Link.objects.filter(relation=Relation.TRAINED_ON, target__public_id__in=[*datasets, *evaluated_on])
    alike = Q(pk__in=measured.values("version").distinct()[:_LATELY])
    akin = Q(pk__in=trained.order_by("-source").values("source").distinct()[:_LATELY])
    others = ArtifactVersion.objects.of_models().latest_versions().live().exclude(artifact=version.artifact_id)
    found = others.annotate(alike=ExpressionWrapper(alike, BooleanField())).filter(alike | akin)
    found = found.order_by("-alike", "-quality_score", "-quality_uncapped", "-pk")
    return [Peer(*row) for row in found.values_list("public_id", "title", "alike")[:_FEW]]
