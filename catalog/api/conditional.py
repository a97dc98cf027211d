"""How the OpenAPI document tells of conditional requests: the same of every operation that reads."""

from __future__ import annotations

from typing import Any

_TAG = {"schema": {"type": "string"}, "description": "Names this answer as it is now, for `If-None-Match`."}
_HELD = {
    "in": "header",
    "name": "If-None-Match",
    "schema": {"type": "string"},
    "description": "The `ETag` of an answer that you hold; while it is still right, it is not sent again.",
}
_NOT_MODIFIED = {"description": "The answer that you hold is still right.", "headers": {"ETag": _TAG}}


def tell_of_tags(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Called with the finished document; returns it with the tag, the header that names it, and the 304."""
    for methods in result["paths"].values():
        if reading := methods.get("get"):
            reading["parameters"] = [*reading.get("parameters", []), _HELD]
            reading["responses"]["200"]["headers"] = {"ETag": _TAG}
            reading["responses"] = dict(sorted({**reading["responses"], "304": _NOT_MODIFIED}.items()))
    return result
