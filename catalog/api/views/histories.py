"""Reading how a version stood over time."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api import operations
from catalog.api.pagination import PARAMETERS, Ordered, page_of
from catalog.api.views.base import CatalogView, target_of
from catalog.histories import NEWEST_FIRST, history_rows, standing_records, standings_of
from catalog.listing import Listed
from catalog.vocabulary import Kind


class ArtifactHistory(CatalogView):
    """The history of a version of any kind."""

    parameters = PARAMETERS
    kind: Kind | None = None

    @extend_schema(**operations.READ_ARTIFACT_HISTORY)
    def get(self, request: Request, reference: str) -> Response:
        return self.read(request, reference)

    def read(self, request: Request, reference: str) -> Response:
        _, version = target_of(reference, self.kind)
        ordered = Ordered(Listed(standings_of(version), standing_records), NEWEST_FIRST, "desc")
        page = page_of(ordered, request, self.query)
        return Response(
            {
                "id": version.public_id,
                "history": history_rows(page.records),
                "total": page.total,
                "next": page.next,
                "previous": page.previous,
            }
        )


class ModelHistory(ArtifactHistory):
    """The history of a model version."""

    kind = Kind.MODEL

    @extend_schema(**operations.READ_MODEL_HISTORY)
    def get(self, request: Request, reference: str) -> Response:
        return self.read(request, reference)
