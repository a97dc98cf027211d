"""What every writing view shares: which version an address names, and the detail that answers a write."""

from __future__ import annotations

from functools import partial
from typing import Any, cast

from django.contrib.auth.models import User
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.query_errors import InvalidQuery
from catalog.api.views.base import CatalogView
from catalog.beside import Beside
from catalog.detail import artifact_detail, model_detail, receipt
from catalog.errors import Fault, InvalidInput
from catalog.models import ArtifactVersion
from catalog.provenance.entering import Entering
from catalog.references import resolve, resolve_version
from catalog.registration import VersionInput, register
from catalog.registration.links import check_reason
from catalog.registration.stored import stored
from catalog.vocabulary import Kind


def exact_version(reference: str, kind: str | None = None) -> ArtifactVersion:
    """The version that `reference` names, of `kind` if one is asked for.

    Raises `NotFound`, and `InvalidInput` for a bare artifact id: what it means moves with the next version.
    """
    version = resolve_version(reference, kind)
    if not resolve(reference).pinned:
        raise InvalidInput(
            [], f"'{reference}' is every version at once; name one, such as '{version.public_id}', to change it."
        )
    return version


def reason_of(text: str) -> str:
    """The reason given in a query. Raises `InvalidQuery` where there is none."""
    try:
        check_reason(text)
    except InvalidInput as error:
        faults = [Fault("reason", fault.detail, fault.code) for fault in error.faults]
        raise InvalidQuery(faults, "The query is not valid.") from error
    return text


def writer(request: Request) -> User:
    """Who writes: the permissions let nobody nameless come here."""
    return cast("User", request.user)


def answer(request: Request, version: ArtifactVersion, created: bool = False) -> Response:
    """The detail of a version that was written to: 201 and its address where something new was made."""
    return _answer(_detail(request, stored(version)), created)


def registration(request: Request, data: VersionInput, *, strict: bool = False) -> Response:
    """Register a version, and answer with its detail; with a receipt for who prefers a minimal answer (RFC 7240)."""
    minimal = prefers_minimal(request.headers.get("Prefer", ""))
    telling = None if minimal else partial(_DetailOfNew, request)
    registered = register(data, strict=strict, registered_by=writer(request), telling=telling)
    if not minimal:
        return _answer(registered.told or _detail(request, registered.version), registered.created)
    response = _answer(receipt(registered.version, CatalogView.root_url(request)), registered.created)
    response["Preference-Applied"] = MINIMAL
    return response


class _DetailOfNew:
    """The detail of a version that is being written."""

    def __init__(self, request: Request, entering: Entering) -> None:
        self._request, self._read = request, Beside.of_new(entering)
        self.asks_all = entering.version.kind == Kind.MODEL  # of others, names are asked for last

    def ask(self) -> None:
        self._beside = self._read()

    def tell(self, version: ArtifactVersion) -> dict[str, Any]:
        return _detail(self._request, version, self._beside)


MINIMAL = "return=minimal"


def prefers_minimal(stated: str) -> bool:
    """Whether the header `Prefer` asks for a minimal answer. Of a preference that it names twice, the first counts."""
    for preference in stated.split(","):
        name, _, value = preference.partition(";")[0].partition("=")
        if name.strip().lower() == "return":
            return value.strip().strip('"').lower() == "minimal"
    return False


def _detail(request: Request, version: ArtifactVersion, beside: Beside | None = None) -> dict[str, Any]:
    view = model_detail if request.path_info.startswith("/api/models") else artifact_detail
    return view(version, CatalogView.root_url(request), beside=beside)


def _answer(body: dict[str, Any], created: bool) -> Response:
    if not created:
        return Response(body)
    return Response(body, status=status.HTTP_201_CREATED, headers={"Location": body["url"]})
