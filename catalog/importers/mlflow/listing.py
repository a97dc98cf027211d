"""The versions that a registry holds, in their order, with what the registry itself says of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from catalog.importers.documents import Unreadable, check_storable
from catalog.importers.mlflow.server import Server
from catalog.importers.records import Reject
from catalog.importers.text import integer

_MODELS = 100
_VERSIONS = 200
"""How many of each a page holds."""

_PROMPT = "mlflow.prompt.is_prompt"


@dataclass(frozen=True, slots=True)
class Entry:
    """One version of a registered model, as MLflow tells of both; `aliases` are those that mean this version."""

    model: Mapping[str, Any]
    version: Mapping[str, Any]
    number: int
    aliases: tuple[str, ...]

    @property
    def model_name(self) -> str:
        """The registered model's name."""
        return str(self.model["name"])


def entries(server: Server, since: datetime | None) -> Iterator[Entry | Reject]:
    """Every version, by model and number. Prompts, which MLflow keeps among the models, are none."""
    listed = server.pages("registered-models/search", "registered_models", max_results=_MODELS, order_by="name ASC")
    for model in listed:
        name = model.get("name") if isinstance(model, dict) else None
        if not isinstance(name, str) or not name.strip():
            yield Reject(file="registered models", name="?", reason="a registered model without a name")
        elif pairs(model.get("tags")).get(_PROMPT, "").casefold() != "true":
            yield from _versions(server, model, name, since)


def _versions(server: Server, model: Mapping[str, Any], name: str, since: datetime | None) -> Iterator[Entry | Reject]:
    quote = next((mark for mark in "'\"" if mark not in name), None)
    if quote is None:
        yield Reject(file=name, name="?", reason="MLflow cannot be asked for a name that holds both kinds of quotes")
        return
    wanted = f"name={quote}{name}{quote}"
    found = server.pages("model-versions/search", "model_versions", max_results=_VERSIONS, filter=wanted)
    numbered = [(integer(version.get("version")), version) for version in found if isinstance(version, dict)]
    for number, version in sorted(numbered, key=lambda item: item[0] or 0):
        if number is None or number < 1:
            yield Reject(file=name, name=f"version {version.get('version')}", reason="its version is no number")
            continue
        entry = Entry(model, version, number, _aliases(model, number))
        problem = _problem(entry)
        if problem:
            yield Reject(file=name, name=f"version {number}", reason=problem)
        elif since is None or entry.aliases or _changed(version) >= since.timestamp() * 1000:
            yield entry


def _problem(entry: Entry) -> str:
    status = entry.version.get("status") or "READY"
    if status != "READY":
        return f"its status is {status}"
    try:
        check_storable(dict(entry.model))
        check_storable(dict(entry.version))
    except Unreadable as error:
        return str(error)
    return ""


def _changed(version: Mapping[str, Any]) -> int:
    """Milliseconds since 1970 at which the version was made or changed last."""
    moments = (integer(version.get(key)) for key in ("creation_timestamp", "last_updated_timestamp"))
    return max(moment or 0 for moment in moments)


def _aliases(model: Mapping[str, Any], number: int) -> tuple[str, ...]:
    stated = model.get("aliases")
    items = [item for item in stated if isinstance(item, dict)] if isinstance(stated, list) else []
    names = [item.get("alias") for item in items if integer(item.get("version")) == number]
    return tuple(sorted(name for name in names if isinstance(name, str)))


def pairs(value: Any) -> dict[str, str]:
    """MLflow's lists of `{key, value}` as a mapping of texts."""
    items = [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
    found = {item.get("key"): item.get("value", "") for item in items}
    return {key: text for key, text in found.items() if isinstance(key, str) and isinstance(text, str)}
