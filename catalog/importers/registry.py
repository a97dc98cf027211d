"""The formats of the field that can be read, each by the name that the command takes."""

from __future__ import annotations

from catalog.importers import hubverse, model_index, monai, petab
from catalog.importers.records import Importer

IMPORTERS: dict[str, Importer] = {
    "monai": monai.read,
    "petab": petab.read,
    "hubverse": hubverse.read,
    "model-index": model_index.read,
}
"""For each SOURCE of `import_models`, its reader."""
