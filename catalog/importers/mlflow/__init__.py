"""A living MLflow registry, read over its REST API.

Reference: https://mlflow.org/docs/latest/api_reference/rest-api.html.

The address is that of the server, as in `MLFLOW_TRACKING_URI`. Every version of every registered model is a record;
its run says what it was trained on and how, its logged model (MLflow 3) what was measured on which data, and its
`MLmodel` file what software it is made with. MLflow's versions do not change, but what it says of them grows: its
aliases move, more is measured. A version that stands already takes these and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from catalog.importers.datasets import Datasets
from catalog.importers.documents import Unreadable
from catalog.importers.mlflow.facts import Facts
from catalog.importers.mlflow.listing import entries
from catalog.importers.mlflow.server import Server
from catalog.importers.mlflow.versions import FORMAT, record_of
from catalog.importers.records import Record, Reject, SourceLost

__all__ = ["read"]


def read(address: str, *, since: datetime | None = None, family: str | None = None) -> Iterator[Record | Reject]:
    """Yield the versions of every registered model, by model and number.

    With `since`, only those made or changed since, and those that carry an alias, which may have moved. `family` is
    that of models that nothing tells it of. Raises `InvalidInput` where the address is none, `SourceLost` where the
    server does not answer.
    """
    with Server(address) as server:
        datasets = Datasets(FORMAT)
        for entry in entries(server, since):
            if isinstance(entry, Reject):
                yield entry
                continue
            try:
                yield record_of(Facts.of(entry, server), datasets, family)
            except SourceLost as lost:
                raise SourceLost(f"{lost} It was reading version {entry.number} of {entry.model_name}.") from lost
            except Unreadable as error:
                yield Reject(file=entry.model_name, name=f"version {entry.number}", reason=str(error))
