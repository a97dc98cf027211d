"""Which models a card's model comes from, as far as they are in the catalogue or among the same cards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from catalog.identity import id_problem
from catalog.importers.model_card.cards import Card
from catalog.importers.text import artifact_id, as_text, as_texts
from catalog.references import resolve_all
from catalog.vocabulary import Kind, Relation

_RELATIONS = {
    "finetune": Relation.FINE_TUNED_FROM,
    "adapter": Relation.FINE_TUNED_FROM,
    "merge": Relation.COMBINES,
    "quantized": Relation.DERIVES_FROM,
}


@dataclass(frozen=True, slots=True)
class Base:
    """A model that another comes from: its id, that of a version where the card names one, and the card's words."""

    ref: str
    stated_as: str


def relation_of(card: Card) -> Relation:
    """How the card's model comes from its bases. Where the card does not say, several are merged and one is tuned."""
    stated = as_text(card.front.get("base_model_relation")).casefold()
    several = len(as_texts(card.front.get("base_model"))) > 1
    return _RELATIONS.get(
        stated, Relation.DERIVES_FROM if stated else Relation.COMBINES if several else Relation.FINE_TUNED_FROM
    )


def bases_first(cards: Mapping[str, Card]) -> Iterator[tuple[Card, tuple[Base, ...]]]:
    """Every card with its bases, no card before those it comes from. A circle is cut where it closes.

    What is not among the cards is looked up when its turn comes, so that what was read before is found.
    """
    done: set[str] = set()
    for first in cards:
        waiting = [first]
        while waiting:
            card = cards[waiting[-1]]
            among = {name: _artifact(name) for name in as_texts(card.front.get("base_model"))}
            missing = [ref for ref in among.values() if ref in cards and ref not in done and ref not in waiting]
            if missing and card.artifact not in done:
                waiting.append(missing[0])
                continue
            waiting.pop()
            if card.artifact not in done:
                done.add(card.artifact)
                yield card, _bases(card, [name for name, ref in among.items() if ref not in waiting])


def _bases(card: Card, names: Sequence[str]) -> tuple[Base, ...]:
    """Those of `names` that the catalogue holds, by the id that a card gives a model, or by their own."""
    candidates = {name: [_artifact(name), *([] if id_problem(name) else [name])] for name in names}
    held = resolve_all(ref for refs in candidates.values() for ref in refs)
    found: dict[str, Base] = {}
    for name, refs in candidates.items():
        targets = [held[ref] for ref in refs]
        target = next((target for target in targets if target and target.kind == Kind.MODEL), None)
        if target and target.artifact.public_id != card.artifact:
            named = target.version if target.pinned else None
            ref = named.public_id if named else target.artifact.public_id
            found.setdefault(ref, Base(ref, name))
    return tuple(found.values())


def _artifact(repository: str) -> str:
    return artifact_id("model", "hf", repository)
