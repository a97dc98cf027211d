"""Texts in which addresses lead somewhere: `{% for part in text|linked %}`."""

from __future__ import annotations

from typing import Any

from django import template

from catalog.linked_text import Part, parts

register = template.Library()


@register.filter
def linked(text: Any) -> list[Part]:
    """The pieces of a text, those that are http(s) addresses or DOIs with where they lead."""
    return parts(str(text)) if text else []
