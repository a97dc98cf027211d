"""From a card to the versions of its model and datasets."""

from __future__ import annotations

import re
from typing import Any

from catalog import identity
from catalog.importers.dataset_versions import without_held
from catalog.importers.datasets import Datasets
from catalog.importers.documents import Unreadable
from catalog.importers.families import REMEDY, decide
from catalog.importers.model_card.bases import Base, relation_of
from catalog.importers.model_card.cards import Card
from catalog.importers.model_card.data import CardData
from catalog.importers.model_card.results import evaluations
from catalog.importers.records import Record
from catalog.importers.text import as_text, as_texts, finite, without_emails
from catalog.registration.submission import LinkInput, Source, VersionInput
from catalog.vocabulary import Kind

FORMAT = "model-card"
MAX_DESCRIPTION = 2_000
"""How much of a card's first paragraph is kept."""

_NOT_PROSE = re.compile(r"\s*(?:#|<|\||!\[|\[!\[|```|>|[-*_]{3,}\s*$|[-*+] |\d+\. )")
_PAPER = re.compile(r"(?:arxiv|doi):\S+", re.IGNORECASE)


def record_of(card: Card, bases: tuple[Base, ...], datasets: Datasets, otherwise: str | None) -> Record:
    """The record of one card: datasets, then the model. Raises `Unreadable` where the card is not one of a model.

    `otherwise` is the family of a card that neither states one nor names a library that tells it.
    """
    data = CardData(datasets, card.artifact)
    links = data.trained_on(card.front.get("datasets"))
    links += tuple(LinkInput(relation=relation_of(card), ref=base.ref, stated_as=base.stated_as) for base in bases)
    values = evaluations(card.front, data)
    tags = as_texts(card.front.get("tags"))
    libraries = (as_text(card.front.get("library_name")), *tags)
    family = decide([card.front.get("model_family"), *tags], libraries, otherwise)
    if family is None:
        raise Unreadable(f"neither library_name nor tags tell the model's family: {REMEDY}")
    model = VersionInput(
        kind=Kind.MODEL,
        artifact=card.artifact,
        title=_title(card),
        version_label=card.commit,
        description=_description(card.body),
        license=_license(card),
        metadata=_metadata(card),
        source=Source(format=FORMAT, record=card.artifact, revision=_revision(card, bases)),
        links=links,
        family=family[0],
        family_basis=family[1],
        evaluations=values,
    )
    return Record(file=card.file, name=card.name, versions=(*without_held(data.versions), model))


def _revision(card: Card, bases: tuple[Base, ...]) -> str:
    """The digest of all that the card says, with the commit and the bases that are there."""
    said = {"front": dict(card.front), "body": card.body, "commit": card.commit, "from": [base.ref for base in bases]}
    return identity.digest(finite(said))


def _title(card: Card) -> str:
    index = card.front.get("model-index")
    named = index[0].get("name") if isinstance(index, list) and index and isinstance(index[0], dict) else ""
    return (as_text(card.front.get("model_name")) or as_text(named) or card.repository.rsplit("/", 1)[-1])[:500]


def _license(card: Card) -> str:
    """The licence; where it is another than those with an identifier, by its name."""
    stated = " OR ".join(as_texts(card.front.get("license")))
    return (as_text(card.front.get("license_name")) if stated in ("", "other") else "") or stated


def _metadata(card: Card) -> dict[str, Any]:
    front = card.front
    tags = as_texts(front.get("tags"))
    stated = {
        "framework": as_text(front.get("library_name")),
        "task": as_text(front.get("pipeline_tag")),
        "tags": list(tags),
        "language": list(as_texts(front.get("language"))),
        "base_model": list(as_texts(front.get("base_model"))),
        "base_model_relation": as_text(front.get("base_model_relation")),
        "training_data": list(as_texts(front.get("datasets"))),
        "license_link": as_text(front.get("license_link")),
        "references": [tag for tag in tags if _PAPER.fullmatch(tag)],
        "co2_eq_emissions": finite(front.get("co2_eq_emissions")),
        "repository": card.repository,
        "commit": card.commit,
    }
    return {key: value for key, value in stated.items() if value not in (None, "", [], {})}


def _description(body: str) -> str:
    """The first paragraph of prose below the block of YAML, without headings, badges, tables, lists and comments."""
    plain = re.sub(r"<!--.*?-->", "", body, flags=re.DOTALL)
    for paragraph in re.split(r"\r?\n\s*\r?\n", plain):
        lines = [line for line in paragraph.splitlines() if line.strip() and not _NOT_PROSE.match(line)]
        text = without_emails(" ".join(lines))
        if text:
            return text[:MAX_DESCRIPTION]
    return ""
