"""The comparison as a whole."""

from __future__ import annotations

from collections.abc import Sequence

from catalog.comparison.inputs import compare_inputs
from catalog.comparison.metadata import metadata_rows
from catalog.comparison.metrics import metric_rows
from catalog.comparison.notices import find_notices
from catalog.comparison.records import ComparedModel, Comparison
from catalog.comparison.training_data import training_overlap

FEWEST, MOST = 2, 8
"""How many models a comparison takes."""


def compare(models: Sequence[ComparedModel]) -> Comparison:
    """Compare two to eight distinct model versions, in the order given.

    Raises ValueError for fewer, for more, and for a version that is named twice.
    """
    ids = tuple(model.id for model in models)
    if not FEWEST <= len(ids) <= MOST:
        raise ValueError(f"A comparison takes {FEWEST} to {MOST} models, not {len(ids)}.")
    repeated = sorted({name for name in ids if ids.count(name) > 1})
    if repeated:
        raise ValueError(f"A model is compared with others, not with itself: {', '.join(repeated)}.")
    return Comparison(
        models=ids,
        metadata=metadata_rows(models),
        metrics=metric_rows(models),
        training_data=training_overlap(models),
        provenance=compare_inputs(models),
        notices=find_notices(models),
    )
