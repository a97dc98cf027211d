"""What a record states of its authors, references and licence, as pages and exports tell it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from catalog.linked_text import parts

_DOI_ADDRESS = re.compile(r"https?://(?:dx\.)?doi\.org/(10\.\d{4,9}/.+)", re.IGNORECASE | re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def authors_of(metadata: Mapping[str, Any]) -> list[str]:
    """The names of the authors: of texts, or of objects that have a name."""
    names = [item.get("name") if isinstance(item, Mapping) else item for item in metadata.get("authors") or ()]
    return [one_line(name) for name in names if isinstance(name, str) and name.strip()]


def references_of(metadata: Mapping[str, Any]) -> list[str]:
    """Each reference of a record as a text: an object by its values."""
    stated = [
        ", ".join(str(value) for value in item.values() if value) if isinstance(item, Mapping) else str(item)
        for item in metadata.get("references") or ()
        if item
    ]
    return list(filter(None, stated))


def dois_of(metadata: Mapping[str, Any]) -> dict[str, str]:
    """The DOIs that the references hold, in their order and each once: for each the reference's whole text."""
    found: dict[str, str] = {}
    for text in references_of(metadata):
        for doi in _dois_in(text):
            if doi.casefold() not in map(str.casefold, found):
                found[doi] = text
    return found


def _dois_in(text: str) -> Iterator[str]:
    for part in parts(text):
        if match := _DOI_ADDRESS.fullmatch(part.href):
            yield unquote(match[1])


def license_of(detail: Mapping[str, Any]) -> str:
    """The licence in the record's own words; empty where it states none."""
    stated = detail["license"] or detail["metadata"].get("license")
    return one_line(stated) if isinstance(stated, str) else ""


def one_line(text: str) -> str:
    """A text without line breaks and control characters, each run of blanks one."""
    return " ".join(_CONTROL.sub(" ", text).split())
