"""A file of an export, as it is downloaded."""

from __future__ import annotations

from dataclasses import dataclass
from email.message import Message
from pathlib import Path, PurePosixPath, PureWindowsPath


@dataclass(frozen=True, slots=True)
class Export:
    """The bytes of a file, the name that the catalogue gives it, and what it is."""

    content: bytes
    name: str
    media_type: str

    @property
    def is_text(self) -> bool:
        """Whether it is text, and not a package."""
        return self.media_type != "application/zip"

    @property
    def text(self) -> str:
        """The content of any format but a package. Raises UnicodeDecodeError for that."""
        return self.content.decode("utf-8")

    def save(self, path: str | Path = ".") -> Path:
        """Write the file to `path`, or into it under its own name where it is a folder; returns where."""
        target = Path(path)
        if target.is_dir():
            target /= self.name
        target.write_bytes(self.content)
        return target


def name_of(disposition: str | None, otherwise: str) -> str:
    """The file name in a Content-Disposition header, without any folder; else `otherwise`."""
    message = Message()
    message["Content-Disposition"] = disposition or ""
    stated = message.get_filename() or ""
    name = PureWindowsPath(PurePosixPath(stated).name).name
    return name if name.strip(". ") else otherwise
