"""How to cite a version of a model: a sentence and a BibTeX entry. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

CATALOGUE = "SciDEX Models"

_SPECIAL = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{letter: f"\\{letter}" for letter in "{}%&$#_"},
}


@dataclass(frozen=True, slots=True)
class Citation:
    text: str
    bibtex: str


def citation(version: Mapping[str, Any], address: str) -> Citation:
    """Cite a version, as `catalog.detail` has it, that stands at `address`."""
    authors = list(_authors(version["metadata"].get("authors")))
    created = version["created_at"]
    year = str(created.year) if isinstance(created, datetime) else ""
    number = f"version {version['version_number']}"
    if version["version_label"]:
        number += f", “{version['version_label']}”"
    head = f"{_listed(authors)} ({year}). " if authors else ""
    title = f"{_sentence(version['title'])} ({number}{'' if authors else f', {year}'}) [model]."
    return Citation(
        text=f"{head}{title} {CATALOGUE}: {version['id']}. {address} ({version['content_digest']})",
        bibtex=_bibtex(version, authors, year, number, address),
    )


def _bibtex(version: Mapping[str, Any], authors: list[str], year: str, number: str, address: str) -> str:
    fields = {
        # A name in braces is taken as it stands: most authors here are teams.
        "author": " and ".join(f"{{{_escaped(author)}}}" for author in authors),
        "title": f"{{{_escaped(version['title'])}}}",
        "year": year,
        "version": _escaped(number.removeprefix("version ")),
        "howpublished": f"{CATALOGUE}, {_escaped(version['id'])}",
        # biblatex takes an address as it is; a brace or a backslash never is in one of this catalogue.
        "url": address,
        "note": _escaped(version["content_digest"]),
    }
    body = ",\n".join(f"  {name:<12} = {{{value}}}" for name, value in fields.items() if value)
    return f"@misc{{{re.sub(r'[^A-Za-z0-9:._-]', '-', version['id'])},\n{body}\n}}"


def _authors(stated: Any) -> list[str]:
    """Names, of texts or of objects that have a name."""
    names = [item.get("name") if isinstance(item, Mapping) else item for item in stated or ()]
    return [re.sub(r"\s+", " ", name).strip() for name in names if isinstance(name, str) and name.strip()]


def _listed(authors: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(authors[:-1]), authors[-1])))


def _sentence(title: str) -> str:
    return title.strip().rstrip(".")


def _escaped(text: str) -> str:
    return "".join(_SPECIAL.get(letter, letter) for letter in text)
