"""Which datasets the models were trained on: shared, their own, and how much they overlap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

from catalog.comparison.holdings import Versions, collect, same_version, shared, shown_versions, unique
from catalog.comparison.records import ComparedModel, PairOverlap, SharedDataset, TrainingLink, TrainingOverlap


def training_overlap(models: Sequence[ComparedModel]) -> TrainingOverlap:
    """The training data of the models themselves, without that of the models they came from.

    A dataset is shared where two or more of the models were trained on it, in whatever versions: `same_version`
    says whether those are one. Datasets are listed by id.
    """
    links = {model.id: [link for link in model.training if link.ancestor is None] for model in models}
    holdings = {model: _datasets(own) for model, own in links.items()}
    return TrainingOverlap(
        shared=tuple(
            SharedDataset(artifact=artifact, versions=shown_versions(held), same_version=same_version(held))
            for artifact, held in shared(holdings).items()
        ),
        unique=unique(holdings),
        overlap=tuple(
            PairOverlap(models=pair, jaccard=jaccard(*(links[model] for model in pair)))
            for pair in combinations(links, 2)
        ),
    )


def jaccard(left: Sequence[TrainingLink], right: Sequence[TrainingLink]) -> float | None:
    """Datasets in common over all datasets of two models, 0 to 1.

    It counts datasets, not their versions: two versions of one dataset mostly hold the same cases, and
    `same_version` stands beside it. It is None where the overlap cannot be told: a model states no training dataset,
    a link does not say which dataset it means, or the version of a dataset in common is not stated. The version of a
    dataset that just one of them has cannot change the overlap, and is not asked for.
    """
    if not (left and right) or any(link.dataset is None for link in (*left, *right)):
        return None
    ours, theirs = _datasets(left), _datasets(right)
    common = ours.keys() & theirs.keys()
    if any(_unstated(held, common) for held in (ours, theirs)):
        return None
    return len(common) / len(ours.keys() | theirs.keys())


def _datasets(links: Sequence[TrainingLink]) -> dict[str, Versions]:
    return collect((link.dataset, link.version_number) for link in links if link.dataset is not None)


def _unstated(held: Mapping[str, Versions], artifacts: set[str]) -> bool:
    return any(None in held[artifact] for artifact in artifacts)
