"""`model_info.json`: where each released version of a bundle lies, and the SHA-1 of its archive."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from catalog.importers.files import SourceTree, Unreadable
from catalog.importers.records import Reject
from catalog.importers.text import as_text

_NAME = "model_info.json"


@dataclass(frozen=True, slots=True)
class Release:
    """A released archive: its name, address and SHA-1."""

    archive: str
    uri: str
    sha1: str


@dataclass(frozen=True, slots=True)
class Releases:
    """The released archives by `{bundle}_v{version}`."""

    entries: Mapping[str, Release] = field(default_factory=dict)
    rejects: tuple[Reject, ...] = ()

    @classmethod
    def of(cls, tree: SourceTree) -> Releases:
        """Read every `model_info.json` below PATH."""
        entries: dict[str, Release] = {}
        rejects: list[Reject] = []
        for file in () if tree.only else tree.files(_NAME):
            try:
                content = tree.json(file)
                if not isinstance(content, dict):
                    raise Unreadable("not an object of releases")
            except Unreadable as error:
                rejects.append(Reject(file=file, name=_NAME, reason=str(error)))
                continue
            for key, value in content.items():
                release = _release(key, value)
                if release:
                    entries[key] = release
                else:
                    rejects.append(Reject(file=file, name=key, reason="no checksum of 40 hexadecimal digits"))
        return cls(entries, tuple(rejects))

    def find(self, bundle: str, version: str) -> Release | None:
        """The archive of a bundle's version."""
        return self.entries.get(f"{bundle}_v{version}")


def _release(key: str, value: object) -> Release | None:
    if not isinstance(value, dict):
        return None
    sha1, uri = as_text(value.get("checksum")).lower(), as_text(value.get("source"))
    if not re.fullmatch(r"[0-9a-f]{40}", sha1):
        return None
    return Release(uri.rsplit("/", 1)[-1] or f"{key}.zip", uri, sha1)
