"""Reading frozen comparisons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import BigIntegerField, QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api import operations
from catalog.api.pagination import PARAMETERS, Ordered, page_of
from catalog.api.views.base import CatalogView
from catalog.errors import NotFound
from catalog.frozen import changes_since, is_verified, stored_content
from catalog.listing import Listed
from catalog.listing.sorting import Key, Sort
from catalog.models import FrozenComparison

_NEWEST_FIRST = Sort("frozen", (Key("pk", BigIntegerField()),))
_COLUMNS = ("pk", "public_id", "ids", "moment", "rule_set", "note", "digest", "created_by__username")


class FrozenComparisons(CatalogView):
    """The frozen comparisons, the newest first."""

    parameters = PARAMETERS

    @extend_schema(**operations.LIST_COMPARISONS)
    def get(self, request: Request) -> Response:
        comparisons = Listed(FrozenComparison.objects.all(), _records)
        page = page_of(Ordered(comparisons, _NEWEST_FIRST, "desc"), request, self.query)
        found = [_row(record, self.root_url(request)) for record in page.records]
        return Response({"comparisons": found, "total": page.total, "next": page.next, "previous": page.previous})


class FrozenComparisonDetail(CatalogView):
    """One frozen comparison."""

    @extend_schema(**operations.READ_COMPARISON)
    def get(self, request: Request, comparison: str) -> Response:
        return Response(frozen_answer(comparison, self.root_url(request)))


def frozen_answer(public_id: str, root_url: str) -> dict[str, Any]:
    """A frozen comparison with what has changed since. Raises `NotFound`."""
    frozen = FrozenComparison.objects.filter(public_id=public_id).first() if public_id.isalnum() else None
    if frozen is None:
        raise NotFound(f"There is no frozen comparison '{public_id[:100]}'.")
    [record] = _records(FrozenComparison.objects.filter(pk=frozen.pk))
    return _row(record, root_url) | {
        "verified": is_verified(frozen),
        "content": stored_content(frozen),
        "changes": [{"path": change.path, "then": change.then, "now": change.now} for change in changes_since(frozen)],
    }


def _records(comparisons: QuerySet[FrozenComparison]) -> list[Any]:
    return list(comparisons.values(*_COLUMNS))


def _row(record: Any, root_url: str) -> dict[str, Any]:
    ids: Sequence[str] = record["ids"]
    return {
        "id": record["public_id"],
        "ids": ids,
        "as_of": record["moment"],
        "rule_set": record["rule_set"],
        "note": record["note"] or None,
        "by": record["created_by__username"],
        "digest": record["digest"],
        "url": f"{root_url}/comparisons/{record['public_id']}",
    }
