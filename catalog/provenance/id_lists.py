"""Lists of ids as one parameter of a statement that is compiled once, whatever their number."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from catalog.replication.routing import read_connection


def unnested(vendor: str, placeholder: str = "%s") -> str:
    """The query that yields the ids of a list that is bound to `placeholder`."""
    if vendor == "postgresql":
        return f"SELECT unnest({placeholder}::bigint[])"
    return f"SELECT value FROM json_each({placeholder})"


def bound(ids: Iterable[int]) -> Any:
    """The ids as the parameter for it."""
    return sorted(ids) if read_connection().vendor == "postgresql" else json.dumps(sorted(ids))
