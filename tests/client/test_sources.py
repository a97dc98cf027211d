"""The same content has the same source, other content another."""

from __future__ import annotations

import hashlib
import json
import random
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from catalog.identity import canonical_json
from catalog.registration.validate import SOURCE_LIMITS
from scidex_client.sources import derived_source, with_source

numbers = st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(allow_nan=False, allow_infinity=False)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
bodies = st.dictionaries(texts, values, max_size=4).map(lambda fields: {**fields, "model": "model-x", "source": None})

as_slow_as_the_machine = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def shuffled(value: Any) -> Any:
    """The same value, its keys in another order and its numbers written in another way."""
    if isinstance(value, dict):
        entries = [(key, shuffled(item)) for key, item in value.items()]
        random.Random(0).shuffle(entries)
        return dict(entries)
    if isinstance(value, list):
        return [shuffled(item) for item in value]
    if isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    return value


def said(body: dict[str, Any]) -> bytes:
    """What a body says, by the catalogue's own canonical form."""
    return canonical_json({key: value for key, value in body.items() if value is not None and key != "source"})


@given(bodies)
@as_slow_as_the_machine
def test_order_and_the_way_of_writing_do_not_matter(body: dict[str, Any]) -> None:
    assert derived_source(shuffled(body)) == derived_source(body)
    assert derived_source(json.loads(json.dumps(body))) == derived_source(body)


@given(bodies)
@as_slow_as_the_machine
def test_null_says_nothing(body: dict[str, Any]) -> None:
    assert derived_source(body | {"description": None}) == derived_source(
        {key: value for key, value in body.items() if key != "description"}
    )


@given(bodies, bodies)
@as_slow_as_the_machine
def test_the_same_content_and_no_other_has_the_same_source(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert (derived_source(one) == derived_source(other)) == (said(one) == said(other))


@given(bodies, st.data())
@as_slow_as_the_machine
def test_any_change_changes_it(body: dict[str, Any], data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(set(body) - {"source"} | {"title"})))
    changed = body | {name: data.draw(values.filter(lambda value: value is not None))}
    assume(said(changed) != said(body))
    assert derived_source(changed) != derived_source(body)


def test_a_source_of_ones_own_is_kept() -> None:
    own = {"format": "my-pipeline", "record": "x", "revision": "run-17"}
    assert with_source({"model": "x", "source": own})["source"] == own


def test_a_body_that_names_nothing_gets_none() -> None:
    for body in ({}, {"model": 3}, {"title": "X"}):
        assert "source" not in with_source(body)


def test_it_fits_into_what_the_catalogue_takes() -> None:
    source = derived_source({"artifact": "x" * 200})
    assert source is not None
    for field, text in source.items():
        assert 0 < len(str(text)) <= SOURCE_LIMITS[field]


def test_it_is_the_same_on_another_day_and_machine() -> None:
    written = rb'{"metadata":{"a":[1,true,null]},"model":"model-x","title":"\u00c9"}'
    assert derived_source({"title": "É", "model": "model-x", "metadata": {"a": [1.0, True, None]}}) == {
        "format": "scidex-client",
        "record": "model-x",
        "revision": "sha256:" + hashlib.sha256(written).hexdigest(),
    }
