"""The files of a crate: the record of each model as the API has it, and all of them in the other formats."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass

from catalog.exports.as_json import as_json
from catalog.exports.bibliography import write_bibtex
from catalog.exports.card import write_card
from catalog.exports.evaluation_table import write_csv
from catalog.exports.linked_data import write_jsonld
from catalog.exports.names import safe
from catalog.exports.prov import write_prov_json, write_provn
from catalog.exports.records import Export

_NATIONAL_ARCHIVES = "https://www.nationalarchives.gov.uk/PRONOM"


@dataclass(frozen=True, slots=True)
class Encoding:
    """A media type, and the page that describes the format: of PRONOM, or of who defined it."""

    media_type: str
    name: str
    page: str


JSON = Encoding("application/json", "JSON Data Interchange Format", f"{_NATIONAL_ARCHIVES}/fmt/817")
JSON_LD = Encoding("application/ld+json", "JSON-LD", f"{_NATIONAL_ARCHIVES}/fmt/880")
MARKDOWN = Encoding("text/markdown", "Markdown", f"{_NATIONAL_ARCHIVES}/fmt/1149")
CSV = Encoding("text/csv", "Comma Separated Values", f"{_NATIONAL_ARCHIVES}/x-fmt/18")
BIBTEX = Encoding("application/x-bibtex", "BibTeX", "https://ctan.org/pkg/bibtex")
PROV_JSON = Encoding("application/json", "PROV-JSON", "https://www.w3.org/submissions/prov-json/")
PROVN = Encoding("text/provenance-notation", "PROV-N", "https://www.w3.org/TR/prov-n/")


@dataclass(frozen=True, slots=True)
class CrateFile:
    """One file: its path in the crate, what it is called and what is in it, and the id of the model it is about.

    `model` is None for a file about all of them.
    """

    path: str
    name: str
    encoding: Encoding
    content: bytes
    model: str | None = None


def contents_of(export: Export) -> list[CrateFile]:
    """All files but the description itself, in the order in which a reader would open them."""
    return [
        CrateFile("README.md", _title(export), MARKDOWN, write_card(export)),
        *_records(export),
        CrateFile("models.jsonld", "The models in schema.org and FAIR4ML", JSON_LD, write_jsonld(export)),
        CrateFile("evaluations.csv", "The evaluations as a table", CSV, write_csv(export)),
        CrateFile("provenance.json", "Where the models come from, as PROV-JSON", PROV_JSON, write_prov_json(export)),
        CrateFile("provenance.provn", "Where the models come from, as PROV-N", PROVN, write_provn(export)),
        CrateFile("citation.bib", "How to cite the models, with their references", BIBTEX, write_bibtex(export)),
    ]


def _title(export: Export) -> str:
    return "The model card" if export.comparison is None else "The comparison as a report"


def _records(export: Export) -> Iterator[CrateFile]:
    """A number keeps apart the paths of ids that differ in case alone."""
    for place, model in enumerate(export.models, start=1):
        path = f"records/{place}-{safe(model['id'])}.json"
        yield CrateFile(path, f"The record of {model['id']}", JSON, as_json(model), model["id"])
    if export.comparison is not None:
        comparison = as_json(dataclasses.asdict(export.comparison))
        yield CrateFile("comparison.json", "The comparison as the catalogue answers it", JSON, comparison)
