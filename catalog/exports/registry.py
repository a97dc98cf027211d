"""The formats in which models are exported, each by the name that addresses and the command take."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from catalog.exports.bibliography import write_bibtex
from catalog.exports.card import write_card
from catalog.exports.crate import write_crate
from catalog.exports.evaluation_table import write_csv
from catalog.exports.linked_data import write_jsonld
from catalog.exports.names import file_name
from catalog.exports.prov import write_prov_json, write_provn
from catalog.exports.records import Export


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One format. `ending` is that of a file's name, `holds` says to a reader what is in it.

    `is_text` tells what a terminal can show from what it cannot.
    """

    name: str
    label: str
    holds: str
    media_type: str
    ending: str
    write: Callable[[Export], bytes]
    is_text: bool = True

    def file_name(self, export: Export) -> str:
        """What a file of this export is called."""
        return file_name([model["id"] for model in export.models], self.ending)


FORMATS: dict[str, Format] = {
    item.name: item
    for item in (
        Format(
            name="ro-crate",
            label="RO-Crate",
            holds="all of these in one archive",
            media_type="application/zip",
            ending="crate.zip",
            write=write_crate,
            is_text=False,
        ),
        Format(
            name="model-card",
            label="Model card",
            holds="Markdown to read, facts in front of it",
            media_type="text/markdown",
            ending="md",
            write=write_card,
        ),
        Format(
            name="csv",
            label="CSV",
            holds="the evaluations as a table",
            media_type="text/csv",
            ending="csv",
            write=write_csv,
        ),
        Format(
            name="bibtex",
            label="BibTeX",
            holds="how to cite, with the references",
            media_type="application/x-bibtex",
            ending="bib",
            write=write_bibtex,
        ),
        Format(
            name="jsonld",
            label="JSON-LD",
            holds="schema.org and FAIR4ML",
            media_type="application/ld+json",
            ending="jsonld",
            write=write_jsonld,
        ),
        Format(
            name="prov-json",
            label="PROV-JSON",
            holds="where it comes from, for programs",
            media_type="application/json",
            ending="prov.json",
            write=write_prov_json,
        ),
        Format(
            name="provn",
            label="PROV-N",
            holds="where it comes from, to read",
            media_type="text/provenance-notation",
            ending="provn",
            write=write_provn,
        ),
    )
}
