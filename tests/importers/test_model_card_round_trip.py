"""The cards that this catalogue writes, read back: the same evaluations, training data, origins and family."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from catalog.exports.card import write_card
from catalog.exports.loading import export_of
from catalog.importers.model_card import read
from catalog.importers.records import Reject
from catalog.importers.run import import_records
from catalog.models import ArtifactVersion, ModelVersion
from catalog.registration import LinkInput
from catalog.registration.content import STATED, STATED_ALSO
from catalog.vocabulary import Family, Relation, ReportedBy
from tests.factories import RECORDS, make_dataset, make_model, measured

pytestmark = pytest.mark.django_db

HOME = "https://models.example.org"


def written(folder: Path, *versions: ArtifactVersion) -> Path:
    (folder / f"{versions[0].public_id}.md").write_bytes(write_card(export_of(versions, HOME)))
    return folder


def evaluations(version: ArtifactVersion) -> list[dict[str, Any]]:
    rows = version.evaluations.order_by("metric_id", "value")
    fields = [name for name in (*STATED, *STATED_ALSO) if name != "metric"]
    return [
        {"metric": row.metric_id, "data": (row.dataset_id, row.dataset_version_id)}
        | {name: getattr(row, name) for name in fields}
        for row in rows
    ]


def evaluated(family: Family) -> ArtifactVersion:
    make_dataset("dataset-SEA-AD", title="Atlas")
    make_dataset("dataset-SEA-AD", title="Atlas, second release")
    make_dataset("counts")
    on = {"dataset": "dataset-SEA-AD", "dataset_version": 2, "split": "test"}
    return make_model(
        family=family,
        trained_on=["dataset-SEA-AD@1", "counts"],
        evaluations=(
            measured("rmse", 0.1 + 0.2, unit="µM", n=120, ci_low=0.25, ci_high=0.35, primary=True, **on),
            measured("rmse", 0.5, unit="µM", subset="female, 65+", task="dose response", **on),
            measured("Relative WIS", 1e-300, std_error=0.5, dataset="counts", period="2025-01", evaluated_by="A. Lab"),
            measured("pass@1", -3.0, reported_by=ReportedBy.EVALUATOR),
            measured("aic", -450.0, reported_by=ReportedBy.CATALOGUE, evaluated_by="https://lab.example.org"),
        ),
    )


@pytest.mark.parametrize("family", list(Family))
def test_a_card_of_this_catalogue_reads_back_to_the_same(tmp_path: Path, family: Family) -> None:
    model = evaluated(family)
    report = import_records(read(written(tmp_path, model)))
    assert (report.records, report.rejects) == (1, [])
    read_back = ModelVersion.objects.get(source_format="model-card")
    assert evaluations(read_back) == evaluations(model)
    assert read_back.family == family
    trained = [
        set(version.links.filter(relation=Relation.TRAINED_ON).values_list("target", flat=True))
        for version in (model, read_back)
    ]
    assert trained[0] == trained[1]
    assert import_records(read(tmp_path)).added == 0


def test_origins_are_the_versions_that_were_named(tmp_path: Path) -> None:
    base = make_model("model-base")
    make_model("model-base", metadata=RECORDS[Family.STATISTICAL], family=Family.STATISTICAL)
    tuned = make_model(links=[LinkInput(relation=Relation.FINE_TUNED_FROM, ref=base.public_id)])
    import_records(read(written(tmp_path, tuned)))
    found = ModelVersion.objects.get(source_format="model-card").links.get(relation=Relation.FINE_TUNED_FROM)
    assert found.target_version == base


def test_the_report_of_a_comparison_is_no_card_of_a_model(tmp_path: Path) -> None:
    one, two = evaluated(Family.STATISTICAL), make_model()
    [item] = read(written(tmp_path, one, two))
    assert isinstance(item, Reject)
    assert "comparison" in item.reason
