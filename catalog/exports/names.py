"""What exported files are called: safe on every file system, whatever the ids. Pure."""

from __future__ import annotations

from collections.abc import Sequence

LONGEST = 120
"""Characters of a file's name before its ending."""


def file_name(ids: Sequence[str], ending: str) -> str:
    """The name of a file about one version, or about several.

    Ids hold letters, digits, `.`, `_`, `-` and `:`; the last is none that every file system takes. The word in front
    keeps what is left from being a name that a system has reserved.
    """
    subject = "_vs_".join(map(safe, ids))
    if len(subject) > LONGEST:
        subject = f"{subject[:LONGEST].rstrip('.')}_etc" if len(ids) > 1 else subject[:LONGEST].rstrip(".")
    return f"scidex-{subject}.{ending}"


def safe(name: str) -> str:
    """An id as a part of a file's name."""
    return name.replace(":", "-")
