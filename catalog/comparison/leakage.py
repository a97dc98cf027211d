"""Whether models are measured on data that one of them was trained on, or on data that come from the same place.

That one dataset was made from another is leakage, unless the training states which splits it used: then a part may
have been held out, and what is known is that both come from one dataset, as the two halves of an honest split do.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from catalog.comparison.ancestry import TrainingSource, folded, training_sources
from catalog.comparison.overlap import Data, Meeting, TrainingData
from catalog.comparison.records import ComparedModel, ProvenanceGraph

TRAINING_SPLITS = frozenset({"train", "training", "fit", "in-sample", "in_sample"})
"""Words for the split that a model is fitted to, in lower case."""

LEAKAGE, SHARED_PARENT = "leakage", "shared_parent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Leak:
    """What one model was trained on and `evaluated`, the ids of models, are evaluated on.

    `dataset` is the artifact id of the evaluation's dataset, `path` leads there by node ids, from the trained model's.
    """

    code: str
    trained: str
    evaluated: tuple[str, ...]
    dataset: str
    message: str
    path: tuple[str, ...]


def leaks(models: Sequence[ComparedModel]) -> Iterator[Leak]:
    """All leaks among the models, each model's training against every model's evaluations.

    A shared parent is told of a model's own evaluations alone, and where nothing graver is said of the dataset.
    """
    for trained in models:
        yield from _by_split(trained, models)
        yield from _by_origin(trained, models)


def _by_split(trained: ComparedModel, models: Sequence[ComparedModel]) -> Iterator[Leak]:
    """One leak for each held-out split that a model was trained on and any of the models is evaluated on."""
    told: set[tuple[str, int | None, str]] = set()
    for source in training_sources(trained):
        split = folded(source.split)
        data = source.dataset, source.version_number, split or ""
        if split is None or split in TRAINING_SPLITS or data in told:
            continue
        evaluated = tuple(model.id for model in models if _is_evaluated_on(model, source, split))
        if evaluated:
            told.add(data)
            message = (
                f"{trained.id} was trained{_through(source.path)} on the {source.split} split of {source.dataset}, "
                f"{_evaluated(evaluated)}."
            )
            yield Leak(
                code=LEAKAGE,
                trained=trained.id,
                evaluated=evaluated,
                dataset=source.dataset,
                message=message,
                path=source.path,
            )


@dataclass(slots=True)
class _Found:
    """What was found of one dataset: the nearest way, and who is evaluated on it."""

    meeting: Meeting
    evaluated: list[str] = field(default_factory=list)

    def add(self, meeting: Meeting, model: str) -> None:
        self.meeting = min(self.meeting, meeting, key=lambda one: (len(one.path), one.path))
        if model not in self.evaluated:
            self.evaluated.append(model)


def _by_origin(trained: ComparedModel, models: Sequence[ComparedModel]) -> Iterator[Leak]:
    """One leak, and one shared parent, for each dataset evaluated on that hangs together with what was trained on."""
    training = TrainingData(trained)
    found: dict[str, dict[str, _Found]] = {LEAKAGE: {}, SHARED_PARENT: {}}
    direct: set[str] = set()
    for model in models:
        origins = {_data_of(graph): graph for graph in model.evaluation_data}
        for data, splits in _measured(model).items():
            for meeting in training.meetings(data, origins.get(data)):
                code = _judged(meeting, splits)
                if meeting.how == "same" and model.id == trained.id:
                    direct.add(data[0])
                elif code == LEAKAGE or (code and model.id == trained.id):
                    found[code].setdefault(data[0], _Found(meeting)).add(meeting, model.id)
    for dataset, leak in found[LEAKAGE].items():
        yield _leak(LEAKAGE, trained.id, training, dataset, leak)
    for dataset, shared in found[SHARED_PARENT].items():
        leaked = found[LEAKAGE].get(dataset)
        if dataset not in direct and not (leaked and trained.id in leaked.evaluated):
            yield _leak(SHARED_PARENT, trained.id, training, dataset, shared)


def _data_of(graph: ProvenanceGraph) -> Data | None:
    """The dataset, and the version, whose graph this is."""
    return next(((node.artifact, node.version_number) for node in graph.nodes if node.id == graph.root), None)


def _measured(model: ComparedModel) -> dict[Data, set[str | None]]:
    """The splits of each dataset that a model is evaluated on, None where one is not stated, but for training ones."""
    found: dict[Data, set[str | None]] = defaultdict(set)
    for value in model.evaluations:
        split = folded(value.split)
        if value.dataset is not None and split not in TRAINING_SPLITS:
            found[value.dataset, value.dataset_version].add(split)
    return found


def _judged(meeting: Meeting, splits: set[str | None]) -> str | None:
    """What a meeting of training data with evaluations on `splits` is called; None where they are one dataset."""
    if meeting.how == "same":
        return None
    if meeting.how == "siblings":
        return SHARED_PARENT
    return LEAKAGE if not meeting.root.splits or splits & meeting.root.splits else SHARED_PARENT


def _leak(code: str, trained: str, training: TrainingData, dataset: str, found: _Found) -> Leak:
    meeting = found.meeting
    data = training.artifact_of(meeting.root)
    splits = sorted(meeting.root.splits)
    part = f"the {' and '.join(splits)} split{'s' if len(splits) > 1 else ''} of {data}" if splits else data
    kin = {
        "made_from": f"{data} derives from {dataset}",
        "source_of": f"{dataset} derives from {data}",
        "siblings": f"both derive from {meeting.shared}",
    }[meeting.how]
    evaluated = tuple(found.evaluated)
    begins = f"{trained} was trained{_through(meeting.root.path)} on {part}"
    if code == LEAKAGE:
        message = f"{begins}, and {kin}, {_evaluated(evaluated)}."
    else:
        message = f"{begins} and is evaluated on {dataset}; {kin}."
    return Leak(code=code, trained=trained, evaluated=evaluated, dataset=dataset, message=message, path=meeting.path)


def _through(path: Sequence[str]) -> str:
    """Whether anything lies between the model's own node and its dataset's: a model that handed the training on."""
    return ", through a model that it came from," if len(path) > 2 else ""


def _evaluated(models: Sequence[str]) -> str:
    return f"on which {listed(sorted(models))} {'is' if len(models) == 1 else 'are'} evaluated"


def _is_evaluated_on(model: ComparedModel, source: TrainingSource, split: str) -> bool:
    return any(source.holds_data_of(value) and folded(value.split) == split for value in model.evaluations)


def listed(words: Sequence[str]) -> str:
    """Words as a sentence lists them: a, b and c."""
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))
