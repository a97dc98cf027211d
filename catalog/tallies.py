"""How many listed models there are of each family, told apart by what the provenance rules say of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.db.models import BooleanField, Count, F, QuerySet, Value

from catalog.models import ArtifactVersion
from catalog.provenance.rules import RULES
from catalog.querysets import VersionQuerySet
from catalog.stamps import counted_once


class Tally(NamedTuple):
    """So many models are alike. `results` says of each of `RULES` whether it holds, None where it does not apply."""

    family: str
    family_basis: str
    complete: bool
    results: tuple[bool | None, ...]
    models: int


def tallies() -> Sequence[Tally]:
    """All models that are listed, in one query: PostgreSQL reads two indexes for it, and no table."""
    return counted_once("tallies", _tallied)


def models_in(found: Iterable[Tally]) -> int:
    """How many models these are."""
    return sum(tally.models for tally in found)


def failing(number: int, found: Iterable[Tally]) -> int:
    """How many models fail the rule of that number among `RULES`."""
    return models_in(tally for tally in found if tally.results[number] is False)


def _tallied() -> list[Tally]:
    listed = ArtifactVersion.objects.listed()
    # Of a complete model every rule holds that applies: its index does not tell of those that always do.
    complete = _alike(listed.complete(), True, [F(rule.column) if rule.applies else _TRUE for rule in RULES])
    flagged = _alike(listed.flagged(), False, [F(rule.column) for rule in RULES])
    found = complete.union(flagged, all=True)
    return [
        Tally(family, basis, bool(holds), tuple(None if told is None else bool(told) for told in results), models)
        for family, basis, holds, *results, models in found
    ]


_TRUE = Value(True, BooleanField())


def _alike(models: VersionQuerySet, complete: bool, results: Sequence[Any]) -> QuerySet[Any]:
    told = {f"result_{number}": result for number, result in enumerate(results)}
    rows = models.order_by().annotate(holds=Value(complete), **told)
    return rows.values_list("family", "family_basis", "holds", *told).annotate(models=Count("*"))
