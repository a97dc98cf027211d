"""The models of an artifact: those trained on a dataset, testing a hypothesis, or produced by an analysis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count
from django.urls import reverse

from catalog.listing import SORTS, Listed, Narrowed, Term, records, rows
from catalog.listing.rows import Record
from catalog.models import ArtifactVersion
from catalog.models.posting import RELATIONS, Role
from catalog.querysets import VersionQuerySet
from catalog.references import Target
from catalog.titles import titles_of
from catalog.vocabulary import Kind, Relation, State
from catalog.web.incoming import links_to
from catalog.web.tables import ModelRow, model_row

ROLES: dict[str, Role] = {Kind.DATASET: Role.TRAINED_ON, Kind.HYPOTHESIS: Role.TESTS, Kind.ANALYSIS: Role.PRODUCED_BY}
"""As what models name an artifact of a kind."""

_BEST_FIRST = SORTS["quality_score"]


@dataclass(frozen=True, slots=True)
class RelatedModel:
    """A model, with the numbers of the versions that it names, and what it says of a hypothesis."""

    row: ModelRow
    pinned_to: Sequence[int | None]
    outcomes: Sequence[str | None]


@dataclass(frozen=True, slots=True)
class Related:
    """The models of an artifact now, each by its latest version: those that are listed, and the few retracted.

    The listed ones stand in their order already. All models are walked over to find a few of them by their links, where
    many other links lead to the artifact. Of those retracted, only the keys of the order are read.
    """

    listed: Narrowed
    retracted: Sequence[Record]

    @classmethod
    def to(cls, target: Target) -> Related:
        meant = target.meant
        retracted = linked_models(target).filter(state=State.RETRACTED).order_by()
        keys = retracted.values(*(key.column for key in _BEST_FIRST.keys))
        return cls(Narrowed(term=Term(ROLES[target.kind], meant.artifact, meant.version)), list(keys))

    def count(self) -> int:
        return self.listed.count() + len(self.retracted)

    def best(self, start: int, stop: int) -> list[Record]:
        """Some of them, the best score first."""
        skipped = max(0, start - len(self.retracted))  # no more are retracted: what comes before is listed
        listed = self.listed.page(_BEST_FIRST, "desc", stop - skipped, offset=skipped)
        found = sorted([*listed, *self.retracted], key=_BEST_FIRST.keys_of, reverse=True)
        return _whole(found[start - skipped : stop - skipped])


def _whole(found: Sequence[Record]) -> list[Record]:
    """The records, those of which only keys were read in full."""
    keys = [record["pk"] for record in found if "public_id" not in record]
    read = {record["pk"]: record for record in records(ArtifactVersion.objects.filter(pk__in=keys))} if keys else {}
    return [read.get(record["pk"], record) for record in found]


@dataclass(frozen=True, slots=True)
class RelatedThen:
    """The models that an artifact had at the moment asked for, of which there are no postings."""

    models: Listed

    @classmethod
    def to(cls, target: Target) -> RelatedThen:
        return cls(Listed(linked_models(target), records))

    def count(self) -> int:
        return self.models.count()

    def best(self, start: int, stop: int) -> list[Record]:
        """Some of them, the best score first."""
        return self.models.page(_BEST_FIRST, "desc", stop - start, offset=start)


def linked_models(target: Target) -> VersionQuerySet:
    """The models whose links say that they are an artifact's, each by its latest version."""
    # Read from the links on: SQLite would look for a link of each model in turn.
    naming = links_to(target).filter(relation=_relation_of(target)).values("source")
    return ArtifactVersion.objects.of_models().latest_versions().filter(pk__in=naming)


def outcomes(target: Target) -> dict[str, int]:
    """How many of the models that test a hypothesis say what of it; '' where they do not say."""
    tests = links_to(target).filter(relation=Relation.TESTS, source__kind=Kind.MODEL, source__is_latest=True)
    found = tests.order_by().values_list("outcome").annotate(count=Count("source", distinct=True))
    return {outcome or "": count for outcome, count in found}


def related_rows(target: Target, found: Sequence[Record]) -> list[RelatedModel]:
    """What is shown of models of an artifact, in a constant number of queries."""
    listed = rows(found, reverse("model-collection"))
    named = {row["produced_by"] for row in listed if row["produced_by"]}.union(*(row["datasets"] for row in listed))
    titles = titles_of(named)
    stated = _stated(target, [record["pk"] for record in found])
    return [
        RelatedModel(model_row(record, row, titles, ()), *stated.get(record["pk"], ((), ())))
        for record, row in zip(found, listed, strict=True)
    ]


def _stated(target: Target, versions: Sequence[int]) -> Mapping[int, tuple[list[int | None], list[str | None]]]:
    links = links_to(target).filter(relation=_relation_of(target), source__in=versions).order_by("number")
    found: dict[int, tuple[list[int | None], list[str | None]]] = {}
    for source, number, outcome in links.values_list("source", "target_version__version_number", "outcome"):
        pinned, outcomes = found.setdefault(source, ([], []))
        pinned.append(number)
        outcomes.append(outcome)
    return found


def _relation_of(target: Target) -> Relation:
    return RELATIONS[ROLES[target.kind]]
