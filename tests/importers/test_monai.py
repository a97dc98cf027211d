"""MONAI bundles: a version per snapshot, today's files to today's version, nothing that the source does not say."""

from __future__ import annotations

import json
import shutil
from datetime import datetime
from pathlib import Path

import pytest

from catalog.errors import InvalidInput
from catalog.importers.monai import read
from catalog.importers.records import Record, Reject
from catalog.registration.submission import VersionInput
from catalog.vocabulary import FamilyBasis, Kind, Relation
from tests.importers.emitted import check, model_versions

DATA = Path(__file__).parents[1] / "data" / "monai"
SPLEEN = "model-monai-spleen_ct_segmentation"


@pytest.fixture
def bundles(tmp_path: Path) -> Path:
    return Path(shutil.copytree(DATA, tmp_path / "zoo"))


def model(records: list[Record], artifact: str) -> VersionInput:
    return model_versions(records, artifact)[-1]


def refs(version: VersionInput, relation: Relation) -> list[str]:
    return [link.ref for link in version.links if link.relation == relation]


def bundle(folder: Path, metadata: object, name: str = "tried") -> Path:
    configs = folder / name / "configs"
    configs.mkdir(parents=True)
    text = metadata if isinstance(metadata, str) else json.dumps(metadata)
    (configs / "metadata.json").write_text(text)
    return configs


def rejects(path: Path) -> list[Reject]:
    return [item for item in read(path) if isinstance(item, Reject)]


def test_history_gives_the_versions_in_the_order_of_their_commits() -> None:
    versions = model_versions(check(read(DATA)), SPLEEN)
    assert [version.version_label for version in versions] == ["0.1.0", "0.3.0", "0.5.9"]
    first, _, last = versions
    assert first.source and first.source.revision == "084ef9bed27abbe63f9719938b90172e95083dbd"
    assert first.created_at == datetime.fromisoformat("2022-06-07T23:31:46+08:00")
    assert [value.value for value in (first.evaluations[0], last.evaluations[0])] == [0.96, 0.961]
    assert last.evaluations[0].metric == "mean_dice"
    assert last.evaluations[0].dataset is None, "the metadata does not say on which data"
    assert last.changelog == "use monai 1.4 and update large files"


def test_todays_files_belong_to_todays_version_alone() -> None:
    first, _, last = model_versions(check(read(DATA)), SPLEEN)
    assert "architecture" not in first.metadata
    assert "training_config" not in first.metadata
    assert not first.license
    assert not refs(first, Relation.PRODUCED_BY)
    assert last.metadata["architecture"] == "UNet"
    assert last.metadata["layer_config"]["channels"] == [16, 32, 64, 128, 256]
    assert last.metadata["training_config"]["optimizer"] == {"name": "Novograd", "lr": 0.002}
    assert last.metadata["training_config"]["epochs"] == 800
    assert last.license == "Apache-2.0"
    assert refs(last, Relation.PRODUCED_BY) == ["analysis-monai-spleen_ct_segmentation-training"]
    assert last.family_basis == FamilyBasis.INFERRED


def test_released_archives_are_identified_by_their_checksum() -> None:
    first, second, _ = model_versions(check(read(DATA)), SPLEEN)
    assert first.checksums == {"spleen_ct_segmentation_v0.1.0.zip": "sha1:18bae0a62d90fb06b33c1c7702867a4d4d7b98f0"}
    assert first.metadata["checkpoint"]["digest"] == "sha1:18bae0a62d90fb06b33c1c7702867a4d4d7b98f0"
    assert not second.checksums
    assert "checkpoint" not in second.metadata


def test_the_training_procedure_is_the_configuration_with_its_inputs() -> None:
    record = next(r for r in check(read(DATA)) if r.name == "spleen_ct_segmentation 0.5.9")
    assert [version.kind for version in record.versions] == [Kind.DATASET, Kind.ANALYSIS, Kind.MODEL]
    analysis = record.versions[1]
    assert analysis.metadata["code"]["commit"] == "ebdbeb6e1d374ec1e17f4f7f86406ecf19f943c6"
    assert set(analysis.checksums) == {"configs/train.json"}
    assert [(link.ref, link.stated_as) for link in analysis.links] == [
        ("dataset-task09_spleen", "Task09_Spleen.tar from http://medicaldecathlon.com/")
    ]


def test_a_readme_that_says_otherwise_keeps_the_false_overlap_out() -> None:
    vista = model(check(read(DATA)), "model-monai-vista3d")
    assert not refs(vista, Relation.TRAINED_ON)
    assert not refs(vista, Relation.PRODUCED_BY)
    assert vista.metadata["data_source"] == "Task09_Spleen.tar from http://medicaldecathlon.com/"
    assert "over 20 partial datasets" in vista.metadata["training_note"]
    assert vista.license == "NCLS v1 (weights), Apache-2.0 (code)"


def test_a_configuration_for_tuning_further_is_not_how_the_model_was_made() -> None:
    renal = model(check(read(DATA)), "model-monai-renalStructures_UNEST_segmentation")
    assert not refs(renal, Relation.PRODUCED_BY)
    assert "training_config" not in renal.metadata
    assert refs(renal, Relation.TRAINED_ON) == ["dataset-monai-renalStructures_UNEST_segmentation-training-data"]


def test_private_data_are_one_dataset_per_model() -> None:
    records = check(read(DATA))
    own = {
        refs(model(records, f"model-monai-{name}"), Relation.TRAINED_ON)[0]
        for name in (
            "endoscopic_inbody_classification",
            "endoscopic_tool_segmentation",
            "breast_density_classification",
        )
    }
    assert len(own) == 3


def test_nested_metrics_are_subsets_and_zeros_stay_as_reported() -> None:
    records = check(read(DATA))
    prostate = model(records, "model-monai-prostate_mri_anatomy")
    assert [(e.metric, e.subset, e.value) for e in prostate.evaluations] == [
        ("mean_dice", "central gland", 0.88),
        ("mean_dice", "peripheral zone", 0.75),
    ]
    nodule = model(records, "model-monai-lung_nodule_ct_detection")
    assert {(e.metric, e.value) for e in nodule.evaluations} == {("val_coco", 0.0), ("froc", 0.0)}
    assert {e.split for e in nodule.evaluations} == {"validation", ""}


def test_yaml_configurations_are_read() -> None:
    registration = model(check(read(DATA)), "model-monai-mednist_reg")
    assert registration.metadata["architecture"] == "RegResNet"
    assert registration.metadata["training_config"]["epochs"] == 300
    assert not refs(registration, Relation.TRAINED_ON)


def test_templates_are_no_models() -> None:
    found = [item for item in rejects(DATA) if "template" in item.reason]
    assert {item.name.split()[0] for item in found} == {"segmentation_template"}


def test_a_bundle_and_a_metadata_file_are_paths_too() -> None:
    [of_folder] = check(read(DATA / "models" / "spleen_ct_segmentation"))
    [of_file] = check(read(DATA / "models" / "spleen_ct_segmentation" / "configs" / "metadata.json"))
    for record in (of_folder, of_file):
        assert record.versions[-1].artifact == SPLEEN
        source = record.versions[-1].source
        assert source and source.revision.startswith("sha256:")
    assert "code" not in of_folder.versions[-1].metadata
    assert refs(of_folder.versions[-1], Relation.PRODUCED_BY)
    assert not refs(of_file.versions[-1], Relation.PRODUCED_BY)


def test_reading_again_gives_the_same() -> None:
    assert list(read(DATA)) == list(read(DATA))


def test_a_changed_bundle_is_a_version_after_its_history(bundles: Path) -> None:
    file = bundles / "models/spleen_ct_segmentation/configs/metadata.json"
    metadata = json.loads(file.read_text())
    file.write_text(json.dumps(metadata | {"version": "0.6.0", "changelog": {"0.6.0": "more"}}))
    versions = model_versions(check(read(bundles)), SPLEEN)
    assert [version.version_label for version in versions] == ["0.1.0", "0.3.0", "0.5.9", "0.6.0"]
    assert [bool(refs(version, Relation.PRODUCED_BY)) for version in versions] == [False, False, False, True]


def test_versions_are_ordered_by_number_where_no_commit_is_given(bundles: Path) -> None:
    (bundles / "history/index.tsv").unlink()
    history = bundles / "history/spleen_ct_segmentation"
    for label in ("0.4.9", "0.4.10"):
        metadata = json.loads((history / "0.3.0.json").read_text()) | {"version": label}
        (history / f"{label}.json").write_text(json.dumps(metadata))
    versions = model_versions(check(read(bundles)), SPLEEN)
    assert [version.version_label for version in versions] == ["0.1.0", "0.3.0", "0.4.9", "0.4.10", "0.5.9"]
    assert not any(version.created_at for version in versions)


def test_the_index_is_not_believed_for_other_bytes(bundles: Path) -> None:
    file = bundles / "history/spleen_ct_segmentation/0.1.0.json"
    file.write_text(file.read_text() + " ")
    (bundles / "history/vista3d/0.5.4.json").unlink()
    records = check(read(bundles))
    changed = model_versions(records, SPLEEN)[0]
    assert changed.source and changed.source.revision.startswith("sha256:")
    assert changed.created_at is None
    reasons = {item.name: item.reason for item in rejects(bundles) if item.file == "history/index.tsv"}
    assert "another digest" in reasons["spleen_ct_segmentation 0.1.0"]
    assert "missing" in reasons["vista3d 0.5.4"]


@pytest.mark.parametrize(
    ("metadata", "reason"),
    [
        ('{"version": ', "broken JSON"),
        ('{"version": "1", "version": "2"}', "stands twice"),
        ("[]", "not an object"),
        ({"name": "Unversioned"}, "no version"),
        ({"version": "n/a"}, "no version"),
        ('{"a": "\\ud800"}', "half of a character"),
    ],
)
def test_a_bad_record_is_rejected_with_its_reason_and_stops_nothing(
    tmp_path: Path, metadata: object, reason: str
) -> None:
    bundle(tmp_path, metadata, "bad")
    bundle(tmp_path, {"version": "0.1.0"}, "good")
    [record] = check(read(tmp_path))
    assert record.versions[-1].title == "good"
    [reject] = rejects(tmp_path)
    assert (reject.file, reject.name) == ("bad/configs/metadata.json", "bad")
    assert reason in reject.reason


def test_numbers_that_are_none_are_left_out(tmp_path: Path) -> None:
    metrics = (
        '{"a": NaN, "b": Infinity, "c": null, "d": "0.5", "e": true, "f": {"x": -Infinity, "y": 1}, "C": 2, "g": [1]}'
    )
    bundle(tmp_path, f'{{"version": "1", "eval_metrics": {metrics}, "network_data_format": {{"x": 1e999}}}}')
    [record] = check(read(tmp_path))
    assert [(e.metric, e.subset, e.value) for e in record.versions[-1].evaluations] == [
        ("d", "", 0.5),
        ("f", "y", 1.0),
        ("c", "", 2.0),
    ]


def test_odd_shapes_are_taken_as_they_are(tmp_path: Path) -> None:
    metadata = {
        "version": 0.1,
        "eval_metrics": None,
        "changelog": "text",
        "references": "one paper",
        "authors": ["Ann <ann@example.org>", "n/a"],
        "required_packages_version": ["x"],
        "data_source": 5,
        "license": "See license.txt",
    }
    bundle(tmp_path, metadata)
    [record] = check(read(tmp_path))
    version = record.versions[-1]
    assert version.version_label == "0.1"
    assert version.metadata["references"] == ["one paper"]
    assert version.metadata["authors"] == ["Ann"]
    assert not version.license


def test_a_broken_configuration_is_rejected_and_the_bundle_goes_in(tmp_path: Path) -> None:
    configs = bundle(tmp_path, {"version": "1"})
    (configs / "train.yaml").write_text("a: [1")
    (configs / "inference.json").write_text(
        '{"network_def": {"_target_": "a.b.Net", "size": "@missing", "n": "@m"}, "m": 3}'
    )
    [record] = check(read(tmp_path))
    assert record.versions[-1].metadata["architecture"] == "Net"
    assert record.versions[-1].metadata["layer_config"] == {"_target_": "a.b.Net", "size": "@missing", "n": 3}
    assert [item.file for item in rejects(tmp_path)] == ["tried/configs/train.yaml"]


def test_references_in_a_circle_end(tmp_path: Path) -> None:
    configs = bundle(tmp_path, {"version": "1"})
    (configs / "train.json").write_text('{"optimizer": "@a", "a": "@b", "b": "@a", "epochs": "@epochs"}')
    [record] = check(read(tmp_path))
    assert record.versions[-1].metadata["training_config"] == {"optimizer": "@a", "epochs": "@epochs"}


def test_two_folders_of_one_name_are_not_one_model(tmp_path: Path) -> None:
    bundle(tmp_path / "a", {"version": "1"}, "same")
    bundle(tmp_path / "b", {"version": "2"}, "same")
    assert len(check(read(tmp_path))) == 1
    assert "lies in a/same already" in rejects(tmp_path)[0].reason


def test_no_link_leads_out_of_the_path(tmp_path: Path) -> None:
    outside = bundle(tmp_path / "outside", {"version": "1"}) / "metadata.json"
    inside = tmp_path / "inside" / "linked" / "configs"
    inside.mkdir(parents=True)
    (inside / "metadata.json").symlink_to(outside)
    assert not check(read(tmp_path / "inside"))
    assert "outside the path" in rejects(tmp_path / "inside")[0].reason


def test_a_missing_path_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput):
        list(read(tmp_path / "none"))
