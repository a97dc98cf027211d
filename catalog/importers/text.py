"""What importers make of a source's words: ids, names and numbers. Nothing here knows a format."""

from __future__ import annotations

import hashlib
import math
import re
import unicodedata
from typing import Any

from catalog import evidence
from catalog.vocabulary import MAX_INTEGER

MAX_ID = 180
"""Shorter than the 200 of an id, so that `-v{n}` still fits behind it."""

_EMAIL = re.compile(r"\s*[<(\[]?\s*(?:mailto:)?[\w.+-]+@[\w-]+(?:\.[\w-]+)+\s*[>)\]]?")


def slug(text: str) -> str:
    """The text in letters, digits, `.`, `_` and `-` alone, as they were written; blank where none is left."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"-{2,}", "-", re.sub(r"[^A-Za-z0-9._-]+", "-", plain)).strip("-._")


def artifact_id(*parts: str) -> str:
    """An id after the catalogue's rule, readable and the same on every run: `artifact_id("model", "monai", name)`.

    A part that leaves nothing readable, or an id that would be too long, is told apart by a digest of the words.
    """
    readable = "-".join(slug(part) or _short_digest(part) for part in parts)
    if len(readable) <= MAX_ID:
        return readable
    return f"{readable[: MAX_ID - 13]}-{_short_digest('/'.join(parts))}"


def _short_digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def is_placeholder(value: object) -> bool:
    """Whether the source's words stand for nothing said: None, blank, "n/a", "citation" …"""
    return value is None or (isinstance(value, str) and evidence.is_placeholder(value))


def as_text(value: object) -> str:
    """The value as one line of text, blank for a placeholder and for what is no text or number."""
    if isinstance(value, bool) or not isinstance(value, str | int | float) or is_placeholder(value):
        return ""
    return " ".join(str(value).split())


def as_texts(value: object) -> tuple[str, ...]:
    """The texts of a field that is a string in one record and a list in the next; placeholders left out."""
    items = value if isinstance(value, list | tuple) else [value]
    return tuple(dict.fromkeys(text for text in map(as_text, items) if text))


def without_emails(text: str) -> str:
    """The text without e-mail addresses: a public attribution needs none."""
    return " ".join(_EMAIL.sub(" ", text).split()).replace(" ,", ",").strip(" ,;")


def number(value: object) -> float | None:
    """A finite float, also from text such as `"0.91"`; None for everything else, booleans and NaN included."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        result = float(value)
    except (ValueError, OverflowError):
        return None
    return result if math.isfinite(result) else None


def integer(value: object) -> int | None:
    """An integer that every JSON reader represents exactly, also from `1.2e7`; None for everything else."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value if abs(value) <= MAX_INTEGER else None
    result = number(value)
    return int(result) if result is not None and result.is_integer() and abs(result) <= MAX_INTEGER else None


def snake(text: str) -> str:
    """A name in lower snake case, as metrics are named: `Top 1 Accuracy` gives `top_1_accuracy`."""
    words = re.sub(r"([a-z0-9])([A-Z][a-z])", r"\1_\2", text)
    return re.sub(r"[^a-z0-9]+", "_", unicodedata.normalize("NFKC", words).casefold()).strip("_")


def finite(value: Any) -> Any:
    """The value with every number that JSON cannot carry taken out: non-finite ones, integers past 2^53-1."""
    if isinstance(value, dict):
        kept = {str(key): finite(item) for key, item in value.items()}
        return {key: item for key, item in kept.items() if item is not None}
    if isinstance(value, list | tuple):
        return [item for item in map(finite, value) if item is not None]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, int) and not isinstance(value, bool):
        return value if abs(value) <= MAX_INTEGER else None
    return value
