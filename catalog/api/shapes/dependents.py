"""The shapes of what rests on an artifact or a version of it."""

from __future__ import annotations

from rest_framework import serializers

from catalog.api.shapes.fields import address, by_key, moment, text, whole, word
from catalog.vocabulary import Kind, Relation, State


class DependentVersion(serializers.Serializer):
    """A version that rests on another, however far downstream."""

    id = text()
    artifact = text()
    kind = word(Kind)
    title = text()
    version_number = whole()
    state = word(State)
    depth = whole(help_text="Links to the root, by the shortest way.")
    relation = word(Relation, help_text="Of its own link on that way.")
    through = text(help_text="What that link leads to.")


class CountAtDepth(serializers.Serializer):
    depth = whole()
    count = whole()


class Touched(serializers.Serializer):
    """What rests on a retracted version."""

    total = whole()
    by_depth = CountAtDepth(many=True)
    first = DependentVersion(many=True, help_text="The nearest of them.")
    dependents = address(help_text="All of them.")


class Retraction(serializers.Serializer):
    reason = text(null=True)
    at = moment(null=True)
    touches = Touched()


class DependentPage(serializers.Serializer):
    """A page of everything downstream, by depth, then by relation."""

    root = text()  # type: ignore[assignment]
    dependents = DependentVersion(many=True)
    by_kind = by_key(
        whole(), "How many of those asked for there are of each kind, in all; null where the page did not show it."
    )
    next = address(null=True)
    previous = address(null=True)
