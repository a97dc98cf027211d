"""The models of an artifact are counted as they are found."""

from __future__ import annotations

import pytest

from catalog.references import resolve
from catalog.web.related_models import count_related, related
from tests.factories import make_dataset, make_model, retracted

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("reference", "models"), [("data", 4), ("data@1", 2), ("data-v2", 2), ("unused", 0)])
def test_a_count_is_of_the_models_that_are_found_retracted_or_not(reference: str, models: int) -> None:
    for name in ("data", "data", "unused"):
        make_dataset(name)
    make_model("moved", trained_on=["data@1"])
    make_model("moved", trained_on=["data@2"])
    make_model("both", trained_on=["data@1", "data@2"])
    make_model("loose", trained_on=["data"])
    retracted(make_model("withdrawn", trained_on=["data@1"]))

    target = resolve(reference)

    assert count_related(target) == related(target).count() == models
