"""Forecast hubs of the hubverse: their models' metadata with its history, target data and scores.

A hub (hubverse.io, "Modeling hub model metadata" schema) has one YAML file per model. Each distinct revision of it is
a version of the model; scores come from the hub's evaluation dashboard where its files are beside the hub's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from catalog.errors import Fault, InvalidInput
from catalog.importers.documents import Unreadable
from catalog.importers.files import SourceTree
from catalog.importers.hubverse.datasets import SNAPSHOTS, read_snapshots
from catalog.importers.hubverse.families import decide, read_flags
from catalog.importers.hubverse.hub import read_hub
from catalog.importers.hubverse.models import Context, model_id, relatives, versions
from catalog.importers.hubverse.revisions import FOLDER, Revision, read_revisions
from catalog.importers.hubverse.scores import Score, Scores, read_scores
from catalog.importers.records import Record, Reject


def read(path: Path) -> Iterator[Record | Reject]:
    """The target data of a hub, then its models, each model's oldest revision first."""
    tree = SourceTree(path)
    revisions = _revisions(tree)
    hub, scores = read_hub(tree), read_scores(tree)
    readable = {model: [item for item in items if isinstance(item, Revision)] for model, items in revisions.items()}
    try:
        snapshots = read_snapshots(tree, hub)
    except Unreadable as error:
        snapshots = {}
        yield Reject(file=SNAPSHOTS, name="target data", reason=str(error))
    order = _order(readable)
    context = Context(hub, read_flags(tree), snapshots, order)
    for target, versions_of_it in snapshots.items():
        yield Record(file=SNAPSHOTS, name=target, versions=tuple(versions_of_it))
    yield from scores.rejects
    for model in sorted(scores.by_model.keys() - order.keys()):
        yield Reject(file="dashboard/scores", name=model, reason="scores of a model without readable metadata")
    yield from _models(context, revisions, readable, scores)


def _revisions(tree: SourceTree) -> dict[str, list[Revision | Reject]]:
    try:
        revisions = read_revisions(tree) if tree.is_folder else {}
    except Unreadable as error:
        raise InvalidInput([Fault("/path", f"The history of the hub cannot be read: {error}")]) from error
    if not revisions:
        raise InvalidInput([Fault("/path", f"No {FOLDER}/*.yml of a hub below this folder.")])
    return revisions


def _order(readable: Mapping[str, list[Revision]]) -> dict[str, int]:
    """Places of the models such that one comes after those that it names; by name alone where they name each other."""
    names = frozenset(model for model, items in readable.items() if items)
    graph = {name: {other for item in readable[name] for other in relatives(item, names)} for name in sorted(names)}
    try:
        return {name: place for place, name in enumerate(TopologicalSorter(graph).static_order())}
    except CycleError:
        return {name: place for place, name in enumerate(sorted(names))}


def _models(
    context: Context,
    revisions: Mapping[str, list[Revision | Reject]],
    readable: Mapping[str, list[Revision]],
    scores: Scores,
) -> Iterator[Record | Reject]:
    taken = set[str]()
    for model in sorted(revisions, key=lambda name: (context.order.get(name, len(revisions)), name)):
        identifier = model_id(context.hub, model)
        for item in revisions[model]:
            if isinstance(item, Reject):
                yield item
            elif identifier in taken:
                yield Reject(file=item.file, name=item.name, reason="another model has this name, but for its case")
            else:
                mine = [score for score in scores.by_model.get(model, []) if _in_force(readable[model], score) is item]
                yield _record(context, item, readable[model][-1], mine)
        taken.add(identifier)


def _record(context: Context, revision: Revision, newest: Revision, scores: list[Score]) -> Record | Reject:
    """A revision's record. What family a model is of is read from its newest revision, so that it is of one."""
    decided = decide(context.flags.get(revision.model, frozenset()), newest.said)
    if decided is None:
        reason = "nothing in its name or methods tells its family"
        return Reject(file=revision.file, name=revision.name, reason=reason)
    return Record(file=revision.file, name=revision.name, versions=tuple(versions(context, revision, decided, scores)))


def _in_force(revisions: list[Revision], score: Score) -> Revision:
    """The last revision that was committed by the end of the score's dates; else the first, or the newest of all."""
    if score.until is None:
        return revisions[-1]
    committed = [item for item in revisions if item.date and item.date.astimezone(UTC).date() <= score.until]
    return committed[-1] if committed else revisions[0]
