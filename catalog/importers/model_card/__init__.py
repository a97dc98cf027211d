"""Model cards as Hugging Face writes them: a README.md that begins with a block of YAML, results in `model-index`.

Reference: the model card specification, https://github.com/huggingface/hub-docs/blob/main/modelcard.md.

PATH is one card; or a folder, in which every `README.md` is one and any other Markdown file that begins with such a
block. A model's id is made of its repository's name: the last two folders (`org/name`), or what a download cache
says. A checkout of the repository, or a cache, states the commit that the version is of.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from catalog.importers.datasets import Datasets
from catalog.importers.documents import Unreadable
from catalog.importers.files import SourceTree
from catalog.importers.model_card.bases import bases_first
from catalog.importers.model_card.cards import Card, cards_of
from catalog.importers.model_card.versions import FORMAT, record_of
from catalog.importers.records import Record, Reject

__all__ = ["read"]


def read(path: Path, *, family: str | None = None) -> Iterator[Record | Reject]:
    """Yield every card once, a model that others come from before these. `family` is that of cards that say nothing."""
    cards: dict[str, Card] = {}
    for item in cards_of(SourceTree(path)):
        if isinstance(item, Reject):
            yield item
        elif item.artifact in cards:
            yield Reject(file=item.file, name=item.name, reason=f"has the id of {cards[item.artifact].file}")
        else:
            cards[item.artifact] = item
    datasets = Datasets(FORMAT)
    for card, bases in bases_first(cards):
        try:
            yield record_of(card, bases, datasets, family)
        except Unreadable as error:
            yield Reject(file=card.file, name=card.name, reason=str(error))
