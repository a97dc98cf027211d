"""What a thing is called and which bytes it is: ids, references, canonical JSON and digests. Pure."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import rfc8785

from catalog.evidence import is_placeholder
from catalog.vocabulary import MAX_INTEGER, Identification, Kind

ID_LENGTH = 200
ID_PATTERN = r"[A-Za-z0-9][A-Za-z0-9._:-]*"
_ID = re.compile(rf"{ID_PATTERN}\Z")
RESERVED_IDS = frozenset({"compare", "schema", "docs", "new", "export"})
"""Words that are paths of the catalogue, and so never ids."""

TAG_LENGTH = 100

SORT_KEY_LENGTH = 200
"""How much of a title decides where it stands in a list: an index row of PostgreSQL holds some 2,700 bytes."""


def id_problem(text: str) -> str | None:
    """Say why `text` cannot be an id of the catalogue; None where it can."""
    if not 1 <= len(text) <= ID_LENGTH:
        return f"An id is 1 to {ID_LENGTH} characters long; this one has {len(text)}."
    if not _ID.match(text):
        return "An id holds letters, digits, '.', '_', '-' and ':', and starts with a letter or digit."
    if text in RESERVED_IDS:
        return f"'{text}' is a path of the catalogue and cannot be an id."
    return None


def tag_problem(text: str) -> str | None:
    """Say why `text` cannot be a version tag; None where it can. Digits only would read as a version number."""
    if not 1 <= len(text) <= TAG_LENGTH:
        return f"A tag is 1 to {TAG_LENGTH} characters long; this one has {len(text)}."
    if not _ID.match(text):
        return "A tag holds letters, digits, '.', '_', '-' and ':', and starts with a letter or digit."
    if text.isdigit():
        return "A tag of digits only would read as a version number; put a letter in it."
    return None


def sort_key(title: str) -> str:
    """What titles are sorted by, the same on every database."""
    return title.casefold()[:SORT_KEY_LENGTH]


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference as a person writes it: `name`, `name@3` or `name@stable`.

    At most one of `number` and `tag` is set. With neither, `name` may be a version id, an artifact id or an alias.
    """

    name: str
    number: int | None = None
    tag: str | None = None

    @classmethod
    def parse(cls, text: str) -> Reference:
        """Read `text`. Raises ValueError, with the reason, where it cannot be a reference."""
        name, at, selector = text.partition("@")
        if problem := id_problem(name):
            raise ValueError(problem)
        if not at:
            return cls(name)
        if selector.isascii() and selector.isdigit():
            if len(selector) > 10 or int(selector) < 1:
                raise ValueError("A version number is a whole number from 1.")
            return cls(name, number=int(selector))
        if problem := tag_problem(selector):
            raise ValueError(f"What follows '@' is a version number or a tag. {problem}")
        return cls(name, tag=selector)

    @property
    def selector(self) -> int | str | None:
        """What follows the name."""
        return self.number if self.number is not None else self.tag

    def __str__(self) -> str:
        return self.name if self.selector is None else f"{self.name}@{self.selector}"


def canonical_json(value: Any) -> bytes:
    """Serialise a JSON value by RFC 8785, the same before storage and after.

    Databases rewrite `1e22` as an integer: integers past 2^53−1 are refused at the door, so one that is met here
    was a float. Raises ValueError for what JSON cannot hold.
    """
    odd: list[Any] = []
    stated = _as_stated(value, odd)
    return rfc8785.dumps(stated) if odd else _PLAIN.encode(stated).encode()


def digest(value: Any) -> str:
    """`sha256:` and the hexadecimal SHA-256 of a JSON value's canonical form."""
    return "sha256:" + hashlib.sha256(canonical_json(value)).hexdigest()


def _as_stated(value: Any, odd: list[Any]) -> Any:
    """The value before storage, from the value before or after; `odd` is added what `_PLAIN` would write otherwise."""
    if value is None or isinstance(value, str):  # most are, and the others take longer to tell
        return value
    if isinstance(value, Mapping):
        odd += [key for key in value if not (isinstance(key, str) and key.isascii())]
        return {key: _as_stated(item, odd) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_as_stated(item, odd) for item in value]
    if isinstance(value, bool):
        return value
    if isinstance(value, int) and abs(value) > MAX_INTEGER:
        value = float(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError("A number is not finite.")
        if value.is_integer() and abs(value) <= MAX_INTEGER:
            return int(value)  # which is written alike
        if not 1e-4 <= abs(value) < MAX_INTEGER:
            odd.append(value)
    return value


_PLAIN = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"), sort_keys=True)
"""Writes values as RFC 8785 has them, seven times as fast as what writes all, where no key is sorted otherwise by its
characters, and no number is written in powers."""


def identification(kind: str, checksums: Mapping[str, str], metadata: Mapping[str, Any]) -> Identification | None:
    """By what a version says which bytes it is: a checksum, a commit, a version DOI or a dated snapshot.

    Looks at `checksums` and, in `metadata`, at `checkpoint.digest`, `commit`, `code.commit`, `version_doi` and
    `snapshot_date` (ISO 8601). Hypotheses and analyses are their own record. None where it says nothing of that.
    """
    checkpoint, code = _mapping(metadata.get("checkpoint")), _mapping(metadata.get("code"))
    if any(map(_stated, checksums.values())) or _stated(checkpoint.get("digest")):
        return Identification.CHECKSUM
    if _is_commit(metadata.get("commit")) or _is_commit(code.get("commit")):
        return Identification.COMMIT
    if _stated(metadata.get("version_doi")):
        return Identification.DOI
    if _is_date(metadata.get("snapshot_date")):
        return Identification.SNAPSHOT
    if kind in (Kind.HYPOTHESIS, Kind.ANALYSIS):
        return Identification.RECORD
    return None


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _stated(value: Any) -> bool:
    return isinstance(value, str) and not is_placeholder(value)


def _is_commit(value: Any) -> bool:
    """A commit is 7 to 64 hexadecimal digits: a branch's name moves, and identifies nothing."""
    return isinstance(value, str) and re.fullmatch(r"[0-9a-fA-F]{7,64}", value) is not None


def _is_date(value: Any) -> bool:
    if not isinstance(value, str):
        return False
    try:
        date.fromisoformat(value[:10])
    except ValueError:
        return False
    return True
