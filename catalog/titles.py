"""What artifacts are called, in one query."""

from __future__ import annotations

from collections.abc import Iterable

from catalog.identity import id_problem
from catalog.models import ArtifactVersion


def titles_of(artifacts: Iterable[str]) -> dict[str, str]:
    """The titles of the latest versions of `artifacts`, by artifact id. People also write what can be no id."""
    ids = {name for name in artifacts if id_problem(name) is None}
    if not ids:
        return {}
    found = ArtifactVersion.objects.latest_versions().filter(artifact__public_id__in=ids)
    return dict(found.order_by().values_list("artifact__public_id", "title"))
