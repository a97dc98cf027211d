"""W3C PROV, read back by the library of its authors."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from prov.model import (
    ProvActivity,
    ProvAgent,
    ProvAssociation,
    ProvCommunication,
    ProvDerivation,
    ProvDocument,
    ProvEntity,
    ProvGeneration,
    ProvInfluence,
    ProvUsage,
)

from catalog.exports.loading import export_of
from catalog.exports.prov import write_prov_json, write_provn
from catalog.exports.prov.document import document_of
from catalog.exports.records import Ancestry, Export
from catalog.registration import LinkInput
from catalog.vocabulary import Outcome, Relation
from tests.exports.building import HOME, TEXT, detail, edge, evaluation, export, full, node
from tests.factories import make_analysis, make_dataset, make_document, make_hypothesis, make_model, measured


def read(written: bytes, format: str = "json") -> ProvDocument:  # noqa: A002
    return ProvDocument.deserialize(content=written.decode(), format=format)


def said(record: Any) -> dict[str, Any]:
    """What a record says, by its ends and its attributes without their namespaces."""
    return {name.localpart: str(getattr(value, "localpart", value)) for name, value in record.attributes}


def graph(*edges: Any, **kinds: str) -> Export:
    nodes = tuple(node(name, kind) for name, kind in sorted(kinds.items()))
    return export(detail("m"), ancestry=Ancestry(nodes=nodes, edges=edges))


class TestMapping:
    """By the contract's table of relations."""

    def test_what_a_model_was_trained_on_is_used_by_its_producer(self) -> None:
        document = read(
            write_prov_json(
                graph(
                    edge("m", "produced_by", "a"),
                    edge("m", "trained_on", "d"),
                    m="model",
                    a="analysis",
                    d="dataset",
                )
            )
        )
        [used] = document.get_records(ProvUsage)
        assert said(used) == {"activity": "a", "entity": "d", "role": "trained_on", "pinned": "True", "model": "m"}
        [generated] = document.get_records(ProvGeneration)
        assert said(generated)["entity"] == "m" and said(generated)["activity"] == "a"
        assert not list(document.get_records(ProvDerivation))

    def test_without_a_producer_the_model_derives_from_its_data(self) -> None:
        [derived] = read(write_prov_json(graph(edge("m", "trained_on", "d"), m="model", d="dataset"))).get_records(
            ProvDerivation
        )
        assert (said(derived)["generatedEntity"], said(derived)["usedEntity"]) == ("m", "d")

    @pytest.mark.parametrize(
        ("relation", "source", "target", "expected"),
        [
            ("used", "analysis", "dataset", ProvUsage),
            ("used", "analysis", "analysis", ProvCommunication),
            ("produced_by", "dataset", "analysis", ProvGeneration),
            ("produced_by", "analysis", "analysis", ProvCommunication),
            ("tests", "model", "hypothesis", ProvInfluence),
            ("tests", "analysis", "hypothesis", ProvInfluence),
            ("fine_tuned_from", "model", "model", ProvDerivation),
            ("combines", "model", "model", ProvDerivation),
            ("derives_from", "dataset", "dataset", ProvDerivation),
            ("derives_from", "dataset", "analysis", ProvInfluence),
            ("cites", "model", "document", ProvInfluence),
            ("cites", "analysis", "code", ProvInfluence),
        ],
    )
    def test_every_relation_has_the_word_that_fits_its_ends(
        self, relation: str, source: str, target: str, expected: type
    ) -> None:
        document = read(write_prov_json(graph(edge("x", relation, "y", pinned=False), m="model", x=source, y=target)))
        things = (ProvEntity, ProvActivity)
        [found] = [record for record in document.get_records() if not isinstance(record, things)]
        attributes = said(found)
        assert type(found) is expected
        assert {"x", "y"} <= set(attributes.values()) and attributes["pinned"] == "False"
        assert attributes[found.FORMAL_ATTRIBUTES[0].localpart] == "x"
        assert relation in (attributes.get("role"), attributes.get("relation"))
        for name, kind in (("x", source), ("y", target)):
            [record] = document.get_record(f"{'models' if kind == 'model' else 'artifacts'}:{name}")
            assert isinstance(record, ProvActivity if kind == "analysis" else ProvEntity)

    def test_an_earlier_version_is_a_revision(self) -> None:
        [revised] = read(write_prov_json(graph(edge("m", "revises", "n"), m="model", n="model"))).get_records(
            ProvDerivation
        )
        assert said(revised)["type"] == "Revision" and said(revised)["relation"] == "revises"

    def test_a_test_tells_its_outcome(self) -> None:
        tested = edge("m", "tests", "h", outcome="contradicts")
        [influence] = read(write_prov_json(graph(tested, m="model", h="hypothesis"))).get_records(ProvInfluence)
        assert said(influence)["outcome"] == "contradicts" and said(influence)["role"] == "tests"

    def test_a_model_says_that_its_ancestry_is_cut_off(self) -> None:
        cut = Ancestry(nodes=(node("m", "model"),), edges=(), truncated=("m",))
        [model] = read(write_prov_json(export(detail("m"), ancestry=cut))).get_records(ProvEntity)
        assert said(model)["ancestry_truncated"] == "True"
        [whole] = read(write_prov_json(export(detail("m")))).get_records(ProvEntity)
        assert "ancestry_truncated" not in said(whole)

    def test_agents_are_those_that_the_record_names(self) -> None:
        model = detail(
            quality={"assessed": 0.7, "by": "A. Curator", "reason": None, "at": None},
            evaluations=[
                evaluation(evaluated_by="Hub"),
                evaluation(metric="mae", evaluated_by="Hub"),
                evaluation(metric="aic", evaluated_by="A. Curator"),
                evaluation(metric="bic"),
            ],
        )
        document = read(write_prov_json(export(model)))
        assert {said(agent)["label"] for agent in document.get_records(ProvAgent)} == {"A. Curator", "Hub"}
        roles = [said(record)["role"] for record in document.get_records(ProvAssociation)]
        assert sorted(roles) == ["assessment_by", "evaluations_by", "evaluations_by"]
        assert not list(read(write_prov_json(export(detail()))).get_records(ProvAgent))


class TestReading:
    @given(TEXT)
    @settings(max_examples=60, deadline=None)
    def test_both_notations_give_back_the_document_whatever_the_texts(self, text: str) -> None:
        written = export(full(text))
        document = document_of(written)
        assert read(write_prov_json(written)) == document
        assert read(write_provn(written), "provn") == document
        labels = [
            str(label) for record in document.get_records(ProvEntity) for label in record.get_attribute("prov:label")
        ]
        assert labels == [text]

    @pytest.mark.parametrize("name", ["a:b", "a.b.", "a-b_c", "9.1:x", "A::", "a--", "SDA-2026-04-05-xxx.v2"])
    def test_names_survive_and_are_the_addresses_of_pages(self, name: str) -> None:
        written = export(detail(name))
        for document in (read(write_prov_json(written)), read(write_provn(written), "provn")):
            [model] = document.get_records(ProvEntity)
            assert model.identifier.uri == f"{HOME}/models/{name}"

    def test_prov_n_has_a_statement_a_line(self) -> None:
        lines = write_provn(graph(edge("m", "trained_on", "d"), m="model", d="dataset")).decode().splitlines()
        assert (lines[0], lines[-1]) == ("document", "endDocument")
        statements = [line.strip() for line in lines[1:-1] if line.strip()]
        shape = re.compile(r"prefix \w+ <\S+>|(entity|activity|agent|was[A-Z]\w+|used)\(.+\)")
        assert all(map(shape.fullmatch, statements)) and len(statements) == 4 + 3


@pytest.mark.django_db
def test_the_whole_ancestry_is_there_with_the_models_own_history() -> None:
    make_dataset("raw")
    make_dataset("data", links=(LinkInput(relation=Relation.DERIVES_FROM, ref="raw@1"),))
    make_hypothesis("h")
    make_document("paper")
    make_analysis("run", used=["data@1"])
    make_model("base", trained_on=["raw"])
    for _ in range(2):
        version = make_model(
            "m",
            trained_on=["data@1"],
            produced_by="run",
            tests=[LinkInput(relation=Relation.TESTS, ref="h", outcome=Outcome.SUPPORTS)],
            links=(
                LinkInput(relation=Relation.FINE_TUNED_FROM, ref="base@1"),
                LinkInput(relation=Relation.CITES, ref="paper"),
            ),
            evaluations=(measured("rmse", 0.1, evaluated_by="Hub"),),
        )
    document = read(write_prov_json(export_of([version], HOME)))
    ids = {record.identifier.localpart for record in document.get_records(ProvEntity)}
    assert ids == {"m-v1", "m-v2", "base-v1", "data-v1", "raw-v1", "raw", "h", "paper"}
    [model] = document.get_record("models:m-v2")
    assert said(model)["content_digest"] == version.content_digest and said(model)["version_number"] == "2"
    [unpinned] = document.get_record("artifacts:raw")
    assert "content_digest" not in said(unpinned)
    outcomes = [said(record).get("outcome") for record in document.get_records(ProvInfluence)]
    assert outcomes.count("supports") == 2
