"""Model cards: what another reader reads from them too, conditions, origins, versions, and what is no card."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml
from huggingface_hub import EvalResult, ModelCard, ModelCardData
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.importers.model_card import read
from catalog.importers.records import Record, Reject
from catalog.importers.run import ImportReport, import_records
from catalog.models import Artifact, ArtifactVersion, ModelVersion
from catalog.registration.submission import VersionInput
from catalog.vocabulary import Family, FamilyBasis, Kind, Relation, ReportedBy
from tests.factories import make_dataset, make_model
from tests.importers.emitted import check

pytestmark = pytest.mark.django_db

DATA = Path(__file__).parents[1] / "data" / "model_cards"
COMMIT = "0a1b2c3d4e5f60718293a4b5c6d7e8f901234567"


def models(records: list[Record]) -> dict[str, VersionInput]:
    return {record.name: record.versions[-1] for record in records}


def refs(version: VersionInput, relation: Relation) -> list[str]:
    return [link.ref for link in version.links if link.relation == relation]


def rejects(path: Path) -> list[Reject]:
    return [item for item in read(path) if isinstance(item, Reject)]


def card(folder: Path, front: str, body: str = "", name: str = "README.md") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(f"---\n{front}\n---\n{body}", encoding="utf-8")
    return folder


def only(path: Path, **options: str) -> VersionInput:
    [record] = check(read(path, **options))
    return record.versions[-1]


def taken(path: Path, **options: str) -> ImportReport:
    return import_records(read(path, **options))


RESULT = "model-index: [{name: M, results: [{task: {type: t}, dataset: {type: d, name: D}, metrics: [%s]}]}]"


def result(metrics: str) -> str:
    return f"library_name: timm\n{RESULT % metrics}"


def test_a_card_with_all_that_it_says() -> None:
    model = models(check(read(DATA)))["glia-lab/microglia-morphology"]
    assert model.artifact == "model-hf-glia-lab-microglia-morphology"
    assert model.title == "Microglia morphology"
    assert (model.family, model.family_basis) == (Family.DEEP_LEARNING, FamilyBasis.INFERRED)
    assert model.license == "glia-research-1.0"
    assert model.metadata["license_link"] == "https://example.org/glia/licence"
    assert model.metadata["framework"] == "timm"
    assert model.metadata["task"] == "image-classification"
    assert model.metadata["language"] == ["en"]
    assert model.metadata["references"] == ["arxiv:2101.00001"]
    assert model.metadata["co2_eq_emissions"]["emissions"] == 310
    assert model.description == (
        "Sorts crops of single microglia into four shapes, from ramified to amoeboid. Write to ."
    )
    assert refs(model, Relation.TRAINED_ON) == ["dataset-glia-lab-microglia-crops", "dataset-cifar-10"]
    assert not refs(model, Relation.PRODUCED_BY), "a card states no procedure"


def test_the_other_reader_of_cards_finds_the_same_results() -> None:
    for file in sorted(DATA.rglob("README.md")):
        theirs = ModelCard.load(file).data
        ours = models(check(read(DATA)))["/".join(file.parent.parts[-2:])]
        said = [
            (entry.task_type, entry.dataset_config or "", entry.dataset_split or "") for entry in theirs.eval_results
        ]
        kept = [(entry.task, entry.subset, entry.split) for entry in ours.evaluations]
        assert kept == said[: len(kept)], "in the same order; what is no number is at the end"
        values = [entry.metric_value for entry in theirs.eval_results]
        assert [entry.value for entry in ours.evaluations] == [
            float(str(value).split(" ")[0]) for value in values if str(value) != "nan"
        ]
        assert ours.metadata["framework"] == theirs.library_name


def test_a_results_dataset_at_a_commit_is_a_version_that_says_which_bytes_it_is() -> None:
    [record] = [record for record in check(read(DATA)) if record.name == "glia-lab/microglia-morphology"]
    accuracy = record.versions[-1].evaluations[0]
    pinned = next(version for version in record.versions if version.version_id == accuracy.dataset)
    assert pinned.artifact == "dataset-glia-lab-microglia-crops"
    assert pinned.metadata == {"commit": "5503434ddd753f426f4b38109466949a1217c2bb"}
    taken(DATA)
    stored = ArtifactVersion.objects.get(public_id=accuracy.dataset)
    assert stored.identified_by == "commit"
    row = ModelVersion.objects.get(artifact__public_id=record.versions[-1].artifact).evaluations.get(
        metric="accuracy", split="test", subset="confocal"
    )
    assert (row.dataset_version, row.dataset) == (stored, stored.artifact)


def test_conditions_of_a_metric_are_in_its_name_and_those_of_the_data_in_the_subset(tmp_path: Path) -> None:
    found = models(check(read(DATA)))["glia-lab/microglia-morphology"].evaluations
    assert [entry.metric for entry in found] == ["accuracy", "f1_average_macro", "f1_average_micro", "accuracy"]
    front = (
        "library_name: timm\nmodel-index: [{name: M, results: [{task: {name: QA}, "
        "dataset: {type: arc, name: ARC, config: challenge, args: {num_few_shot: 25, seen: false}}, "
        "metrics: [{type: pass@1, config: strict, value: 0.5}, {type: bleu, args: {a: [1, 2]}, value: '31.5%'}]}]}]"
    )
    first, second = only(card(tmp_path, front)).evaluations
    assert (first.metric, first.task, first.subset) == (
        "pass_at_1_strict",
        "QA",
        "challenge, num_few_shot=25, seen=false",
    )
    assert second.metric.startswith("bleu_a_")
    assert (second.value, second.unit) == (31.5, "%")


def test_who_measured_is_said_and_a_mark_that_anyone_can_write_is_not_believed() -> None:
    found = models(check(read(DATA)))["glia-lab/microglia-morphology"].evaluations
    assert [entry.evaluated_by for entry in found] == ["Glia leaderboard"] * 3 + [""]
    assert {entry.reported_by for entry in found} == {ReportedBy.AUTHOR}


def test_two_values_of_one_case_are_told_apart_by_their_names(tmp_path: Path) -> None:
    front = result("{type: wer, name: Test WER, value: 8.1}, {type: wer, name: Test WER (+LM), value: 7.2}")
    assert [(entry.metric, entry.value) for entry in only(card(tmp_path, front)).evaluations] == [
        ("test_wer", 8.1),
        ("test_wer_lm", 7.2),
    ]


def test_a_value_that_stands_twice_counts_once_and_a_contradiction_is_rejected(tmp_path: Path) -> None:
    same = result("{type: wer, value: 8.1}, {type: wer, value: 8.1}")
    assert len(only(card(tmp_path / "same", same)).evaluations) == 1
    card(tmp_path / "other", result("{type: wer, value: 8.1}, {type: wer, value: 7.2}"))
    [reject] = rejects(tmp_path / "other")
    assert reject.reason == "model-index: wer has several values for one case: 8.1, 7.2"


@pytest.mark.parametrize(
    ("value", "read_as"),
    [
        ("0.5", [0.5]),
        ("'0.5'", [0.5]),
        ("20.0 ± 1.2", [20.0]),
        ("20.0+/-1.2%", [20.0]),
        ("1e-3", [0.001]),
        ("{a: 1, b: {c: 2}}", [1.0, 2.0]),
        (".nan", []),
        (".inf", []),
        ("true", []),
        ("TBD", []),
        ("[1, 2]", []),
        ("null", []),
    ],
)
def test_values(tmp_path: Path, value: str, read_as: list[float]) -> None:
    model = only(card(tmp_path, result(f"{{type: m, value: {value}}}")))
    assert [entry.value for entry in model.evaluations] == read_as


def test_a_model_comes_after_its_base_and_says_how_it_comes_from_it() -> None:
    records = check(read(DATA))
    names = [record.name for record in records]
    assert names.index("glia-lab/microglia-morphology") < names.index("glia-lab/microglia-morphology-lora")
    taken(DATA)
    tuned = ModelVersion.objects.get(artifact__public_id="model-hf-glia-lab-microglia-morphology-lora")
    link = tuned.links.get(relation=Relation.FINE_TUNED_FROM)
    assert link.target.public_id == "model-hf-glia-lab-microglia-morphology"
    assert link.stated_as == "glia-lab/microglia-morphology"
    assert tuned.metadata["language"] == ["no"], "Norwegian is no truth value"


@pytest.mark.parametrize(
    ("stated", "relation"),
    [
        ("base_model: a/b", Relation.FINE_TUNED_FROM),
        ("base_model: [a/b, c/d]", Relation.COMBINES),
        ("base_model: a/b\nbase_model_relation: merge", Relation.COMBINES),
        ("base_model: a/b\nbase_model_relation: quantized", Relation.DERIVES_FROM),
        ("base_model: a/b\nbase_model_relation: something new", Relation.DERIVES_FROM),
    ],
)
def test_relations_to_a_base(tmp_path: Path, stated: str, relation: Relation) -> None:
    make_model("model-hf-a-b")
    [record] = [item for item in read(card(tmp_path, f"library_name: timm\n{stated}")) if isinstance(item, Record)]
    assert [(link.relation, link.ref, link.stated_as) for link in record.versions[-1].links] == [
        (relation, "model-hf-a-b", "a/b")
    ]


def test_a_base_that_is_nowhere_stays_in_the_cards_words_and_is_linked_once_it_is_there(tmp_path: Path) -> None:
    card(tmp_path, "library_name: timm\nbase_model: far/away")
    assert taken(tmp_path).added == 1
    model = ModelVersion.objects.get()
    assert model.metadata["base_model"] == ["far/away"]
    assert not model.links.exists()
    make_model("model-hf-far-away")
    assert taken(tmp_path).added == 1
    assert model.artifact.versions.get(is_latest=True).links.get().target.public_id == "model-hf-far-away"
    assert taken(tmp_path).added == 0


def test_bases_in_a_circle_are_survived(tmp_path: Path) -> None:
    card(tmp_path / "o" / "a", "library_name: timm\nbase_model: o/b")
    card(tmp_path / "o" / "b", "library_name: timm\nbase_model: [o/a, o/b]")
    report = taken(tmp_path)
    assert (report.records, report.rejects) == (2, [])


@pytest.mark.parametrize(
    ("front", "family", "basis"),
    [
        ("library_name: scikit-learn", Family.STATISTICAL, FamilyBasis.INFERRED),
        ("tags: [xgboost]", Family.STATISTICAL, FamilyBasis.INFERRED),
        ("tags: [sbml]", Family.BIOPHYSICAL, FamilyBasis.INFERRED),
        ("library_name: transformers", Family.DEEP_LEARNING, FamilyBasis.INFERRED),
        ("library_name: transformers\nmodel_family: biophysical", Family.BIOPHYSICAL, FamilyBasis.SOURCE),
        ("tags: [Deep Learning]", Family.DEEP_LEARNING, FamilyBasis.SOURCE),
    ],
)
def test_families(tmp_path: Path, front: str, family: Family, basis: FamilyBasis) -> None:
    model = only(card(tmp_path, front))
    assert (model.family, model.family_basis) == (family, basis)


def test_a_card_that_tells_no_family_is_rejected_unless_whoever_imports_says_one(tmp_path: Path) -> None:
    card(tmp_path, "license: mit")
    [reject] = rejects(tmp_path)
    assert "--family" in reject.reason
    model = only(tmp_path, family="statistical")
    assert (model.family, model.family_basis) == (Family.STATISTICAL, FamilyBasis.CURATOR)


def test_again_adds_nothing_and_a_changed_card_is_the_next_version(tmp_path: Path) -> None:
    shutil.copytree(DATA, tmp_path / "cards")
    first = taken(tmp_path / "cards")
    assert (first.records, first.rejects) == (3, [])
    again = taken(tmp_path / "cards")
    assert (again.added, again.rejects) == (0, [])
    changed = tmp_path / "cards" / "glia-lab" / "plaque-load-forest" / "README.md"
    changed.write_text(changed.read_text().replace("0.42", "0.40"))
    assert taken(tmp_path / "cards").added == 1
    assert ArtifactVersion.objects.filter(kind=Kind.MODEL).count() == 4


@pytest.mark.parametrize("packed", [True, False])
def test_a_checkout_states_its_commit(tmp_path: Path, packed: bool) -> None:
    card(tmp_path / "o" / "m", "library_name: timm")
    git = tmp_path / "o" / "m" / ".git"
    (git / "refs" / "heads").mkdir(parents=True)
    (git / "HEAD").write_text("ref: refs/heads/main\n")
    if packed:
        (git / "packed-refs").write_text(f"# pack-refs\n{'f' * 40} refs/heads/other\n{COMMIT} refs/heads/main\n")
    else:
        (git / "refs" / "heads" / "main").write_text(f"{COMMIT}\n")
    model = only(tmp_path)
    assert (model.version_label, model.metadata["commit"]) == (COMMIT, COMMIT)
    taken(tmp_path)
    (git / "HEAD").write_text("a" * 40)
    assert taken(tmp_path).added == 1, "another commit is another state of the repository"
    assert {version.identified_by for version in ModelVersion.objects.all()} == {"commit"}


def test_a_commit_is_not_looked_for_outside_the_path(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "HEAD").write_text(COMMIT)
    (tmp_path / "in" / "o" / "a").mkdir(parents=True)
    card(tmp_path / "in" / "o" / "a", "library_name: timm")
    (tmp_path / "in" / "o" / "a" / ".git").symlink_to(tmp_path / "outside")
    card(tmp_path / "in" / "o" / "b", "library_name: timm")
    (tmp_path / "in" / "o" / "b" / ".git").write_text("gitdir: ../../../outside")
    found = models(check(read(tmp_path / "in")))
    assert {model.version_label for model in found.values()} == {""}


def test_a_download_cache_names_the_repository_and_its_commit(tmp_path: Path) -> None:
    cached = tmp_path / "hub" / "models--glia-lab--shapes"
    (cached / "blobs").mkdir(parents=True)
    (cached / "blobs" / "1").write_text("---\nlibrary_name: timm\n---\n")
    snapshot = cached / "snapshots" / COMMIT
    snapshot.mkdir(parents=True)
    (snapshot / "README.md").symlink_to("../../blobs/1")
    for path in (tmp_path / "hub", cached):
        model = only(path)
        assert (model.artifact, model.version_label) == ("model-hf-glia-lab-shapes", COMMIT)


def test_one_card_a_folder_of_files_and_a_repository_are_paths_too(tmp_path: Path) -> None:
    of_file = only(DATA / "glia-lab" / "plaque-load-forest" / "README.md")
    of_repository = only(DATA / "glia-lab" / "plaque-load-forest")
    assert of_file == of_repository
    assert of_file.artifact == "model-hf-plaque-load-forest"
    card(tmp_path, "library_name: timm", name="first-model.md")
    (tmp_path / "notes.md").write_text("No card at all.")
    assert only(tmp_path).artifact == "model-hf-first-model"


def test_a_named_dataset_that_the_catalogue_has_gets_no_version_of_a_mere_mention(tmp_path: Path) -> None:
    make_dataset("dataset-glia-lab-plaque-counts")
    taken(DATA / "glia-lab" / "plaque-load-forest")
    dataset = Artifact.objects.get(public_id="dataset-glia-lab-plaque-counts")
    assert dataset.versions.count() == 1
    assert ModelVersion.objects.get().links.get().target == dataset


def test_private_data_are_each_models_own(tmp_path: Path) -> None:
    for name in ("a", "b"):
        card(tmp_path / "o" / name, "library_name: timm\ndatasets: [private dataset, squad]")
    found = models(check(read(tmp_path)))
    trained = {name: refs(model, Relation.TRAINED_ON) for name, model in found.items()}
    assert trained == {
        "o/a": ["dataset-hf-o-a-training-data", "dataset-squad"],
        "o/b": ["dataset-hf-o-b-training-data", "dataset-squad"],
    }


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("# No front matter", "does not begin with a block of YAML"),
        ("---\nlibrary_name: timm\n", "does not begin with a block of YAML"),
        ("---\n- a\n---\n", "not a mapping"),
        ("---\na: [\n---\n", "broken YAML"),
        ("---\na: 1\na: 2\n---\n", "'a' stands twice"),
        ("---\nsdk: gradio\n---\n", "a Space"),
        ("---\nsize_categories: n<1K\n---\n", "a dataset"),
        ("---\nlibrary_name: timm\nmodel-index: 5\n---\n", "not a list"),
        ("---\nlibrary_name: timm\nmodel-index: [5]\n---\n", "not a mapping"),
        ("---\nlibrary_name: timm\nmodel-index: [{name: a}, {name: b}]\n---\n", "several models: a, b"),
        ("---\ntags: [comparison, statistical]\n---\n", "a comparison"),
        (f"---\n{result('{value: 1}')}\n---\n", "a metric without a type"),
    ],
)
def test_what_is_no_card_is_rejected_with_the_reason_and_stops_nothing(tmp_path: Path, text: str, reason: str) -> None:
    card(tmp_path / "o" / "good", "library_name: timm")
    (tmp_path / "o" / "bad").mkdir()
    (tmp_path / "o" / "bad" / "README.md").write_text(text)
    assert list(models(check(read(tmp_path)))) == ["o/good"]
    [reject] = rejects(tmp_path)
    assert (reject.file, reject.name) == ("o/bad/README.md", "o/bad")
    assert reason in reject.reason


def test_a_card_that_would_grow_without_end_is_rejected(tmp_path: Path) -> None:
    bomb = "\n".join(
        [f"k0: &k0 {[1] * 9}", *(f"k{n}: &k{n} {[f'*k{n - 1}'] * 9}".replace("'", "") for n in range(1, 8))]
    )
    card(tmp_path, bomb)
    [reject] = rejects(tmp_path)
    assert "aliases" in reject.reason


def test_two_cards_of_one_id_are_told(tmp_path: Path) -> None:
    card(tmp_path / "o" / "a b", "library_name: timm")
    card(tmp_path / "o" / "a-b", "library_name: timm")
    [reject] = rejects(tmp_path)
    assert reject.reason == "has the id of o/a b/README.md"


def test_a_folder_without_cards_says_so(tmp_path: Path) -> None:
    assert [item.reason for item in rejects(tmp_path)] == ["no README.md and no other Markdown file"]


def test_line_ends_and_a_mark_of_the_order_of_bytes(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_bytes("\ufeff---\r\nlibrary_name: timm\r\n---\r\nProse.\r\n".encode())
    assert only(tmp_path).description == "Prose."


def test_what_a_catalogue_wrote_is_read_back_as_what_it_is(tmp_path: Path) -> None:
    make_dataset("SEA-AD")
    make_dataset("SEA-AD")
    base = make_model("model-base")
    args = {"unit": "µM", "n": 120, "ci_low": 0.4, "ci_high": 0.6, "period": "2025"}
    result = {
        "task": {"type": "unknown"},
        "dataset": {"type": "SEA-AD", "name": "Atlas", "config": "donors", "split": "test", "revision": "2"},
        "metrics": [{"type": "rmse", "value": 0.5, "args": {**args, "reported_by": "evaluator", "primary": True}}],
        "source": {"url": "http://here.example/models/m-v1"},
    }
    front = yaml.safe_dump(
        {
            "tags": ["biophysical"],
            "datasets": ["SEA-AD"],
            "base_model": [base.public_id],
            "model-index": [{"name": "M", "results": [result]}],
        }
    )
    assert taken(card(tmp_path, front)).rejects == []
    model = ModelVersion.objects.get(title="M")
    row = model.evaluations.get()
    assert row.dataset_version
    assert (row.metric_id, row.value, row.unit, row.n, row.ci_low, row.ci_high) == ("rmse", 0.5, "µM", 120, 0.4, 0.6)
    assert (row.period, row.reported_by, row.primary, row.evaluated_by, row.task) == ("2025", "evaluator", True, "", "")
    assert (row.dataset_version.public_id, row.subset, row.split) == ("SEA-AD-v2", "donors", "test")
    assert model.links.get(relation=Relation.FINE_TUNED_FROM).target_version.public_id == base.public_id
    assert Artifact.objects.filter(kind=Kind.DATASET).count() == 1


NAMES = st.text("abcdefghij", min_size=1, max_size=8)
RESULTS = st.builds(
    EvalResult,
    task_type=st.sampled_from(["image-classification", "summarization"]),
    dataset_type=st.sampled_from(["squad", "org/cells"]),
    dataset_name=st.just("Some data"),
    dataset_config=st.none() | st.sampled_from(["fr", "en"]),
    dataset_split=st.none() | st.sampled_from(["test", "validation"]),
    dataset_revision=st.none() | st.just(COMMIT),
    metric_type=NAMES,
    metric_value=st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**53), 2**53),
    verified=st.none() | st.booleans(),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(RESULTS, min_size=1, max_size=6, unique_by=lambda entry: (*entry.unique_identifier, entry.metric_type)))
def test_whatever_the_other_writer_writes_is_read_with_nothing_lost(
    tmp_path_factory: pytest.TempPathFactory, written: list[EvalResult]
) -> None:
    folder = tmp_path_factory.mktemp("card")
    data = ModelCardData(model_name="M", library_name="timm", eval_results=written)
    card(folder, data.to_yaml())
    [record] = [item for item in read(folder) if isinstance(item, Record)]
    read_back = sorted(
        (entry.task, entry.dataset or "", entry.subset, entry.split, entry.value)
        for entry in record.versions[-1].evaluations
    )
    assert read_back == sorted(
        (
            entry.task_type,
            {"squad": "dataset-squad", "org/cells": "dataset-org-cells"}[entry.dataset_type]
            + (f"-{COMMIT}" if entry.dataset_revision else ""),
            entry.dataset_config or "",
            entry.dataset_split or "",
            float(entry.metric_value),
        )
        for entry in written
    )
