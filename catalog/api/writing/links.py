"""Links of a version that exists: `POST …/{version}/links` adds one, `DELETE …/links/{number}?reason=` withdraws one.

This is how a warning's remedy is applied. Below /api/models for models, below /api/artifacts for every kind: an
analysis gets its missing inputs there.
"""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.parameters import query_of
from catalog.api.permissions import ADD_LINK, WITHDRAW_LINK
from catalog.api.views.base import CatalogView
from catalog.api.writing import operations
from catalog.api.writing.answers import answer, exact_version, reason_of, writer
from catalog.api.writing.submissions import link_submission
from catalog.references import resolve_version
from catalog.registration import add_link, withdraw_link
from catalog.vocabulary import Kind


class _Links(CatalogView):
    write_permissions = {"POST": ADD_LINK}
    kind: Kind | None = None

    def add(self, request: Request, reference: str) -> Response:
        query_of(request)
        version = resolve_version(reference, self.kind)
        _, created = add_link(version, link_submission(request.data), added_by=writer(request))
        return answer(request, version, created)


class _Link(CatalogView):
    write_permissions = {"DELETE": WITHDRAW_LINK}
    kind: Kind | None = None

    def withdraw(self, request: Request, reference: str, number: int) -> Response:
        query = query_of(request, allowed=("reason",))
        version = exact_version(reference, self.kind)
        withdraw_link(version, number, reason=reason_of(query.get("reason", "")), withdrawn_by=writer(request))
        return answer(request, version)


class ArtifactLinks(_Links):
    """The links of a version of any kind."""

    @extend_schema(**operations.ADD_ARTIFACT_LINK)
    def post(self, request: Request, reference: str) -> Response:
        return self.add(request, reference)


class ArtifactLink(_Link):
    """One link of a version of any kind, by its number."""

    @extend_schema(**operations.WITHDRAW_ARTIFACT_LINK)
    def delete(self, request: Request, reference: str, number: int) -> Response:
        return self.withdraw(request, reference, number)


class ModelLinks(_Links):
    """The links of a model version."""

    kind = Kind.MODEL

    @extend_schema(**operations.ADD_MODEL_LINK)
    def post(self, request: Request, reference: str) -> Response:
        return self.add(request, reference)


class ModelLink(_Link):
    """One link of a model version, by its number."""

    kind = Kind.MODEL

    @extend_schema(**operations.WITHDRAW_MODEL_LINK)
    def delete(self, request: Request, reference: str, number: int) -> Response:
        return self.withdraw(request, reference, number)
