"""What the OpenAPI document says of each operation that writes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse

from catalog.api.operations import FORMAT, problems
from catalog.api.shapes.artifacts import ArtifactDetail
from catalog.api.shapes.frozen import Frozen
from catalog.api.shapes.models import ModelDetail
from catalog.api.shapes.versions import RegisteredArtifact, RegisteredModel
from catalog.api.writing.shapes import (
    AmendmentShape,
    ArtifactShape,
    FreezeShape,
    LaterEvaluationShape,
    LinkShape,
    ModelShape,
)

WRITING = (400, 401, 403, 406, 429)
"""What any writing may be answered with, beside its own."""

WITH_BODY = (409, 413, 415, 422)

_FORMS = "a version id, `x@3` or `x@tag`"
_LOCATION = OpenApiParameter(
    "Location",
    OpenApiTypes.URI,
    OpenApiParameter.HEADER,
    response=[201],
    description="Where the version is.",
)
VERSION = OpenApiParameter(
    "reference",
    OpenApiTypes.STR,
    OpenApiParameter.PATH,
    description=f"The version: {_FORMS}; or an artifact id or alias, for its latest live version.",
)
EXACT_VERSION = OpenApiParameter(
    "reference", OpenApiTypes.STR, OpenApiParameter.PATH, description=f"The exact version: {_FORMS}."
)
REASON = OpenApiParameter(
    "reason", OpenApiTypes.STR, required=True, description="Why. The history keeps it, with what it is about."
)
STRICT = OpenApiParameter(
    "strict", OpenApiTypes.BOOL, default=False, description="Refuse a model that fails a provenance rule, by a 422."
)

MINIMAL = [
    OpenApiParameter(
        "Prefer",
        OpenApiTypes.STR,
        OpenApiParameter.HEADER,
        description="`return=minimal` (RFC 7240) is answered with a receipt in place of the whole detail, and sooner: "
        "for who registers many.",
    ),
    OpenApiParameter(
        "Preference-Applied",
        OpenApiTypes.STR,
        OpenApiParameter.HEADER,
        response=[200, 201],
        description="`return=minimal` where the answer is a receipt.",
    ),
]


def _number(of: str) -> OpenApiParameter:
    return OpenApiParameter(
        "number", {"type": "integer", "minimum": 1}, OpenApiParameter.PATH, description=f"The number of the {of}."
    )


def _adding(
    name: str, summary: str, body: Any, detail: Any, *, tag: str, parameters: Iterable[Any] = (), description: str = ""
) -> dict[str, Any]:
    parameters = list(parameters)
    missing = (404,) if any(parameter.name == "reference" for parameter in parameters) else ()
    return {
        "operation_id": name,
        "summary": summary,
        "description": description or summary,
        "tags": [tag],
        "request": {"application/json": body},
        "parameters": [*parameters, FORMAT, _LOCATION],
        "responses": {
            (200, "application/json"): OpenApiResponse(detail, description="It stood already; nothing is added."),
            (201, "application/json"): OpenApiResponse(detail, description="It is added."),
            **problems(*WRITING, *WITH_BODY, *missing),
        },
    }


def _taking_back(name: str, summary: str, detail: Any, *, tag: str, of: str, description: str = "") -> dict[str, Any]:
    return {
        "operation_id": name,
        "summary": summary,
        "description": description or summary,
        "tags": [tag],
        "parameters": [EXACT_VERSION, _number(of), REASON, FORMAT],
        "responses": {(200, "application/json"): detail, **problems(*WRITING, 404)},
    }


REGISTER_MODEL = _adding(
    "register_model",
    "Register a model",
    ModelShape,
    RegisteredModel,
    tag="models",
    parameters=[STRICT, *MINIMAL],
    description="The first registration creates the model, the next adds a version. A reference that names a version "
    "pins it; a bare artifact id does not. The same content and links as the latest version was registered with, or "
    "the same `source`, add nothing.",
)
REGISTER_ARTIFACT = _adding(
    "register_artifact",
    "Register an artifact",
    ArtifactShape,
    RegisteredArtifact,
    tag="artifacts",
    parameters=MINIMAL,
    description="A dataset, an analysis, a hypothesis or anything else that is no model; with the same idempotence.",
)
ADD_EVALUATION = _adding(
    "add_model_evaluation",
    "Add an evaluation to a model version",
    LaterEvaluationShape,
    ModelDetail,
    tag="models",
    parameters=[VERSION],
    description="Evaluations are append-only. Another value for the same case is refused unless `supersedes` names, by "
    "its number, the evaluation that it replaces.",
)
RETRACT_EVALUATION = _taking_back(
    "retract_model_evaluation",
    "Retract an evaluation",
    ModelDetail,
    tag="models",
    of="evaluation",
    description="It is kept, with the reason, and no longer counts.",
)
ADD_MODEL_LINK = _adding(
    "add_model_link",
    "Add a link to a model version",
    LinkShape,
    ModelDetail,
    tag="models",
    parameters=[VERSION],
    description="This is how the remedy of a warning is applied.",
)
WITHDRAW_MODEL_LINK = _taking_back(
    "withdraw_model_link", "Withdraw a link of a model version", ModelDetail, tag="models", of="link"
)
ADD_ARTIFACT_LINK = _adding(
    "add_artifact_link",
    "Add a link to a version of any kind",
    LinkShape,
    ArtifactDetail,
    tag="artifacts",
    parameters=[VERSION],
    description="An analysis gets its missing inputs here, which brings the models that it produced up to date.",
)
WITHDRAW_ARTIFACT_LINK = _taking_back(
    "withdraw_artifact_link", "Withdraw a link of a version of any kind", ArtifactDetail, tag="artifacts", of="link"
)
FREEZE_COMPARISON = _adding(
    "freeze_comparison",
    "Freeze a comparison",
    FreezeShape,
    Frozen,
    tag="comparisons",
    description="Keeps the comparison of exact versions as it stands, under an address that stays. The same content is "
    "frozen once: freezing it again answers with the one that stands.",
)
AMEND_ARTIFACT: dict[str, Any] = {
    "operation_id": "amend_artifact",
    "summary": "Change what may change of a version",
    "description": "Its tag, its state (with a reason), and of a model its assessed quality, and its family by a "
    "curator's decision. All else is immutable: 409.",
    "tags": ["artifacts"],
    "request": {"application/json": AmendmentShape},
    "parameters": [EXACT_VERSION, FORMAT],
    "responses": {(200, "application/json"): ArtifactDetail, **problems(*WRITING, 404, 409, 413, 415)},
}
