"""JSON-LD, read back by a processor of it that may fetch nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from pyld import jsonld

from catalog.exports.linked_data import write_jsonld
from catalog.exports.linked_data.context import FAIR4ML, OWN, PROV, SCHEMA_ORG
from catalog.exports.records import Ancestry
from tests.exports.building import HOME, TEXT, detail, edge, evaluation, export, full, link, node

SCHEMA, FAIR, PROVENANCE = "http://schema.org/", "https://w3id.org/fair4ml#", "http://www.w3.org/ns/prov#"


def _refuse(url: str, options: Any) -> Any:
    raise AssertionError(f"{url} would be fetched")


def expanded(*models: dict[str, Any], ancestry: Ancestry | None = None, **titles: str) -> list[dict[str, Any]]:
    document = json.loads(write_jsonld(export(*models, ancestry=ancestry, **titles)))
    return jsonld.expand(document, {"documentLoader": _refuse})


def ids(nodes: list[dict[str, Any]]) -> list[str]:
    return [item["@id"] for item in nodes]


def values(nodes: list[dict[str, Any]]) -> list[Any]:
    return [item["@value"] for item in nodes]


class TestWords:
    def test_a_model_is_one_of_fair4ml(self) -> None:
        [model] = expanded(
            detail(metadata={"intended_use": "Teaching", "model_type": "linear", "co2e_emissions": "1 t"})
        )
        assert model["@id"] == f"{HOME}/models/model-a-v1" and model["@type"] == [f"{FAIR}MLModel"]
        assert values(model[f"{SCHEMA}name"]) == ["Model A"]
        assert values(model[f"{FAIR}intendedUse"]) == ["Teaching"]
        assert values(model[f"{FAIR}hasCO2eEmissions"]) == ["1 t"]
        assert values(model[f"{FAIR}modelCategory"]) == ["statistical", "linear"]
        [created] = model[f"{SCHEMA}dateCreated"]
        assert created["@type"] == "http://www.w3.org/2001/XMLSchema#dateTime"

    def test_data_have_the_word_of_their_split(self) -> None:
        [model] = expanded(
            detail(
                links=[link("trained_on", "dataset", artifact="train", version_id="train-v2")],
                evaluations=[
                    evaluation(dataset="held", split="Test"),
                    evaluation(dataset="held", split="test", metric="mae"),
                    evaluation(dataset="tuned", split="validation"),
                    evaluation(dataset="bench", task="t"),
                    evaluation(dataset="fitted", split="train"),
                    evaluation(),
                ],
            )
        )
        place = f"{HOME}/artifacts"
        assert ids(model[f"{FAIR}trainedOn"]) == [f"{place}/train-v2"]
        assert ids(model[f"{FAIR}testedOn"]) == [f"{place}/held"]
        assert ids(model[f"{FAIR}validatedOn"]) == [f"{place}/tuned"]
        assert ids(model[f"{FAIR}evaluatedOn"]) == [f"{place}/bench"]
        assert values(model[f"{FAIR}mlTask"]) == ["t"] and len(model[f"{FAIR}hasEvaluation"]) == 6

    def test_an_evaluation_has_its_data_and_result(self) -> None:
        said = evaluation(dataset="d", dataset_version=2, value=0.0, unit="kg", ci_low=-1.0, ci_high=1.0, n=0)
        [model] = expanded(detail(evaluations=[said]), d="The data")
        [found] = model[f"{FAIR}hasEvaluation"]
        assert found["@id"].endswith("#evaluation-1") and ids(found[f"{FAIR}evaluatedMLModel"]) == [model["@id"]]
        [data] = found[f"{FAIR}evaluationDataset"]
        assert values(data[f"{SCHEMA}name"]) == ["The data"]
        [result] = found[f"{FAIR}evaluationResults"]
        assert values(result[f"{SCHEMA}value"]) == [0.0] and values(result[f"{SCHEMA}minValue"]) == [-1.0]
        assert values(found[f"{HOME}/api/schema#n"]) == [0]

    def test_where_it_comes_from(self) -> None:
        links = [
            link("produced_by", "analysis", artifact="run", version_id="run-v1"),
            link("fine_tuned_from", "model", artifact="base"),
            link("derives_from", "model", artifact="older"),
            link("tests", "hypothesis", artifact="h", outcome="supports"),
        ]
        ancestry = Ancestry(
            nodes=(node("model-a-v1", "model"), node("model-a-v0", "model")),
            edges=(edge("model-a-v1", "revises", "model-a-v0"), edge("model-a-v0", "revises", "other")),
        )
        [model] = expanded(detail(links=links), ancestry=ancestry)
        assert ids(model[f"{PROVENANCE}wasGeneratedBy"]) == [f"{HOME}/artifacts/run-v1"]
        assert ids(model[f"{FAIR}fineTunedFrom"]) == [f"{HOME}/models/base"]
        assert ids(model[f"{SCHEMA}isBasedOn"]) == [f"{HOME}/models/older"]
        assert ids(model[f"{PROVENANCE}wasRevisionOf"]) == [f"{HOME}/models/model-a-v0"]
        [tested] = model[f"{HOME}/api/schema#tests_hypothesis"]
        assert values(tested[f"{HOME}/api/schema#outcome"]) == ["supports"]

    def test_licences_and_references_are_addresses_where_there_is_one(self) -> None:
        references = ["doi:10.5555/A(b)<c", "A book"]
        [model] = expanded(detail(license="MIT", metadata={"references": references}))
        assert ids(model[f"{SCHEMA}license"]) == ["https://spdx.org/licenses/MIT"]
        doi, book = model[f"{SCHEMA}citation"]
        assert doi["@id"] == "https://doi.org/10.5555/A(b)" and book == {"@value": "A book"}
        [other] = expanded(detail(license="Ours"))
        assert values(other[f"{SCHEMA}license"]) == ["Ours"]

    def test_several_are_a_graph(self) -> None:
        assert ids(expanded(detail("a-v1"), detail("b-v1"))) == [f"{HOME}/models/a-v1", f"{HOME}/models/b-v1"]

    def test_every_word_that_is_written_is_explained(self) -> None:
        document = json.loads(write_jsonld(export(full("text"))))
        known = {*SCHEMA_ORG, *FAIR4ML, *PROV, *OWN}

        def words(value: Any) -> set[str]:
            if isinstance(value, dict):
                kinds = {value["@type"]} if "@type" in value else set()
                return kinds | {key for key in value if key[0] != "@"}.union(*map(words, value.values()))
            return set().union(*map(words, value)) if isinstance(value, list) else set()

        assert words({key: value for key, value in document.items() if key != "@context"}) <= known


class TestReading:
    @given(TEXT)
    @settings(max_examples=60, deadline=None)
    def test_texts_come_back_as_they_are(self, text: str) -> None:
        [model] = expanded(full(text), data=text)
        assert values(model[f"{SCHEMA}name"]) == values(model[f"{SCHEMA}description"]) == [text]
        assert values(model[f"{FAIR}mlTask"]) == [text]
        [data] = model[f"{FAIR}trainedOn"]
        assert values(data[f"{SCHEMA}name"]) == [text]

    @pytest.mark.parametrize("text", ["plain", 'nasty "\\\n\t\u2028'])
    def test_it_is_a_graph_of_triples(self, text: str) -> None:
        document = json.loads(write_jsonld(export(full(text), data=text)))
        triples = jsonld.normalize(
            document, {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": _refuse}
        )
        assert f"<{HOME}/models/model-a-v1> <{FAIR}trainedOn> <{HOME}/artifacts/data> ." in triples.splitlines()
