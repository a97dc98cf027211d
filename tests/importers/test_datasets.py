"""A dataset is made of a name, once for all its spellings, and only of what a text affirms."""

from __future__ import annotations

import pytest

from catalog.importers.datasets import Datasets

OWN = "dataset-a-training-data"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ImageNet-21K", ["dataset-imagenet-21k"]),
        ("ImageNet-21k", ["dataset-imagenet-21k"]),
        ("MSCOCO", ["dataset-coco"]),
        ("VisualGenome", ["dataset-visual-genome"]),
        ("Conceptual Captions", ["dataset-cc3m"]),
        ("CC3M+12M", ["dataset-cc3m", "dataset-cc12m"]),
        ("Task09_Spleen.tar from http://medicaldecathlon.com/", ["dataset-task09_spleen"]),
        ("consep_dataset.zip from https://warwick.ac.uk/fac/cross_fac/tia/data/hovernet", ["dataset-consep"]),
        ("https://warwick.ac.uk/fac/cross_fac/tia/data/hovernet/", ["dataset-consep"]),
        ("RawData.zip from https://www.synapse.org/#!Synapse:syn3193805/wiki/217752/", ["dataset-btcv"]),
        ("TotalSegmentator, TCIA and BTCV dataset public data", ["dataset-totalsegmentator", "dataset-btcv"]),
        ("MedNIST dataset kindly made available by a Ph.D. (Radiology, Mayo Clinic)", ["dataset-mednist"]),
        ("Prostate158 from 10.5281/zenodo.6481141", ["dataset-prostate158"]),
    ],
)
def test_names(text: str, expected: list[str]) -> None:
    found = Datasets("test").named(text, "model-a")
    assert [item.dataset.artifact for item in found] == expected
    assert {item.stated_as for item in found} == {text}


@pytest.mark.parametrize("text", ["http://medicaldecathlon.com/", "Kaggle", "", "n/a", None, ["a"], " "])
def test_hosts_and_placeholders_name_no_dataset(text: object) -> None:
    assert Datasets("test").named(text, "model-a") == ()


@pytest.mark.parametrize(
    "text",
    [
        "private dataset",
        "Non-public dataset comprised of images",
        "Mayo Clinic ",
        "Aichi Cancer Center, Japan",
        "OpenAI",
        "RawData.zip",
        "The data is not publicly available",
    ],
)
def test_data_that_nobody_else_can_mean_are_the_models_own(text: str) -> None:
    datasets = Datasets("test")
    assert [item.dataset.artifact for item in datasets.named(text, "model-a")] == [OWN]
    assert [item.dataset.artifact for item in datasets.named(text, "model-b")] == ["dataset-b-training-data"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("not trained on COCO", []),
        ("Not trained on COCO, but on VG", ["dataset-visual-genome"]),
        ("trained on ImageNet-21K and not on COCO", ["dataset-imagenet-21k"]),
        ("pretrained on ImageNet-1k, never on private data", ["dataset-imagenet-1k"]),
        ("COCO excluding VG", ["dataset-coco"]),
        ("COCO and private data", [OWN, "dataset-coco"]),
    ],
)
def test_negations_are_read(text: str, expected: list[str]) -> None:
    assert [item.dataset.artifact for item in Datasets("test").named(text, "model-a")] == expected


def test_one_dataset_is_the_same_record_however_it_is_spelled() -> None:
    datasets = Datasets("test")
    upper, lower = (datasets.named(text, "model-a")[0].dataset for text in ("ImageNet-21K", "ImageNet-21k"))
    assert upper == lower and upper.source == lower.source
    assert {"ImageNet-21K", "ImageNet-21k"} <= set(upper.aliases)
    first, second = (datasets.named(text, "model-a")[0].dataset for text in ("Some-Set", "some-set"))
    assert first == second


def test_an_evaluation_has_one_named_dataset_or_none() -> None:
    datasets = Datasets("test")
    coco = datasets.single("COCO")
    assert coco is not None and coco.artifact == "dataset-coco"
    assert datasets.single("COCO, VG") is None and datasets.single("private dataset") is None


@pytest.mark.parametrize(
    ("identifier", "expected"),
    [
        ("cifar10", "dataset-cifar-10"),
        ("org/Some_Data", "dataset-org-some_data"),
        ("not-in-the-wild, and more", "dataset-not-in-the-wild-and-more"),
        ("private dataset", OWN),
        ("dataset", OWN),
        ("In-house data", OWN),
        ("org/internal-medicine", "dataset-org-internal-medicine"),
        ("dataset-allen_brain-SEA-AD", "dataset-allen_brain-SEA-AD"),
    ],
)
def test_an_identifier_is_read_as_it_is_written(identifier: str, expected: str) -> None:
    assert Datasets("test").identified(identifier, "model-a").artifact == expected
