"""Which models a model may well be compared with. One query."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from catalog.models import ArtifactVersion, Evaluation, Link
from catalog.vocabulary import Relation

_FEW = 5


@dataclass(frozen=True, slots=True)
class Peer:
    """Another model; `is_measured_alike` where it is evaluated on a dataset that this one is evaluated on."""

    id: str
    title: str
    is_measured_alike: bool


def peers_of(version: ArtifactVersion, datasets: Collection[str], evaluated_on: Collection[str]) -> list[Peer]:
    """A few current models evaluated on, else trained on, the same datasets, the best scores first."""
    trained = Link.objects.filter(
        source=OuterRef("pk"), relation=Relation.TRAINED_ON, target__public_id__in=[*datasets, *evaluated_on]
    )
    measured = Evaluation.objects.live().filter(version=OuterRef("pk"), dataset__public_id__in=list(evaluated_on))
    others = ArtifactVersion.objects.of_models().latest_versions().live().exclude(artifact=version.artifact_id)
    found = others.annotate(alike=Exists(measured)).filter(Exists(measured) | Exists(trained))
    found = found.order_by("-alike", "-quality_score", "-quality_uncapped", "-pk")
    return [Peer(*row) for row in found.values_list("public_id", "title", "alike")[:_FEW]]
