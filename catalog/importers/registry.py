"""The formats of the field that can be read, each by the name that the command takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from catalog.importers import hubverse, mlflow, model_card, model_index, monai, petab
from catalog.importers.records import Record, Reject


@dataclass(frozen=True, slots=True)
class Format:
    """A format with its reader, and the options of the command that only some readers take.

    A reader yields records and rejects, oldest version first, and never writes. It raises nothing for a bad record:
    it yields a `Reject` and goes on. It raises `InvalidInput` where PATH itself is not what the format needs, and
    `SourceLost` where a server stops answering.

    `is_served` says that PATH is the address of a server, http or https, and not a file.
    """

    read: Callable[..., Iterator[Record | Reject]]
    options: frozenset[str] = frozenset()
    is_served: bool = False

    def __call__(self, path: Any, /, **options: Any) -> Iterator[Record | Reject]:
        return self.read(path, **options)


IMPORTERS: dict[str, Format] = {
    "monai": Format(monai.read),
    "petab": Format(petab.read),
    "hubverse": Format(hubverse.read),
    "model-index": Format(model_index.read),
    "model-card": Format(model_card.read, frozenset({"family"})),
    "mlflow": Format(mlflow.read, frozenset({"family", "since"}), is_served=True),
}
"""For each SOURCE of `import_models`, its reader."""
