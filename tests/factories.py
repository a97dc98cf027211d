"""Catalogue rows for tests, named for their state, each made through the door that everyone uses.

    model = complete_model()                       # every provenance rule holds
    orphan = orphan_model()                        # none does
    analysis = make_analysis(used=["dataset-a@1"])  # pinned; a bare id is not
    model = make_model(trained_on=["dataset-a@1"], produced_by=str(analysis))

References are as a person writes them. What is not said is given a fresh id and a plain title.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from typing import Any

import factory
from django.contrib.auth import get_user_model
from django.utils import timezone

from catalog.models import Artifact, ArtifactVersion, MetricDefinition
from catalog.registration import Assessment, EvaluationInput, LinkInput, VersionInput, register, set_state
from catalog.vocabulary import Family, Kind, Outcome, Relation

_numbers = itertools.count(1)

CHECKSUMS = {"sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}

RECORDS: dict[Family, dict[str, Any]] = {
    Family.BIOPHYSICAL: {
        "equations": ["dx/dt = k1 * s - k2 * x"],
        "species": ["x", "s"],
        "parameters": {"k1": {"value": 0.4, "units": "1/h", "source": "fitted"}, "k2": {"value": 0.1}},
        "solver": {"method": "LSODA", "rtol": 1e-6},
    },
    Family.DEEP_LEARNING: {
        "architecture": "UNet",
        "framework": "PyTorch",
        "parameter_count": 31_000_000,
        "training_config": {"optimizer": "adam", "epochs": 40},
    },
    Family.STATISTICAL: {
        "model_type": "linear mixed model",
        "formula": "y ~ age + (1 | donor)",
        "coefficients": {"age": {"value": 0.02, "se": 0.004, "units": "1/year"}},
    },
}
"""For each family a record that says what the model is and gives its parameters: two evidence checks of eight."""

FULL_RECORD: dict[str, Any] = {
    "code": {"repository": "https://example.org/models", "commit": "0a1b2c3d4e5f"},
    "environment": {"python": "3.11"},
    "license": "CC-BY-4.0",
    "references": ["doi:10.5555/example"],
}
"""The other four checks on the record itself. With evaluations on a dataset, the evidence score is 1."""


def new_id(stem: str) -> str:
    """An id that no other call returns."""
    return f"{stem}-{next(_numbers)}"


def links_of(relation: Relation, refs: Iterable[str | LinkInput]) -> tuple[LinkInput, ...]:
    return tuple(ref if isinstance(ref, LinkInput) else LinkInput(relation=relation, ref=ref) for ref in refs)


def make_version(kind: Kind, artifact: str | None = None, **fields: Any) -> ArtifactVersion:
    """A version of any kind: the artifact's next, with a title that differs, so that it is never taken for a repeat."""
    artifact = artifact or new_id(kind.value)
    fields.setdefault("title", f"{artifact}, as of {next(_numbers)}")
    version = register(VersionInput(kind=kind, artifact=artifact, **fields)).version
    version.refresh_from_db()
    return version


def make_dataset(artifact: str | None = None, **fields: Any) -> ArtifactVersion:
    """A dataset that says by a checksum which bytes it is."""
    fields.setdefault("checksums", CHECKSUMS)
    return make_version(Kind.DATASET, artifact, **fields)


def unidentified_dataset(artifact: str | None = None, **fields: Any) -> ArtifactVersion:
    """A dataset that does not say which bytes it is: a pin to it pins nothing."""
    return make_version(Kind.DATASET, artifact, checksums={}, **fields)


def make_hypothesis(artifact: str | None = None, **fields: Any) -> ArtifactVersion:
    return make_version(Kind.HYPOTHESIS, artifact, **fields)


def make_document(artifact: str | None = None, **fields: Any) -> ArtifactVersion:
    return make_version(Kind.DOCUMENT, artifact, **fields)


def make_analysis(
    artifact: str | None = None,
    *,
    used: Iterable[str | LinkInput] = (),
    tests: Iterable[str | LinkInput] = (),
    **fields: Any,
) -> ArtifactVersion:
    """An analysis with its inputs, pinned where the references are, and the hypotheses it tests."""
    links = links_of(Relation.USED, used) + links_of(Relation.TESTS, tests) + tuple(fields.pop("links", ()))
    return make_version(Kind.ANALYSIS, artifact, links=links, **fields)


def make_model(
    artifact: str | None = None,
    *,
    family: Family = Family.BIOPHYSICAL,
    trained_on: Iterable[str | LinkInput] = (),
    produced_by: str | None = None,
    tests: Iterable[str | LinkInput] = (),
    quality: float | None = None,
    metadata: Mapping[str, Any] | None = None,
    **fields: Any,
) -> ArtifactVersion:
    """A model with just the provenance that is given."""
    links = (
        links_of(Relation.TRAINED_ON, trained_on)
        + links_of(Relation.PRODUCED_BY, [produced_by] if produced_by else [])
        + links_of(Relation.TESTS, tests)
        + tuple(fields.pop("links", ()))
    )
    return make_version(
        Kind.MODEL,
        artifact,
        family=family,
        links=links,
        metadata=RECORDS[family] if metadata is None else metadata,
        quality=None if quality is None else Assessment(value=quality, by="A. Curator", reason="Reviewed"),
        **fields,
    )


def complete_model(artifact: str | None = None, *, quality: float | None = 0.9, **fields: Any) -> ArtifactVersion:
    """A model for which every applicable provenance rule holds: its dataset and its analysis are pinned."""
    dataset = f"{make_dataset().artifact}@1"
    fields.setdefault("trained_on", [dataset])
    fields.setdefault("produced_by", f"{make_analysis(used=[dataset])}")
    return make_model(artifact, quality=quality, **fields)


def model_of_a_hypothesis(
    artifact: str | None = None, *, outcome: Outcome | None = None, **fields: Any
) -> ArtifactVersion:
    """A complete model that declares and names the hypothesis it tests: four rules apply, four hold."""
    hypothesis = make_hypothesis()
    tested = LinkInput(relation=Relation.TESTS, ref=f"{hypothesis.artifact}@1", outcome=outcome)
    return complete_model(artifact, tests=[tested], declares_hypothesis=True, **fields)


def orphan_model(artifact: str | None = None, **fields: Any) -> ArtifactVersion:
    """A model of which nothing is known but its own record: every rule that applies fails."""
    return make_model(artifact, **fields)


def unpinned_model(artifact: str | None = None, *, quality: float | None = 0.9, **fields: Any) -> ArtifactVersion:
    """A model with dataset and analysis, whose analysis names its input without a version: one rule fails."""
    dataset = make_dataset().artifact.public_id
    analysis = make_analysis(used=[dataset])
    return make_model(artifact, trained_on=[dataset], produced_by=str(analysis), quality=quality, **fields)


def evaluated_model(artifact: str | None = None, *, dataset: str | None = None, **fields: Any) -> ArtifactVersion:
    """A complete model with one evaluation on the test split of a dataset."""
    dataset = dataset or make_dataset().artifact.public_id
    fields.setdefault("evaluations", [measured(dataset=dataset, dataset_version=1, split="test")])
    fields["evaluations"] = tuple(fields["evaluations"])
    return complete_model(artifact, **fields)


def measured(metric: str = "rmse", value: float = 0.5, **fields: Any) -> EvaluationInput:
    """An evaluation to register or to append."""
    return EvaluationInput(metric=metric, value=value, **fields)


def retracted(version: ArtifactVersion, reason: str = "The data were found to be wrong.") -> ArtifactVersion:
    """The version, retracted."""
    set_state(version, "retracted", reason=reason)
    return version


def unsaved_model(artifact: Artifact | None = None, **columns: Any) -> ArtifactVersion:
    """A model's row as someone would make it who knows the table and not the door."""
    artifact = artifact or ArtifactFactory(kind=Kind.MODEL)
    now = timezone.now()
    given: dict[str, Any] = {
        "public_id": f"{artifact}-by-hand",
        "version_number": 1,
        "is_latest": True,
        "title": "Made by hand",
        "content_digest": "sha256:0",
        "family": Family.STATISTICAL,
        "stated_family": Family.STATISTICAL,
        "family_basis": "source",
        "created_at": now,
        "registered_at": now,
    }
    return ArtifactVersion(artifact=artifact, kind=Kind.MODEL, **given | columns)


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = get_user_model()

    username = factory.Sequence(lambda number: f"curator-{number}")


class MetricFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = MetricDefinition
        django_get_or_create = ("name",)

    name = factory.Sequence(lambda number: f"metric-{number}")
    unit = ""
    direction = "lower"


class ArtifactFactory(factory.django.DjangoModelFactory):
    """An artifact that has no version yet."""

    class Meta:
        model = Artifact

    public_id = factory.Sequence(lambda number: f"artifact-{number}")
    kind = Kind.DATASET
