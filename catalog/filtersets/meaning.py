"""From the references that a filter is given to the keys they mean: no more is read than a list needs."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from django.db.models import TextField

from catalog.identity import Reference
from catalog.models import Identifier
from catalog.references import Meant, resolve_all
from catalog.replication.routing import read_vendor
from catalog.statements.compiled import Compiled, GivenList


def meaning_of(references: Iterable[str]) -> dict[str, Meant | None]:
    """What references mean, in one query, in three where one has a number or a tag. None for what leads nowhere."""
    texts = set(references)
    selecting = {text for text in texts if "@" in text}
    return _by_name(texts - selecting) | (_selected(selecting) if selecting else {})


def _by_name(texts: set[str]) -> dict[str, Meant | None]:
    names = {text for text in texts if _is_name(text)}
    rows = _names(read_vendor()).rows(names=sorted(names)) if names else []
    found = {name: Meant(kind, artifact, version or 0) for name, kind, artifact, version in rows}
    return {text: found.get(text) for text in texts}


def _is_name(text: str) -> bool:
    try:
        Reference.parse(text)
    except ValueError:
        return False
    return True


@cache
def _names(vendor: str) -> Compiled:
    names = Identifier.objects.filter(name__in=GivenList("names", TextField())).order_by()
    return Compiled.of(names.values_list("name", "artifact__kind", "artifact", "version"))


def _selected(texts: set[str]) -> dict[str, Meant | None]:
    return {text: target.meant if target else None for text, target in resolve_all(texts).items()}
