"""Reading artifacts of any kind."""

from __future__ import annotations

from collections.abc import Collection

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api import operations
from catalog.api.moments import AS_OF, asked_moment, dated
from catalog.api.pagination import PARAMETERS, Ordered, page_of
from catalog.api.parameters import refuse_invalid
from catalog.api.views.base import CatalogView, target_of
from catalog.detail import artifact_detail
from catalog.filtersets import ArtifactFilterSet
from catalog.listing import SORTS, ListedArtifacts, artifact_rows
from catalog.models import ArtifactVersion


class ArtifactCollection(CatalogView):
    """The list of artifacts, each by its latest version, the newest first."""

    parameters = (*ArtifactFilterSet.base_filters, *PARAMETERS)

    @extend_schema(**operations.LIST_ARTIFACTS)
    def get(self, request: Request) -> Response:
        filters = ArtifactFilterSet(self.query, queryset=ArtifactVersion.objects.latest_versions())
        refuse_invalid(filters)
        listed = ListedArtifacts(filters.qs, filters.form.cleaned_data)
        page = page_of(Ordered(listed, SORTS["created_at"], "desc"), request, self.query)
        artifacts = artifact_rows(page.records, self.root_url(request))
        return Response({"artifacts": artifacts, "total": page.total, "next": page.next, "previous": page.previous})


class ArtifactDetail(CatalogView):
    """One version of an artifact of any kind."""

    parameters: Collection[str] = (AS_OF,)

    @extend_schema(**operations.READ_ARTIFACT)
    def get(self, request: Request, reference: str) -> Response:
        with asked_moment(self.query, [reference]) as moment:
            target, version = target_of(reference)
            answer = artifact_detail(version, self.root_url(request), any_version=not target.pinned)
            return Response(dated(answer, [version], moment))
