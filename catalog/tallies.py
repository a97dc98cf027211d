"""How many listed models there are of each family, and what the provenance rules say of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet, Value

from catalog.models import ArtifactVersion
from catalog.provenance.rules import RULES
from catalog.querysets import VersionQuerySet
from catalog.replication.routing import read_vendor
from catalog.stamps import counted_once
from catalog.vocabulary import FamilyBasis


@dataclass(frozen=True, slots=True)
class Tally:
    """How many models there are of a family, how many of them are complete, and of how many the family was inferred.

    `failing` and `applying` tell for each of `RULES` how many it fails for, and how many it applies to.
    """

    family: str
    models: int
    complete: int
    inferred: int
    failing: Sequence[int]
    applying: Sequence[int]


def tallies() -> Sequence[Tally]:
    """Of all listed models, in one query. A family may have several."""
    return counted_once("tallies", _tallied)


def failing(found: Iterable[Tally]) -> list[int]:
    """How many models each of `RULES` fails for."""
    return _summed(tally.failing for tally in found)


def applying(found: Iterable[Tally]) -> list[int]:
    """How many models each of `RULES` applies to."""
    return _summed(tally.applying for tally in found)


def _summed(counts: Iterable[Sequence[int]]) -> list[int]:
    return [sum(of_rule) for of_rule in zip([0] * len(RULES), *counts, strict=True)]


def _tallied() -> list[Tally]:
    listed = ArtifactVersion.objects.listed()
    if read_vendor() == "postgresql":  # two indexes hold all that is counted, of these and of those: no table is read
        complete = _counted(listed.complete(), _EACH, rules_hold=True)
        rows = complete.union(_counted(listed.flagged(), _NONE), all=True)
    else:
        rows = _counted(listed, _those(provenance_completeness=1))
    return [
        Tally(family, models, complete, inferred, results[: len(RULES)], results[len(RULES) :])
        for family, models, complete, inferred, *results in rows
    ]


_EACH, _NONE = Count("*"), Value(0)


def _those(**condition: Any) -> Count:
    return Count("family", filter=Q(**condition))  # of each model there is one


def _counted(models: VersionQuerySet, complete: Any, *, rules_hold: bool = False) -> QuerySet[Any]:
    """A row for each family. Where all `rules_hold` that apply, those that always do are not looked at."""
    counts = {"models": _EACH, "complete": complete, "inferred": _those(family_basis=FamilyBasis.INFERRED)}
    for rule in RULES:
        counts[f"{rule.code}_failing"] = _NONE if rules_hold else _those(**{rule.column: False})
    for rule in RULES:
        counts[f"{rule.code}_applying"] = _EACH if rules_hold and not rule.applies else Count(rule.column)
    return models.order_by().values_list("family").annotate(**counts)
