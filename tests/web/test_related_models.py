"""The models of an artifact are counted, and listed, as their links tell."""

from __future__ import annotations

import pytest

from catalog.listing import SORTS, records
from catalog.models import ArtifactVersion
from catalog.references import resolve
from catalog.web.related_models import Related, RelatedThen, linked_models
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

    assert Related.to(target).count() == linked_models(target).count() == models


@pytest.mark.parametrize("withdrawn", [(), (0,), (6,), (2, 3), (0, 1, 5, 6), tuple(range(7))])
def test_those_retracted_stand_among_the_others_by_their_scores(withdrawn: tuple[int, ...]) -> None:
    make_dataset("data")
    for number in range(7):
        model = make_model(f"model-{number}", trained_on=["data"])
        # Two of each score, of which the one made last stands first.
        ArtifactVersion.objects.filter(pk=model.pk).update(assessed_quality=number // 2 / 4, assessed_by="a curator")
        if number in withdrawn:
            retracted(model)
    target = resolve("data")
    everything = records(SORTS["quality_score"].ordered(linked_models(target), "desc"))
    assert len(everything) == 7

    for related in (Related.to(target), RelatedThen.to(target)):
        pages = {(start, stop): related.best(start, stop) for start in range(9) for stop in range(start + 1, 10)}
        assert pages == {(start, stop): everything[start:stop] for start, stop in pages}
