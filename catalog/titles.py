"""What artifacts are called, in one query."""

from __future__ import annotations

from collections.abc import Iterable

from catalog.models import ArtifactVersion


def titles_of(artifacts: Iterable[str]) -> dict[str, str]:
    """The titles of the latest versions of `artifacts`, by artifact id."""
    ids = set(artifacts)
    if not ids:
        return {}
    found = ArtifactVersion.objects.latest_versions().filter(artifact__public_id__in=ids)
    return dict(found.order_by().values_list("artifact__public_id", "title"))
