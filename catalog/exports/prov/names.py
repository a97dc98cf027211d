"""What things are called in a PROV document: qualified names, each the address of a page of the catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from prov.identifier import Namespace, QualifiedName
from prov.model import ProvDocument

from catalog.exports.linked_data.context import own_namespace
from catalog.exports.records import Export, place_of


@dataclass(frozen=True, slots=True)
class Names:
    """The namespaces of a document, and the kinds of what is named in it."""

    places: Mapping[str, Namespace]
    agents: Namespace
    words: Namespace
    kinds: Mapping[str, str]

    @classmethod
    def of(cls, document: ProvDocument, export: Export) -> Names:
        """The names of an export, declared in `document`."""
        places = {place: document.add_namespace(place, f"{export.home}/{place}/") for place in ("models", "artifacts")}
        return cls(
            places=places,
            agents=document.add_namespace("agents", f"{export.home}/#agent-"),
            words=document.add_namespace("scidex", own_namespace(export.home)),
            kinds={node.id: node.kind for node in export.ancestry.nodes},
        )

    def thing(self, id: str, part: str = "") -> QualifiedName:  # noqa: A002
        """A version or an artifact by its id, or `part` of its page."""
        return self.places[place_of(self.kinds[id])][f"{id}#{part}" if part else id]

    def agent(self, name: str) -> QualifiedName:
        """Who is named in a record, in whatever words."""
        return self.agents[quote(name, safe="")]

    def word(self, name: str) -> QualifiedName:
        """A word of the catalogue's own."""
        return self.words[name]
