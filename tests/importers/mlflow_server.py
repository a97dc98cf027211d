"""A small server that answers as MLflow does, with what a test puts into it, and fails where a test wants it to."""

from __future__ import annotations

import base64
import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

API = "/api/2.0/mlflow/"
COMMIT = "0a1b2c3d4e5f60718293a4b5c6d7e8f901234567"
MLMODEL = """
flavors:
  python_function: {python_version: 3.11.7}
  sklearn: {sklearn_version: 1.9.1}
mlflow_version: 3.17.2
"""

Answer = tuple[int, Any, dict[str, str]]


def pairs(values: dict[str, str]) -> list[dict[str, str]]:
    return [{"key": key, "value": value} for key, value in values.items()]


def dataset_input(name: str, digest: str, context: str | None, **stated: Any) -> dict[str, Any]:
    tags = {"mlflow.data.context": context} if context else {}
    return {"tags": pairs(tags), "dataset": {"name": name, "digest": digest, "source_type": "http", **stated}}


def metric(key: str, value: Any, *, step: int = 0, timestamp: int = 1, **stated: Any) -> dict[str, Any]:
    return {"key": key, "value": value, "timestamp": timestamp, "step": step, **stated}


@dataclass
class FakeMlflow:
    """What the registry holds. `asked` are the paths with their parameters; `before` may answer in its place."""

    address: str = ""
    page_size: int = 2
    models: dict[str, dict[str, Any]] = field(default_factory=dict)
    versions: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    runs: dict[str, dict[str, Any]] = field(default_factory=dict)
    logged: dict[str, dict[str, Any]] = field(default_factory=dict)
    histories: dict[tuple[str, str], list[dict[str, Any]]] = field(default_factory=dict)
    mlmodels: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    before: Callable[[str, dict[str, str]], Answer | None] = lambda path, query: None

    def add_model(self, name: str = "glia", *, aliases: dict[str, str] | None = None, **stated: Any) -> None:
        named = [{"alias": alias, "version": version} for alias, version in (aliases or {}).items()]
        self.models[name] = {"name": name, "aliases": named, **stated}
        self.versions.setdefault(name, [])

    def add_version(self, name: str = "glia", *, run: dict[str, Any] | None = None, **stated: Any) -> dict[str, Any]:
        """The next version; with `run`, of that run. Its MLmodel names scikit-learn unless a test takes it away."""
        if name not in self.models:
            self.add_model(name)
        number = len(self.versions[name]) + 1
        made = 1_795_000_000_000 + number
        version = {"name": name, "version": str(number), "creation_timestamp": made, "status": "READY"}
        version |= {"last_updated_timestamp": made, "current_stage": "None", "source": f"s3://b/{number}"} | stated
        if run is not None:
            version.setdefault("run_id", run["info"]["run_id"])
            self.runs[version["run_id"]] = run
        self.versions[name].append(version)
        self.mlmodels[name] = MLMODEL
        return version

    def answer(self, path: str, query: dict[str, str]) -> Answer:
        special = self.before(path, query)
        if special is not None:
            return special
        if path == "/model-versions/get-artifact":
            text = self.mlmodels.get(query["name"])
            return (200, text, {}) if text else (500, "<h1>Internal Server Error</h1>", {})
        if not path.startswith(API):
            return 404, "<h1>Not Found</h1>", {}
        found = self._found(path.removeprefix(API), query)
        missing = {"error_code": "RESOURCE_DOES_NOT_EXIST", "message": "not there"}
        return (404, missing, {}) if found is None else (200, found, {})

    def _found(self, path: str, query: dict[str, str]) -> Any:
        if path == "registered-models/search":
            return self._page("registered_models", [self.models[name] for name in sorted(self.models)], query)
        if path == "model-versions/search":
            name = re.fullmatch(r"name=(['\"])(.*)\1", query["filter"])[2]
            return self._page("model_versions", list(reversed(self.versions[name])), query)
        if path == "runs/get":
            return {"run": self.runs[query["run_id"]]} if query["run_id"] in self.runs else None
        if path == "experiments/get":
            return {"experiment": {"experiment_id": query["experiment_id"], "name": "microglia"}}
        if path == "metrics/get-history":
            return {"metrics": self.histories.get((query["run_id"], query["metric_key"]), [])}
        model = path.removeprefix("logged-models/")
        return {"model": self.logged[model]} if model in self.logged else None

    def _page(self, key: str, items: list[Any], query: dict[str, str]) -> dict[str, Any]:
        start = int(base64.b64decode(query["page_token"])) if "page_token" in query else 0
        page: dict[str, Any] = {key: items[start : start + self.page_size]}
        if start + self.page_size < len(items):
            page["next_page_token"] = base64.b64encode(str(start + self.page_size).encode()).decode()
        return page


def run_of(run_id: str = "r1", **stated: Any) -> dict[str, Any]:
    """A run by its id with `tags`, `params`, `metrics` and `inputs`."""
    info = {"run_id": run_id, "experiment_id": "1", "run_name": "fit", "lifecycle_stage": "active"}
    return {
        "info": info | stated.get("info", {}),
        "data": {
            "metrics": stated.get("metrics", []),
            "params": pairs(stated.get("params", {})),
            "tags": pairs(stated.get("tags", {})),
        },
        "inputs": {"dataset_inputs": stated.get("inputs", [])},
    }


SOURCE_TAGS = {
    "mlflow.source.name": "train.py",
    "mlflow.source.git.commit": COMMIT,
    "mlflow.source.git.repoURL": "https://example.org/lab/microglia.git",
}


@contextmanager
def serving(fake: FakeMlflow | None = None) -> Iterator[FakeMlflow]:
    """The server on a free port of this machine, until the block ends."""
    fake = fake or FakeMlflow()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = {key: values[0] for key, values in parse_qs(parts.query).items()}
            fake.asked.append(self.path)
            fake.headers.append(dict(self.headers))
            status, content, headers = fake.answer(parts.path, query)
            body = content.encode() if isinstance(content, str) else json.dumps(content).encode()
            self.send_response(status)
            for name, value in ({"Content-Length": str(len(body))} | headers).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)
            self.close_connection = "Content-Length" in headers

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    fake.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
