"""The edges of an ancestry in the words of PROV, each with the catalogue's own word beside it.

What a model was trained on is used by the analysis that produced it; what a version was made from is a derivation, an
earlier version a revision; tests and citations are influences. PROV has its words for certain ends alone: between two
analyses a relation is a communication, and whatever else does not fit is an influence too.
"""

from __future__ import annotations

from typing import Any

from prov.identifier import QualifiedName
from prov.model import ProvDocument

from catalog.exports.prov.names import Names
from catalog.exports.records import Ancestry, SourceEdge
from catalog.vocabulary import Kind, Relation

_DERIVATIONS = frozenset({Relation.FINE_TUNED_FROM, Relation.COMBINES, Relation.DERIVES_FROM})


def add_relations(document: ProvDocument, names: Names, ancestry: Ancestry) -> None:
    """Write every edge, in its order."""
    producers = {edge.source: edge.target for edge in ancestry.edges if edge.relation == Relation.PRODUCED_BY}
    for edge in ancestry.edges:
        if edge.relation == Relation.TRAINED_ON:
            _trained(document, names, edge, producers.get(edge.source))
        elif edge.relation == Relation.REVISES:
            source, target = _ends(names, edge)
            document.wasRevisionOf(source, target, other_attributes=_said(names, edge))
        else:
            _related(document, names, edge)


def _trained(document: ProvDocument, names: Names, edge: SourceEdge, producer: str | None) -> None:
    """Training data: used by the producing analysis, for this model. Where none is named, the model derives from it."""
    said = _said(names, edge)
    source, target = _ends(names, edge)
    if producer is None:
        document.wasDerivedFrom(source, target, other_attributes=said)
        return
    said.append((names.word("model"), source))
    document.used(names.thing(producer), target, other_attributes=said)


def _related(document: ProvDocument, names: Names, edge: SourceEdge) -> None:
    from_analysis, to_analysis = (names.kinds[end] == Kind.ANALYSIS for end in (edge.source, edge.target))
    said = _said(names, edge)
    source, target = _ends(names, edge)
    if edge.relation in (Relation.USED, Relation.PRODUCED_BY) and from_analysis and to_analysis:
        document.wasInformedBy(source, target, other_attributes=said)
    elif edge.relation == Relation.USED:
        document.used(source, target, other_attributes=said)
    elif edge.relation == Relation.PRODUCED_BY:
        document.wasGeneratedBy(source, target, other_attributes=said)
    elif edge.relation in _DERIVATIONS and not from_analysis and not to_analysis:
        document.wasDerivedFrom(source, target, other_attributes=said)
    else:
        document.wasInfluencedBy(source, target, other_attributes=said)


def _ends(names: Names, edge: SourceEdge) -> tuple[QualifiedName, QualifiedName]:
    return names.thing(edge.source), names.thing(edge.target)


def _said(names: Names, edge: SourceEdge) -> list[tuple[Any, Any]]:
    """The catalogue's own word for the relation is its role, but where PROV knows none: between versions."""
    word = names.word("relation") if edge.relation in (*_DERIVATIONS, Relation.REVISES) else "prov:role"
    said: list[tuple[Any, Any]] = [(word, edge.relation), (names.word("pinned"), edge.pinned)]
    if edge.outcome is not None:
        said.append((names.word("outcome"), edge.outcome))
    return said
