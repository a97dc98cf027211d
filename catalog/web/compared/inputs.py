"""What the models were trained on and came from: shared, their own, in which versions, and how much they overlap."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from catalog.comparison.records import Comparison, PairOverlap, TrainingOverlap
from catalog.web.compared.columns import Letters, titles_of


@dataclass(frozen=True, slots=True)
class Holding:
    """An artifact that several models hold: a text for each column, empty where the model lacks it."""

    artifact: str
    kind: str
    title: str
    versions: tuple[str, ...]
    note: str
    differs: bool


@dataclass(frozen=True, slots=True)
class Own:
    """An artifact that one model alone holds, in what version."""

    artifact: str
    kind: str
    title: str
    version: str


OwnByModel = tuple[tuple[str, tuple[Own, ...]], ...]
"""The letter of each model that has any, with what it alone holds."""


@dataclass(frozen=True, slots=True)
class Pair:
    """How far the training data of two models overlap, in words; `share` is null where it cannot be told, and `why`."""

    letters: tuple[str, str]
    share: float | None
    words: str
    why: str


@dataclass(frozen=True, slots=True)
class Training:
    """The models' training datasets, and how far those of each two models overlap."""

    shared: tuple[Holding, ...]
    unique: OwnByModel
    pairs: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class Inputs:
    """All that the models came from, over any number of steps."""

    shared: tuple[Holding, ...]
    unique: OwnByModel


NOT_NAMED = "not pinned"


def training_of(comparison: Comparison, letters: Letters) -> Training:
    """The training data of the models themselves."""
    overlap, titles = comparison.training_data, titles_of(comparison)
    held = _versions_met(comparison)
    shared = tuple(
        Holding(
            item.artifact,
            *titles.get(item.artifact, ("dataset", item.artifact)),
            versions=tuple(
                _version(item.versions[model]) if model in item.versions else "" for model in comparison.models
            ),
            note={True: "one version", False: "different versions", None: "versions not all stated"}[item.same_version],
            differs=item.same_version is False,
        )
        for item in overlap.shared
    )
    unique = _unique(overlap.unique, titles, held, letters)
    return Training(shared, unique, tuple(_pair(pair, overlap, letters) for pair in overlap.overlap))


def inputs_of(comparison: Comparison, letters: Letters) -> Inputs:
    """Everything that the models came from, shared and their own."""
    provenance, titles, held = comparison.provenance, titles_of(comparison), _versions_met(comparison)
    differing = {item.artifact for item in provenance.different_versions}
    shared = tuple(
        Holding(
            artifact,
            *titles.get(artifact, ("other", artifact)),
            versions=tuple(held[model].get(artifact, "") for model in comparison.models),
            note="different versions" if artifact in differing else "",
            differs=artifact in differing,
        )
        for artifact in provenance.shared_inputs
    )
    return Inputs(shared, _unique(provenance.unique_inputs, titles, held, letters))


def _unique(
    unique: Mapping[str, Sequence[str]],
    titles: Mapping[str, tuple[str, str]],
    held: Mapping[str, Mapping[str, str]],
    letters: Letters,
) -> OwnByModel:
    return tuple(
        (
            letters.of[model],
            tuple(
                Own(artifact, *titles.get(artifact, ("other", artifact)), held[model].get(artifact, NOT_NAMED))
                for artifact in artifacts
            ),
        )
        for model, artifacts in unique.items()
        if artifacts
    )


def _versions_met(comparison: Comparison) -> dict[str, dict[str, str]]:
    """For each model, in which versions each artifact is among its ancestors."""
    met: dict[str, dict[str, str]] = {}
    for model, graph in comparison.provenance.graphs.items():
        found: dict[str, set[int | None]] = {}
        for node in graph.nodes:
            if node.id != graph.root:
                found.setdefault(node.artifact, set()).add(node.version_number)
        met[model] = {artifact: _versions(numbers) for artifact, numbers in found.items()}
    return met


def _versions(numbers: Collection[int | None]) -> str:
    """Versions in words; that one link names none is left unsaid where another names one."""
    named = sorted(number for number in numbers if number is not None)
    return ", ".join(f"v{number}" for number in named) or NOT_NAMED


def _version(number: int | None) -> str:
    return NOT_NAMED if number is None else f"v{number}"


def _pair(pair: PairOverlap, overlap: TrainingOverlap, letters: Letters) -> Pair:
    left, right = pair.models
    both = [item.versions for item in overlap.shared if left in item.versions and right in item.versions]
    datasets = [_datasets(model, overlap) for model in pair.models]
    silent = [letters.of[model] for model, own in zip(pair.models, datasets, strict=True) if not own]
    names = letters.of[left], letters.of[right]
    if silent:
        states = "state" if len(silent) > 1 else "states"
        return Pair(names, None, "cannot be compared", f"{' and '.join(silent)} {states} no training data")
    why = "how far they overlap cannot be told, as not all versions are stated" if pair.jaccard is None else ""
    return Pair(names, pair.jaccard, _overlap_in_words(both, len(set.union(*datasets)), pair), why)


def _overlap_in_words(both: Sequence[Mapping[str, int | None]], union: int, pair: PairOverlap) -> str:
    left, right = pair.models
    common = len(both)
    if not common:
        return "share no training dataset"
    words = f"share {common} of {union} datasets"
    if common == union:
        words = "were trained on the same " + ("dataset" if union == 1 else f"{union} datasets")
    other = sum(versions[left] != versions[right] and None not in versions.values() for versions in both)
    if not other:
        return words
    return f"{words}, {'in' if other == common else f'{other} of these in'} different versions"


def _datasets(model: str, overlap: TrainingOverlap) -> set[str]:
    return {*overlap.unique[model], *(item.artifact for item in overlap.shared if model in item.versions)}


def pair_table(pairs: Sequence[Pair]) -> tuple[tuple[str, tuple[Pair, ...]], ...]:
    """The pairs as the rows of a triangle: each row one model, with those before it."""
    found: dict[str, list[Pair]] = {}
    for pair in pairs:
        found.setdefault(pair.letters[1], []).append(pair)
    return tuple((letter, tuple(row)) for letter, row in found.items())
