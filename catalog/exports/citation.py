"""How to cite a version of a model: a sentence and a BibTeX entry. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from catalog.exports.bibtex import braced, entry, escaped, key_of
from catalog.exports.stated import authors_of, one_line

CATALOGUE = "SciDEX Models"


@dataclass(frozen=True, slots=True)
class Citation:
    text: str
    bibtex: str


def citation(version: Mapping[str, Any], address: str, key: str | None = None) -> Citation:
    """Cite a version, as `catalog.detail` has it, that stands at `address`; `key` is the entry's, if not its id."""
    authors = authors_of(version["metadata"])
    created = version["created_at"]
    year = str(created.year) if isinstance(created, datetime) else ""
    number = f"version {version['version_number']}"
    if version["version_label"]:
        number += f", “{one_line(version['version_label'])}”"
    head = f"{_listed(authors)} ({year}). " if authors else ""
    title = f"{_sentence(version['title'])} ({number}{'' if authors else f', {year}'}) [model]."
    return Citation(
        text=f"{head}{title} {CATALOGUE}: {version['id']}. {address} ({version['content_digest']})",
        bibtex=_bibtex(version, key or key_of(version["id"]), authors, year, number, address),
    )


def _bibtex(version: Mapping[str, Any], key: str, authors: list[str], year: str, number: str, address: str) -> str:
    fields = {
        # A name in braces is taken as it stands: most authors here are teams.
        "author": " and ".join(map(braced, authors)),
        "title": braced(one_line(version["title"])),
        "year": year,
        "version": escaped(number.removeprefix("version ")),
        "howpublished": f"{CATALOGUE}, {escaped(version['id'])}",
        # biblatex takes an address as it is; a brace or a backslash never is in one of this catalogue.
        "url": address,
        "note": escaped(version["content_digest"]),
    }
    return entry("misc", key, fields)


def _listed(authors: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(authors[:-1]), authors[-1])))


def _sentence(title: str) -> str:
    return one_line(title).rstrip(".")
