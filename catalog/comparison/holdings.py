"""Who holds which artifact in which versions: the set algebra that training data and inputs share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

Versions = frozenset[int | None]
"""The versions of one artifact that a model holds; None where a version is not stated."""

Holdings = Mapping[str, Mapping[str, Versions]]
"""Model id, in the order asked for, to artifact id to versions."""


def collect(pairs: Iterable[tuple[str, int | None]]) -> dict[str, Versions]:
    """Versions by artifact, from (artifact id, version number or None)."""
    held: dict[str, set[int | None]] = {}
    for artifact, number in pairs:
        held.setdefault(artifact, set()).add(number)
    return {artifact: frozenset(numbers) for artifact, numbers in held.items()}


def shared(holdings: Holdings) -> dict[str, dict[str, Versions]]:
    """Artifacts that two or more models hold, by id, each with its holders and their versions."""
    return {artifact: held for artifact, held in _holders(holdings).items() if len(held) > 1}


def unique(holdings: Holdings) -> dict[str, tuple[str, ...]]:
    """For each model the artifacts that no other holds, by id. With `shared` this counts every artifact once."""
    holders = _holders(holdings)
    return {
        model: tuple(sorted(artifact for artifact in held if len(holders[artifact]) == 1))
        for model, held in holdings.items()
    }


def same_version(held: Mapping[str, Versions]) -> bool | None:
    """Whether all holders hold the same versions: False where two that state theirs differ, None where unstated."""
    stated = {versions for versions in held.values() if None not in versions}
    if len(stated) > 1:
        return False
    return True if all(versions in stated for versions in held.values()) else None


def shown_versions(held: Mapping[str, Versions]) -> dict[str, int | None]:
    """One version number per holder, None where any is unstated.

    A holder of several shows its newest that not everybody holds, so that a difference is seen where there is one.
    """
    common = frozenset[int | None].intersection(*held.values())
    return {model: _newest(versions - common or versions) for model, versions in held.items()}


def _holders(holdings: Holdings) -> dict[str, dict[str, Versions]]:
    artifacts = sorted({artifact for held in holdings.values() for artifact in held})
    return {
        artifact: {model: held[artifact] for model, held in holdings.items() if artifact in held}
        for artifact in artifacts
    }


def _newest(versions: Versions) -> int | None:
    numbers = [number for number in versions if number is not None]
    return max(numbers) if len(numbers) == len(versions) else None
