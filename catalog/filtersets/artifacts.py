"""The filters of the list of artifacts of any kind."""

from __future__ import annotations

from django_filters import FilterSet

from catalog.filtersets.forms import FilterForm
from catalog.filtersets.models import ChoiceFilter, TextFilter
from catalog.models import ArtifactVersion
from catalog.querysets import VersionQuerySet
from catalog.vocabulary import Kind


class ArtifactFilterSet(FilterSet):
    """What the list of artifacts may be narrowed by."""

    kind = ChoiceFilter(choices=Kind.choices, label="Kind")
    q = TextFilter(method="search", label="Search")

    class Meta:
        model = ArtifactVersion
        fields: list[str] = []
        form = FilterForm

    def search(self, versions: VersionQuerySet, name: str, text: str) -> VersionQuerySet:
        return versions.matching(text)
