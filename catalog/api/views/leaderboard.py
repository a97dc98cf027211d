"""Reading how the models measured on a dataset rank."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from django.http import QueryDict
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.operations import reading
from catalog.api.query_errors import InvalidQuery, invalid
from catalog.api.query_parameters import REFERENCE
from catalog.api.shapes.leaderboards import Leaderboards
from catalog.api.views.base import CatalogView, target_of
from catalog.errors import Fault
from catalog.leaderboards import ASPECTS, MOST_VALUES, Choice, choices, leaderboards
from catalog.nearest import unknown
from catalog.vocabulary import Kind

READ_LEADERBOARD = reading(
    "read_leaderboard",
    "Rank the models measured on a dataset",
    Leaderboards,
    tag="artifacts",
    parameters=[
        REFERENCE,
        OpenApiParameter("metric", str, description="Only this metric, of those reported on the dataset."),
        OpenApiParameter("task", str, description="Only this task, of those reported on the dataset."),
        OpenApiParameter("split", str, description="Only this split, of those reported on the dataset."),
    ],
    description="Ranked as a comparison would: values on different data, splits, periods or numbers of cases are "
    "apart, and ties share a rank. Each model stands by the newest of its versions that reports the value and is not "
    f"retracted. More than {MOST_VALUES} values are refused: narrow them by metric, task or split.",
)


class DatasetLeaderboard(CatalogView):
    """The leaderboards of a dataset."""

    parameters = ASPECTS

    @extend_schema(**READ_LEADERBOARD)
    def get(self, request: Request, reference: str) -> Response:
        target, version = target_of(reference, Kind.DATASET)
        available = choices(target)
        asked = _asked(self.query, available)
        _refuse_too_many(available, asked)
        return Response(
            {
                "dataset": target.artifact.public_id,
                "dataset_version": version.version_number if target.pinned else None,
                "leaderboards": [board.as_dict() for board in leaderboards(target, **asked)],
                "available": [_rendered(choice) for choice in available],
            }
        )


def _asked(query: QueryDict, available: Sequence[Choice]) -> dict[str, str]:
    """What the query narrows by. Raises `InvalidQuery` for what no evaluation on the dataset states."""
    asked = {name: query.get(name, "") for name in ASPECTS if name in query}
    stated = {name: sorted({getattr(choice, name) for choice in available} - {""}) for name in asked}
    faults = [
        Fault(name, unknown(f"{name} here", word, stated[name]), "choice")
        if stated[name]
        else Fault(name, f"No evaluation on this dataset states a {name}.", "choice")
        for name, word in asked.items()
        if word not in stated[name]
    ]
    if faults:
        raise InvalidQuery(faults, "The query is not valid.")
    return asked


def _refuse_too_many(available: Sequence[Choice], asked: dict[str, str]) -> None:
    wanted = sum(
        choice.values for choice in available if all(getattr(choice, name) == word for name, word in asked.items())
    )
    if wanted > MOST_VALUES:
        open_ones = [name for name in ASPECTS if name not in asked] or list(asked)
        detail = f"This asks for {wanted} values; at most {MOST_VALUES} are ranked. Give {' or '.join(open_ones)}."
        raise invalid(open_ones[0], detail, "too_many")


def _rendered(choice: Choice) -> dict[str, Any]:
    return {name: value if name == "values" else value or None for name, value in dataclasses.asdict(choice).items()}
