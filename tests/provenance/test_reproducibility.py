"""Whether work can be repeated: each pin checked, one answer, reasons the gravest first."""

from __future__ import annotations

from collections import deque

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.content import content_digest, content_of_stored
from catalog.models import ArtifactVersion
from catalog.provenance.reproducibility import (
    MADE_FROM,
    Reproducibility,
    analysis_reproducibility,
    model_reproducibility,
)
from catalog.registration import LinkInput, add_link, set_state
from catalog.vocabulary import Relation
from tests.factories import (
    complete_model,
    links_of,
    make_analysis,
    make_dataset,
    make_document,
    make_hypothesis,
    make_model,
    orphan_model,
    retracted,
    unidentified_dataset,
)
from tests.provenance.tampering import alter, alter_link, take_away

pytestmark = pytest.mark.django_db


def of(version: ArtifactVersion) -> Reproducibility:
    version = ArtifactVersion.objects.get(pk=version.pk)
    return (model_reproducibility if version.kind == "model" else analysis_reproducibility)(version)


def reasons(found: Reproducibility) -> list[tuple[str, str]]:
    return [(reason.code, reason.about) for reason in found.reasons]


def test_an_analysis_whose_inputs_stand_can_be_repeated() -> None:
    dataset = make_dataset("data")
    found = of(make_analysis("a", used=["data@1"]))
    [pin] = found.pins
    assert (found.reproducible, found.reasons, found.record.status) == (True, (), "ok")
    assert (pin.status, pin.version_id, pin.identified_by, pin.source) == ("ok", "data-v1", "checksum", "a-v1")
    assert pin.expected == pin.current == dataset.content_digest
    assert found.counts == {"ok": 1, "missing": 0, "modified": 0, "retracted": 0, "unidentified": 0}


def test_each_way_for_a_pin_to_fail_has_its_status_a_message_and_a_remedy() -> None:
    for name in ("altered", "withdrawn", "sound"):
        make_dataset(name)
    unidentified_dataset("vague")
    make_dataset("loose")
    retracted(ArtifactVersion.objects.get(public_id="withdrawn-v1"), "The donors were swapped.")
    analysis = make_analysis("a", used=["sound@1", "loose", "vague@1", "altered@1", "withdrawn@1"])
    alter(ArtifactVersion.objects.get(public_id="altered-v1"), metadata={"x": 1})
    found = of(analysis)
    assert {pin.artifact: pin.status.value for pin in found.pins} == {
        "sound": "ok",
        "loose": "missing",
        "vague": "unidentified",
        "altered": "modified",
        "withdrawn": "retracted",
    }
    assert found.reproducible is False
    assert reasons(found) == [
        *[("modified", "altered-v1"), ("missing", "loose"), ("retracted", "withdrawn-v1")],
        ("unidentified", "vague-v1"),
    ]
    assert all(reason.message and reason.remedy for reason in found.reasons)
    assert all((pin.message is None) is (pin.remedy is None) is (pin.status == "ok") for pin in found.pins)
    assert "The donors were swapped" in found.reasons[2].message


def test_a_modified_pin_shows_what_was_expected_and_what_is_there() -> None:
    pinned = make_dataset("data").content_digest
    analysis = make_analysis(used=["data@1"])
    alter(ArtifactVersion.objects.get(public_id="data-v1"), checksums={"sha256": "ff"})
    [pin] = of(analysis).pins
    now = content_digest(content_of_stored(ArtifactVersion.objects.get(public_id="data-v1")))
    assert (pin.expected, pin.current) == (pinned, now) and pinned != now


def test_a_newer_version_takes_nothing_from_a_pin() -> None:
    make_dataset("data")
    analysis = make_analysis(used=["data@1"])
    make_dataset("data")
    assert of(analysis).reproducible is True


def test_an_analysis_without_inputs_cannot_be_told() -> None:
    found = of(make_analysis("a", tests=[f"{make_hypothesis('h').artifact}@1"]))
    assert (found.reproducible, found.pins, reasons(found)) == (None, (), [("no_inputs", "a-v1")])


def test_an_analysis_whose_own_record_was_altered_cannot_be_repeated() -> None:
    make_dataset("data")
    analysis = make_analysis("a", used=["data@1"])
    alter(analysis, description="Another procedure")
    found = of(analysis)
    assert (found.reproducible, found.record.status, reasons(found)) == (False, "modified", [("modified", "a-v1")])
    assert found.record.expected != found.record.current


def test_a_retracted_analysis_cannot_be_repeated_until_it_is_taken_back() -> None:
    make_dataset("data")
    analysis = retracted(make_analysis("a", used=["data@1"]))
    assert reasons(of(analysis)) == [("retracted", "a-v1")]
    set_state(analysis, "active", reason="The doubt was unfounded.")
    assert of(analysis).reproducible is True


def test_what_it_derives_from_has_to_be_pinned_and_what_it_cites_or_tests_has_not() -> None:
    for make, name in ((make_dataset, "data"), (make_document, "paper"), (make_hypothesis, "h")):
        make(name)
    make_analysis("earlier", used=["data@1"])
    links = links_of(Relation.DERIVES_FROM, ["earlier"]) + links_of(Relation.CITES, ["paper"])
    found = of(make_analysis("a", used=["data@1"], tests=["h"], links=links))
    assert [(pin.relation, pin.status.value) for pin in found.pins] == [("used", "ok"), ("derives_from", "missing")]
    assert found.reproducible is False


@pytest.mark.parametrize("with_artifact", [False, True])
def test_a_pin_whose_target_is_gone_is_missing(with_artifact: bool) -> None:
    dataset = make_dataset("data")
    stated = LinkInput(relation=Relation.USED, ref="data@1", stated_as="The data")
    model = make_model("m", produced_by=str(make_analysis("a", used=[stated])))
    take_away(dataset, with_artifact=with_artifact)
    for version in (ArtifactVersion.objects.get(public_id="a-v1"), model):
        found = of(version)
        pin = found.pins[-1]
        assert (pin.status, pin.version_id, pin.current) == ("missing", None, None)
        assert pin.expected == dataset.content_digest
        assert pin.artifact == (None if with_artifact else "data")
        assert "no longer there" in (pin.message or "") and found.reproducible is False
    transaction.set_rollback(True)


def test_a_complete_model_can_be_made_again() -> None:
    found = of(complete_model())
    assert (found.reproducible, found.reasons) == (True, ())
    assert {pin.relation for pin in found.pins} == {"trained_on", "produced_by", "used"}


def test_a_model_of_no_analysis_cannot() -> None:
    assert reasons(of(orphan_model("m"))) == [("no_analysis", "m-v1")]
    assert of(orphan_model()).reproducible is False


def test_a_model_whose_analysis_names_no_inputs_cannot_be_told() -> None:
    make_dataset("data")
    found = of(make_model(trained_on=["data@1"], produced_by=str(make_analysis("a"))))
    assert (found.reproducible, reasons(found)) == (None, [("no_inputs", "a-v1")])


def test_what_is_altered_far_back_is_found_and_the_nearest_is_told_first() -> None:
    make_dataset("raw")
    make_dataset("clean", links=links_of(Relation.DERIVES_FROM, ["raw@1"]))
    analysis = make_analysis("a", used=["clean@1"])
    model = make_model("m", trained_on=["clean@1"], produced_by=str(analysis))
    assert of(model).reproducible is True
    alter(ArtifactVersion.objects.get(public_id="raw-v1"), title="Another")
    alter(ArtifactVersion.objects.get(public_id="clean-v1"), title="Another")
    assert reasons(of(model)) == [("modified", "clean-v1"), ("modified", "raw-v1")]


def test_behind_a_link_without_a_version_nothing_is_looked_for() -> None:
    make_dataset("raw")
    make_dataset("clean", links=links_of(Relation.DERIVES_FROM, ["raw"]))
    analysis = make_analysis(used=["clean"])
    found = of(make_model("m", produced_by=str(analysis)))
    assert [pin.artifact for pin in found.pins if pin.status == "missing"] == ["clean"]


def test_a_pin_that_was_written_over_is_modified() -> None:
    model = complete_model("m")
    alter_link(model, 1, pinned_digest="sha256:0")
    assert [code for code, _ in reasons(of(model))] == ["modified"]


def test_a_lineage_that_was_cut_short_cannot_be_told() -> None:
    make_dataset("d0")
    for number in range(1, 13):
        make_dataset(f"d{number}", links=links_of(Relation.DERIVES_FROM, [f"d{number - 1}@1"]))
    found = of(make_model("m", trained_on=["d12@1"], produced_by=str(make_analysis(used=["d12@1"]))))
    assert (found.reproducible, found.truncated, [code for code, _ in reasons(found)]) == (None, True, ["truncated"])


def test_many_pins_take_as_many_queries_as_one() -> None:
    data = [f"{make_dataset().artifact}@1" for _ in range(8)]
    counts = []
    for used in (data[:1], data):
        analysis = make_analysis(used=used)
        model = make_model(trained_on=used, produced_by=str(analysis))
        for version in (analysis, model):
            with CaptureQueriesContext(connection) as captured:
                (model_reproducibility if version is model else analysis_reproducibility)(version)
            counts.append(len(captured))
    assert counts[:2] == counts[2:]


RELATIONS = st.sampled_from([Relation.USED, Relation.DERIVES_FROM, Relation.TRAINED_ON])
TROUBLE = st.sampled_from(["none", "none", "altered", "retracted"])


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(1, 5), RELATIONS, st.booleans()), max_size=9),
    st.lists(TROUBLE, min_size=6, max_size=6),
)
def test_any_graph_is_judged_as_a_plain_walk_judges_it(
    drawn: list[tuple[int, int, Relation, bool]], trouble: list[str]
) -> None:
    with transaction.atomic():
        _judge(drawn, trouble)
        transaction.set_rollback(True)


def _judge(drawn: list[tuple[int, int, Relation, bool]], trouble: list[str]) -> None:
    analyses = [make_analysis() for _ in range(2)]
    versions = [make_model(produced_by=str(analyses[0])), *analyses, *(make_dataset() for _ in range(3))]
    for source, target, relation, pinned in drawn:
        if source < target and _fits(versions[source], versions[target], relation):
            ref = str(versions[target]) if pinned else versions[target].artifact.public_id
            add_link(versions[source], LinkInput(relation=relation, ref=ref))
    for version, what in zip(versions, trouble, strict=True):
        if what == "altered":
            alter(version, description="Another")
        elif what == "retracted":
            retracted(version)
    found = of(versions[0])
    bad = {str(version): what for version, what in zip(versions, trouble, strict=True) if what != "none"}
    expected = plainly(versions[0], bad)
    assert {(pin.source, pin.about, pin.relation): pin.status.value for pin in found.pins} == expected
    sound = not bad.get(str(versions[0])) and all(status == "ok" for status in expected.values())
    names_inputs = any(source == str(analyses[0]) and relation == "used" for source, _, relation in expected)
    assert found.reproducible is ((True if names_inputs else None) if sound else False)


def _fits(source: ArtifactVersion, target: ArtifactVersion, relation: Relation) -> bool:
    if relation == Relation.TRAINED_ON:
        return (source.kind, target.kind) == ("model", "dataset")
    return relation == Relation.DERIVES_FROM or source.kind == "analysis"


def plainly(root: ArtifactVersion, bad: dict[str, str]) -> dict[tuple[str, str, str], str]:
    """What each link that `root` is made from leads to, link by link."""
    seen, queue, found = {root.pk}, deque([root]), {}
    while queue:
        source = queue.popleft()
        for link in source.links.filter(relation__in=MADE_FROM).select_related("target", "target_version"):
            target = link.target_version
            if target is None:
                found[str(source), str(link.target), link.relation] = "missing"
                continue
            what = bad.get(str(target), "none")
            status = {"altered": "modified", "retracted": "retracted", "none": "ok"}[what]
            found[str(source), str(target), link.relation] = status
            if target.pk not in seen:
                seen.add(target.pk)
                queue.append(target)
    return found
