"""What a reader must know before believing a comparison, gravest first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from catalog.comparison.ancestry import TrainingSource, training_sources
from catalog.comparison.records import ComparedModel, Notice
from catalog.comparison.suspicion import suspect_values
from catalog.vocabulary import State

TRAINING_SPLITS = frozenset({"train", "training", "fit", "in-sample", "in_sample"})
"""Words for the split that a model is fitted to, in lower case."""

SEVERITY = ("retracted", "leakage", "superseded", "in_sample", "split_unstated", "same_checkpoint", "suspect_value")
"""Codes of notices, gravest first."""

Sources = Mapping[str, tuple[TrainingSource, ...]]


def find_notices(models: Sequence[ComparedModel]) -> tuple[Notice, ...]:
    """All notices on the models: by severity, then by the models' place in the order asked for, then by message."""
    sources = {model.id: training_sources(model) for model in models}
    found = [
        *(notice for model in models for notice in _standing(model)),
        *_leakage(models, sources),
        *(notice for model in models for notice in _own_training_data(model, sources[model.id])),
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


def _leakage(models: Sequence[ComparedModel], sources: Sources) -> Iterator[Notice]:
    """One notice per held-out split that a model was trained on and any of the models is evaluated on."""
    for trained in models:
        told: set[tuple[str, int | None, str]] = set()
        for source in sources[trained.id]:
            split = _folded(source.split)
            data = source.dataset, source.version_number, split or ""
            if split is None or split in TRAINING_SPLITS or data in told:
                continue
            evaluated = [model.id for model in models if _is_evaluated_on(model, source, split)]
            if evaluated:
                told.add(data)
                yield _leak(models, trained.id, source, evaluated)


def _leak(models: Sequence[ComparedModel], trained: str, source: TrainingSource, evaluated: Sequence[str]) -> Notice:
    concerned = tuple(model.id for model in models if model.id in {trained, *evaluated})
    # The model's own node and its dataset's: anything between them is a model that handed the training on.
    through = ", through a model that it came from," if len(source.path) > 2 else ""
    return Notice(
        code="leakage",
        models=concerned,
        message=f"{trained} was trained{through} on the {source.split} split of {source.dataset}, "
        f"on which {_listed(sorted(evaluated))} {'is' if len(evaluated) == 1 else 'are'} evaluated.",
        path=source.path,
    )


def _own_training_data(model: ComparedModel, sources: Iterable[TrainingSource]) -> Iterable[Notice]:
    """Informational: per dataset one notice on values for its training split, and one on values for no stated split."""
    found: dict[tuple[str, str], Notice] = {}

    def tell(code: str, source: TrainingSource, message: str) -> None:
        notice = Notice(
            code=code, models=(model.id,), message=f"{model.id} is evaluated on {message}", path=source.path
        )
        found.setdefault((code, source.dataset), notice)

    for source in sources:
        splits = {_folded(value.split) for value in model.evaluations if source.holds_data_of(value)}
        if splits & TRAINING_SPLITS and _folded(source.split) in {None, *TRAINING_SPLITS}:
            tell("in_sample", source, f"the split of {source.dataset} that it was fitted to.")
        if None in splits:
            tell("split_unstated", source, f"{source.dataset}, part of its training data; the split is not stated.")
    return found.values()


def _same_checkpoint(models: Sequence[ComparedModel]) -> Iterator[Notice]:
    holders: dict[str, list[str]] = defaultdict(list)
    for model in models:
        if model.checkpoint_digest:
            holders[model.checkpoint_digest].append(model.id)
    for digest, ids in holders.items():
        if len(ids) > 1:
            message = f"{_listed(sorted(ids))} have one checkpoint, {digest}: their weights are the same bytes."
            yield Notice(code="same_checkpoint", models=tuple(ids), message=message)


def _is_evaluated_on(model: ComparedModel, source: TrainingSource, split: str) -> bool:
    return any(source.holds_data_of(value) and _folded(value.split) == split for value in model.evaluations)


def _folded(split: str | None) -> str | None:
    return (split or "").strip().casefold() or None


def _listed(words: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))
