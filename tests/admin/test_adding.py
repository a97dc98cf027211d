"""Registering a version on its page: through the door, and every refusal beside its field."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.models import Artifact, ArtifactVersion, Identifier, Link, MetricDefinition
from catalog.vocabulary import Kind, Outcome, Relation
from tests.admin.browsing import Visitor, errors_of
from tests.factories import complete_model, make_analysis, make_dataset, make_hypothesis, make_model, new_id

pytestmark = pytest.mark.django_db

MODEL = {
    "artifact": "model-new",
    "title": "A new model",
    "family": "statistical",
    "metadata": '{"formula": "y ~ x", "coefficients": {"x": {"value": 0.1}}}',
}


def test_a_model_comes_in_with_its_links_evaluations_and_assessment(visit: Visitor) -> None:
    dataset, hypothesis = make_dataset("dataset-a"), make_hypothesis("h-1")
    make_analysis("analysis-a", used=["dataset-a@1"])
    response = visit.add(
        "modelversion",
        **MODEL,
        trained_on="dataset-a@1 | the source's words\r\n\r\n",
        produced_by="analysis-a",
        tests_hypothesis="h-1",
        outcome="supports",
        description="one\r\ntwo",
        checksums='{"sha256": "00"}',
        evaluations='[{"metric": "rmse", "value": 0.5, "dataset": "dataset-a@1", "split": "test", "primary": true}]',
        quality_value="0.9",
        quality_reason="Read the paper",
        aliases="other-name\nthird-name",
        version_tag="stable",
        created_at="2026-04-05T12:00:00Z",
        source_format="paper",
        source_record="r",
        source_revision="1",
    )
    version = ArtifactVersion.objects.get(public_id="model-new-v1")
    assert response.status_code == 302 and response.url == visit.path(version)
    assert (version.quality_score, version.provenance_completeness) == (0.9, 1)
    assert (version.assessed_by, version.description) == ("ada", "one\ntwo")
    assert version.created_at.isoformat() == "2026-04-05T12:00:00+00:00"
    links = {link.relation: link for link in version.links.all()}
    assert links["trained_on"].target_version == dataset and links["trained_on"].stated_as == "the source's words"
    assert links["tests"].target == hypothesis.artifact and links["tests"].outcome == Outcome.SUPPORTS
    assert links["trained_on"].created_by is not None
    assert version.evaluations.get().primary
    assert Identifier.objects.filter(name__in=["other-name", "third-name"], artifact=version.artifact).count() == 2


@pytest.mark.parametrize(
    ("model", "kind", "values"),
    [
        ("datasetversion", Kind.DATASET, {"checksums": '{"sha256": "00"}'}),
        ("analysisversion", Kind.ANALYSIS, {}),
        ("hypothesisversion", Kind.HYPOTHESIS, {}),
        ("otherversion", Kind.CODE, {"kind_of_artifact": "code"}),
    ],
)
def test_the_other_kinds_come_in(visit: Visitor, model: str, kind: Kind, values: dict[str, str]) -> None:
    visit.add(model, artifact="x-1", title="X", **values)
    assert ArtifactVersion.objects.get(public_id="x-1-v1").kind == kind


def test_an_analysis_comes_in_with_its_inputs(visit: Visitor) -> None:
    make_dataset("dataset-a")
    make_hypothesis("h-1")
    values = {"inputs": "dataset-a@1\ndataset-a", "tests_hypothesis": "h-1"}
    visit.add("analysisversion", artifact="analysis-a", title="A", **values)
    links = Link.objects.filter(source__public_id="analysis-a-v1")
    pins = sorted((link.relation, link.target_version is not None) for link in links)
    assert pins == [("tests", False), ("used", False), ("used", True)]


def test_the_same_content_again_leads_to_what_stands(visit: Visitor) -> None:
    visit.add("modelversion", **MODEL)
    version = ArtifactVersion.objects.get(public_id="model-new-v1")
    response = visit.add("modelversion", **MODEL)
    assert response.status_code == 302 and response.url == visit.path(version)
    assert ArtifactVersion.objects.count() == 1
    assert b"says this already" in visit.client.get(response.url).content


def test_a_new_version_starts_from_what_the_one_before_says(visit: Visitor) -> None:
    before = complete_model("model-x", title="Title", license="MIT", description="Words")
    page = visit.add_page("modelversion", **{"from": before.pk})
    form = page.context["adminform"].form
    assert form["artifact"].value() == "model-x" and form["title"].value() == "Title"
    assert form["trained_on"].value() == str(before.links.get(relation=Relation.TRAINED_ON).target_version)
    visit.add("modelversion", {"from": before.pk}, title="Title 2")
    after = ArtifactVersion.objects.get(public_id="model-x-v2")
    assert after.parent == before and after.metadata == before.metadata and after.description == "Words"
    assert after.provenance_completeness == 1 and after.assessed_quality is None


@pytest.mark.parametrize("chosen", ["", "abc", "999999", "\0"])
def test_a_new_version_of_nothing_starts_blank(visit: Visitor, chosen: str) -> None:
    page = visit.add_page("modelversion", **{"from": chosen})
    assert page.status_code == 200 and not page.context["adminform"].form["title"].value()


WRONG: list[tuple[str, dict[str, str], str]] = [
    ("artifact", {"artifact": ""}, "required"),
    ("artifact", {"artifact": "has blank"}, "letters, digits"),
    ("artifact", {"artifact": "compare"}, "path of the catalogue"),
    ("artifact", {"artifact": "a" * 201}, "1 to 200"),
    ("artifact", {"artifact": "taken-dataset"}, "is a dataset"),
    ("artifact", {"artifact": "taken-dataset-v1"}, "taken"),
    ("version_id", {"version_id": "taken-dataset"}, "taken"),
    ("version_id", {"version_id": "model-new"}, "id of its artifact"),
    ("version_id", {"version_id": "a/b"}, "letters, digits"),
    ("aliases", {"aliases": "fine taken-dataset"}, "taken"),
    ("aliases", {"aliases": "a/b"}, "letters, digits"),
    ("title", {"title": "  "}, "required"),
    ("title", {"title": "x" * 501}, "at most 500"),
    ("title", {"title": "nul\0"}, "Null characters"),
    ("version_label", {"version_label": "x" * 201}, "at most 200"),
    ("version_tag", {"version_tag": "123"}, "digits only"),
    ("version_tag", {"version_tag": "a b"}, "letters, digits"),
    ("license", {"license": "x" * 201}, "at most 200"),
    ("description", {"description": "x" * 100_001}, "at most 100000"),
    ("created_at", {"created_at": "yesterday"}, "valid date"),
    ("created_at", {"created_at": "0001-01-01T00:00:00+23:00"}, "calendar"),
    ("family", {"family": ""}, "required"),
    ("family", {"family": "clairvoyant"}, "valid choice"),
    ("family_basis", {"family_basis": "hearsay"}, "valid choice"),
    ("parameter_count", {"parameter_count": "-1"}, "greater than or equal to 0"),
    ("parameter_count", {"parameter_count": "9007199254740992"}, "less than or equal"),
    ("parameter_count", {"parameter_count": "9" * 5000}, "whole number"),
    ("parameter_count", {"parameter_count": "3", "metadata": '{"parameter_count": 4}'}, "say the same"),
    ("metadata", {"metadata": "{"}, "not JSON"),
    ("metadata", {"metadata": "[]"}, "Give an object"),
    ("metadata", {"metadata": "[" * 100_000}, "nested deeper"),
    ("metadata", {"metadata": '{"a":' * 70 + "1" + "}" * 70}, "nested deeper"),
    ("metadata", {"metadata": '{"a": 1e999}'}, "not finite"),
    ("metadata", {"metadata": '{"a": NaN}'}, "not finite"),
    ("metadata", {"metadata": '{"a": ' + "9" * 5000 + "}"}, "2^53"),
    ("metadata", {"metadata": '{"a": "\\ud800"}'}, "surrogate"),
    ("metadata", {"metadata": '{"a": "\\u0000"}'}, "NUL"),
    ("metadata", {"metadata": '{"a": 1, "a": 2}'}, "stands twice"),
    ("metadata", {"metadata": '{"formula": 3}'}, "formula: Expected text"),
    ("metadata", {"metadata": '{"coefficients": {"x": {"value": "much"}}}'}, "coefficients.x.value"),
    ("checksums", {"checksums": '{"sha256": 3}'}, "sha256: A checksum is a text"),
    ("checksums", {"checksums": '"00"'}, "Give an object"),
    ("source_record", {"source_format": "paper", "source_revision": "1"}, "format, record and revision"),
    ("trained_on", {"trained_on": "nowhere"}, "line 1: Nothing in the catalogue is called 'nowhere'"),
    ("trained_on", {"trained_on": "taken-dataset\ntaken-dataset@7"}, "line 2: Nothing"),
    ("trained_on", {"trained_on": "taken-dataset@" + "9" * 30}, "Nothing in the catalogue"),
    ("trained_on", {"trained_on": "| words alone"}, "line 1"),
    ("trained_on", {"trained_on": "taken-model"}, "leads to a dataset"),
    ("trained_on", {"trained_on": "taken-dataset | " + "x" * 2001}, "at most 2000"),
    ("produced_by", {"produced_by": "taken-dataset"}, "leads to a analysis"),
    ("produced_by", {"produced_by": "not an id"}, "Nothing in the catalogue"),
    ("tests_hypothesis", {"tests_hypothesis": "taken-model"}, "leads to a hypothesis"),
    ("tests_hypothesis", {"outcome": "supports"}, "Name the hypothesis"),
    ("outcome", {"outcome": "proves"}, "valid choice"),
    ("fine_tuned_from", {"fine_tuned_from": "model-new"}, "its own artifact"),
    ("evaluations", {"evaluations": "{}"}, "Give an array"),
    ("evaluations", {"evaluations": "[3]"}, "0: An evaluation is an object"),
    ("evaluations", {"evaluations": '[{"metrik": "rmse", "value": 1}]'}, "nearest is 'metric'"),
    ("evaluations", {"evaluations": '[{"metric": "rmse"}]'}, "0.value: Expected a number"),
    ("evaluations", {"evaluations": '[{"metric": "rmse", "value": "low"}]'}, "0.value"),
    ("evaluations", {"evaluations": '[{"metric": 3, "value": 1}]'}, "0.metric: Expected text"),
    ("evaluations", {"evaluations": '[{"metric": "rmse", "value": 1, "primary": 1}]'}, "true or false"),
    ("evaluations", {"evaluations": '[{"metric": "rmse", "value": 1, "reported_by": "me"}]'}, "Say one of"),
    ("evaluations", {"evaluations": '[{"metric": "rmse", "value": 1, "dataset": "nowhere"}]'}, "Nothing"),
    ("evaluations", {"evaluations": '[{"metric": "a", "value": 1}, {"metric": "a", "value": 2}]'}, "same case"),
    ("quality_value", {"quality_value": "1.1", "quality_reason": "r"}, "less than or equal to 1"),
    ("quality_value", {"quality_value": "nan", "quality_reason": "r"}, "number"),
    ("quality_value", {"quality_reason": "r"}, "Give the value"),
    ("quality_by", {"quality_value": "1", "quality_by": "x" * 201}, "at most 200"),
    ("quality_reason", {"quality_value": "1", "quality_reason": "x" * 10_001}, "at most 10000"),
]


@pytest.mark.parametrize(("field", "values", "says"), WRONG, ids=lambda value: str(value)[:50])
def test_what_the_door_refuses_is_said_beside_the_field(
    visit: Visitor, field: str, values: dict[str, str], says: str
) -> None:
    make_dataset("taken-dataset")
    make_model("taken-model")
    before = Artifact.objects.count(), Identifier.objects.count(), ArtifactVersion.objects.count()
    response = visit.add("modelversion", **{**MODEL, **values})
    errors = errors_of(response)
    assert field in errors, errors
    assert any(says in str(error) for error in errors[field]), errors
    assert before == (Artifact.objects.count(), Identifier.objects.count(), ArtifactVersion.objects.count())


def test_several_faults_are_said_at_once_and_what_was_typed_stays(visit: Visitor) -> None:
    response = visit.add("modelversion", artifact="a b", title="T", family="statistical", metadata='{"formula": 3}')
    assert set(errors_of(response)) == {"artifact", "metadata"}
    assert b"{&quot;formula&quot;: 3}" in response.content


def test_an_alias_comes_in_by_its_own_page(visit: Visitor) -> None:
    dataset = make_dataset("dataset-a")
    assert visit.add("identifier", name="alias-of-a", artifact="dataset-a").status_code == 302
    assert Identifier.objects.get(name="alias-of-a").artifact == dataset.artifact
    wrong: list[tuple[dict[str, str], str]] = [
        ({"name": "a b", "artifact": "dataset-a"}, "name"),
        ({"name": "alias-of-a", "artifact": "dataset-a"}, "name"),
        ({"name": "fine", "artifact": "nowhere"}, "artifact"),
        ({"name": "fine", "artifact": "dataset-a@1"}, "artifact"),
        ({"name": "", "artifact": ""}, "name"),
    ]
    for values, field in wrong:
        assert field in errors_of(visit.add("identifier", **values)), values
    assert not Identifier.objects.filter(name__in=["a b", "fine"]).exists()


def test_a_metric_is_defined_and_redefined_but_not_renamed(visit_as_root: Visitor) -> None:
    name = new_id("metric")
    assert visit_as_root.add("metricdefinition", name=name, direction="lower").status_code == 302
    metric = MetricDefinition.objects.get(name=name)
    path = f"/admin/catalog/metricdefinition/{metric.pk}/change/"

    def send(**values: Any) -> Any:
        return visit_as_root.client.post(path, {"direction": "", "target_value": "", **values})

    assert "target_value" in errors_of(send(direction="target"))
    assert "target_value" in errors_of(send(direction="lower", target_value="3"))
    assert "target_value" in errors_of(send(direction="target", target_value="inf"))
    assert "name" in errors_of(visit_as_root.add("metricdefinition", name=name))
    assert send(direction="target", target_value="0.95", name="renamed").status_code == 302
    metric.refresh_from_db()
    assert (metric.name, metric.direction, metric.target_value) == (name, "target", 0.95)
    assert "root" in visit_as_root.client.get(f"/admin/catalog/metricdefinition/{metric.pk}/history/").content.decode()
