"""Zip archives of which the same files give the same bytes. Pure."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time that an archive can give a file; when it was packed is no part of what it says."""

_READABLE_FILE = 0o100644 << 16
_UNIX = 3


def packed(files: Mapping[str, bytes]) -> bytes:
    """An archive of files by their paths, in the order given. Stored as they are: compressors differ in their bytes."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as zipped:
        for path, content in files.items():
            entry = zipfile.ZipInfo(path, _EPOCH)
            entry.create_system, entry.external_attr = _UNIX, _READABLE_FILE
            zipped.writestr(entry, content)
    return archive.getvalue()
