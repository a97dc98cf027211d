"""All that a server says of one model version: its run, experiment, logged model and `MLmodel` file, if any."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from catalog.importers.documents import Unreadable, check_storable, parse_yaml
from catalog.importers.mlflow.listing import Entry, pairs
from catalog.importers.mlflow.server import Server
from catalog.importers.text import as_text

_LOGGED = re.compile(r"models:/(?P<id>m-[0-9a-zA-Z]+)/?")


@dataclass(frozen=True, slots=True)
class Facts:
    """What is said of one version. A mapping is empty where the server has none of it."""

    entry: Entry
    server: Server
    run: Mapping[str, Any]
    experiment: Mapping[str, Any]
    logged: Mapping[str, Any]
    mlmodel: Mapping[str, Any]

    @classmethod
    def of(cls, entry: Entry, server: Server) -> Facts:
        """Ask for all of it. Raises `Unreadable` for what the catalogue cannot store, `SourceLost`."""
        run_id = as_text(entry.version.get("run_id"))
        run = _said(server.get("runs/get", run_id=run_id), "run") if run_id else {}
        experiment_id = as_text(mapping(run.get("info")).get("experiment_id"))
        experiment = server.once("experiments/get", experiment_id=experiment_id) if experiment_id else None
        logged_id = _logged_id(entry.version)
        logged = server.get(f"logged-models/{logged_id}") if logged_id else None
        return cls(entry, server, run, _said(experiment, "experiment"), _said(logged, "model"), _mlmodel(entry, server))

    @property
    def run_tags(self) -> dict[str, str]:
        """The tags of the run."""
        return pairs(mapping(self.run.get("data")).get("tags"))

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters that the run was given, else the logged model."""
        said = pairs(mapping(self.run.get("data")).get("params"))
        return said or pairs(mapping(self.logged.get("data")).get("params"))

    @property
    def flavors(self) -> tuple[str, ...]:
        """What software the model is made with, by MLflow's words; the one that wraps every other comes last."""
        named = list(mapping(self.mlmodel.get("flavors")))
        for model in _history(self.run_tags.get("mlflow.log-model.history", "")):
            named += mapping(mapping(model).get("flavors"))
        return tuple(sorted(dict.fromkeys(map(str, named)), key=lambda name: (name == "python_function", name)))


def mapping(value: Any) -> Mapping[str, Any]:
    """The value where it is a mapping, else an empty one."""
    return value if isinstance(value, dict) else {}


def items(value: Any) -> list[Mapping[str, Any]]:
    """The mappings of a list."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _said(answer: Any, key: str) -> Mapping[str, Any]:
    said = mapping(mapping(answer).get(key))
    check_storable(dict(said))
    return said


def _mlmodel(entry: Entry, server: Server) -> Mapping[str, Any]:
    """The file that describes the model, as far as the server reaches its store and it can be read."""
    content = server.artifact(entry.model_name, str(entry.number), "MLmodel")
    try:
        return mapping(parse_yaml(content)) if content else {}
    except Unreadable:
        return {}


def _logged_id(version: Mapping[str, Any]) -> str:
    stated = as_text(version.get("model_id"))
    found = _LOGGED.fullmatch(f"models:/{stated}" if stated else as_text(version.get("source")))
    return found["id"] if found else ""


def _history(text: str) -> list[Any]:
    """The models that a run logged, as MLflow 2 keeps them in a tag."""
    try:
        value = json.loads(text) if text else []
    except (ValueError, RecursionError):
        return []
    return value if isinstance(value, list) else []
