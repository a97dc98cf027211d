"""The parameters of reading, as the OpenAPI document describes them."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter

from catalog.api.pagination import DEFAULT_LIMIT, MAX_LIMIT, MAX_OFFSET
from catalog.comparison.compare import FEWEST, MOST
from catalog.listing import DEFAULT_SORT, SORTS
from catalog.provenance.lineage import MAX_DEPTH, MAX_NODES
from catalog.vocabulary import Family, Kind, QualityBasis, Relation, State

DEEPEST, MOST_NODES = 50, 5_000
"""The furthest that a provenance graph can be asked to go."""

FURTHEST_DEPTH = 1_000_000
"""The furthest that dependents can be asked to be away."""

_REFERENCE_FORMS = "a version id, an artifact id or alias, `x@3` or `x@tag`"


def _text(name: str, description: str, **options: Any) -> OpenApiParameter:
    return OpenApiParameter(name, OpenApiTypes.STR, description=description, **options)


def _word(name: str, choices: Any, description: str) -> OpenApiParameter:
    return _text(name, description, enum=list(choices))


def _words(name: str, choices: Any, description: str) -> OpenApiParameter:
    return OpenApiParameter(
        name,
        {"type": "array", "items": {"type": "string", "enum": list(choices)}},
        description=f"{description} May be repeated: any of them.",
        explode=True,
        style="form",
    )


def _flag(name: str, description: str, default: bool | None = None) -> OpenApiParameter:
    return OpenApiParameter(name, OpenApiTypes.BOOL, description=description, default=default)


def _references(name: str, description: str) -> OpenApiParameter:
    return OpenApiParameter(
        name,
        {"type": "array", "items": {"type": "string", "maxLength": 301}, "maxItems": 50},
        description=f"{description}: {_REFERENCE_FORMS}. A bare artifact id means any version of it. May be repeated: "
        "any of them.",
        explode=True,
        style="form",
    )


def _whole(name: str, least: int, most: int, default: int, description: str) -> OpenApiParameter:
    schema = {"type": "integer", "minimum": least, "maximum": most, "default": default}
    return OpenApiParameter(name, schema, description=description)


def _share(name: str, description: str) -> OpenApiParameter:
    return OpenApiParameter(name, {"type": "number", "minimum": 0, "maximum": 1}, description=description)


def _moment(name: str, description: str) -> OpenApiParameter:
    return _text(
        name,
        f"{description}: a date (from midnight UTC), or a time with its timezone, by ISO 8601.",
        examples=[
            OpenApiExample("date", value="2026-04-05"),
            OpenApiExample("time", value="2026-04-05T12:00:00Z"),
        ],
    )


REFERENCE = OpenApiParameter(
    "reference", OpenApiTypes.STR, OpenApiParameter.PATH, description=f"What to read: {_REFERENCE_FORMS}."
)

AS_OF = _moment(
    "as_of",
    "Answer as the catalogue would have at that moment, by when things were recorded here: links, evaluations, states, "
    "tags, scores, warnings and advisories as they stood then. Not later than now",
)

COMPARISON = OpenApiParameter(
    "comparison", OpenApiTypes.STR, OpenApiParameter.PATH, description="The id of the frozen comparison."
)

MODEL_FILTERS = (
    _word("family", Family.values, "Only models of this family."),
    _references("dataset", "Only models trained on this dataset"),
    _references("hypothesis", "Only models that test this hypothesis"),
    _references("analysis", "Only models produced by this analysis"),
    _references("evaluated_on", "Only models with an evaluation on this dataset"),
    _text("q", "Only models with every word in their title, id or description."),
    _flag("complete", "Only models whose provenance is complete, or only those where it is not."),
    _word("quality_basis", QualityBasis.values, "Only models whose quality score rests on this."),
    _share("min_quality", "Only models with at least this quality score."),
    _share("max_quality", "Only models with at most this quality score."),
    _word(
        "state",
        State.values,
        "Only versions in this state. Without it retracted versions are left out. Retracted versions of a model that "
        "has a live one are seen with `latest=false`.",
    ),
    _text("tag", "Only versions with this tag; with `latest=false`, those that are not the latest too."),
    _text("framework", "Only models of this framework, in whatever case."),
    _moment("created_after", "Only models created at that time or later"),
    _moment("created_before", "Only models created before that time"),
    _text("metric", "Only models that report this metric. A name that the catalogue does not know is refused."),
    _flag("latest", "One row a model, its latest version; false lists every version.", default=True),
)
SORTING = (
    OpenApiParameter(
        "sort",
        OpenApiTypes.STR,
        enum=list(SORTS),
        default=DEFAULT_SORT,
        description="Largest first and null last, or the title from A to Z; the newest version first among equals.",
    ),
    _text("order", "The direction; the other one is the exact reverse.", enum=["asc", "desc"]),
)
PAGING = (
    _whole("limit", 1, MAX_LIMIT, DEFAULT_LIMIT, "Rows a page."),
    _whole("offset", 0, MAX_OFFSET, 0, "Rows to leave out first."),
    _text(
        "cursor",
        "In place of an offset: where the page begins, taken from `next` or `previous`. `cursor=` begins at the "
        "start. It belongs to its sort and order.",
        allow_blank=True,
    ),
)
GRAPH_LIMITS = (
    _whole("max_depth", 0, DEEPEST, MAX_DEPTH, "Links to follow from the model."),
    _whole("max_nodes", 1, MOST_NODES, MAX_NODES, "Nodes to answer with."),
    _flag("history", "Whether the model's own earlier versions, and what they came from, are included.", default=False),
)
DEPENDENT_FILTERS = (
    _words("kind", Kind.values, "Only dependents of this kind."),
    _words(
        "relation",
        [relation for relation in Relation.values if relation != Relation.REVISES],
        "Only dependents by this relation: that of their own link on the way.",
    ),
    OpenApiParameter(
        "max_depth",
        {"type": "integer", "minimum": 1, "maximum": FURTHEST_DEPTH},
        description="Links to follow at most; all, where it is not given.",
    ),
    PAGING[0],
    _text(
        "cursor",
        "Where the page begins, taken from `next` or `previous`. It belongs to what was asked for.",
        allow_blank=True,
    ),
)
TWO_VERSIONS = tuple(
    _text(name, f"The {which} version: its number, its tag or its id.", required=True)
    for name, which in (("from", "former"), ("to", "latter"))
)
NUMBER = OpenApiParameter(
    "number", {"type": "integer", "minimum": 1}, OpenApiParameter.PATH, description="The version's number."
)
COMPARED = _text(
    "ids",
    f"{FEWEST} to {MOST} models, separated by commas: each {_REFERENCE_FORMS}.",
    required=True,
    examples=[OpenApiExample("two", value="model-biophys-microglia,model-rival@2")],
)
ARTIFACT_FILTERS = (
    _word("kind", Kind.values, "Only artifacts of this kind."),
    _text("q", "Only artifacts with every word in their title, id or description."),
)
