"""An MLflow server as its own command starts it, with two workers as ours has."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

from benchmarks.serving import free_port, running


@contextmanager
def mlflow_server(peers: Path, address: str) -> Iterator[int]:
    """MLflow from the environment `peers` (its bin folder), on the database at `address`; yields the port.

    It makes its tables where they are missing, which takes it up to a minute.
    """
    port, uri = free_port(), urlunsplit(urlsplit(address)._replace(scheme="postgresql+psycopg"))
    with tempfile.TemporaryDirectory() as folder:
        lent = _lent_driver(Path(folder) / "driver")
        command = [str(peers / "mlflow"), "server", "--backend-store-uri", uri, "--port", str(port), "--workers", "2"]
        command += ["--host", "127.0.0.1", "--artifacts-destination", folder]
        command += ["--uvicorn-opts", "--timeout-worker-healthcheck 60"]  # a busy machine's workers are not dead
        env = {**os.environ, "PYTHONPATH": str(lent), "MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true"}
        # Its job runner, which a registry does not need, starts several processes that would slow it for ten seconds.
        env["MLFLOW_SERVER_ENABLE_JOB_EXECUTION"] = "false"
        env.pop("DJANGO_SETTINGS_MODULE", None)
        with running(command, env, port, "/health", wait=180):
            yield port


def _lent_driver(folder: Path) -> Path:
    """MLflow brings no driver for PostgreSQL: it gets ours, by links to it and to what says its version."""
    folder.mkdir()
    for found in Path(psycopg.__file__).parent.parent.glob("psycopg*"):
        (folder / found.name).symlink_to(found)
    return folder
