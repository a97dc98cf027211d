"""Addresses as sources write them, without what is nobody else's business."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from urllib.parse import urlsplit, urlunsplit


def public_address(text: str) -> str:
    """The address without name, password and query, which may hold keys; blank for a path on somebody's machine."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    if parts.scheme in ("", "file") or len(parts.scheme) == 1:
        return "" if text.startswith(("/", "~", ".", "file:")) or "\\" in text or len(parts.scheme) == 1 else text
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def public_path(text: str) -> str:
    """The path as stated where it is relative; else its last part, since what is above it is somebody's machine."""
    plain = text.replace("\\", "/")
    if plain.startswith(("/", "~")) or re.match(r"[A-Za-z]:/", plain) or "://" in plain:
        return PurePosixPath(plain).name
    return plain
