"""The shapes of artifacts of any kind."""

from __future__ import annotations

from rest_framework import serializers

from catalog.api.shapes.dependents import Retraction
from catalog.api.shapes.fields import AsOf, FreeObject, address, by_key, flag, moment, text, texts, whole, word
from catalog.api.shapes.models import Advice, LinkOfVersion, Page, Source, VersionOfArtifact
from catalog.vocabulary import Identification, Kind, State


class ArtifactRow(serializers.Serializer):
    """A version of an artifact in a list."""

    id = text()
    artifact = text()
    kind = word(Kind)
    title = text()
    version_number = whole()
    version_label = text(null=True, help_text="The source's own words for the version.")
    version_tag = text(null=True)
    is_latest = flag()
    state = word(State)
    identified_by = word(Identification, null=True, help_text="By what it says which bytes it is.")
    created_at = moment(help_text="The source's date where it gives one.")
    registered_at = moment()
    url = address()


class ArtifactPage(Page):
    artifacts = ArtifactRow(many=True)


class ArtifactDetail(AsOf, ArtifactRow):
    """Everything about a version of any kind, as far as all kinds share it."""

    aliases = texts("Other names of the artifact.")
    state_reason = text(null=True)
    description = text(null=True)
    license = text(null=True)
    changelog = text(null=True)
    content_digest = text()
    checksums = by_key(text(), "By algorithm, or by file.")
    source = Source(allow_null=True)  # type: ignore[assignment]
    metadata = FreeObject()
    versions = VersionOfArtifact(many=True, help_text="Newest first.")
    links = LinkOfVersion(many=True)
    dependents = by_key(whole(), "How many links lead here, by relation.")
    retraction = Retraction(allow_null=True, help_text="Null where it is not retracted.")
    advisories = Advice(many=True)
