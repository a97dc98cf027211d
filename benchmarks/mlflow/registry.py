"""MLflow's registry as ours is filled: as many models, two versions each, the dataset as a tag."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from urllib.parse import urlencode

import psycopg

from benchmarks.generating import Layout
from benchmarks.serving import Client

API = "/api/2.0/mlflow"

# A fifth of the models was trained on the popular dataset, as in our layout; the others on shared ones.
_FILL = (
    """INSERT INTO registered_models (name, creation_time, last_updated_time, description)
       SELECT 'model-' || n, 1700000000000 + n, 1700000000000 + n, 'Benchmark model ' || n
       FROM generate_series(0, %(size)s - 1) AS n""",
    """INSERT INTO model_versions (name, version, creation_time, last_updated_time, current_stage, source, status)
       SELECT 'model-' || n, v, 1700000000000 + n, 1700000000000 + n, 'None', 's3://models/' || n, 'READY'
       FROM generate_series(0, %(size)s - 1) AS n, generate_series(1, 2) AS v""",
    """INSERT INTO registered_model_tags (name, key, value)
       SELECT 'model-' || n, 'dataset',
              CASE WHEN n %% 5 = 0 THEN %(popular)s ELSE 'dataset-shared-' || n %% greatest(2, %(size)s / 100) END
       FROM generate_series(0, %(size)s - 1) AS n""",
    """INSERT INTO registered_model_tags (name, key, value)
       SELECT 'model-' || n, 'family', 'statistical' FROM generate_series(0, %(size)s - 1) AS n""",
    """INSERT INTO model_version_tags (name, version, key, value)
       SELECT 'model-' || n, v, 'analysis', 'analysis-' || n / 10
       FROM generate_series(0, %(size)s - 1) AS n, generate_series(1, 2) AS v""",
)


def fill(address: str, layout: Layout) -> None:
    """Fill MLflow's empty tables."""
    with psycopg.connect(address, autocommit=True) as connection:
        for statement in _FILL:
            connection.execute(statement, {"size": layout.size, "popular": layout.popular.id()})
        connection.execute("VACUUM ANALYZE")


def searched(layout: Layout) -> str:
    """A page of 20 models of the popular dataset."""
    query = {"filter": f"tags.dataset = '{layout.popular.id()}'", "max_results": 20}
    return f"{API}/registered-models/search?{urlencode(query)}"


def registration(client: Client, layout: Layout) -> Callable[[], None]:
    """A task: register one more model with one version, in the two calls that it takes."""
    run, count = f"{time.time_ns():x}", iter(range(10**9))

    def register() -> None:
        name = f"model-registered-{run}-{next(count)}"
        tags = [{"key": "dataset", "value": layout.popular.id()}, {"key": "family", "value": "statistical"}]
        _posted(client, "registered-models/create", {"name": name, "tags": tags})
        version = {"name": name, "source": f"s3://models/{name}", "tags": [{"key": "analysis", "value": "analysis-0"}]}
        _posted(client, "model-versions/create", version)

    return register


def _posted(client: Client, path: str, body: object) -> None:
    status, answer = client.ask(f"{API}/{path}", json.dumps(body).encode(), "POST")
    if status != 200:
        raise LookupError(f"MLflow answers {status} at {path}: {answer[:500]!r}")
