"""What the OpenAPI document says of each operation that reads."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse

from catalog.api.problems import PROBLEM_TYPE, problem
from catalog.api.query_parameters import (
    ARTIFACT_FILTERS,
    AS_OF,
    COMPARED,
    COMPARISON,
    DEPENDENT_FILTERS,
    GRAPH_LIMITS,
    MODEL_FILTERS,
    NUMBER,
    PAGING,
    REFERENCE,
    SORTING,
    TWO_VERSIONS,
)
from catalog.api.shapes import artifacts, comparison, dependents, frozen, histories, models, versions
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
    table: bool = False,
    description: str = "",
) -> dict[str, Any]:
    """The keywords of `extend_schema` for an operation that reads, and as a `table` may answer with one."""
    statuses = (*READING, 404) if missing else READING
    tables: dict[Any, Any] = {(200, "text/csv"): OpenApiTypes.STR} if table else {}
    return {
        "operation_id": name,
        "summary": summary,
        "description": description or summary,
        "tags": [tag],
        "parameters": [*parameters, FORMAT_WITH_TABLE if table else FORMAT],
        "responses": {(200, "application/json"): shape, **tables, **problems(*statuses)},
    }


FORMAT = OpenApiParameter(
    "format", OpenApiTypes.STR, enum=["json", "api"], description="`json`, or `api` for the browsable page."
)
FORMAT_WITH_TABLE = OpenApiParameter(
    "format",
    OpenApiTypes.STR,
    enum=["json", "api", "csv"],
    description="`json`, `api` for the browsable page, or `csv` for a table of all that is asked for, on no pages.",
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
READ_MODEL = reading("read_model", "Read a model", models.ModelDetail, tag="models", parameters=[REFERENCE, AS_OF])
READ_PROVENANCE = reading(
    "read_model_provenance",
    "Read what a model came from",
    models.ProvenanceAnswer,
    tag="models",
    parameters=[REFERENCE, *GRAPH_LIMITS, AS_OF],
)
COMPARE_MODELS = reading(
    "compare_models", "Compare models", comparison.Comparison, tag="models", parameters=[COMPARED, AS_OF]
)
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
    "read_artifact", "Read an artifact", artifacts.ArtifactDetail, tag="artifacts", parameters=[REFERENCE, AS_OF]
)
LIST_VERSIONS = reading(
    "list_artifact_versions",
    "List the versions of an artifact",
    versions.VersionPage,
    tag="artifacts",
    parameters=[REFERENCE, *PAGING],
    description="Of an artifact of any kind, newest first. `parent` is the version that each came after or branched "
    "from.",
)
READ_VERSION = reading(
    "read_artifact_version",
    "Read a version by its number",
    versions.AnyVersion,
    tag="artifacts",
    parameters=[REFERENCE, NUMBER],
    description="A version of a model reads as `/api/models/{id}`, any other as `/api/artifacts/{id}`.",
)
READ_DIFF = reading(
    "compare_artifact_versions",
    "Say what is different between two versions",
    versions.VersionDiff,
    tag="artifacts",
    parameters=[REFERENCE, *TWO_VERSIONS],
    description="Field by field, as models are compared; and the evaluations that count and the links as they stand. "
    "Only what differs is listed.",
)
READ_DEPENDENTS = reading(
    "list_artifact_dependents",
    "List what rests on an artifact",
    dependents.DependentPage,
    tag="artifacts",
    parameters=[REFERENCE, *DEPENDENT_FILTERS],
    table=True,
    description="Everything downstream, each version once by its shortest way, the nearest first, then by relation. A "
    "bare id asks by any version of it, and `x@2` by that one: by links that name it, and by those that name none "
    "where it is the latest. `format=csv` gives all of them as a table.",
)


def _history(name: str, what: str, tag: str) -> dict[str, Any]:
    return reading(
        name,
        f"Read how {what} stood over time",
        histories.HistoryPage,
        tag=tag,
        parameters=[REFERENCE, *PAGING],
        description=f"Every state of what changes about {what}, the newest first, each with what changed since the one "
        "before: its state, tags, assessment, and the results of the rules and scores by the rule set of that time.",
    )


LIST_COMPARISONS = reading(
    "list_comparisons",
    "List frozen comparisons",
    frozen.FrozenPage,
    tag="comparisons",
    parameters=PAGING,
    missing=False,
    description="The newest first.",
)
READ_COMPARISON = reading(
    "read_comparison",
    "Read a frozen comparison",
    frozen.Frozen,
    tag="comparisons",
    parameters=[COMPARISON],
    description="The comparison as it was frozen, whether it still has its digest, and what it would say otherwise "
    "now.",
)
READ_MODEL_HISTORY = _history("read_model_history", "a model version", "models")
READ_ARTIFACT_HISTORY = _history("read_artifact_history", "a version of any kind", "artifacts")
