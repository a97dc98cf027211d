"""`POST /api/comparisons`: freezing a comparison."""

from __future__ import annotations

from collections.abc import Sequence

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.parameters import query_of
from catalog.api.permissions import FREEZE
from catalog.api.views.frozen import FrozenComparisons, frozen_answer
from catalog.api.writing import operations
from catalog.api.writing.answers import writer
from catalog.api.writing.shapes import FreezeShape
from catalog.api.writing.submissions import read
from catalog.errors import Fault, InvalidInput, UnknownReference
from catalog.frozen import freeze
from catalog.models import ArtifactVersion
from catalog.selection import UNKNOWN, select


class FreezableComparisons(FrozenComparisons):
    """The frozen comparisons, to which more are added."""

    write_permissions = {"POST": FREEZE}

    @extend_schema(**operations.FREEZE_COMPARISON)
    def post(self, request: Request) -> Response:
        query_of(request)
        body = read(FreezeShape, request.data)
        frozen, created = freeze(_versions(body["ids"]), note=body.get("note") or "", by=writer(request))
        answer = frozen_answer(frozen.public_id, self.root_url(request))
        if not created:
            return Response(answer)
        return Response(answer, status=status.HTTP_201_CREATED, headers={"Location": answer["url"]})


def _versions(ids: Sequence[str]) -> list[ArtifactVersion]:
    """The model versions named. Raises `UnknownReference` naming each that is none, else `InvalidInput`."""
    selection = select(tuple(name.strip() for name in ids))
    faults = [Fault("/ids", fault.detail, fault.code) for fault in selection.faults]
    if unknown := [fault for fault in faults if fault.code == UNKNOWN]:
        raise UnknownReference(unknown)
    if faults:
        raise InvalidInput(faults)
    return list(selection.versions)
