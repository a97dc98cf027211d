"""Reading whether an analysis or a model can still be repeated."""

from __future__ import annotations

import dataclasses

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.operations import reading
from catalog.api.query_parameters import REFERENCE
from catalog.api.shapes.reproducibility import Reproducibility
from catalog.api.views.base import CatalogView, target_of
from catalog.provenance.reproducibility import analysis_reproducibility, model_reproducibility
from catalog.vocabulary import Kind

READ_ANALYSIS = reading(
    "read_analysis_reproducibility",
    "Check whether an analysis can be repeated",
    Reproducibility,
    tag="artifacts",
    parameters=[REFERENCE],
    description="The analysis's own record, and each link to what it used or derives from: whether a version is named, "
    "says which bytes it is, is not retracted, and still has the digest that was pinned, "
    "taken anew from what is stored.",
)
READ_MODEL = reading(
    "read_model_reproducibility",
    "Check whether a model can be made again",
    Reproducibility,
    tag="models",
    parameters=[REFERENCE],
    description="The model's own record, and each link that it rests on at any depth, over the versions that are "
    "named: its analysis and what that used, its training data, the models that it started from, and what all of "
    "these were made from.",
)


class AnalysisReproducibility(CatalogView):
    """Whether an analysis can be repeated."""

    @extend_schema(**READ_ANALYSIS)
    def get(self, request: Request, reference: str) -> Response:
        _, version = target_of(reference, Kind.ANALYSIS)
        return Response(dataclasses.asdict(analysis_reproducibility(version)))


class ModelReproducibility(CatalogView):
    """Whether a model can be made again."""

    @extend_schema(**READ_MODEL)
    def get(self, request: Request, reference: str) -> Response:
        _, version = target_of(reference, Kind.MODEL)
        return Response(dataclasses.asdict(model_reproducibility(version)))
