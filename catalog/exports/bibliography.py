"""BibTeX: an entry for each model, and one for each reference of theirs that has a DOI."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote

from catalog.exports.bibtex import entry, escaped, key_of
from catalog.exports.citation import citation
from catalog.exports.records import Export
from catalog.exports.stated import dois_of, one_line


def write_bibtex(export: Export) -> bytes:
    """The entries of the models in their order, then those of what they refer to, each DOI once."""
    return ("\n\n".join(_entries(export)) + "\n").encode()


def _entries(export: Export) -> Iterator[str]:
    taken: set[str] = set()
    for model in export.models:
        yield citation(model, export.address(model["id"]), _free(key_of(model["id"]), taken)).bibtex
    references: dict[str, tuple[str, str]] = {}
    for model in export.models:
        for doi, text in dois_of(model["metadata"]).items():
            references.setdefault(doi.casefold(), (doi, text))
    for doi, text in references.values():
        yield _reference(doi, text, _free(key_of(doi), taken))


def _reference(doi: str, text: str, key: str) -> str:
    """What is known of a reference: where it leads, and how the record puts it."""
    fields = {
        "doi": re.sub(r"[{}\\]", lambda found: quote(found[0]), doi),
        "url": f"https://doi.org/{quote(doi, safe='/:;()')}",
        "note": escaped(one_line(text)),
    }
    return entry("misc", key, fields)


def _free(key: str, taken: set[str]) -> str:
    """A key that no other entry has, in whatever case: readers of BibTeX take no two that differ in case alone."""
    free, number = key, 2
    while free.casefold() in taken:
        free, number = f"{key}-{number}", number + 1
    taken.add(free.casefold())
    return free
