"""A revision of a hub model's metadata as a version of a model, with the datasets that it names.

After the hubverse schema of model metadata ("model-metadata-schema.json"). Contributors and the accounts of submitters
are people: they are never read. No field of the schema is a procedure: a repository is named without a commit, so that
no analysis is made of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from catalog.importers.hubverse.datasets import FORMAT, KNOWN, Known, dataset_id, named, stated_inputs
from catalog.importers.hubverse.hub import Hub
from catalog.importers.hubverse.revisions import Revision
from catalog.importers.hubverse.scores import Score
from catalog.importers.hubverse.wording import says
from catalog.importers.text import artifact_id, as_text, is_placeholder, without_emails
from catalog.registration.submission import EvaluationInput, LinkInput, Source, VersionInput
from catalog.vocabulary import Family, FamilyBasis, Kind, Relation, ReportedBy

_TEXTS = ("methods", "methods_long", "data_inputs", "backfill_adjustment", "model_name", "team_name")
_FLAGS = ("designated_model", "ensemble_of_models", "ensemble_of_hub_models")
_LICENSES = {"CC-BY_SA-4.0": "CC-BY-SA-4.0"}
"""The schema's own misspelling of an SPDX identifier; every other licence stays as it is stated."""

_DERIVED = re.compile(r"translat\w+|mimic\w*|emulat\w+", re.IGNORECASE)
_DESCRIBES = {Family.STATISTICAL: "model_type", Family.DEEP_LEARNING: "architecture"}
"""Where the source's one line on the method stands in the metadata of a family."""


@dataclass(frozen=True, slots=True)
class Context:
    """What the whole hub knows of its models."""

    hub: Hub
    flags: dict[str, frozenset[Family]]
    snapshots: dict[str, list[VersionInput]]
    order: dict[str, int]


def model_id(hub: Hub, model: str) -> str:
    """Id of a hub's model."""
    return artifact_id("model", hub.key, model.casefold())


def versions(
    context: Context, revision: Revision, decided: tuple[Family, FamilyBasis], scores: list[Score]
) -> Iterator[VersionInput]:
    """The datasets of a revision, then its model."""
    inputs = list(stated_inputs(as_text(revision.said.get("data_inputs"))))
    yield from _datasets(context, revision.model, [known for known, _ in inputs], scores)
    said, family = revision.said, decided[0]
    yield VersionInput(
        kind=Kind.MODEL,
        artifact=model_id(context.hub, revision.model),
        title=": ".join(filter(None, [revision.model, _text(said, "model_name")]))[:500],
        version_label=revision.version[:200],
        description=_text(said, "methods"),
        license=_LICENSES.get(as_text(said.get("license")), as_text(said.get("license"))),
        metadata=_metadata(revision, family),
        checksums={"sha256": revision.sha256},
        created_at=revision.date,
        source=Source(format=FORMAT, record=context.hub.record(revision.model), revision=revision.revision),
        links=(*_trained_on(context, revision, inputs), *_relatives(context, revision)),
        family=family,
        family_basis=decided[1],
        evaluations=tuple(_evaluations(context, scores)),
    )


def _text(said: dict[str, Any], key: str) -> str:
    return without_emails(as_text(said.get(key)))


def _metadata(revision: Revision, family: Family) -> dict[str, Any]:
    """What the file says, under the names of the family's schema where there is one, else under its own."""
    said = revision.said
    method, citation = _text(said, "methods"), _text(said, "citation")
    repository = as_text(said.get("repo_url"))
    fields: dict[str, Any] = {key: _text(said, key) for key in _TEXTS}
    fields |= {key: said[key] for key in _FLAGS if isinstance(said.get(key), bool)}
    if family in _DESCRIBES:
        fields[_DESCRIBES[family]] = method
    fields["authors"] = [fields["team_name"]] if fields["team_name"] else []
    fields["references"] = [] if is_placeholder(citation) else [citation]
    fields["code"] = {"repository": repository} if _is_address(repository) else {}
    if as_text(said.get("license")):
        fields["license_note"] = "As the hub's schema has it: for use of the model's output data."
        fields["license_stated"] = as_text(said.get("license"))
    return {key: value for key, value in fields.items() if value not in ("", [], {})}


def _is_address(text: str) -> bool:
    """Whether a repository is named: `https://TBD` is not one."""
    return re.match(r"https?://[\w-]+(\.[\w-]+)+/\S", text) is not None


def _datasets(context: Context, model: str, inputs: list[Known], scores: list[Score]) -> Iterator[VersionInput]:
    """The oldest version of each dataset that is named, which is enough for it to be there."""
    against = {score.dataset for score in scores}
    scored = [known for known in KNOWN if known.of_hub and known.key in against]
    for known in dict.fromkeys([*inputs, *scored]):
        snapshots = context.snapshots.get(known.key) if known.of_hub else None
        yield snapshots[0] if snapshots else named(context.hub, known, model)


def _trained_on(context: Context, revision: Revision, inputs: list[tuple[Known, str]]) -> Iterator[LinkInput]:
    for known, words in inputs:
        ref = dataset_id(context.hub, known, revision.model)
        yield LinkInput(relation=Relation.TRAINED_ON, ref=ref, stated_as=words[:2000])


def _relatives(context: Context, revision: Revision) -> Iterator[LinkInput]:
    """Models of the hub that the text names as those it combines, or whose forecasts it translates or imitates."""
    earlier = (name for name, place in context.order.items() if place < context.order[revision.model])
    for other in relatives(revision, frozenset(earlier)):
        combines = revision.said.get("ensemble_of_hub_models") is True
        relation = Relation.COMBINES if combines else Relation.DERIVES_FROM
        yield LinkInput(relation=relation, ref=model_id(context.hub, other), stated_as=other)


def relatives(revision: Revision, models: frozenset[str]) -> list[str]:
    """Other models of the hub that a revision names in its name or methods, and says that it is made from."""
    said = revision.said
    combines = said.get("ensemble_of_hub_models") is True
    fields = ("methods", "methods_long") if combines else ("model_name", "methods")
    text = ". ".join(as_text(said.get(key)) for key in fields)
    if not combines and not says(text, _DERIVED):
        return []
    return [
        other
        for other in sorted(models - {revision.model})
        if says(text, re.compile(rf"(?<![\w-]){re.escape(other)}(?![\w-])"))
    ]


def _evaluations(context: Context, scores: list[Score]) -> Iterator[EvaluationInput]:
    """The scores as evaluations. Of several values of a metric, the dashboard's first set is the primary one."""
    first = min((score.rank for score in scores), default=None)
    targets = {known.key: dataset_id(context.hub, known, "") for known in KNOWN if known.of_hub}
    for score in scores:
        yield EvaluationInput(
            metric=score.metric,
            value=score.value,
            unit=score.unit,
            task=score.target,
            subset=score.subset,
            dataset=targets.get(score.dataset),
            n=score.n,
            period=score.period,
            evaluated_by=context.hub.evaluator,
            reported_by=ReportedBy.EVALUATOR,
            primary=score.rank == first,
        )
