"""A digest is taken on what was handed in and comes out the same from what is stored, wherever that is."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from catalog.content import content_digest, content_of_stored
from catalog.models import Artifact, ArtifactVersion, Link
from catalog.registration import LinkInput, Source, append_evaluation, assess, decide_family, set_state, set_tag
from catalog.vocabulary import MAX_INTEGER, Family, Relation
from tests.factories import make_dataset, make_model, measured

pytestmark = pytest.mark.django_db

text = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=8)
number = st.integers(-MAX_INTEGER, MAX_INTEGER) | st.floats(allow_nan=False, allow_infinity=False)
json_values = st.recursive(
    st.none() | st.booleans() | number | text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(text, inner, max_size=4),
    max_leaves=12,
)


def assert_reproduced(version: ArtifactVersion) -> None:
    stored = ArtifactVersion.objects.get(pk=version.pk)
    assert content_digest(content_of_stored(stored)) == stored.content_digest


@given(st.dictionaries(text, json_values, max_size=4))
@example({"big": 1e22, "bigger": 1.7976931348623157e308, "least": 5e-324, "zero": -0.0, "subnormal": 2.2e-310})
@example({"exact": MAX_INTEGER, "beyond": float(2**53), "far": 1e300, "near": 1e15, "whole": 1.0, "tenth": 0.1})
@example({"é": "e\u0301", "\U0001f600": "\ufb33\u2028\x7f", "": "\u001f", "\ue000": 1})
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_digest_is_reproduced_from_what_is_stored(metadata: dict[str, Any]) -> None:
    assert_reproduced(make_dataset(metadata={"free": metadata}))


@given(
    number.map(float), st.none() | number.map(lambda value: abs(float(value))), st.none() | st.integers(0, MAX_INTEGER)
)
@example(1e22, 5e-324, MAX_INTEGER)
@example(-0.0, 0.0, 0)
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_digest_of_evaluations_is_reproduced(value: float, error: float | None, n: int | None) -> None:
    assert_reproduced(make_model(evaluations=(measured("x", value, std_error=error, n=n, ci_low=value),)))


def everything() -> ArtifactVersion:
    """A model that fills each field that a digest covers."""
    make_dataset("ds")
    return make_model(
        "m",
        family=Family.STATISTICAL,
        title="Ångström µ",
        description="Two\r\nlines",
        changelog="First",
        license="MIT",
        version_label="0.5.9",
        metadata={"formula": "y ~ x", "big": [1e22, -0.0, 5e-324], "parameter_count": 4},
        checksums={"sha256": "0a"},
        evaluations=(measured("rmse", 0.5, dataset="ds@1", n=3, primary=True), measured("aic", -450, dataset="ds")),
        trained_on=["ds@1"],
        quality=0.9,
    )


def test_what_the_digest_covers_is_what_the_version_itself_says() -> None:
    content = content_of_stored(everything())
    assert set(content) == {
        *("kind", "title", "label", "description", "changelog", "license", "family", "parameter_count"),
        *("metadata", "checksums", "evaluations"),
    }
    assert content["evaluations"][0]["dataset"] == "ds" and content["evaluations"][0]["dataset_version"] == 1
    assert content["evaluations"][1]["dataset_version"] is None


def test_anyone_can_take_the_digest_anew_from_the_record() -> None:
    """The canonical form, written down here as RFC 8785 has it, and its SHA-256: on every database, for ever."""
    canonical = (
        '{"changelog":"First","checksums":{"sha256":"0a"},"description":"Two\\r\\nlines","evaluations":['
        '{"ci_high":null,"ci_low":null,"dataset":"ds","dataset_version":1,"evaluated_by":"","metric":"rmse","n":3,'
        '"period":"","primary":true,"reported_by":"author","split":"","std_error":null,"subset":"","task":"",'
        '"unit":"","value":0.5},'
        '{"ci_high":null,"ci_low":null,"dataset":"ds","dataset_version":null,"evaluated_by":"","metric":"aic","n":null,'
        '"period":"","primary":false,"reported_by":"author","split":"","std_error":null,"subset":"","task":"",'
        '"unit":"","value":-450}],'
        '"family":"statistical","kind":"model","label":"0.5.9","license":"MIT",'
        '"metadata":{"big":[1e+22,0,5e-324],"formula":"y ~ x","parameter_count":4},'
        '"parameter_count":4,"title":"Ångström µ"}'
    )
    model = everything()
    assert model.content_digest == "sha256:" + hashlib.sha256(canonical.encode()).hexdigest()
    assert_reproduced(model)


@pytest.mark.parametrize(
    "fields",
    [
        {"source": Source(format="petab", record="r", revision="1")},
        {"links": (LinkInput(relation=Relation.DERIVES_FROM, ref="ds"),)},
        {"version_tag": "stable"},
        {"aliases": ("also",)},
        {"version_id": "another-id"},
    ],
)
def test_where_it_was_read_what_it_is_linked_to_and_called_lie_outside(fields: dict[str, Any]) -> None:
    make_dataset("ds")
    plain, other = make_dataset("a", title="One"), make_dataset("b", title="One", **fields)
    assert plain.content_digest == other.content_digest
    assert plain.request_digest == other.request_digest or "links" in fields


def test_what_is_decided_later_leaves_the_digest_valid() -> None:
    model = everything()
    set_tag(model, "stable")
    assess(model, None)
    decide_family(model, Family.DEEP_LEARNING)
    append_evaluation(model, measured("rmse", 0.7, subset="later"))
    set_state(model, "deprecated", reason="Superseded")
    model.links.all().delete()
    model.refresh_from_db()
    assert (model.family, model.stated_family) == ("deep_learning", "statistical")
    assert_reproduced(model)


def test_digests_survive_a_dump_and_a_restore(tmp_path: Path) -> None:
    digests = {
        str(version): version.content_digest for version in (everything(), make_dataset("d", metadata={"x": 1e22}))
    }
    dump = tmp_path / "dump.json"
    call_command("dumpdata", "catalog", "--natural-foreign", "--natural-primary", output=dump, verbosity=0)
    assert json.loads(dump.read_text())
    Link.objects.all().delete()
    ArtifactVersion.objects.get(public_id="m-v1").artifact.delete()
    Artifact.objects.all().delete()
    call_command("loaddata", dump, verbosity=0)
    for name, taken in digests.items():
        version = ArtifactVersion.objects.get(public_id=name)
        assert version.content_digest == taken
        assert_reproduced(version)
