"""What the catalogue holds as a whole: read by the home page, in a constant number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from catalog.listing import SORTS, records
from catalog.listing.rows import Record
from catalog.models import Artifact, ArtifactVersion, Evaluation, Posting
from catalog.models.posting import Role
from catalog.provenance.rules import RULES, Rule
from catalog.querysets import VersionQuerySet
from catalog.tallies import Tally, applying, failing, tallies
from catalog.vocabulary import Family, Kind
from catalog.web.scores import Completeness, Score, completeness_of, score_of

_LISTED = 6


@dataclass(frozen=True, slots=True)
class FamilyCount:
    """How many models a family has, and of how many the provenance is complete."""

    family: str
    total: int
    complete: int

    @property
    def incomplete(self) -> int:
        return self.total - self.complete


@dataclass(frozen=True, slots=True)
class RuleCount:
    """How many models fail a provenance rule, and their share of those that it applies to."""

    rule: Rule
    failing: int
    applying: int

    @property
    def share(self) -> float:
        return self.failing / self.applying


@dataclass(frozen=True, slots=True)
class Line:
    """A model in a short list."""

    record: Record
    score: Score
    completeness: Completeness


@dataclass(frozen=True, slots=True)
class Overview:
    """Models count by their latest live version."""

    families: Sequence[FamilyCount]
    rules: Sequence[RuleCount]
    assessed: int
    inferred: int

    @property
    def total(self) -> int:
        return sum(family.total for family in self.families)

    @property
    def complete(self) -> int:
        return sum(family.complete for family in self.families)

    @property
    def incomplete(self) -> int:
        return self.total - self.complete


def overview() -> Overview:
    """Count the models by family, completeness and failing rule, in two queries."""
    found = tallies()
    rules = map(RuleCount, RULES, failing(found), applying(found))
    return Overview(
        families=[_family(family, [tally for tally in found if tally.family == family]) for family in Family.values],
        rules=sorted((one for one in rules if one.failing), key=lambda one: -one.failing),
        assessed=ArtifactVersion.objects.listed().filter(assessed_quality__isnull=False).order_by().count(),
        inferred=sum(tally.inferred for tally in found),
    )


def newest() -> list[Line]:
    """The models with the latest dates."""
    return _lines(SORTS["created_at"].ordered(_current(), "desc"))


def nearest_to_complete() -> list[Line]:
    """The models that fail the fewest rules, and have the most to gain."""
    return _lines(_current().flagged().order_by("-provenance_completeness", "-quality_uncapped", "title_key", "pk"))


def kinds() -> list[tuple[str, int]]:
    """How many artifacts there are of each kind but models."""
    others = [kind for kind in Kind if kind != Kind.MODEL]
    latest = ArtifactVersion.objects.latest_versions().filter(kind__in=others)  # few beside the models
    counts: dict[Any, int] = dict(latest.order_by().values_list("kind").annotate(artifacts=Count("*")))
    return [(kind.value, counts[kind.value]) for kind in others if counts.get(kind.value)]


def undirected_metrics() -> int:
    """How many reported metrics do not say in which direction they get better: no value of theirs is called best."""
    undirected = Evaluation.objects.live().filter(metric__direction=None)
    return undirected.order_by().values("metric").distinct().count()


def most_used_dataset() -> tuple[str, str, int] | None:
    """The dataset that most models were trained on, the oldest where several are: its id, its title, and how many."""
    postings = Posting.objects.filter(role=Role.TRAINED_ON.value, counted=True)
    counted = postings.order_by().values_list("target").annotate(models=Count("*"))  # no column: an index has all
    most = counted.order_by("-models", "target").first()
    if most is None:
        return None
    title = ArtifactVersion.objects.filter(artifact=OuterRef("pk"), is_latest=True).order_by().values("title")
    titled = Artifact.objects.annotate(title=Coalesce(Subquery(title), "public_id"))
    return (*titled.values_list("public_id", "title").get(pk=most[0]), most[1])


def _current() -> VersionQuerySet:
    return ArtifactVersion.objects.listed().of_models()


def _family(family: str, found: Sequence[Tally]) -> FamilyCount:
    return FamilyCount(family, sum(tally.models for tally in found), sum(tally.complete for tally in found))


def _lines(models: VersionQuerySet) -> list[Line]:
    return [Line(record, score_of(record), completeness_of(record)) for record in records(models[:_LISTED])]
