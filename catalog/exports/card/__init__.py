"""Markdown: a model card as the Hugging Face Hub reads it, or a report of a comparison in the same form."""

from __future__ import annotations

from catalog.exports.card.comparison import comparison_report
from catalog.exports.card.front_matter import comparison_facts, model_facts, rendered
from catalog.exports.card.model import model_card
from catalog.exports.records import Export


def write_card(export: Export) -> bytes:
    """The facts as YAML between two lines of dashes, then the text."""
    if export.comparison is None:
        facts, text = model_facts(export), model_card(export)
    else:
        facts, text = comparison_facts(export), comparison_report(export, export.comparison)
    return f"{rendered(facts)}\n{text}".encode()
