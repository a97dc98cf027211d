"""How numbers, dates and words read on a page."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from django.template import Context, Engine
from hypothesis import given
from hypothesis import strategies as st

from catalog.provenance.rules import RULES
from catalog.vocabulary import Kind, Relation
from catalog.web.templatetags import catalog_format as fmt


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (-0.0, "0"),
        (0.023, "0.023"),
        (0.123456, "0.1235"),
        (0.001, "0.001"),
        (0.00099996, "0.001"),
        (0.000999, "9.99e−4"),
        (1e-18, "1e−18"),
        (2.34567e-12, "2.346e−12"),
        (1, "1"),
        (9.99996, "10"),
        (31.4159, "31.42"),
        (-450, "−450"),
        (1234.5678, "1235"),
        (12345.678, "12346"),
        (999_999.4, "999999"),
        (999_999.9, "1e6"),
        (1_000_000, "1e6"),
        (31_234_567, "3.123e7"),
        (-31_234_567.0, "−3.123e7"),
        (2**53 - 1, "9.007e15"),
        (math.inf, "inf"),
        (None, "–"),
        ("", "–"),
        ("n/a", "n/a"),
        (True, "True"),
    ],
)
def test_numbers_read_to_four_significant_digits(value: Any, text: str) -> None:
    assert fmt.number(value) == text


@given(st.floats(-1e300, 1e300))
def test_a_number_reads_as_what_it_is(value: float) -> None:
    read = float(fmt.number(value).replace("−", "-"))
    assert read == pytest.approx(value, rel=5.1e-4, abs=1e-320)
    assert len(fmt.number(value)) <= 12


@given(st.floats(allow_nan=False, allow_infinity=False) | st.integers())
def test_the_full_value_comes_back_whole(value: float) -> None:
    assert type(value)(fmt.exact(value)) == value


def test_counts_keep_every_digit() -> None:
    assert [fmt.count(31_000_000), fmt.count(9), fmt.count(None), fmt.count(0)] == ["31,000,000", "9", "–", "0"]


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.75, "0.75"), (0.3, "0.3"), (1.0, "1"), (0, "0"), (0.999, "0.99"), (2 / 3, "0.67"), (None, "–")],
)
def test_scores_read_to_two_places(value: Any, text: str) -> None:
    assert fmt.score(value) == text


@pytest.mark.parametrize(
    ("value", "text"), [(1.0, "100 %"), (0.999, "99 %"), (2 / 3, "67 %"), (0.0, "0 %"), (None, "–")]
)
def test_shares_read_in_per_cent(value: Any, text: str) -> None:
    assert fmt.percent(value) == text


def test_dates_are_those_of_utc() -> None:
    late = datetime(2026, 4, 5, 23, 30, tzinfo=timezone(timedelta(hours=-2)))
    assert fmt.day(late) == "2026-04-06"
    assert fmt.moment(late) == "2026-04-06 01:30 UTC"
    assert [fmt.day(None), fmt.moment(None)] == ["–", "–"]
    assert fmt.day(datetime(2026, 4, 5, tzinfo=UTC)) == "2026-04-05"


def test_every_word_of_the_vocabulary_has_its_wording() -> None:
    assert [fmt.kind_plural(kind) for kind in Kind][:4] == ["models", "datasets", "analyses", "hypotheses"]
    assert all("_" not in fmt.relation_label(relation) for relation in Relation)
    assert all(fmt.relation_label(relation) != fmt.relation_inverse(relation) for relation in Relation)
    assert all(fmt.rule_fails(rule.code) != fmt.words(rule.code) for rule in RULES)
    assert all(fmt.rule_message(rule.code) == rule.message for rule in RULES)
    assert fmt.family_label("deep_learning") == "deep learning"
    assert fmt.family_label(None) == "–"
    assert "quality" not in fmt.basis_label("evidence")


def test_judgements_have_a_tone_and_other_words_none() -> None:
    assert [fmt.badge(word) for word in ("ok", "unpinned", "retracted", "anything")] == ["good", "warn", "bad", "plain"]


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("https://example.org/a?b=1", "https://example.org/a?b=1"),
        ("doi:10.5555/example", "https://doi.org/10.5555/example"),
        ("10.1371/journal.pcbi.1006", "https://doi.org/10.1371/journal.pcbi.1006"),
        ("http://dx.doi.org/10.5555/x", "https://doi.org/10.5555/x"),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("https://a b", ""),
        ("see https://example.org", ""),
        ("https://", ""),
        (None, ""),
        (3, ""),
    ],
)
def test_only_web_addresses_and_dois_lead_somewhere(text: Any, address: str) -> None:
    assert fmt.web_address(text) == address


def test_pages_load_the_filters_by_name(settings: Any) -> None:
    engine = Engine(libraries=settings.TEMPLATES[0]["OPTIONS"]["libraries"])
    assert engine.from_string("{% load catalog_format %}{{ v|number }}").render(Context({"v": 1e-9})) == "1e−9"
