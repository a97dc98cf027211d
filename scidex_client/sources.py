"""Where a registration without a `source` says that it comes from: its own content, so that a retry is known again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from scidex_client.answers import Source

FORMAT = "scidex-client"


def with_source(body: Mapping[str, Any]) -> dict[str, Any]:
    """The body as it is sent: with its own source where it states one, else with the one derived from its content.

    The catalogue never registers one source twice, so the same body can be sent again, after a lost answer or on
    another day, and is there once. A body that names no artifact gets none, and is refused whatever it says.
    """
    stated = dict(body)
    if stated.get("source") is None and (source := derived_source(stated)) is not None:
        stated["source"] = source
    return stated


def derived_source(body: Mapping[str, Any]) -> Source | None:
    """The source of a body of plain JSON values: format `scidex-client`, the artifact's id, the content's digest.

    Fields that are null say nothing, and their order and how a number is written do not matter.
    """
    name = body.get("model") or body.get("artifact")
    if not isinstance(name, str):
        return None
    content = {key: value for key, value in body.items() if value is not None and key != "source"}
    written = json.dumps(_as_counted(content), sort_keys=True, separators=(",", ":"), allow_nan=False)
    return {"format": FORMAT, "record": name, "revision": "sha256:" + hashlib.sha256(written.encode()).hexdigest()}


def _as_counted(value: Any) -> Any:
    """JSON knows one kind of number: 1.0 is 1, and -0.0 is 0."""
    if isinstance(value, Mapping):
        return {key: _as_counted(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_as_counted(item) for item in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value
