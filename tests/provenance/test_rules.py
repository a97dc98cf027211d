"""Each provenance rule, by every way in which it holds, fails or does not apply; and what that makes of the score."""

from __future__ import annotations

from itertools import product

import pytest

from catalog.columns import RULE_COLUMNS
from catalog.models import ArtifactVersion
from catalog.provenance.rules import RULES, failing, results
from catalog.registration import LinkInput, add_link
from catalog.vocabulary import QUALITY_CAP, Kind, Relation
from tests.factories import (
    complete_model,
    make_analysis,
    make_dataset,
    make_document,
    make_hypothesis,
    make_model,
    make_version,
    model_of_a_hypothesis,
    orphan_model,
    unidentified_dataset,
    unpinned_model,
)
from tests.provenance.stored import rules, set_by_sql, stored

pytestmark = pytest.mark.django_db


def pin(version: ArtifactVersion) -> str:
    return f"{version.artifact}@{version.version_number}"


def test_there_is_one_rule_for_each_column() -> None:
    assert tuple(rule.column for rule in RULES) == RULE_COLUMNS
    assert [rule.code for rule in RULES] == [
        *("training_dataset", "producing_analysis", "pinned_inputs", "tested_hypothesis")
    ]
    assert all(rule.label and rule.message and rule.remedy for rule in RULES)


def test_an_orphan_fails_all_that_apply() -> None:
    assert rules(orphan_model()) == (False, False, False, None)


@pytest.mark.parametrize("pinned", [True, False])
def test_training_dataset_holds_with_a_dataset_pinned_or_not(pinned: bool) -> None:
    dataset = make_dataset()
    model = make_model(trained_on=[pin(dataset) if pinned else dataset.artifact.public_id])
    assert rules(model) == (True, False, False, None)


@pytest.mark.parametrize("relation", [Relation.DERIVES_FROM, Relation.TRAINED_ON])
def test_training_dataset_asks_for_a_trained_on_link(relation: Relation) -> None:
    model = make_model(links=[LinkInput(relation=relation, ref=str(make_dataset()))])
    assert stored(model, "has_training_dataset") is (relation == Relation.TRAINED_ON)


def test_producing_analysis_holds_with_one_and_says_nothing_of_its_inputs() -> None:
    assert rules(make_model(produced_by=str(make_analysis()))) == (False, True, False, None)


def test_pinned_inputs_holds_where_every_input_is_pinned_to_an_identified_version() -> None:
    analysis = make_analysis(used=[pin(make_dataset()), pin(make_analysis()), pin(make_hypothesis())])
    assert stored(make_model(produced_by=str(analysis)), "has_pinned_inputs")


@pytest.mark.parametrize("spoilt", ["nothing", "no inputs", "one unpinned", "one unidentified", "all unpinned"])
def test_pinned_inputs_fails_with_one_input_that_says_too_little(spoilt: str) -> None:
    good = [pin(make_dataset()), pin(make_dataset())]
    used = {
        "nothing": good,
        "no inputs": [],
        "one unpinned": [*good, make_dataset().artifact.public_id],
        "one unidentified": [*good, pin(unidentified_dataset())],
        "all unpinned": [make_dataset().artifact.public_id],
    }[spoilt]
    model = make_model(produced_by=str(make_analysis(used=used)))
    assert stored(model, "has_pinned_inputs") is (spoilt == "nothing")


def test_pinned_inputs_reads_the_version_of_the_analysis_that_produced_the_model() -> None:
    make_analysis("a", used=[pin(make_dataset())])
    make_analysis("a", used=[make_dataset().artifact.public_id])
    first, second, bare = (make_model(produced_by=ref) for ref in ("a@1", "a@2", "a"))
    assert [stored(model, "has_pinned_inputs") for model in (first, second, bare)] == [True, False, False]


def test_pinned_inputs_takes_no_other_link_of_the_analysis_for_an_input() -> None:
    analysis = make_analysis(links=[LinkInput(relation=Relation.DERIVES_FROM, ref=pin(make_dataset()))])
    assert stored(make_model(produced_by=str(analysis)), "has_pinned_inputs") is False


def test_inputs_of_the_model_itself_are_not_those_of_its_analysis() -> None:
    model = make_model(trained_on=[pin(make_dataset())], produced_by=str(make_analysis()))
    assert stored(model, "has_pinned_inputs") is False


@pytest.mark.parametrize(("declares", "analysis_tests", "names_it"), [*product([False, True], repeat=3)])
def test_tested_hypothesis_applies_where_it_is_declared_or_the_analysis_tests_one(
    declares: bool, analysis_tests: bool, names_it: bool
) -> None:
    hypothesis = str(make_hypothesis())
    analysis = make_analysis(tests=[hypothesis] if analysis_tests else [])
    model = make_model(produced_by=str(analysis), declares_hypothesis=declares, tests=[hypothesis] if names_it else [])
    expected = names_it if declares or analysis_tests else None
    assert stored(model, "has_tested_hypothesis") is expected


def test_a_model_without_an_analysis_may_declare_a_hypothesis() -> None:
    assert rules(orphan_model(declares_hypothesis=True)) == (False, False, False, False)


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind != Kind.MODEL])
def test_only_models_have_scores(kind: Kind) -> None:
    version = make_version(kind)
    for column in ("provenance_completeness", "quality_score", "quality_uncapped", "evidence_score"):
        assert stored(version, column) is None


# Columns set past every guard, so that the database's own arithmetic is tested at each corner.


@pytest.mark.parametrize("columns", [*product([True, False], [True, False], [True, False], [True, False, None])])
def test_completeness_and_cap_are_those_of_the_contract(columns: tuple[bool | None, ...]) -> None:
    model = orphan_model(quality=0.8)
    set_by_sql(model, **dict(zip(RULE_COLUMNS, columns, strict=True)))
    applying = [column for column in columns if column is not None]
    model.refresh_from_db()
    assert model.provenance_completeness == pytest.approx(sum(applying) / len(applying))
    assert model.quality_score == (0.8 if all(applying) else QUALITY_CAP)
    assert model.quality_uncapped == 0.8
    assert [rule.column for rule in failing(model)] == [
        name for name, column in zip(RULE_COLUMNS, columns, strict=True) if column is False
    ]
    assert [result.applies for result in results(model)] == [column is not None for column in columns]


@pytest.mark.parametrize("quality", [0.0, 0.1, 0.3, 0.30000000000000004, 1.0, None])
@pytest.mark.parametrize("complete", [True, False])
def test_a_score_is_the_assessed_quality_else_the_evidence_capped_where_a_rule_fails(
    quality: float | None, complete: bool
) -> None:
    model = complete_model(quality=quality) if complete else unpinned_model(quality=quality)
    uncapped = 0.25 if quality is None else quality
    assert stored(model, "quality_uncapped") == uncapped
    assert stored(model) == (uncapped if complete else min(uncapped, QUALITY_CAP))


def test_a_model_whose_four_rules_hold_is_complete() -> None:
    model = model_of_a_hypothesis()
    assert rules(model) == (True, True, True, True)
    assert (model.provenance_completeness, model.quality_score) == (1.0, 0.9)


def test_evidence_that_was_never_tallied_counts_nothing() -> None:
    model = complete_model(quality=None)
    set_by_sql(model, evidence_held=None, evidence_asked=None)
    assert (stored(model, "evidence_score"), stored(model)) == (0.0, 0.0)


def test_a_remedy_applied_lifts_the_cap() -> None:
    model = make_model(quality=0.9)
    dataset = make_dataset()
    for relation, ref in [
        (Relation.TRAINED_ON, pin(dataset)),
        (Relation.PRODUCED_BY, str(make_analysis(used=[pin(dataset)]))),
    ]:
        assert stored(model) == QUALITY_CAP
        add_link(model, LinkInput(relation=relation, ref=ref))
    assert stored(model) == 0.9


def test_the_rules_ask_the_target_for_its_kind_whatever_the_link_says() -> None:
    """A link that calls a document a dataset names no dataset."""
    model = complete_model()
    document = make_document()
    model.links.filter(relation=Relation.TRAINED_ON).update(target=document.artifact, target_version=None)
    assert (stored(model, "has_training_dataset"), stored(model)) == (False, QUALITY_CAP)
