"""BibTeX entries, written so that BibTeX reads back what was meant. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

_SPECIAL = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    # BibTeX counts a brace behind a backslash too: one alone would leave the entry open.
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    **{letter: f"\\{letter}" for letter in "%&$#_"},
}


def entry(kind: str, key: str, fields: Mapping[str, str]) -> str:
    """One entry. `fields` are as TeX reads them; those that are empty are left out."""
    body = ",\n".join(f"  {name:<12} = {{{value}}}" for name, value in fields.items() if value)
    return f"@{kind}{{{key},\n{body}\n}}"


def key_of(name: str) -> str:
    """A name as the key of an entry."""
    return re.sub(r"[^A-Za-z0-9:._-]", "-", name)


def braced(text: str) -> str:
    """A text that is to be taken as it stands: capitals kept, a name not taken apart."""
    return f"{{{escaped(text)}}}"


def escaped(text: str) -> str:
    """A text as TeX reads it."""
    return "".join(_SPECIAL.get(letter, letter) for letter in text)
