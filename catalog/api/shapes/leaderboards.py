"""The shape of a dataset's leaderboards."""

from __future__ import annotations

from rest_framework import serializers

from catalog.api.shapes.fields import flag, real, text, whole, word
from catalog.vocabulary import Direction, Verdict


class Standing(serializers.Serializer):
    """One model's place, by the newest of its versions that reports the value and is not retracted."""

    rank = whole(null=True, help_text="From 1; ties share one. Null where nothing may be ranked.")
    id = text()
    model = text(help_text="The id of the artifact.")
    title = text()
    version_number = whole()
    is_latest = flag()
    value = real()
    interval = serializers.ListField(child=real(), min_length=2, max_length=2, allow_null=True)
    n = whole(null=True)
    suspect = flag(help_text="More likely a mistake than a measurement: a perfect fit, a placeholder zero.")


class Leaderboard(serializers.Serializer):
    """Models measured in one way on cases that nobody says differ, best first. Null is what nobody states."""

    metric = text()
    unit = text(null=True)
    direction = word(Direction, null=True)
    target = real(null=True)
    task = text(null=True)
    subset = text(null=True)
    dataset_version = whole(null=True)
    split = text(null=True)
    period = text(null=True)
    verdict = word(Verdict)
    reason = serializers.CharField(allow_blank=True, help_text="What to know of the ranking, or why there is none.")
    standings = Standing(many=True)


class LeaderboardChoice(serializers.Serializer):
    """What a leaderboard can be asked for by."""

    metric = text()
    task = text(null=True)
    split = text(null=True)
    values = whole(help_text="How many values are reported, of every version of every model.")


class Leaderboards(serializers.Serializer):
    """The leaderboards of a dataset."""

    dataset = text(help_text="The id of the artifact.")
    dataset_version = whole(null=True, help_text="Null where all versions are meant; they are ranked apart.")
    leaderboards = Leaderboard(many=True)
    available = LeaderboardChoice(many=True, help_text="All that this dataset has, those with most values first.")
