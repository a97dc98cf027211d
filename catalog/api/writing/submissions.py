"""From bodies to what the one door takes, and its complaints back to where the client wrote what they are about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from rest_framework import serializers

from catalog.api.writing.fields import Shape
from catalog.api.writing.references import Mention
from catalog.api.writing.shapes import ArtifactShape, LaterEvaluationShape, LinkShape, ModelShape
from catalog.errors import CatalogError, Fault, InvalidInput, ProvenanceIncomplete
from catalog.json_values import pointer_to
from catalog.registration import Assessment, EvaluationInput, LinkInput, Source, VersionInput
from catalog.vocabulary import Family, FamilyBasis, Kind, Outcome, Relation, ReportedBy

MODEL_LINKS: Mapping[str, Relation] = {
    "trained_on": Relation.TRAINED_ON,
    "produced_by": Relation.PRODUCED_BY,
    "tests_hypothesis": Relation.TESTS,
    "fine_tuned_from": Relation.FINE_TUNED_FROM,
    "combines": Relation.COMBINES,
}
ARTIFACT_LINKS: Mapping[str, Relation] = {
    "inputs": Relation.USED,
    "tests": Relation.TESTS,
    "produced_by": Relation.PRODUCED_BY,
    "derives_from": Relation.DERIVES_FROM,
    "cites": Relation.CITES,
}
"""Which relation each field of a body states."""

_PLAIN = ("title", "parent", "version_label", "version_tag", "changelog", "description", "license", "created_at")
_RULE_FIELDS = {
    "training_dataset": "/trained_on",
    "producing_analysis": "/produced_by",
    "pinned_inputs": "/produced_by",
    "tested_hypothesis": "/tests_hypothesis",
}


@dataclass(slots=True)
class Places:
    """Where in the body stands what the door calls by its own pointers."""

    moved: dict[str, str] = field(default_factory=dict)

    def of(self, pointer: str) -> str:
        """The client's pointer of a door's pointer: its nearest known ancestor's, and the rest as it is."""
        steps = pointer.split("/")
        for length in range(len(steps), 1, -1):
            known = self.moved.get("/".join(steps[:length]))
            if known is not None:
                return "/".join([known, *steps[length:]])
        return pointer


@contextmanager
def as_sent(places: Places) -> Iterator[None]:
    """Let the errors of the block speak of the body as the client sent it."""
    try:
        yield
    except CatalogError as error:
        strict = isinstance(error, ProvenanceIncomplete)
        error.faults = tuple(
            Fault(_RULE_FIELDS.get(fault.code, "") if strict else places.of(fault.pointer), fault.detail, fault.code)
            for fault in error.faults
        )
        raise


@dataclass(frozen=True, slots=True)
class Submission:
    """A version as the door takes it, and where its parts stood in the body."""

    data: VersionInput
    places: Places


def read(shape: type[Shape], body: Any) -> dict[str, Any]:
    """The values that a body states; null states nothing. Raises REST framework's ValidationError."""
    reader = shape(data=body)
    reader.is_valid(raise_exception=True)
    return _stated(reader.validated_data)


def model_submission(body: Any) -> Submission:
    """Read the body of `POST /api/models`."""
    values = read(ModelShape, body)
    places = Places({"/artifact": "/model"})
    data = VersionInput(
        kind=Kind.MODEL,
        artifact=values["model"],
        **_version_fields(values),
        links=_links(values, MODEL_LINKS, places),
        evaluations=_evaluations(values, places),
        family=Family(values["model_family"]),
        family_basis=FamilyBasis(values["family_basis"]) if "family_basis" in values else None,
        parameter_count=values.get("parameter_count"),
        declares_hypothesis=values.get("declares_hypothesis", False),
        quality=assessment(values.get("quality")),
    )
    return Submission(data, places)


def artifact_submission(body: Any) -> Submission:
    """Read the body of `POST /api/artifacts`."""
    if isinstance(body, Mapping) and body.get("kind") == Kind.MODEL:
        raise InvalidInput([Fault("/kind", "Models are registered at /api/models.", "choice")])
    values = read(ArtifactShape, body)
    places = Places()
    data = VersionInput(
        kind=Kind(values["kind"]),
        artifact=values["artifact"],
        **_version_fields(values),
        aliases=tuple(dict.fromkeys(values.get("aliases", ()))),
        checksums=values.get("checksums", {}),
        links=_links(values, ARTIFACT_LINKS, places),
    )
    return Submission(data, places)


def link_submission(body: Any) -> LinkInput:
    """Read the body of `POST …/links`."""
    values = read(LinkShape, body)
    outcome = values.pop("outcome", None)
    return LinkInput(relation=Relation(values.pop("relation")), outcome=Outcome(outcome) if outcome else None, **values)


def evaluation_submission(body: Any) -> tuple[EvaluationInput, int | None]:
    """Read the body of `POST …/evaluations`: the evaluation, and the number of the one that it supersedes."""
    values = read(LaterEvaluationShape, body)
    supersedes = values.pop("supersedes", None)
    return _evaluation(values), supersedes


def assessment(values: Mapping[str, Any] | None) -> Assessment | None:
    """What a body says of quality, if it does."""
    return Assessment(**_stated(values)) if values is not None else None


def _stated(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}


def _version_fields(values: Mapping[str, Any]) -> dict[str, Any]:
    fields = {name: values[name] for name in _PLAIN if name in values}
    source = values.get("source")
    return {
        **fields,
        "version_id": values.get("id"),
        "metadata": values.get("metadata", {}),
        "source": Source(**source) if source else None,
    }


def _links(values: Mapping[str, Any], relations: Mapping[str, Relation], places: Places) -> tuple[LinkInput, ...]:
    links: list[LinkInput] = []
    for name, relation in relations.items():
        mentions: list[Mention] = values.get(name, [])
        for mention in mentions:
            own = f"/links/{len(links)}"
            places.moved[own] = f"/{name}{mention.at}"
            places.moved[f"{own}/outcome"] = f"/{name}{mention.entry}/outcome"
            places.moved[f"{own}/stated_as"] = f"/{name}{mention.entry}/stated_as"
            outcome = Outcome(mention.outcome) if mention.outcome else None
            links.append(LinkInput(relation=relation, ref=mention.ref, stated_as=mention.stated_as, outcome=outcome))
    return tuple(links)


def _evaluations(values: Mapping[str, Any], places: Places) -> tuple[EvaluationInput, ...]:
    metrics, evaluations = values.get("evaluation_metrics"), values.get("evaluations")
    if metrics and evaluations:
        raise serializers.ValidationError({"evaluations": ["Give evaluations or evaluation_metrics, not both."]})
    for index, metric in enumerate(metrics or ()):
        for place in ("", "/metric", "/value"):
            places.moved[f"/evaluations/{index}{place}"] = pointer_to("/evaluation_metrics", metric)
    short = (EvaluationInput(metric=metric, value=value) for metric, value in (metrics or {}).items())
    return (*short, *(_evaluation(_stated(entry)) for entry in evaluations or ()))


def _evaluation(values: dict[str, Any]) -> EvaluationInput:
    reported_by = ReportedBy(values.pop("reported_by", ReportedBy.AUTHOR))
    return EvaluationInput(reported_by=reported_by, **values)
