"""A comparison on its way in and out: the models that were asked for, and the answer as the contract shapes it."""

from __future__ import annotations

import dataclasses
from typing import Any

from catalog.api.query_errors import InvalidQuery, UnknownInQuery
from catalog.comparison.records import Comparison
from catalog.listing import records, rows
from catalog.models import ArtifactVersion
from catalog.selection import UNKNOWN, select_models


def chosen_models(text: str) -> list[ArtifactVersion]:
    """The model versions that `ids` names, in its order.

    Raises `InvalidQuery` for too few, too many or a repeated one, and `UnknownInQuery` naming every unknown id.
    """
    selection = select_models(text)
    for fault in selection.faults[:1]:
        if fault.code != UNKNOWN:
            raise InvalidQuery([fault], "The query is not valid.")
        unknown = [fault for fault in selection.faults if fault.code == UNKNOWN]
        raise UnknownInQuery("The catalogue holds no such model.", unknown)
    return list(selection.versions)


def rendered(comparison: Comparison, base_url: str) -> dict[str, Any]:
    """The comparison as plain values, with the list rows of its models. `base_url` is the list's address."""
    found = {record["public_id"]: record for record in records(_versions(comparison))}
    answer = dataclasses.asdict(comparison)
    return answer | {"models": rows([found[name] for name in comparison.models], base_url)}


def _versions(comparison: Comparison) -> Any:
    return ArtifactVersion.objects.filter(public_id__in=comparison.models)
