"""Which models are measured on data they were trained on: told beside what else is worth knowing, and by the audit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from catalog.comparison.leakage import LEAKAGE, SHARED_PARENT, Leak, leaks
from catalog.comparison.records import ComparedModel
from catalog.models import ArtifactVersion, Evaluation
from catalog.provenance.advisories import Advice
from catalog.snapshots import load
from catalog.vocabulary import Advisory, Kind

BATCH_SIZE = 500
"""Models whose lineage is held in memory at once."""

MOST_NAMED = 100
"""Models that a report names of each kind of finding."""

REMEDIES = {
    LEAKAGE: "Evaluate it on data that it was not trained on; or, where a part was held out, state the splits that it "
    "was trained on as training_splits in the metadata of a new version.",
    SHARED_PARENT: "Nothing is wrong where they are the halves of one split; check that they have no case in common.",
}


def leakage_advice(compared: ComparedModel) -> list[Advice]:
    """What to know of a model's own evaluations and its training, from the comparison's view of it."""
    return [
        Advice(Advisory(leak.code), leak.dataset, f"{leak.message} {REMEDIES[leak.code]}", leak.path)
        for leak in leaks([compared])
    ]


@dataclass
class LeakageReport:
    """How many models are evaluated on data that hang together with their training data, and the first of them."""

    looked_at: int = 0
    counts: dict[str, int] = field(default_factory=lambda: {LEAKAGE: 0, SHARED_PARENT: 0})
    named: dict[str, list[str]] = field(default_factory=lambda: {LEAKAGE: [], SHARED_PARENT: []})

    def as_dict(self) -> dict[str, Any]:
        found = {code: {"models": self.counts[code], "ids": self.named[code]} for code in self.counts}
        return {"looked_at": self.looked_at, **found}

    def add(self, model: ComparedModel, found: Iterator[Leak]) -> None:
        self.looked_at += 1
        for code in {leak.code for leak in found}:
            self.counts[code] += 1
            if len(self.named[code]) < MOST_NAMED:
                self.named[code].append(model.id)


def evaluated(family: str | None = None) -> QuerySet[ArtifactVersion]:
    """The model versions that leakage can be found of: those with an evaluation that names its dataset."""
    measured = Evaluation.objects.filter(version=OuterRef("pk"), is_live=True, dataset__isnull=False)
    models = ArtifactVersion.objects.filter(Exists(measured), kind=Kind.MODEL)
    return models.filter(family=family) if family else models


def find_leakage(family: str | None = None, progress: Callable[[int], object] = lambda count: None) -> LeakageReport:
    """Look for leakage in all models, or those of one family, batch by batch; `progress` is told each batch's size."""
    report, last = LeakageReport(), 0
    while batch := list(evaluated(family).filter(pk__gt=last).order_by("pk")[:BATCH_SIZE]):
        for model in load(batch):
            report.add(model, leaks([model]))
        last = batch[-1].pk
        progress(len(batch))
    return report
