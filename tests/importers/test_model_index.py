"""Model indexes: inheritance, aliases, origins and odd values, with ids that hold from release to release."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog.importers.model_index import read
from catalog.importers.records import Record, Reject
from catalog.registration.submission import VersionInput
from catalog.vocabulary import Kind, Relation
from tests.importers.emitted import check

DATA = Path(__file__).parents[1] / "data" / "mmpretrain"


def models(records: list[Record]) -> dict[str, VersionInput]:
    return {record.name: record.versions[-1] for record in records}


def refs(version: VersionInput, relation: Relation) -> list[str]:
    return [link.ref for link in version.links if link.relation == relation]


def rejects(path: Path) -> list[Reject]:
    return [item for item in read(path) if isinstance(item, Reject)]


def metafile(folder: Path, text: str, name: str = "metafile.yml") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)
    return folder


def test_a_model_with_all_that_its_file_says() -> None:
    model = models(check(read(DATA)))["resnet18_8xb16_cifar10"]
    assert model.artifact == "model-mmpretrain-resnet18_8xb16_cifar10"
    assert model.parameter_count == 11_170_000
    assert model.metadata["flops"] == 560_000_000
    assert model.metadata["architecture"] == "ResNet"
    assert model.metadata["code"]["release"] == "v0.15.0"
    assert model.metadata["code"]["repository"] == "https://github.com/open-mmlab/mmpretrain"
    [value] = model.evaluations
    assert (value.metric, value.value, value.unit, value.dataset, value.split) == (
        "top_1_accuracy",
        94.82,
        "%",
        "dataset-cifar-10",
        "",
    )
    assert value.task == "Image Classification"


def test_eight_digits_of_a_digest_do_not_identify_the_weights() -> None:
    model = models(check(read(DATA)))["resnet18_8xb16_cifar10"]
    assert model.version_label == "20210528-bd6371c8"
    assert model.metadata["checkpoint"]["digest_prefix"] == "sha256:bd6371c8"
    assert "digest" not in model.metadata["checkpoint"]
    assert not model.checksums


def test_own_metadata_come_before_the_collections() -> None:
    found = models(check(read(DATA)))
    own, inherited = found["resnet18_8xb16_cifar10"], found["resnet18_8xb32_in1k"]
    assert own.metadata["training_config"]["epochs"] == 200
    assert inherited.metadata["training_config"]["epochs"] == 100
    assert own.metadata["training_config"]["training_techniques"] == ["SGD with Momentum", "Weight Decay"]
    assert refs(own, Relation.TRAINED_ON) == ["dataset-cifar-10"]
    assert refs(inherited, Relation.TRAINED_ON) == ["dataset-imagenet-1k"]


def test_a_collection_may_stand_in_another_file() -> None:
    model = models(check(read(DATA)))["vit-base-p16_mff-300e-pre_8xb128-coslr-100e_in1k"]
    assert model.metadata["collection"] == "MaskFeat"
    assert model.metadata["references"][0]["title"].startswith("Masked Feature Prediction")


def test_spellings_of_one_dataset_are_its_aliases_and_the_words_are_kept() -> None:
    records = check(read(DATA))
    glip = models(records)["swin-t_glip-pre_3rdparty"]
    assert {link.ref: link.stated_as for link in glip.links if link.relation == Relation.TRAINED_ON} == {
        "dataset-objects365": "O365",
        "dataset-goldg": "GoldG",
        "dataset-cc3m": "CC3M",
        "dataset-sbu-captions": "SBU",
    }
    large = models(records)["swin-l_glip-pre_3rdparty_384px"]
    assert {"dataset-cc3m", "dataset-cc12m"} <= set(refs(large, Relation.TRAINED_ON))


def test_a_training_is_the_configuration_at_the_release_that_is_stated() -> None:
    record = next(record for record in check(read(DATA)) if record.name == "resnet18_8xb16_cifar10")
    assert [version.kind for version in record.versions] == [Kind.DATASET, Kind.ANALYSIS, Kind.MODEL]
    analysis = record.versions[1]
    assert analysis.metadata["code"]["entrypoint"] == "configs/resnet/resnet18_8xb16_cifar10.py"
    assert analysis.version_label == "v0.15.0"
    assert refs(analysis, Relation.USED) == ["dataset-cifar-10"]
    assert refs(record.versions[-1], Relation.PRODUCED_BY) == [analysis.artifact]


def test_no_release_no_training_procedure() -> None:
    found = models(check(read(DATA)))
    for name in ("mff_vit-base-p16_8xb512-amp-coslr-300e_in1k", "simclr_resnet50_16xb256-coslr-200e_in1k"):
        assert not refs(found[name], Relation.PRODUCED_BY)


def test_converted_weights_derive_from_theirs_and_were_not_trained_by_the_configuration() -> None:
    record = next(record for record in check(read(DATA)) if record.name == "swin-t_glip-pre_3rdparty")
    model = record.versions[-1]
    [origin] = refs(model, Relation.DERIVES_FROM)
    assert not refs(model, Relation.PRODUCED_BY)
    weights = next(version for version in record.versions if version.artifact == origin)
    assert weights.kind == Kind.OTHER
    assert weights.title == "glip_tiny_model_o365_goldg_cc_sbu.pth"
    assert not weights.checksums


def test_downstream_models_are_tuned_from_the_model_that_names_them() -> None:
    records = check(read(DATA))  # asserts too that no reference is to a later record
    found = models(records)
    parent = "simclr_resnet50_16xb256-coslr-200e_in1k"
    for child in found[parent].metadata["downstream"]:
        assert refs(found[child], Relation.FINE_TUNED_FROM) == [f"model-mmpretrain-{parent}"]


def test_weights_that_training_began_with_are_inputs() -> None:
    record = next(record for record in check(read(DATA)) if record.name == "resnet50_8xb8_cub")
    [origin] = refs(record.versions[-1], Relation.DERIVES_FROM)
    analysis = next(version for version in record.versions if version.kind == Kind.ANALYSIS)
    assert origin in refs(analysis, Relation.USED)


def test_null_metrics_are_no_evaluations() -> None:
    found = models(check(read(DATA)))
    assert not found["minigpt-4_vicuna-7b_caption"].evaluations, "Metrics: null"
    assert not found["llava-7b-v1_caption"].evaluations, "each metric null"
    assert {value.metric for value in found["resnet50-arcface_inshop"].evaluations} == {"recall_at_1", "map_at_10"}


def test_a_version_that_is_an_address_is_read_as_what_it_names() -> None:
    deit = models(check(read(DATA)))["deit-tiny_4xb256_in1k"]
    assert deit.metadata["code"] == {
        "repository": "https://github.com/open-mmlab/mmpretrain",
        "release": "v0.19.0",
        "path": "mmcls/models/backbones/deit.py",
    }


def test_an_older_release_of_the_files_is_history_of_the_same_models() -> None:
    old, new = (models(check(read(path))) for path in (DATA / "tags" / "v0.25.0", DATA))
    name = "efficientformer-l1_3rdparty_8xb128_in1k"
    assert old[name].artifact == new[name].artifact
    assert old[name].source and new[name].source
    assert old[name].source.record == new[name].source.record
    assert old[name].source.revision != new[name].source.revision
    assert (old[name].version_label, new[name].version_label) == ("20220803-d66e61df", "20220915-cc3e1ac6")


def test_only_imported_files_are_read() -> None:
    files = {record.file for record in check(read(DATA))}
    assert not any(file.startswith("tags/") for file in files)
    assert "configs/resnet/metafile.yml" in files


def test_one_metafile_and_a_folder_without_an_index_are_paths_too() -> None:
    of_file = models(check(read(DATA / "configs" / "resnet" / "metafile.yml")))
    of_folder = models(check(read(DATA / "configs" / "resnet")))
    assert of_file["resnet18_8xb16_cifar10"] == of_folder["resnet18_8xb16_cifar10"]
    assert of_file["resnet18_8xb16_cifar10"] == models(check(read(DATA)))["resnet18_8xb16_cifar10"]


def test_a_change_of_one_model_leaves_the_others_of_its_file_alone(tmp_path: Path) -> None:
    text = (DATA / "configs" / "resnet" / "metafile.yml").read_text()
    before = models(check(read(metafile(tmp_path / "before", text))))
    after = models(check(read(metafile(tmp_path / "after", text.replace("94.82", "94.83")))))
    changed = {name for name in before if before[name].source != after[name].source}
    assert changed == {"resnet18_8xb16_cifar10"}


def test_reading_again_gives_the_same() -> None:
    assert list(read(DATA)) == list(read(DATA))


def test_a_bad_file_or_record_is_rejected_and_stops_nothing(tmp_path: Path) -> None:
    metafile(tmp_path / "a", "Models: [{Name: good, Metadata: {Parameters: 5}}, {Metadata: {}}, text]")
    metafile(tmp_path / "b", "Models:\n  - Name: x\n Broken")
    metafile(tmp_path / "c", "Models:\n  - Name: x\n    Name: y")
    metafile(tmp_path / "d", "- a list")
    metafile(tmp_path / "e", "Other: 1")
    metafile(tmp_path / "f", "Models: text")
    [record] = check(read(tmp_path))
    assert record.versions[-1].parameter_count == 5
    reasons = {item.file: item.reason for item in rejects(tmp_path)}
    assert "broken YAML" in reasons["b/metafile.yml"]
    assert "'Name' stands twice" in reasons["c/metafile.yml"]
    assert "not a mapping" in reasons["d/metafile.yml"]
    assert "neither" in reasons["e/metafile.yml"]
    assert "not a list" in reasons["f/metafile.yml"]
    assert [item.name for item in rejects(tmp_path) if item.file == "a/metafile.yml"] == ["model 2", "model 3"]


def test_a_name_that_is_taken_is_rejected(tmp_path: Path) -> None:
    metafile(tmp_path / "a", "Models: [{Name: same}, {Name: a b}]")
    metafile(tmp_path / "b", "Models: [{Name: same, Config: x.py}, {Name: same}, {Name: a/b}]")
    assert sorted(models(check(read(tmp_path)))) == ["a b", "same"]
    reasons = [item.reason for item in rejects(tmp_path)]
    assert reasons == [
        "has the name of another model: same in a/metafile.yml",
        "repeats same in a/metafile.yml",
        "has the name of another model: a b in a/metafile.yml",
    ]


@pytest.mark.parametrize("imported", ["../outside/metafile.yml", "/etc/hostname", "missing/metafile.yml"])
def test_imports_do_not_leave_the_path(tmp_path: Path, imported: str) -> None:
    metafile(tmp_path / "outside", "Models: [{Name: secret}]")
    metafile(tmp_path / "inside", f"Import: [{imported}]", "model-index.yml")
    assert not check(read(tmp_path / "inside"))
    assert len(rejects(tmp_path / "inside")) == 1


def test_imports_may_be_patterns_and_in_circles(tmp_path: Path) -> None:
    metafile(tmp_path, "Import: 'configs/*/metafile.yml'", "model-index.yml")
    metafile(tmp_path / "configs" / "a", "Import: ../../model-index.yml\nModels: {Name: single}")
    metafile(tmp_path / "other" / "a", "Models: {Name: elsewhere}")
    assert sorted(models(check(read(tmp_path)))) == ["single"]
    assert not rejects(tmp_path)


def test_odd_values(tmp_path: Path) -> None:
    text = """
Collections:
  - Name: C
    Metadata: {Training Data: n/a, Architecture: Net}
    Paper: [{Title: A}, {URL: citation}]
    Code: https://github.com/x/y
Models:
  - Name: odd
    In Collections: C
    Metadata: {Training Data: not trained on COCO, Parameters: 8220452880, FLOPs: .inf, Epochs: .nan, memory (GB): 3}
    Results:
      Dataset: VQAv2
      Task: VQA
      Metrics: {Top 1 Accuracy: .inf, "Accuracy (testA)": "86.1%", mAP: {small: 1, large: null}, Accuracy: none}
    Downstream: odd
    Weights: null
"""
    [record] = check(read(metafile(tmp_path, text)))
    model = record.versions[-1]
    assert model.parameter_count == 8_220_452_880
    assert model.metadata["architecture"] == "Net"
    assert model.metadata["training_config"] == {"memory_gb": 3}
    assert model.metadata["references"] == [{"title": "A"}]
    assert "flops" not in model.metadata
    assert not refs(model, Relation.TRAINED_ON)
    assert not refs(model, Relation.FINE_TUNED_FROM)
    assert [(e.metric, e.split, e.subset, e.value, e.unit) for e in model.evaluations] == [
        ("accuracy", "testA", "", 86.1, "%"),
        ("map", "", "small", 1.0, "%"),
    ]


def test_counts_past_what_json_readers_agree_on_are_left_out(tmp_path: Path) -> None:
    [record] = check(read(metafile(tmp_path, "Models: [{Name: big, Metadata: {Parameters: 9007199254740993}}]")))
    assert record.versions[-1].parameter_count is None


def test_models_that_name_each_other_as_origin_are_survived(tmp_path: Path) -> None:
    text = "Models: [{Name: a, Downstream: [b]}, {Name: b, Downstream: [a]}]"
    found = models(check(read(metafile(tmp_path, text))))
    assert refs(found["b"], Relation.FINE_TUNED_FROM) == []
    assert refs(found["a"], Relation.FINE_TUNED_FROM) == ["model-model-index-b"]
