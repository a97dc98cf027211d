"""The illustrative example of the sample, exported and opened by the readers of other tools."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from huggingface_hub import ModelCard
from prov.model import ProvActivity, ProvDocument, ProvEntity
from pybtex.database import parse_string
from pyld import jsonld
from rocrate.rocrate import ROCrate

from catalog.exports.loading import export_of
from catalog.exports.records import Export
from catalog.exports.registry import FORMATS
from catalog.references import resolve_version
from fixtures.example import NETWORK, ODE, REGRESSION, SEA_AD, build

HOME = "https://models.example.org"

pytestmark = pytest.mark.django_db


@pytest.fixture
def _example() -> None:
    build()


@pytest.fixture
def one(_example: None) -> Export:
    return export_of([resolve_version(ODE)], HOME)


@pytest.fixture
def three(_example: None) -> Export:
    return export_of([resolve_version(name) for name in (ODE, REGRESSION, NETWORK)], HOME)


def written(name: str, export: Export) -> str:
    return FORMATS[name].write(export).decode()


def test_prov(one: Export) -> None:
    documents = [
        ProvDocument.deserialize(content=written("prov-json", one), format="json"),
        ProvDocument.deserialize(content=written("provn", one), format="provn"),
    ]
    assert documents[0] == documents[1]
    found = {
        record.identifier.uri.removeprefix(HOME) for record in documents[0].get_records((ProvEntity, ProvActivity))
    }
    assert found == {
        *(f"/models/{ODE}-v{number}" for number in (1, 2, 3)),
        *("/artifacts/SDA-2026-04-05-xxx-v1", f"/artifacts/{SEA_AD}-v1", "/artifacts/code-microglia-pipeline-v1"),
        *("/artifacts/hypothesis-h-seaad-v1", "/artifacts/hypothesis-h-seaad", f"/models/{ODE}-v3#assessment"),
    }


def test_ro_crate(three: Export, tmp_path: Path) -> None:
    path = tmp_path / "crate.zip"
    path.write_bytes(FORMATS["ro-crate"].write(three))
    crate = ROCrate(path)
    assert "Microglial Activation ODE v3" in crate.name
    models = [entity.id for entity in crate.root_dataset["mainEntity"]]
    assert models == [f"{HOME}/models/{name}" for name in (f"{ODE}-v3", f"{REGRESSION}-v1", f"{NETWORK}-v1")]
    record = json.loads((Path(crate.source) / f"records/1-{ODE}-v3.json").read_text())
    assert record["quality_score"] == 0.78 and record["evaluation_metrics"]["aic"] == -450.0


def test_model_card(one: Export) -> None:
    card = ModelCard(written("model-card", one))
    assert card.data.license == "cc-by-4.0" and card.data.datasets == [SEA_AD]
    values = {(item.metric_type, item.dataset_type): item.metric_value for item in card.data.eval_results}
    assert values == {("rmse", SEA_AD): 0.023, ("aic", SEA_AD): -450.0, ("rmse", "dataset-rosmap-dlpfc"): 0.031}
    assert "superseded: dataset-allen\\_brain-SEA-AD-v1 is version 1; the latest is 2." in card.text


def test_linked_data(three: Export) -> None:
    graph = jsonld.flatten(json.loads(written("jsonld", three)))
    nodes = {node["@id"]: node for node in graph}
    model = nodes[f"{HOME}/models/{ODE}-v3"]
    assert model["https://w3id.org/fair4ml#trainedOn"] == [{"@id": f"{HOME}/artifacts/{SEA_AD}-v1"}]
    assert len(model["https://w3id.org/fair4ml#hasEvaluation"]) == 3


def test_tables(three: Export) -> None:
    rows = list(csv.DictReader(io.StringIO(written("csv", three), newline="")))
    [auroc] = [row for row in rows if row["metric"] == "auroc"]
    assert (auroc["verdict"], auroc[f"{NETWORK}-v1"]) == ("comparable", "0.884")
    assert auroc["best"] == f"{REGRESSION}-v1 {NETWORK}-v1", "a tie within the intervals"


def test_bibliography(three: Export) -> None:
    entries = parse_string(written("bibtex", three), "bibtex").entries
    assert list(entries) == [f"{ODE}-v3", f"{REGRESSION}-v1", f"{NETWORK}-v1", "10.1038-s41593-024-01774-5"]


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_content_gives_the_same_bytes(name: str, three: Export) -> None:
    again = export_of([resolve_version(name) for name in (ODE, REGRESSION, NETWORK)], HOME)
    assert FORMATS[name].write(again) == FORMATS[name].write(three)
