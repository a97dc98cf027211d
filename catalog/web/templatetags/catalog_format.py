"""How values read on a page: `{% load catalog_format %}`.

Text in, text out: no markup is made here. A value that is missing reads as the dash that tables use.
"""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime
from typing import Any

from django import template

from catalog.provenance.rules import RULES
from catalog.vocabulary import Kind, Relation

register = template.Library()

MISSING = "–"
"""What stands where a value is not there."""

_DIGITS = 4
_SMALLEST, _LARGEST = 1e-3, 1e6
_MINUS = "−"

_KINDS: dict[str, tuple[str, str]] = {
    Kind.MODEL: ("model", "models"),
    Kind.DATASET: ("dataset", "datasets"),
    Kind.ANALYSIS: ("analysis", "analyses"),
    Kind.HYPOTHESIS: ("hypothesis", "hypotheses"),
    Kind.CODE: ("code", "code"),
    Kind.DOCUMENT: ("document", "documents"),
    Kind.OTHER: ("other", "other"),
}
_FAMILY_BASES = {
    "source": "as the source states",
    "inferred": "inferred on import",
    "curator": "decided by a curator",
}
_BASES = {"assessed": "assessed", "evidence": "by its record"}
_RELATIONS: dict[str, tuple[str, str]] = {
    Relation.TRAINED_ON: ("trained on", "training data of"),
    Relation.PRODUCED_BY: ("produced by", "produced"),
    Relation.USED: ("used", "used by"),
    Relation.TESTS: ("tests", "tested by"),
    Relation.FINE_TUNED_FROM: ("fine-tuned from", "fine-tuned into"),
    Relation.COMBINES: ("combines", "combined in"),
    Relation.DERIVES_FROM: ("derives from", "source of"),
    Relation.REVISES: ("revises", "revised by"),
    Relation.CITES: ("cites", "cited by"),
}
_RULE_FAILS = {
    "training_dataset": "no training dataset",
    "producing_analysis": "no analysis",
    "pinned_inputs": "inputs not pinned",
    "tested_hypothesis": "no hypothesis",
}
_BADGES = {
    "good": {"active", "ok", "supports", "comparable", "complete", "holds"},
    "warn": {
        *("deprecated", "unpinned", "unidentified", "superseded", "inconclusive", "unknown", "different_cases"),
        *("different_dataset_version", "different_split", "different_task", "different_unit", "different_dataset"),
        *("unused_training_dataset", "same_checkpoint", "in_sample", "split_unstated", "suspect_value", "incomplete"),
    },
    "bad": {"retracted", "modified", "missing", "contradicts", "leakage", "fails"},
}
_BADGE_OF = {word: tone for tone, words in _BADGES.items() for word in words}
_DOI = re.compile(r"(?:doi:\s*|https?://(?:dx\.)?doi\.org/)?(10\.\d{4,9}/\S+)\Z", re.IGNORECASE)
_HTTP = re.compile(r"https?://[^\s/]+\S*\Z", re.IGNORECASE)


@register.filter
def number(value: Any) -> str:
    """A measured number to four significant digits; scientific below 1e-3 and from 1e6 on.

    No digit before the decimal point is dropped: 12345.6 reads 12346. What is no number is left as it is.
    """
    if not _is_number(value):
        return MISSING if value is None or value == "" else str(value)
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    size = abs(value)
    if size == 0:
        return "0"
    if float(f"{size:.{_DIGITS - 1}e}") < _SMALLEST or round(size) >= _LARGEST:
        mantissa, exponent = f"{size:.{_DIGITS - 1}e}".split("e")
        text = f"{_without_zeros(mantissa)}e{int(exponent)}".replace("-", _MINUS)
    else:
        whole = len(str(int(size))) if size >= 1 else 1 + math.floor(math.log10(size))
        text = _without_zeros(f"{size:.{max(0, _DIGITS - whole)}f}")
    return f"{_MINUS}{text}" if value < 0 else text


@register.filter
def exact(value: Any) -> str:
    """The number with all its digits, as a program writes it: for `<data value>` and `title`."""
    if not _is_number(value):
        return "" if value is None else str(value)
    return str(int(value)) if isinstance(value, float) and value.is_integer() and abs(value) < 1e15 else repr(value)


@register.filter
def count(value: Any) -> str:
    """A whole number of things, every digit of it, by thousands: 31,000,000."""
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else number(value)


@register.filter
def score(value: Any) -> str:
    """A score from 0 to 1 to two places: 0.75, 0.3, 1. What is below 1 never reads as 1."""
    if not _is_number(value):
        return MISSING
    text = "0.99" if 0.99 < value < 1 else f"{value:.2f}"
    return _without_zeros(text)


@register.filter
def percent(value: Any) -> str:
    """A share from 0 to 1 in whole per cent: 67 %. What is below all of it never reads as all."""
    if not _is_number(value):
        return MISSING
    return f"{99 if 0.99 < value < 1 else round(value * 100)} %"


@register.filter
def day(value: Any) -> str:
    """The date of a time, in UTC, by ISO 8601."""
    if not isinstance(value, datetime):
        return MISSING if value is None or value == "" else str(value)
    return value.astimezone(UTC).date().isoformat()


@register.filter
def moment(value: Any) -> str:
    """A time to the minute, in UTC."""
    if not isinstance(value, datetime):
        return MISSING if value is None or value == "" else str(value)
    return f"{value.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


@register.filter
def words(value: Any) -> str:
    """A word of the vocabulary as people write it: `deep_learning` is deep learning."""
    return str(value).replace("_", " ") if value is not None and value != "" else MISSING


@register.filter
def family_label(value: Any) -> str:
    """A family of models: deep learning."""
    return words(value)


@register.filter
def family_basis_label(value: Any) -> str:
    """Who says so: inferred on import."""
    return _FAMILY_BASES.get(str(value), words(value))


@register.filter
def basis_label(value: Any) -> str:
    """What a score rests on. An evidence score is never called quality."""
    return _BASES.get(str(value), words(value))


@register.filter
def kind_label(value: Any) -> str:
    """One artifact of a kind: analysis."""
    return _KINDS.get(str(value), (words(value),))[0]


@register.filter
def kind_plural(value: Any) -> str:
    """Several of a kind: analyses."""
    return _KINDS.get(str(value), (words(value),))[-1]


@register.filter
def relation_label(value: Any) -> str:
    """What a version is to the target of its link: trained on."""
    return _RELATIONS.get(str(value), (words(value),))[0]


@register.filter
def relation_inverse(value: Any) -> str:
    """What the target is to the version: training data of."""
    return _RELATIONS.get(str(value), (words(value),))[-1]


@register.filter
def rule_fails(code: Any) -> str:
    """What a failing provenance rule means, in a few words: inputs not pinned."""
    return _RULE_FAILS.get(str(code), words(code))


@register.filter
def rule_message(code: Any) -> str:
    """What a failing provenance rule means, in a sentence."""
    return next((rule.message for rule in RULES if rule.code == code), words(code))


@register.filter
def badge(value: Any) -> str:
    """The class beside `badge` or `notice` for a word that carries a judgement: good, warn, bad or plain."""
    return _BADGE_OF.get(str(value), "plain")


@register.filter
def web_address(value: Any) -> str:
    """Where a text leads: an http(s) address, or a DOI's; nothing for any other, which is no link."""
    text = str(value).strip() if isinstance(value, str) else ""
    if found := _DOI.match(text):
        return f"https://doi.org/{found[1]}"
    return text if _HTTP.match(text) else ""


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _without_zeros(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text
