"""The shape of an answer on whether a thing can be repeated."""

from __future__ import annotations

from rest_framework import serializers

from catalog.api.shapes.fields import flag, text, whole, word
from catalog.vocabulary import Identification, Kind, PinCheck, Relation


class CheckedRecord(serializers.Serializer):
    """The version's own record, as stored, against what was registered."""

    status = word(PinCheck)
    expected = text(help_text="The digest that it was registered with.")
    current = text(null=True, help_text="Taken anew from what is stored; null where that has no canonical form.")
    message = text(null=True)
    remedy = text(null=True)


class CheckedPin(serializers.Serializer):
    """A link that has to be pinned for the work to be repeated, and how it stands now."""

    source = text(help_text="Id of the version that states the link.")  # type: ignore[assignment]
    depth = whole(help_text="Links from what is asked about to that version.")
    number = whole(help_text="Names the link among those of its source.")
    relation = word(Relation)
    artifact = text(null=True)
    kind = word(Kind, null=True)
    title = text()
    stated_as = text(null=True, help_text="The source's own words.")
    version_id = text(null=True, help_text="Null where no version is named, or where it is gone.")
    version_number = whole(null=True)
    identified_by = word(Identification, null=True)
    status = word(PinCheck)
    expected = text(null=True, help_text="The target's digest as it was when pinned.")
    current = text(null=True, help_text="Taken anew from what is stored of the target.")
    message = text(null=True, help_text="What is wrong; null where nothing is.")
    remedy = text(null=True)


class PinCounts(serializers.Serializer):
    """How many pins were found in each status."""

    modified = whole()
    missing = whole()
    retracted = whole()
    unidentified = whole()
    ok = whole()


class ReproducibilityReason(serializers.Serializer):
    """What is in the way."""

    code = text(help_text="A status of a pin, or `no_analysis`, `no_inputs`, `truncated`.")
    about = text(help_text="Id of what is in the way.")
    message = text()
    remedy = text()


class Reproducibility(serializers.Serializer):
    """Whether a version can be repeated from what the catalogue holds."""

    id = text()
    artifact = text()
    title = text()
    version_number = whole()
    reproducible = flag(null=True, help_text="Null where the catalogue cannot tell; `reasons` says why.")
    record = CheckedRecord()
    counts = PinCounts()
    pins = CheckedPin(many=True, help_text="The nearest first.")
    reasons = ReproducibilityReason(many=True, help_text="The gravest first; empty where it can be repeated.")
    truncated = flag(help_text="Whether a limit left part of the lineage unchecked.")
