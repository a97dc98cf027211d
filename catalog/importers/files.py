"""Reading a source's own files: never outside the PATH given, never without a bound, every failure a reason."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from catalog.errors import Fault, InvalidInput
from catalog.importers.documents import Unreadable, parse_json, parse_yaml

MAX_BYTES = 16 * 2**20
"""The largest file that is read unless a caller says otherwise."""


class SourceTree:
    """The files of a source below the PATH that was given; that file alone, where PATH is a file.

    Names are relative to the PATH's folder, with `/`. Links are followed only where they stay inside it.
    """

    def __init__(self, path: Path) -> None:
        if not path.exists():
            raise InvalidInput([Fault("/path", f"{path} does not exist.", "not_found")])
        resolved = path.resolve()
        self.is_folder = resolved.is_dir()
        self.root = resolved if self.is_folder else resolved.parent
        self.only = "" if self.is_folder else resolved.name

    def files(self, *patterns: str) -> Iterator[str]:
        """Names of the regular files that match one of the patterns, from the right, sorted.

        Folders that are links or hidden are not entered.
        """
        if self.only:
            yield from (self.only,)
            return
        for folder, subfolders, names in os.walk(self.root, followlinks=False):
            subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))
            for name in sorted(names):
                relative = PurePosixPath(Path(folder, name).relative_to(self.root).as_posix())
                if any(relative.match(pattern) for pattern in patterns):
                    yield str(relative)

    def has(self, name: str) -> bool:
        """Whether `name` is a regular file inside the tree."""
        try:
            return self._inside(name).is_file()
        except (Unreadable, OSError, ValueError):
            return False

    def folders(self, name: str = "") -> list[str]:
        """Names of the folders directly in folder `name`, sorted; empty where there is no such folder."""
        try:
            inside = self._inside(name or ".")
            entries = sorted(entry for entry in inside.iterdir() if entry.is_dir() and not entry.is_symlink())
        except (Unreadable, OSError, ValueError):
            return []
        return [entry.name for entry in entries if not entry.name.startswith(".")]

    def read(self, name: str, *, limit: int = MAX_BYTES) -> bytes:
        """The bytes of a file. Raises `Unreadable` where it is outside, missing, not a file, or over the limit."""
        try:
            path = self._inside(name)
            if not stat.S_ISREG(path.stat().st_mode):  # opening a pipe would wait for ever
                raise Unreadable(f"{name} is not a file")
            with path.open("rb") as stream:
                content = stream.read(limit + 1)
        except FileNotFoundError:
            raise Unreadable(f"{name} does not exist") from None
        except (OSError, ValueError) as error:
            raise Unreadable(f"{name} cannot be read: {getattr(error, 'strerror', None) or error}") from error
        if len(content) > limit:
            raise Unreadable(f"{name} is larger than {limit} bytes")
        return content

    def json(self, name: str, *, limit: int = MAX_BYTES) -> Any:
        """The value of a JSON file."""
        return parse_json(self.read(name, limit=limit))

    def yaml(self, name: str, *, limit: int = MAX_BYTES) -> Any:
        """The value of a YAML file."""
        return parse_yaml(self.read(name, limit=limit))

    def _inside(self, name: str) -> Path:
        resolved = (self.root / name).resolve()
        if not resolved.is_relative_to(self.root) or (self.only and resolved != self.root / self.only):
            raise Unreadable(f"{name} lies outside the path given")
        return resolved


def digest(content: bytes) -> str:
    """`sha256:` and the SHA-256 of the bytes: the revision of a record whose source states none."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


__all__ = ["MAX_BYTES", "SourceTree", "Unreadable", "digest", "parse_json", "parse_yaml"]
