"""What the OpenAPI document says of the operations that export."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse

from catalog.api.operations import READING, problems
from catalog.api.query_parameters import COMPARED, REFERENCE
from catalog.exports.registry import FORMATS, Format

_EXPORT_FORMAT = OpenApiParameter(
    "export_format",
    OpenApiTypes.STR,
    OpenApiParameter.PATH,
    enum=list(FORMATS),
    description="; ".join(f"`{item.name}`: {item.label}, {item.holds}" for item in FORMATS.values()) + ".",
)
_PROBLEM_FORMAT = OpenApiParameter(
    "format", OpenApiTypes.STR, enum=["json", "api"], description="How a problem is told: `json`, or `api` as a page."
)


def _shape(item: Format) -> OpenApiTypes:
    if item.media_type.endswith("json"):
        return OpenApiTypes.OBJECT
    return OpenApiTypes.STR if item.is_text else OpenApiTypes.BINARY


_FILES = {(200, item.media_type): OpenApiResponse(_shape(item), description="The file.") for item in FORMATS.values()}


def _exporting(name: str, summary: str, description: str, parameters: list[OpenApiParameter]) -> dict[str, Any]:
    return {
        "operation_id": name,
        "summary": summary,
        "description": description,
        "tags": ["exchange"],
        "parameters": [*parameters, _EXPORT_FORMAT, _PROBLEM_FORMAT],
        "responses": {**_FILES, **problems(*(status for status in READING if status != 406), 404)},
    }


EXPORT_MODEL = _exporting(
    "export_model",
    "Export a model",
    "A file to download, in the format that the address names, whatever the client accepts. The same content gives the "
    "same bytes.",
    [REFERENCE],
)
EXPORT_COMPARISON = _exporting(
    "export_comparison",
    "Export a comparison",
    "Several models in one file, with what a comparison says of them where the format has a place for it.",
    [COMPARED],
)
