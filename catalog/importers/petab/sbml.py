"""What an SBML model says: species, reactions with their rates, rules, and the publications it names.

SBML Levels 2 and 3 are read with libSBML, which writes their MathML as infix formulas. Annotations follow the
MIRIAM guidelines (RDF with BioModels qualifiers); they are read from the XML itself, because many models lack the
`metaid` without which libSBML finds none.
"""

from __future__ import annotations

import io
import math
import re
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

import libsbml

from catalog.importers.documents import Unreadable

MAX_XML_DEPTH = 200
"""Deeper than any model of the field; formulas nest about 20 deep."""

_RESOURCE = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}resource"
_QUALIFIERS = ("isDescribedBy", "isDerivedFrom")
_IDENTIFIERS = re.compile(r"^(?:https?://identifiers\.org/|urn:miriam:)([a-z.]+)[:/](.+)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Sbml:
    """The parts of a model that a catalogue shows, as text."""

    species: list[str]
    reactions: list[str]
    equations: list[str]
    events: int
    references: list[str]


def parse_sbml(content: bytes) -> Sbml:
    """Reads a model. Raises `Unreadable` where it is no SBML model."""
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:  # no SBML has one, and entities can expand without end
        raise Unreadable("an SBML file with a document type declaration")
    try:
        root = _xml(content)
        document = libsbml.readSBMLFromString(content.decode("utf-8-sig"))
    except (ElementTree.ParseError, UnicodeDecodeError) as error:
        raise Unreadable(f"broken XML: {error}") from error
    model = document.getModel()
    if model is None:
        raise Unreadable("no SBML model")
    return Sbml(
        species=[species.getId() for species in model.getListOfSpecies()],
        reactions=[_reaction(reaction) for reaction in model.getListOfReactions()],
        equations=_equations(model),
        events=model.getNumEvents(),
        references=_references(root),
    )


def _xml(content: bytes) -> ElementTree.Element:
    """The root of an XML text, refused before libSBML sees it where it is nested too deep for a parser in C."""
    depth = 0
    for event, _ in ElementTree.iterparse(io.BytesIO(content), events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > MAX_XML_DEPTH:
            raise Unreadable(f"XML nested deeper than {MAX_XML_DEPTH}")
    return ElementTree.fromstring(content)


def _reaction(reaction: Any) -> str:
    arrow = "<->" if reaction.getReversible() else "->"
    left, right = _side(reaction.getListOfReactants()), _side(reaction.getListOfProducts())
    text = f"{reaction.getId()}: {left} {arrow} {right}".replace("  ", " ").strip()
    law = reaction.getKineticLaw()
    if law is None or law.getMath() is None:
        return text
    local = [*law.getListOfParameters(), *law.getListOfLocalParameters()]
    values = {parameter.getId(): parameter.getValue() for parameter in local if parameter.isSetValue()}
    where = ", ".join(f"{name} = {value:g}" for name, value in values.items())
    return f"{text}; rate {_infix(law.getMath())}" + (f" with {where}" if where else "")


def _side(references: Any) -> str:
    return " + ".join(_participant(reference) for reference in references)


def _participant(reference: Any) -> str:
    count, species = reference.getStoichiometry(), str(reference.getSpecies())
    return species if math.isnan(count) or count == 1 else f"{count:g} {species}"


def _equations(model: Any) -> list[str]:
    """Rules of the model in their order, functions first, then initial assignments."""
    functions = [f"{item.getId()} := {_infix(item.getMath())}" for item in model.getListOfFunctionDefinitions()]
    rules = [_rule(rule) for rule in model.getListOfRules()]
    initial = [f"{item.getSymbol()}(0) = {_infix(item.getMath())}" for item in model.getListOfInitialAssignments()]
    return [*functions, *rules, *initial]


def _rule(rule: Any) -> str:
    formula = _infix(rule.getMath())
    if rule.isRate():
        return f"d({rule.getVariable()})/dt = {formula}"
    return f"{rule.getVariable()} = {formula}" if rule.isAssignment() else f"0 = {formula}"


def _infix(node: Any) -> str:
    formula = libsbml.formulaToL3String(node) if node is not None else None
    return " ".join(formula.split()) if formula else "?"


def _references(root: ElementTree.Element) -> list[str]:
    """Publications and models that the model's annotation says it is described by or derived from, each once."""
    found: dict[str, None] = {}
    for annotation in root.findall("{*}model/{*}annotation"):
        for qualifier in _QUALIFIERS:
            for element in annotation.iter():
                if element.tag.rpartition("}")[2] == qualifier:
                    found.update((publication(item.get(_RESOURCE, "")), None) for item in element.iter())
    return [reference for reference in found if reference]


def publication(resource: str) -> str:
    """An identifiers.org address or MIRIAM URN as a DOI address or a compact identifier, others as they are."""
    match = _IDENTIFIERS.match(resource.strip())
    if match is None:
        return resource.strip()
    collection, accession = match.group(1).casefold(), match.group(2)
    base = "https://doi.org/" if collection == "doi" else f"https://identifiers.org/{collection}:"
    return base + accession
