"""JSON as the exports write it: in the order of the keys, indented, with times as the API has them. Pure."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any


def as_json(value: Any) -> bytes:
    """A value as JSON, one line for each key, a line break at its end."""
    text = json.dumps(value, indent=2, ensure_ascii=False, sort_keys=True, allow_nan=False, default=_plain)
    return f"{text}\n".encode()


def moment(at: datetime) -> str:
    """A time by ISO 8601."""
    return at.isoformat().replace("+00:00", "Z")


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return moment(value)
    raise TypeError(f"JSON has no {type(value).__name__}.")
