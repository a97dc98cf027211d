"""A living MLflow registry: what is read of it, what it says later, how it is asked. `tests/peers` has a real one."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.errors import InvalidInput
from catalog.importers.mlflow import read, server
from catalog.importers.records import Record, Reject, SourceLost
from catalog.importers.run import ImportReport, import_records
from catalog.models import Artifact, ArtifactVersion, ModelVersion
from catalog.provenance.audit import audit
from catalog.registration import retract_evaluation
from catalog.registration.submission import VersionInput
from catalog.vocabulary import Family, FamilyBasis, Kind, Relation
from tests.importers.emitted import check
from tests.importers.mlflow_server import (
    API,
    COMMIT,
    SOURCE_TAGS,
    Answer,
    FakeMlflow,
    dataset_input,
    metric,
    run_of,
    serving,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "BACKOFF", 0)


@pytest.fixture
def mlflow() -> Iterator[FakeMlflow]:
    with serving() as fake:
        yield fake


def records(mlflow: FakeMlflow, **options: Any) -> list[Record]:
    return check(read(mlflow.address, **options))


def only(mlflow: FakeMlflow, **options: Any) -> VersionInput:
    [record] = records(mlflow, **options)
    return record.versions[-1]


def rejects(mlflow: FakeMlflow, **options: Any) -> list[Reject]:
    return [item for item in read(mlflow.address, **options) if isinstance(item, Reject)]


def taken(mlflow: FakeMlflow, **options: Any) -> ImportReport:
    return import_records(read(mlflow.address, **options))


def refs(version: VersionInput, relation: Relation) -> list[str]:
    return [link.ref for link in version.links if link.relation == relation]


def trained(mlflow: FakeMlflow, run_id: str = "r1", digest: str = "3028aa26", **stated: Any) -> dict[str, Any]:
    """A version whose run states program, commit and data."""
    inputs = [dataset_input("counts", digest, "training"), dataset_input("heldout", "82ae620b", "test")]
    run = run_of(run_id, **{"tags": SOURCE_TAGS, "inputs": inputs, **stated})
    return mlflow.add_version(run=run)


def test_a_version_with_all_that_the_registry_and_its_run_say(mlflow: FakeMlflow) -> None:
    tags = [{"key": "team", "value": "glia"}, {"key": "license", "value": "MIT"}]
    mlflow.add_model("glia", description="Tells microglia.", tags=tags, aliases={"champion": "1", "beta": "1"})
    trained(mlflow, params={"C": "0.10", "solver": "lbfgs", "epochs": "40", "seed": "007"})
    mlflow.versions["glia"][0] |= {"description": "First fit.", "current_stage": "Production"}
    model = only(mlflow)
    assert model.artifact == "model-mlflow-glia"
    assert (model.title, model.description, model.changelog) == ("glia", "Tells microglia.", "First fit.")
    assert (model.version_label, model.version_tag, model.license) == ("1", "beta", "MIT")
    assert model.created_at == datetime.fromtimestamp(1_795_000_000.001, UTC)
    assert (model.family, model.family_basis) == (Family.STATISTICAL, FamilyBasis.INFERRED)
    assert model.metadata["framework"] == "sklearn"
    assert model.metadata["training_config"] == {"C": 0.1, "solver": "lbfgs", "epochs": 40, "seed": "007"}
    assert model.metadata["environment"] == {"mlflow": "3.17.2", "python": "3.11.7", "sklearn": "1.9.1"}
    assert model.metadata["stage"] == "Production"
    assert model.metadata["tags"] == {"license": "MIT", "team": "glia"}
    assert model.metadata["code"] == {
        "repository": "https://example.org/lab/microglia.git",
        "entrypoint": "train.py",
        "commit": COMMIT,
    }
    assert model.metadata["mlflow"]["experiment"] == "microglia"


def test_versions_come_in_their_order_over_all_pages(mlflow: FakeMlflow) -> None:
    for name in ("a", "b", "c"):
        for _ in range(11):
            mlflow.add_version(name)
    found = records(mlflow)
    assert [record.file for record in found] == ["a"] * 11 + ["b"] * 11 + ["c"] * 11
    assert [int(record.versions[-1].version_label) for record in found] == [*range(1, 12)] * 3


def test_a_run_that_states_program_and_commit_is_an_analysis_with_pinned_inputs(mlflow: FakeMlflow) -> None:
    trained(mlflow)
    [record] = records(mlflow)
    assert [version.kind for version in record.versions] == [Kind.DATASET, Kind.DATASET, Kind.ANALYSIS, Kind.MODEL]
    analysis, model = record.versions[2:]
    assert analysis.artifact == "analysis-mlflow-lab-microglia-train.py"
    assert analysis.version_label == COMMIT
    assert refs(analysis, Relation.USED) == ["dataset-counts-3028aa26", "dataset-heldout-82ae620b"]
    assert refs(model, Relation.PRODUCED_BY) == [analysis.version_id]
    assert refs(model, Relation.TRAINED_ON) == ["dataset-counts-3028aa26"]
    assert model.metadata["training_splits"] == {"dataset-counts": ["training"]}
    taken(mlflow)
    stored = ModelVersion.objects.get()
    assert stored.has_training_dataset and stored.has_producing_analysis
    assert all(link.target_version for link in stored.links.all())
    assert audit(dry_run=True).changed == 0


def test_a_program_is_one_analysis_with_a_version_for_each_commit_and_its_inputs(mlflow: FakeMlflow) -> None:
    trained(mlflow, "r1")
    trained(mlflow, "r2")
    trained(mlflow, "r3", tags=SOURCE_TAGS | {"mlflow.source.git.commit": "f" * 40})
    trained(mlflow, "r4", digest="99999999")
    trained(mlflow, "r5")
    taken(mlflow)
    analysis = Artifact.objects.get(kind=Kind.ANALYSIS)
    assert analysis.versions.count() == 3
    produced = [
        model.links.get(relation=Relation.PRODUCED_BY).target_version.version_number
        for model in ModelVersion.objects.order_by("version_number")
    ]
    assert produced == [1, 1, 2, 3, 1], "an older commit again is the older version, not the latest"


@pytest.mark.parametrize(
    "tags",
    [
        {},
        {"mlflow.source.name": "train.py"},
        {"mlflow.source.git.commit": COMMIT},
        SOURCE_TAGS | {"mlflow.source.git.commit": "main"},
        SOURCE_TAGS | {"mlflow.source.git.dirty": "True"},
    ],
)
def test_what_is_no_procedure_at_a_commit_makes_no_analysis(mlflow: FakeMlflow, tags: dict[str, str]) -> None:
    trained(mlflow, tags=tags)
    [record] = records(mlflow)
    assert Kind.ANALYSIS not in {version.kind for version in record.versions}
    assert not refs(record.versions[-1], Relation.PRODUCED_BY)


def test_files_that_had_been_changed_are_not_those_of_the_commit(mlflow: FakeMlflow) -> None:
    trained(mlflow, tags=SOURCE_TAGS | {"mlflow.source.git.dirty": "true"})
    code = only(mlflow).metadata["code"]
    assert "commit" not in code
    assert code["changed_since"] == COMMIT


def test_eight_digits_over_some_rows_do_not_identify_a_dataset_and_a_whole_digest_or_commit_does(
    mlflow: FakeMlflow,
) -> None:
    whole = "d41d8cd98f00b204e9800998ecf8427e"
    inputs = [
        dataset_input("short", "3028aa26", "training"),
        dataset_input("whole", whole, "training"),
        dataset_input("hub", "82ae620b", "eval", source=f'{{"path": "org/hub", "revision": "{COMMIT}"}}'),
    ]
    trained(mlflow, inputs=inputs)
    taken(mlflow)
    by = {
        version.artifact.public_id: (version.identified_by, version.checksums)
        for version in ArtifactVersion.objects.filter(kind=Kind.DATASET)
    }
    assert by == {
        "dataset-short": (None, {}),
        "dataset-whole": ("checksum", {"mlflow-digest": whole}),
        "dataset-hub": ("commit", {}),
    }
    assert not ModelVersion.objects.get().has_pinned_inputs
    assert ModelVersion.objects.get().quality_score <= 0.3


def test_a_run_whose_inputs_all_say_which_bytes_they_are_makes_a_complete_model(mlflow: FakeMlflow) -> None:
    trained(mlflow, inputs=[dataset_input("whole", "d41d8cd98f00b204e9800998ecf8427e", "training")])
    taken(mlflow)
    assert ModelVersion.objects.get().provenance_completeness == 1


def test_data_that_were_never_named_are_the_models_own(mlflow: FakeMlflow) -> None:
    trained(mlflow, inputs=[dataset_input("dataset", "1", "training"), dataset_input("dataset", "2", "eval")])
    model = only(mlflow)
    assert refs(model, Relation.TRAINED_ON) == ["dataset-mlflow-glia-training-data-1"]


def test_one_dataset_for_training_and_test_leaves_the_split_open(mlflow: FakeMlflow) -> None:
    both = [dataset_input("counts", "1", "training"), dataset_input("counts", "1", "test")]
    linked = metric("auroc", 0.9, dataset_name="counts", dataset_digest="1", run_id="r1")
    mlflow.logged["m-1"] = {"info": {"model_id": "m-1"}, "data": {"metrics": [linked]}}
    trained(mlflow, inputs=both, metrics=[metric("auroc", 0.9)])["source"] = "models:/m-1"
    [value] = only(mlflow).evaluations
    assert (value.dataset, value.split) == ("dataset-counts-1", "")


def test_values_with_their_datasets_and_the_last_of_each_without(mlflow: FakeMlflow) -> None:
    of_heldout = {"dataset_name": "heldout", "dataset_digest": "82ae620b", "run_id": "r1"}
    of_another = {"dataset_name": "other", "dataset_digest": "5", "run_id": "r9"}
    mlflow.logged["m-1"] = {
        "info": {"model_id": "m-1"},
        "data": {
            "metrics": [
                metric("auroc", 0.7, step=1, timestamp=5, **of_heldout),
                metric("auroc", 0.91, step=2, timestamp=6, **of_heldout),
                metric("auroc", 0.85, step=2, timestamp=9, **of_another),
                metric("train_loss", 0.4, timestamp=5, run_id="r1"),
                metric("later", 0.1, timestamp=50, run_id="r9"),
            ]
        },
    }
    run = [metric("auroc", 0.91, step=2, timestamp=6), metric("train_loss", 0.3, step=2, timestamp=7)]
    trained(mlflow, metrics=run)["source"] = "models:/m-1"
    found = {(entry.metric, entry.dataset, entry.split): entry.value for entry in only(mlflow).evaluations}
    assert found == {
        ("auroc", "dataset-heldout-82ae620b", "test"): 0.91,
        ("auroc", "dataset-other-5", ""): 0.85,
        ("train_loss", None, ""): 0.3,
        ("later", None, ""): 0.1,
    }


def test_what_mlflow_writes_for_nan_and_infinity_is_no_value(mlflow: FakeMlflow) -> None:
    linked = {"dataset_name": "heldout", "dataset_digest": "82ae620b", "run_id": "r1"}
    mlflow.logged["m-1"] = {
        "info": {"model_id": "m-1"},
        "data": {
            "metrics": [
                metric("nan", 0.0, timestamp=5, **linked),
                metric("earlier_nan", 0.0, timestamp=6, **linked),
                metric("zero", 0.0, timestamp=7, **linked),
            ]
        },
    }
    mlflow.histories["r1", "earlier_nan"] = [metric("earlier_nan", "NaN", timestamp=6)]
    mlflow.histories["r1", "zero"] = [metric("zero", 0.0, timestamp=7)]
    run = [
        metric("nan", "NaN", timestamp=5),
        metric("inf", 1.7976931348623157e308),
        metric("minus_inf", -1.7976931348623157e308),
        metric("text", "Infinity"),
        metric("system/cpu_utilization_percentage", 12.5),
        metric("val/loss", 0.5),
        metric("val_loss", 0.6),
        metric("損失", 0.7),
        metric("", 1.0),
    ]
    trained(mlflow, metrics=run)["source"] = "models:/m-1"
    found = {entry.metric: entry.value for entry in only(mlflow).evaluations}
    assert found.pop("zero") == 0.0
    assert found.pop("val_loss") == 0.5
    assert sorted(found.values()) == [0.6, 0.7, 1.0]
    assert taken(mlflow).rejects == []


@pytest.mark.parametrize(
    ("flavors", "tags", "family", "basis"),
    [
        ("sklearn", {}, Family.STATISTICAL, FamilyBasis.INFERRED),
        ("prophet", {}, Family.STATISTICAL, FamilyBasis.INFERRED),
        ("sentence_transformers", {}, Family.DEEP_LEARNING, FamilyBasis.INFERRED),
        ("pytorch", {}, Family.DEEP_LEARNING, FamilyBasis.INFERRED),
        ("pytorch", {"model_family": "biophysical"}, Family.BIOPHYSICAL, FamilyBasis.SOURCE),
        ("", {"model_family": "Deep Learning"}, Family.DEEP_LEARNING, FamilyBasis.SOURCE),
    ],
)
def test_families(mlflow: FakeMlflow, flavors: str, tags: dict[str, str], family: Family, basis: FamilyBasis) -> None:
    mlflow.add_version(tags=[{"key": key, "value": value} for key, value in tags.items()])
    mlflow.mlmodels["glia"] = f"flavors: {{python_function: {{}}, {flavors}: {{}}}}" if flavors else ""
    model = only(mlflow)
    assert (model.family, model.family_basis) == (family, basis)


def test_the_history_of_a_run_of_mlflow_2_tells_the_flavor(mlflow: FakeMlflow) -> None:
    history = '[{"flavors": {"python_function": {}, "keras": {}}}, 5]'
    mlflow.add_version(run=run_of(tags={"mlflow.log-model.history": history, "estimator_name": "Net"}))
    mlflow.mlmodels.clear()
    model = only(mlflow)
    assert (model.family, model.metadata["framework"]) == (Family.DEEP_LEARNING, "keras")
    assert model.metadata["architecture"] == "Net"


def test_a_version_that_tells_no_family_is_rejected_unless_whoever_imports_says_one(mlflow: FakeMlflow) -> None:
    mlflow.add_version()
    mlflow.mlmodels["glia"] = "flavors: [broken"
    [reject] = rejects(mlflow)
    assert (reject.file, reject.name) == ("glia", "version 1")
    assert "--family" in reject.reason
    assert only(mlflow, family="biophysical").family_basis == FamilyBasis.CURATOR


def test_again_adds_nothing(mlflow: FakeMlflow) -> None:
    trained(mlflow, metrics=[metric("auroc", 0.9)])
    trained(mlflow, "r2", metrics=[metric("auroc", 0.8)])
    first = taken(mlflow)
    assert (first.records, first.rejects) == (2, [])
    count = ArtifactVersion.objects.count()
    again = taken(mlflow)
    assert (again.added, again.grown, again.rejects) == (0, 0, [])
    assert ArtifactVersion.objects.count() == count


def test_a_later_value_is_appended_a_changed_one_supersedes_and_a_retracted_one_stays_away(
    mlflow: FakeMlflow,
) -> None:
    version = trained(mlflow, metrics=[metric("auroc", 0.9), metric("wrong", 5.0)])
    taken(mlflow)
    model = ModelVersion.objects.get()
    digest = model.content_digest
    retract_evaluation(model, model.evaluations.get(metric="wrong").number, reason="Measured on nothing.")
    mlflow.runs[version["run_id"]]["data"]["metrics"] = [
        metric("auroc", 0.95),
        metric("f1", 0.7),
        metric("wrong", 5.0),
    ]
    report = taken(mlflow)
    assert (report.added, report.grown) == (0, 2)
    live = {row.metric_id: row.value for row in model.evaluations.live()}
    assert live == {"auroc": 0.95, "f1": 0.7}
    assert model.evaluations.get(metric="auroc", value=0.95).supersedes.value == 0.9
    model.refresh_from_db()
    assert model.content_digest == digest
    assert taken(mlflow).grown == 0


def test_an_alias_that_moved_moves_the_tag(mlflow: FakeMlflow) -> None:
    mlflow.add_model(aliases={"champion": "1"})
    mlflow.add_version()
    mlflow.add_version()
    taken(mlflow)
    mlflow.add_model(aliases={"champion": "2"})
    assert taken(mlflow, since=datetime(2100, 1, 1, tzinfo=UTC)).grown == 1
    tags = dict(ModelVersion.objects.values_list("version_number", "version_tag"))
    assert tags == {1: None, 2: "champion"}


def test_of_two_aliases_one_is_the_tag_and_the_other_is_nobodys(mlflow: FakeMlflow) -> None:
    mlflow.add_model(aliases={"champion": "1"})
    mlflow.add_version()
    taken(mlflow)
    mlflow.add_model(aliases={"beta": "2", "champion": "2"})
    mlflow.add_version()
    assert taken(mlflow).grown == 1
    tags = dict(ModelVersion.objects.values_list("version_number", "version_tag"))
    assert tags == {1: None, 2: "beta"}, "champion does not lead to the version that it meant once"
    assert taken(mlflow).grown == 0


def test_an_alias_that_cannot_be_a_tag_is_no_tag(mlflow: FakeMlflow) -> None:
    mlflow.add_model(aliases={"-x": "1", "2024": "1"})
    mlflow.add_version()
    assert only(mlflow).version_tag is None


def test_since_takes_what_was_made_or_changed_then_or_later(mlflow: FakeMlflow) -> None:
    for _ in range(4):
        mlflow.add_version()
    mlflow.versions["glia"][0]["last_updated_timestamp"] = 1_796_000_000_000
    since = datetime.fromtimestamp(1_795_000_000.003, UTC)
    assert [record.name for record in records(mlflow, since=since)] == ["version 1", "version 3", "version 4"]
    assert not any("version=2" in path for path in mlflow.asked[-6:])


def test_a_model_that_was_deleted_and_made_anew_is_the_next_version(mlflow: FakeMlflow) -> None:
    version = mlflow.add_version()
    taken(mlflow)
    assert taken(mlflow).added == 0
    version |= {"creation_timestamp": version["creation_timestamp"] + 5, "description": "Made anew."}
    assert taken(mlflow).added == 1
    assert list(ModelVersion.objects.values_list("version_number", "version_label").order_by("pk")) == [
        (1, "1"),
        (2, "1"),
    ]


def test_a_run_that_is_gone_leaves_what_the_registry_says(mlflow: FakeMlflow) -> None:
    mlflow.add_version(run_id="gone")
    assert only(mlflow).metadata["framework"] == "sklearn"


def test_a_run_that_was_deleted_is_still_what_made_the_model(mlflow: FakeMlflow) -> None:
    trained(mlflow, info={"lifecycle_stage": "deleted"})
    model = only(mlflow)
    assert model.metadata["mlflow"]["run_is_deleted"] is True
    assert refs(model, Relation.PRODUCED_BY)


def test_prompts_and_unfinished_versions_are_no_models(mlflow: FakeMlflow) -> None:
    mlflow.add_version("prompt")
    mlflow.add_model("prompt", tags=[{"key": "mlflow.prompt.is_prompt", "value": "true"}])
    mlflow.add_version("glia", status="FAILED_REGISTRATION")
    assert not records(mlflow)
    assert [(item.file, item.reason) for item in rejects(mlflow)] == [("glia", "its status is FAILED_REGISTRATION")]


def test_large_and_strange_records_are_bounded_and_storable(mlflow: FakeMlflow) -> None:
    tags = [{"key": f"tag {number:04}", "value": "v"} for number in range(5_000)]
    mlflow.add_version("Sérum α model", tags=tags, description="x" * 200_000)
    mlflow.versions["Sérum α model"][0]["tags"].append({"key": "tag", "value": "long " * 10_000})
    [record] = records(mlflow)
    kept = record.versions[-1].metadata["tags"]
    assert len(kept) == 201
    assert kept["left_out"] == "4801 more"
    assert len(kept["tag"]) == 1_001
    assert taken(mlflow).rejects == []
    assert ModelVersion.objects.get().title == "Sérum α model"


def test_what_cannot_be_stored_costs_no_other_record(mlflow: FakeMlflow) -> None:
    mlflow.add_version("a", description="NUL \x00")
    mlflow.add_version("b", tags=[{"key": "half", "value": "\ud800"}])
    mlflow.add_version("it's")
    mlflow.add_version("both ' and \"")
    mlflow.add_version("c", run=run_of(params={"x": "\x00"}))
    report = taken(mlflow)
    assert report.records == 1
    assert {item.file: item.reason for item in report.rejects} == {
        "a": "a text holds NUL or half of a character",
        "b": "a text holds NUL or half of a character",
        "c": "a text holds NUL or half of a character",
        "both ' and \"": "MLflow cannot be asked for a name that holds both kinds of quotes",
    }


def test_paths_passwords_and_people_stay_where_they_are(mlflow: FakeMlflow) -> None:
    tags = {
        "mlflow.user": "lovelace",
        "mlflow.source.name": "/home/lovelace/study/train.py",
        "mlflow.source.git.commit": COMMIT,
        "mlflow.source.git.repoURL": "https://lovelace:secret@example.org/lab/m.git?token=secret",
    }
    inputs = [dataset_input("d", "1", "training", source='{"uri": "/home/lovelace/d.csv"}')]
    run = run_of(tags=tags, inputs=inputs)
    mlflow.add_version(run=run, source="file:///home/lovelace/mlruns/1", user_id="lovelace")
    [record] = records(mlflow)
    assert "lovelace" not in repr(record)
    assert "secret" not in repr(record)
    assert record.versions[-1].metadata["code"]["entrypoint"] == "train.py"


def stopping(at: int) -> Any:
    """Answers every request but that one."""
    asked = itertools.count()
    return lambda path, query: (409, {"message": "stop"}, {}) if next(asked) == at else None


def failing(times: int, status: int, where: str = "", headers: dict[str, str] | None = None) -> Any:
    """Answers `status` the first `times` that a path with `where` is asked for."""
    left = itertools.count(1)

    def before(path: str, query: dict[str, str]) -> Answer | None:
        return (status, "busy", headers or {}) if where in path and next(left) <= times else None

    return before


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_server_that_is_busy_is_asked_again(mlflow: FakeMlflow, status: int) -> None:
    mlflow.add_version()
    mlflow.before = failing(3, status, "/api/", {"Retry-After": "0"})
    assert len(records(mlflow)) == 1


def test_an_answer_that_breaks_off_is_asked_for_again(mlflow: FakeMlflow) -> None:
    mlflow.add_version()
    mlflow.before = failing(2, 200, "/api/", {"Content-Length": "100"})
    assert len(records(mlflow)) == 1


def test_a_server_that_fails_for_good_keeps_what_is_in_and_says_where_it_stopped(mlflow: FakeMlflow) -> None:
    for number in range(1, 6):
        trained(mlflow, f"r{number}")
    mlflow.before = lambda path, query: (503, "busy", {}) if query.get("run_id") == "r4" else None
    report = taken(mlflow)
    assert report.records == 3
    assert "version 4 of glia" in report.stopped
    assert ModelVersion.objects.count() == 3
    mlflow.before = lambda path, query: None
    report = taken(mlflow)
    assert (report.records, report.stopped) == (5, "")
    assert list(ModelVersion.objects.order_by("version_number").values_list("version_label", flat=True)) == [*"12345"]


def test_an_interruption_at_any_request_leaves_whole_records_and_going_on_gives_the_same(mlflow: FakeMlflow) -> None:
    for number in range(1, 4):
        trained(mlflow, f"r{number}", metrics=[metric("auroc", number / 10)])
    list(read(mlflow.address))
    for stop in range(len(mlflow.asked)):
        mlflow.before = stopping(stop)
        report = taken(mlflow)
        assert report.rejects == []
        assert ModelVersion.objects.count() == ModelVersion.objects.filter(evaluations__metric="auroc").count()
    mlflow.before = lambda path, query: None
    assert taken(mlflow).stopped == ""
    assert taken(mlflow).added == 0
    assert [row.version_label for row in ModelVersion.objects.order_by("version_number")] == ["1", "2", "3"]
    assert audit(dry_run=True).changed == 0


def test_an_interruption_from_the_keyboard_keeps_what_is_in(mlflow: FakeMlflow) -> None:
    trained(mlflow)
    trained(mlflow, "r2")

    def interrupted() -> Iterator[Record | Reject]:
        yield from itertools.islice(read(mlflow.address), 1)
        raise KeyboardInterrupt

    report = import_records(interrupted())
    assert (report.records, report.stopped) == (1, "Interrupted from the keyboard.")
    assert ModelVersion.objects.count() == 1


def test_a_dry_run_that_stops_writes_nothing(mlflow: FakeMlflow) -> None:
    trained(mlflow)
    trained(mlflow, "r2")
    mlflow.before = lambda path, query: (400, {"message": "no"}, {}) if query.get("run_id") == "r2" else None
    report = import_records(read(mlflow.address), dry_run=True)
    assert report.added > 0 and report.stopped
    assert not ArtifactVersion.objects.exists()


def stopped(mlflow: FakeMlflow) -> str:
    with pytest.raises(SourceLost) as lost:
        list(read(mlflow.address))
    return str(lost.value)


def test_a_redirect_within_the_server_is_followed_and_one_to_another_is_not(mlflow: FakeMlflow) -> None:
    mlflow.add_version()
    moved = f"{API}registered-models/search"
    once = {"Location": f"{moved}?moved=1"}
    mlflow.before = lambda path, query: (308, "", once) if path == moved and "moved" not in query else None
    assert len(records(mlflow)) == 1
    with serving() as other:
        mlflow.before = lambda path, query: (302, "", {"Location": f"{other.address}{moved}"})
        assert f"redirects to {other.address}" in stopped(mlflow)
        assert other.asked == []
    mlflow.before = lambda path, query: (302, "", {"Location": path})
    assert "redirects without end" in stopped(mlflow)


def test_an_answer_without_end_is_not_read(mlflow: FakeMlflow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "MAX_ANSWER", 1_000)
    mlflow.add_version(description="x" * 2_000)
    assert "larger than 1000 bytes" in stopped(mlflow)


def test_a_description_of_a_model_that_is_too_large_is_not_read(
    mlflow: FakeMlflow, monkeypatch: pytest.MonkeyPatch
) -> None:
    mlflow.add_version()
    monkeypatch.setattr(server, "MAX_ARTIFACT", 10)
    assert "--family" in rejects(mlflow)[0].reason


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ((404, "<h1>Not Found</h1>", {}), "not as an MLflow server does"),
        ((200, "[1]", {}), "not an object"),
        ((200, "{", {}), "broken JSON"),
        ((401, "", {}), "MLFLOW_TRACKING_TOKEN"),
        ((403, "", {}), "MLFLOW_TRACKING_USERNAME"),
        ((400, {"message": "bad filter"}, {}), "answers 400: bad filter"),
        ((200, {"registered_models": [], "next_page_token": "same"}, {}), "the same page again and again"),
    ],
)
def test_what_is_no_answer_of_mlflow_says_so(mlflow: FakeMlflow, answer: Answer, reason: str) -> None:
    mlflow.before = lambda path, query: answer
    assert reason in stopped(mlflow)


def test_credentials_go_to_the_server_and_nowhere_else(mlflow: FakeMlflow, monkeypatch: pytest.MonkeyPatch) -> None:
    mlflow.add_version()
    monkeypatch.setenv("MLFLOW_TRACKING_USERNAME", "ada")
    monkeypatch.setenv("MLFLOW_TRACKING_PASSWORD", "lovelace")
    records(mlflow)
    assert {headers["Authorization"] for headers in mlflow.headers} == {"Basic YWRhOmxvdmVsYWNl"}
    mlflow.headers.clear()
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", "t0ken")
    records(mlflow)
    assert {headers["Authorization"] for headers in mlflow.headers} == {"Bearer t0ken"}
    mlflow.before = lambda path, query: (401, "", {})
    assert "t0ken" not in stopped(mlflow)


def test_a_server_that_is_not_there_is_told(mlflow: FakeMlflow) -> None:
    with serving() as gone:
        pass
    assert "does not answer" in stopped(gone)


@pytest.mark.parametrize(
    "address",
    ["ftp://here.example", "http://", "http://h.example:port", "http://h.example?x=1", "http://h.example/#x"],
)
def test_what_is_no_address(address: str) -> None:
    with pytest.raises(InvalidInput, match="Give the server's address"):
        list(read(address))


def test_credentials_in_the_address_are_refused_and_not_repeated() -> None:
    with pytest.raises(InvalidInput) as refused:
        list(read("http://ada:lovelace@127.0.0.1:5000"))
    assert "lovelace" not in str(refused.value)


def test_a_server_below_a_path_is_asked_there(mlflow: FakeMlflow) -> None:
    mlflow.add_version()
    inner = mlflow.answer

    def below(path: str, query: dict[str, str]) -> Answer | None:
        if not path.startswith("/mlflow/"):
            return 404, "not here", {}
        mlflow.before = lambda path, query: None
        try:
            return inner(path.removeprefix("/mlflow"), query)
        finally:
            mlflow.before = below

    mlflow.before = below
    mlflow.address += "/mlflow/"
    assert len(records(mlflow)) == 1


def test_a_version_costs_the_same_however_many_came_before_it(mlflow: FakeMlflow) -> None:
    mlflow.page_size = 100
    costs: list[tuple[int, int]] = []
    for number in range(1, 7):
        trained(mlflow, f"r{number}", metrics=[metric("auroc", 0.9), metric("f1", 0.8)])
        taken(mlflow)
        mlflow.asked.clear()
        with CaptureQueriesContext(connection) as queries:
            taken(mlflow)
        costs.append((len(queries), len(mlflow.asked)))
    steps = {(after[0] - before[0], after[1] - before[1]) for before, after in itertools.pairwise(costs)}
    assert len(steps) == 1, "queries and requests grow by the same for each version"
    assert next(iter(steps))[1] == 2, "the run and the MLmodel file; the experiment is asked for once"
