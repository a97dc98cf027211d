"""A comparison on its way in and out: the models that were asked for, and the answer as the contract shapes it."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Sequence
from typing import Any

from catalog.api.query_errors import UnknownInQuery, invalid
from catalog.comparison.compare import FEWEST, MOST
from catalog.comparison.records import Comparison
from catalog.errors import Fault
from catalog.listing import records, rows
from catalog.models import ArtifactVersion
from catalog.references import Target, resolve_all
from catalog.vocabulary import Kind


def chosen_models(text: str) -> list[ArtifactVersion]:
    """The model versions that `ids` names, in its order.

    Raises `InvalidQuery` for too few, too many or a repeated one, and `UnknownInQuery` naming every unknown id.
    """
    references = [part.strip() for part in text.split(",")] if text.strip() else []
    if not FEWEST <= len(references) <= MOST:
        detail = f"Name {FEWEST} to {MOST} models, separated by commas; {len(references)} are named."
        raise invalid("ids", detail, "count")
    if "" in references:
        raise invalid("ids", "There is nothing between two commas.", "blank")
    found = resolve_all(references)
    faults = [
        Fault("ids", problem, "unknown_reference")
        for reference in dict.fromkeys(references)
        if (problem := _problem(reference, found[reference]))
    ]
    if faults:
        raise UnknownInQuery("The catalogue holds no such model.", faults)
    versions = []
    for target in (found[reference] for reference in references):
        assert target is not None and target.version is not None  # or it had been a fault
        target.version.artifact = target.artifact  # known already: it need not be asked for, model by model
        versions.append(target.version)
    _refuse_repeats(references, versions)
    return versions


def _problem(reference: str, target: Target | None) -> str | None:
    if target is None or target.version is None:
        return f"Nothing in the catalogue is called '{reference[:250]}'."
    return None if target.kind == Kind.MODEL else f"'{reference}' is of kind {target.kind}, not model."


def _refuse_repeats(references: Sequence[str], versions: Sequence[ArtifactVersion]) -> None:
    counted = Counter(version.public_id for version in versions)
    for name, count in counted.items():
        if count > 1:
            names = [ref for ref, version in zip(references, versions, strict=True) if version.public_id == name]
            detail = f"{' and '.join(names)} are one version, {name}; a model is compared with others."
            raise invalid("ids", detail, "repeated")


def rendered(comparison: Comparison, base_url: str) -> dict[str, Any]:
    """The comparison as plain values, with the list rows of its models. `base_url` is the list's address."""
    found = {record["public_id"]: record for record in records(_versions(comparison))}
    answer = dataclasses.asdict(comparison)
    return answer | {"models": rows([found[name] for name in comparison.models], base_url)}


def _versions(comparison: Comparison) -> Any:
    return ArtifactVersion.objects.filter(public_id__in=comparison.models)
