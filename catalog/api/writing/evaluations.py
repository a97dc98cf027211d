"""`POST /api/models/{version}/evaluations` and `DELETE /api/models/{version}/evaluations/{number}?reason=`."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.parameters import query_of
from catalog.api.permissions import ADD_EVALUATION, RETRACT_EVALUATION
from catalog.api.views.base import CatalogView
from catalog.api.writing import operations
from catalog.api.writing.answers import answer, exact_version, reason_of, writer
from catalog.api.writing.submissions import evaluation_submission
from catalog.references import resolve_version
from catalog.registration import append_evaluation, retract_evaluation
from catalog.vocabulary import Kind


class ModelEvaluations(CatalogView):
    """The evaluations of a model version."""

    write_permissions = {"POST": ADD_EVALUATION}

    @extend_schema(**operations.ADD_EVALUATION)
    def post(self, request: Request, reference: str) -> Response:
        query_of(request)
        version = resolve_version(reference, Kind.MODEL)
        entry, supersedes = evaluation_submission(request.data)
        _, created = append_evaluation(version, entry, supersedes=supersedes, added_by=writer(request))
        return answer(request, version, created)


class ModelEvaluation(CatalogView):
    """One evaluation of a model version, by its number."""

    write_permissions = {"DELETE": RETRACT_EVALUATION}

    @extend_schema(**operations.RETRACT_EVALUATION)
    def delete(self, request: Request, reference: str, number: int) -> Response:
        query = query_of(request, allowed=("reason",))
        version = exact_version(reference, Kind.MODEL)
        retract_evaluation(version, number, reason=reason_of(query.get("reason", "")), retracted_by=writer(request))
        return answer(request, version)
