"""The shape of an error (RFC 9457)."""

from __future__ import annotations

from rest_framework import serializers

from catalog.api.shapes.fields import text, whole


class Fault(serializers.Serializer):
    """One wrong field of the body, or one wrong parameter of the query."""

    pointer = serializers.CharField(required=False, help_text="JSON pointer (RFC 6901) to the field of the body.")
    parameter = serializers.CharField(required=False, help_text="Name of the query parameter.")
    detail = text(help_text="What is wrong, and how to mend it.")
    code = text(help_text="Stable, for programs.")


class Problem(serializers.Serializer):
    """A problem document."""

    type = text(help_text="`about:blank`: the status says what kind of problem it is.")
    title = text(help_text="The phrase of the status.")
    status = whole(help_text="The HTTP status.")
    detail = text(help_text="What went wrong.")
    errors = Fault(  # type: ignore[assignment]
        many=True, help_text="Every field or parameter to blame; none where no one is."
    )
