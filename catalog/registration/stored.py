"""A version that was written, as the database has it: with what the rules say of it, and its scores."""

from __future__ import annotations

from functools import cache

from django.db.models import BigIntegerField

from catalog.models import ArtifactVersion
from catalog.replication.routing import read_vendor
from catalog.statements.compiled import AskedModels, CompiledModels, Given


def stored_asked(version: ArtifactVersion) -> AskedModels[ArtifactVersion]:
    """The row of a version, asked for: `stored` reads it."""
    return _by_key(read_vendor()).asked(key=version.pk)


def stored(version: ArtifactVersion, asked: AskedModels[ArtifactVersion] | None = None) -> ArtifactVersion:
    """The version anew, with its artifact. `asked` is what the caller has asked for already."""
    [found] = (asked or stored_asked(version)).found()
    if asked:
        found.artifact = version.artifact
    return found


@cache
def _by_key(vendor: str) -> CompiledModels[ArtifactVersion]:
    chosen = ArtifactVersion.objects.filter(pk=Given("key", BigIntegerField())).order_by()
    return CompiledModels(chosen.select_related("artifact"))
