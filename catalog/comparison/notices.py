"""What a reader must know before believing a comparison, gravest first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from catalog.comparison.ancestry import TrainingSource, folded, training_sources
from catalog.comparison.leakage import TRAINING_SPLITS, leaks, listed
from catalog.comparison.records import ComparedModel, Notice
from catalog.comparison.suspicion import suspect_values
from catalog.vocabulary import State

SEVERITY = (
    *("retracted", "leakage", "superseded", "in_sample", "split_unstated", "shared_parent", "same_checkpoint"),
    "suspect_value",
)
"""Codes of notices, gravest first."""


def find_notices(models: Sequence[ComparedModel]) -> tuple[Notice, ...]:
    """All notices on the models: by severity, then by the models' place in the order asked for, then by message."""
    found = [
        *(notice for model in models for notice in _standing(model)),
        *_leakage(models),
        *(notice for model in models for notice in _own_training_data(model, training_sources(model))),
        *_same_checkpoint(models),
        *(notice for model in models for notice in suspect_values(model)),
    ]
    place = {model.id: number for number, model in enumerate(models)}
    return tuple(
        sorted(
            found,
            key=lambda notice: (
                SEVERITY.index(notice.code),
                [place[model] for model in notice.models],
                notice.message,
            ),
        )
    )


def _standing(model: ComparedModel) -> Iterator[Notice]:
    newer = model.latest_id if model.latest_id != model.id else None
    if model.state == State.RETRACTED:
        instead = f"; the newest live version is {newer}" if newer else ""
        yield Notice(code="retracted", models=(model.id,), message=f"{model.id} is retracted{instead}.")
    elif newer:
        yield Notice(code="superseded", models=(model.id,), message=f"{model.id} is superseded by {newer}.")
    for ancestor in model.retracted:
        message = f"{model.id} rests on {ancestor.in_words}."
        yield Notice(code="retracted", models=(model.id,), message=message, path=ancestor.path)


def _leakage(models: Sequence[ComparedModel]) -> Iterator[Notice]:
    for leak in leaks(models):
        concerned = tuple(model.id for model in models if model.id in {leak.trained, *leak.evaluated})
        yield Notice(code=leak.code, models=concerned, message=leak.message, path=leak.path)


def _own_training_data(model: ComparedModel, sources: Iterable[TrainingSource]) -> Iterable[Notice]:
    """Informational: per dataset one notice on values for its training split, and one on values for no stated split."""
    found: dict[tuple[str, str], Notice] = {}

    def tell(code: str, source: TrainingSource, message: str) -> None:
        notice = Notice(
            code=code, models=(model.id,), message=f"{model.id} is evaluated on {message}", path=source.path
        )
        found.setdefault((code, source.dataset), notice)

    for source in sources:
        splits = {folded(value.split) for value in model.evaluations if source.holds_data_of(value)}
        if splits & TRAINING_SPLITS and folded(source.split) in {None, *TRAINING_SPLITS}:
            tell("in_sample", source, f"the split of {source.dataset} that it was fitted to.")
        if None in splits and not source.is_behind:  # what lies behind its data is told as leakage
            tell("split_unstated", source, f"{source.dataset}, part of its training data; the split is not stated.")
    return found.values()


def _same_checkpoint(models: Sequence[ComparedModel]) -> Iterator[Notice]:
    holders: dict[str, list[str]] = defaultdict(list)
    for model in models:
        if model.checkpoint_digest:
            holders[model.checkpoint_digest].append(model.id)
    for digest, ids in holders.items():
        if len(ids) > 1:
            message = f"{listed(sorted(ids))} have one checkpoint, {digest}: their weights are the same bytes."
            yield Notice(code="same_checkpoint", models=tuple(ids), message=message)
