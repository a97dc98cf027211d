"""`POST /api/models`: registering a model, or a version of one."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.parameters import flag, query_of
from catalog.api.permissions import REGISTER
from catalog.api.views.models import ModelCollection
from catalog.api.writing import operations
from catalog.api.writing.answers import registration
from catalog.api.writing.submissions import as_sent, model_submission


class ModelRegister(ModelCollection):
    """The list of models, to which more are added."""

    write_permissions = {"POST": REGISTER}

    @extend_schema(**operations.REGISTER_MODEL)
    def post(self, request: Request) -> Response:
        strict = flag(query_of(request, allowed=("strict",)), "strict")
        submission = model_submission(request.data)
        with as_sent(submission.places):
            return registration(request, submission.data, strict=strict)
