"""`POST /api/artifacts` registers what is no model, and `PATCH /api/artifacts/{version}` amends any version."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.parameters import query_of
from catalog.api.permissions import AMEND, REGISTER
from catalog.api.views.artifacts import ArtifactCollection, ArtifactDetail
from catalog.api.writing import operations
from catalog.api.writing.answers import answer, exact_version, registration, writer
from catalog.api.writing.shapes import AmendmentShape, ArtifactShape, ModelShape
from catalog.api.writing.submissions import artifact_submission, as_sent, assessment
from catalog.errors import Conflict, Fault, InvalidInput
from catalog.models import ArtifactVersion
from catalog.provenance.touched import coalesced_refresh
from catalog.registration import assess, decide_family, set_state, set_tag

_SHOWN = frozenset(
    {"content_digest", "version_number", "is_latest", "quality_score", "quality_basis", "quality_uncapped", "evidence"}
    | {"provenance", "provenance_completeness", "provenance_warning", "warnings", "links", "versions", "datasets"}
    | {"dependents", "evaluation_counts", "registered_at", "url"}
)
"""What a detail shows and nobody writes."""

IMMUTABLE = (_SHOWN | {*ModelShape().fields, *ArtifactShape().fields}) - {*AmendmentShape().fields, "model_family"}
"""Fields that a version has and that never change."""


class ArtifactRegister(ArtifactCollection):
    """The list of artifacts, to which more are added."""

    write_permissions = {"POST": REGISTER}

    @extend_schema(**operations.REGISTER_ARTIFACT)
    def post(self, request: Request) -> Response:
        query_of(request)
        submission = artifact_submission(request.data)
        with as_sent(submission.places):
            return registration(request, submission.data)


class AmendableArtifact(ArtifactDetail):
    """One version of an artifact of any kind, and what of it may change."""

    write_permissions = {"PATCH": AMEND}

    @extend_schema(**operations.AMEND_ARTIFACT)
    def patch(self, request: Request, reference: str) -> Response:
        query_of(request)
        version = exact_version(reference)
        amend(version, amendment(request.data), writer(request))
        return answer(request, version)


def amendment(body: Any) -> dict[str, Any]:
    """The changes that a body asks for. Raises `Conflict` where it asks for one of what never changes."""
    immutable = [name for name in body if name in IMMUTABLE] if isinstance(body, Mapping) else []
    if immutable:
        faults = [Fault(f"/{name}", "Register a new version to change this.", "immutable") for name in immutable]
        raise Conflict("The content of a version is immutable, and what is computed follows from it.", faults)
    reader = AmendmentShape(data=body)
    reader.is_valid(raise_exception=True)
    values: dict[str, Any] = dict(reader.validated_data)
    for name, owner in (("reason", "state"), ("family_basis", "family")):
        if values.get(name) is not None and owner not in values:
            raise InvalidInput([Fault(f"/{name}", f"This belongs to {owner}, which is not given.", "contradiction")])
    return values


def amend(version: ArtifactVersion, changes: Mapping[str, Any], by: Any) -> None:
    """Make the changes to a version: all of them, or none where one is refused."""
    with coalesced_refresh():
        if "family" in changes:
            decide_family(version, changes["family"], by=by)
        if "quality" in changes:
            assess(version, assessment(changes["quality"]), by=by)
        if "version_tag" in changes:
            set_tag(version, changes["version_tag"], by=by)
        if "state" in changes:
            set_state(version, changes["state"], reason=changes.get("reason") or "", by=by)
