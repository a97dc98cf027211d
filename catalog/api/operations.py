"""What the OpenAPI document says of each operation that reads."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse

from catalog.api.problems import PROBLEM_TYPE, problem
from catalog.api.query_parameters import (
    ARTIFACT_FILTERS,
    COMPARED,
    GRAPH_LIMITS,
    MODEL_FILTERS,
    PAGING,
    REFERENCE,
    SORTING,
)
from catalog.api.shapes import artifacts, comparison, models
from catalog.api.shapes.problems import Problem

_MEANING = {
    400: "The query or the body is not valid; `errors` names each parameter or field.",
    401: "There are no credentials, or they are not valid.",
    403: "The credentials do not allow this.",
    404: "There is no such thing, here or in a parameter.",
    405: "The address does not take this method.",
    406: "The answer cannot be given in the format asked for.",
    409: "It contradicts what is stored: a name is taken, a field is immutable.",
    413: "The body is larger than this catalogue reads.",
    415: "The body is not of a media type that is read.",
    422: "A reference leads nowhere, or a strict registration fails a provenance rule.",
    429: "Too many requests; `Retry-After` says when to come back.",
}
READING = (400, 401, 406, 429)
"""What any reading may be answered with, beside its own."""


def problems(*statuses: int) -> dict[tuple[int, str], OpenApiResponse]:
    """The problem documents of an operation, by status."""
    return {
        (status, PROBLEM_TYPE): OpenApiResponse(
            Problem,
            description=_MEANING[status],
            examples=[
                OpenApiExample(f"problem-{status}", value=problem(status, _MEANING[status]), media_type=PROBLEM_TYPE)
            ],
        )
        for status in sorted(statuses)
    }


def reading(
    name: str,
    summary: str,
    shape: Any,
    *,
    tag: str,
    parameters: Iterable[OpenApiParameter] = (),
    missing: bool = True,
    description: str = "",
) -> dict[str, Any]:
    """The keywords of `extend_schema` for an operation that reads."""
    statuses = (*READING, 404) if missing else READING
    return {
        "operation_id": name,
        "summary": summary,
        "description": description or summary,
        "tags": [tag],
        "parameters": [*parameters, FORMAT],
        "responses": {(200, "application/json"): shape, **problems(*statuses)},
    }


FORMAT = OpenApiParameter(
    "format", OpenApiTypes.STR, enum=["json", "api"], description="`json`, or `api` for the browsable page."
)

LIST_MODELS = reading(
    "list_models",
    "List models",
    models.ModelPage,
    tag="models",
    parameters=[*MODEL_FILTERS, *SORTING, *PAGING],
    description="One row a model by default, best first. Filters narrow one another; a parameter that is not listed "
    "here is refused, and an empty one counts as not given.",
)
READ_MODEL = reading("read_model", "Read a model", models.ModelDetail, tag="models", parameters=[REFERENCE])
READ_PROVENANCE = reading(
    "read_model_provenance",
    "Read what a model came from",
    models.ProvenanceGraph,
    tag="models",
    parameters=[REFERENCE, *GRAPH_LIMITS],
)
COMPARE_MODELS = reading("compare_models", "Compare models", comparison.Comparison, tag="models", parameters=[COMPARED])
LIST_ARTIFACTS = reading(
    "list_artifacts",
    "List artifacts",
    artifacts.ArtifactPage,
    tag="artifacts",
    parameters=[*ARTIFACT_FILTERS, *PAGING],
    missing=False,
    description="Each artifact of any kind by its latest version, the newest first.",
)
READ_ARTIFACT = reading(
    "read_artifact", "Read an artifact", artifacts.ArtifactDetail, tag="artifacts", parameters=[REFERENCE]
)
