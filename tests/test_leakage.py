"""Leakage as the catalogue tells it: loaded from the database, beside a model's advisories, and over all models."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.advice import advice_of
from catalog.comparison.compare import compare
from catalog.leakage import find_leakage
from catalog.models import ArtifactVersion
from catalog.registration import LinkInput
from catalog.snapshots import load
from catalog.vocabulary import Relation
from tests.factories import complete_model, links_of, make_dataset, make_model, measured

pytestmark = pytest.mark.django_db


def derived(name: str, *origins: str) -> ArtifactVersion:
    return make_dataset(name, links=links_of(Relation.DERIVES_FROM, origins))


def measured_on(name: str, trained_on: str, dataset: str, **fields: object) -> ArtifactVersion:
    values = (measured("rmse", 0.5, dataset=dataset, split="test"),)
    return make_model(name, trained_on=[trained_on], evaluations=values, **fields)


def told(model: ArtifactVersion) -> list[tuple[str, str, tuple[str, ...]]]:
    kinds = ("leakage", "shared_parent")
    return [
        (advice.code.value, advice.artifact, advice.path) for advice in advice_of(model) if advice.code.value in kinds
    ]


def test_training_data_made_from_the_evaluations_dataset() -> None:
    make_dataset("e")
    derived("t", "e@1")
    model = measured_on("m", "t@1", "e@1")
    assert told(model) == [("leakage", "e", ("m-v1", "t-v1", "e-v1"))]
    message = next(advice.message for advice in advice_of(model) if advice.code == "leakage")
    assert "m-v1 was trained on t, and t derives from e, on which m-v1 is evaluated." in message
    assert "training_splits" in message


@pytest.mark.parametrize(("dataset", "node"), [("e@1", "e-v1"), ("e", "e")])
def test_an_evaluations_dataset_made_from_training_data(dataset: str, node: str) -> None:
    make_dataset("t")
    derived("between", "t@1")
    derived("e", "between")
    model = measured_on("m", "t@1", dataset)
    assert told(model) == [("leakage", "e", ("m-v1", "t-v1", "between", node))]


def test_an_earlier_version_of_the_dataset_came_from_something_else() -> None:
    make_dataset("t")
    make_dataset("e")
    derived("e", "t@1")
    assert told(measured_on("early", "t@1", "e@1")) == []
    assert [code for code, *_ in told(measured_on("late", "t@1", "e@2"))] == ["leakage"]
    assert [code for code, *_ in told(measured_on("any", "t@1", "e"))] == ["leakage"]


def test_halves_of_one_split_share_a_parent() -> None:
    make_dataset("p")
    derived("t", "p@1")
    derived("e", "p@1")
    model = measured_on("m", "t@1", "e@1")
    assert told(model) == [("shared_parent", "e", ("m-v1", "t-v1", "p-v1", "e-v1"))]


def test_stated_training_splits_make_it_no_more_than_a_shared_parent() -> None:
    make_dataset("t")
    derived("e", "t@1")
    model = measured_on("m", "t@1", "e@1", metadata={"training_splits": {"t": ["train"]}})
    assert [code for code, *_ in told(model)] == ["shared_parent"]


def test_a_comparison_a_detail_and_the_audit_say_the_same() -> None:
    make_dataset("e")
    derived("t", "e@1")
    model = measured_on("m", "t@1", "e@1")
    sound = complete_model("sound")
    [notice] = [notice for notice in compare(load([model, sound])).notices if notice.code == "leakage"]
    [(_, _, path)] = told(model)
    assert (notice.models, notice.path) == (("m-v1",), path)
    report = find_leakage()
    assert (report.looked_at, report.counts["leakage"], report.named["leakage"]) == (1, 1, ["m-v1"])


def test_the_gravest_advice_comes_first() -> None:
    make_dataset("e")
    derived("t", "e@1")
    derived("t", "e@1")
    assert [advice.code.value for advice in advice_of(measured_on("m", "t@1", "e@1"))] == ["leakage", "superseded"]


def test_a_retracted_evaluation_leaks_nothing() -> None:
    make_dataset("e")
    derived("t", "e@1")
    model = measured_on("m", "t@1", "e@1")
    model.evaluations.update(is_live=False)
    assert told(model) == [] and find_leakage().looked_at == 0


def test_batches_of_any_size_find_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    make_dataset("e")
    derived("t", "e@1")
    for number in range(5):
        measured_on(f"m{number}", "t@1", "e@1")
    for size in (1, 2, 5, 100):
        monkeypatch.setattr("catalog.leakage.BATCH_SIZE", size)
        progress: list[int] = []
        assert find_leakage(progress=progress.append).named["leakage"] == [f"m{number}-v1" for number in range(5)]
        assert sum(progress) == 5 and max(progress) <= size


def test_many_models_take_as_many_queries_as_one() -> None:
    counts = []
    for number in range(3):
        make_dataset(f"e{number}")
        derived(f"t{number}", f"e{number}@1")
        measured_on(f"m{number}", f"t{number}@1", f"e{number}@1")
        derived(f"f{number}", f"t{number}@1")
        tuned = LinkInput(relation=Relation.FINE_TUNED_FROM, ref=f"m{number}@1")
        measured_on(f"n{number}", f"t{number}@1", f"f{number}@1", links=(tuned,))
        with CaptureQueriesContext(connection) as captured:
            find_leakage()
        counts.append(len(captured))
    assert counts[0] == counts[1] == counts[2]
