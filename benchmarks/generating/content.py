"""What the generated versions say of themselves, and its digest: the one that registration would have given.

A text of which the database has a part to fill in holds a mark; the canonical JSON is made here once, and its digest
for each row there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from benchmarks.generating import dialects
from benchmarks.generating.layout import SHAPES, Layout
from catalog.identity import canonical_json
from catalog.models import Artifact, ArtifactVersion
from catalog.references import Target
from catalog.registration.content import content_of
from catalog.registration.submission import EvaluationInput, VersionInput
from catalog.vocabulary import Family, Kind

NUMBER = "<number>"
"""Stands for the artifact's number in a title."""

COUNT, VALUE = 987_654_321, 0.98765
"""Stand for a model's parameter count and its first value."""

CHECKSUMS = {"sha256": "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"}

_RECORDS: dict[Family, dict[str, Any]] = {
    Family.DEEP_LEARNING: {
        "architecture": "ResNet-50",
        "framework": "PyTorch",
        "training_config": {"optimizer": "adam", "learning_rate": 0.001, "epochs": 40},
    },
    Family.STATISTICAL: {
        "model_type": "linear mixed model",
        "formula": "y ~ age + (1 | donor)",
        "coefficients": {"age": {"value": 0.02, "se": 0.004, "units": "1/year"}},
    },
    Family.BIOPHYSICAL: {
        "equations": ["dx/dt = k1 * s - k2 * x"],
        "species": ["x", "s"],
        "parameters": {"k1": {"value": 0.4, "units": "1/h"}, "k2": {"value": 0.1, "units": "1/h"}},
    },
}
_REST: tuple[dict[str, Any], ...] = (
    {},
    {"code": {"repository": "https://example.org/models", "commit": "0a1b2c3d4e5f"}},
    {"environment": {"python": "3.11"}, "references": ["doi:10.5555/example"]},
)
"""How much more a record says."""

METRICS: dict[Family, tuple[str, ...]] = {
    Family.DEEP_LEARNING: ("accuracy", "auroc"),
    Family.STATISTICAL: ("rmse",),
    Family.BIOPHYSICAL: ("rmse", "aic"),
}
_FAMILIES = [Family.DEEP_LEARNING] * 5 + [Family.STATISTICAL] * 3 + [Family.BIOPHYSICAL] * 2


@dataclass(frozen=True, slots=True)
class Shape:
    """What every model of one shape says; half of the shapes were evaluated on the popular dataset's first version."""

    number: int

    @property
    def family(self) -> Family:
        return _FAMILIES[self.number % len(_FAMILIES)]

    @property
    def license(self) -> str:
        return "CC-BY-4.0" if self.number % 4 else ""

    @property
    def metadata(self) -> dict[str, Any]:
        return _RECORDS[self.family] | _REST[self.number % len(_REST)]

    @property
    def says_dataset(self) -> bool:
        return self.number < SHAPES // 2

    @property
    def evaluations(self) -> tuple[EvaluationInput, ...]:
        dataset = {"dataset": "dataset-popular", "dataset_version": 1} if self.says_dataset else {}
        return tuple(
            EvaluationInput(metric=metric, value=VALUE if index == 0 else 0.25, split="test", n=120, **dataset)  # type: ignore[arg-type]
            for index, metric in enumerate(METRICS[self.family])
        )

    def submission(self, number: int) -> VersionInput:
        """What was handed in as version `number` of such a model."""
        return VersionInput(
            kind=Kind.MODEL,
            artifact="model",
            title=f"Benchmark model {NUMBER}",
            changelog="Trained again." if number > 1 else "",
            license=self.license,
            family=self.family,
            metadata=self.metadata,
            parameter_count=COUNT,
            evaluations=self.evaluations,
        )


def targets(layout: Layout) -> dict[str, Target]:
    """What the evaluations name, as registration would have resolved it."""
    popular = Artifact(public_id=layout.popular.stem, kind=Kind.DATASET)
    return {f"{layout.popular.stem}@1": Target(popular, ArtifactVersion(version_number=1), pinned=True)}


def plain(kind: Kind, title: str) -> VersionInput:
    """What was handed in for anything but a model. A dataset says by a checksum which bytes it is."""
    return VersionInput(
        kind=kind, artifact=kind.value, title=title, checksums=CHECKSUMS if kind == Kind.DATASET else {}
    )


def digest(data: VersionInput, found: Mapping[str, Target], **parts: str) -> str:
    """The digest of what was handed in, as an expression; `parts` fill in `number`, `count` and `value`."""
    written = dialects.text(canonical_json(content_of(data, found)).decode())
    for mark, part in ((NUMBER, "number"), (str(COUNT), "count"), (str(VALUE), "value")):
        if part in parts:
            written = written.replace(mark, f"' || {parts[part]} || '")
    return dialects.sha256(written)
