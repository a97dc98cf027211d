"""The shapes of frozen comparisons."""

from __future__ import annotations

from rest_framework import serializers

from catalog.api.shapes.fields import AnyValue, FreeObject, address, flag, moment, text, texts, whole
from catalog.api.shapes.models import Page


class FrozenRow(serializers.Serializer):
    """A frozen comparison in a list."""

    id = text()
    ids = texts("The exact versions, in order.")
    as_of = moment(help_text="When it was frozen: all of it is of that moment.")
    rule_set = whole()
    note = text(null=True)
    by = text(null=True, help_text="Who froze it.")
    digest = text(help_text="Of the content, as canonical JSON (RFC 8785).")
    url = address()


class FrozenPage(Page):
    comparisons = FrozenRow(many=True)


class ChangeSince(serializers.Serializer):
    """A value that the same comparison would not give now."""

    path = text(help_text="Where in `content.comparison`: an item of a list by its name in brackets.")
    then = AnyValue(allow_null=True)
    now = AnyValue(allow_null=True)


class Frozen(FrozenRow):
    """A frozen comparison, and what has changed since."""

    verified = flag(help_text="Whether the content still has its digest.")
    content = FreeObject(help_text="`rule_set`, `comparison` as `/api/models/compare` answered it, and `judged`.")
    changes = ChangeSince(many=True)
