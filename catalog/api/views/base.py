"""What every view of the API has in common."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from rest_framework.renderers import BrowsableAPIRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from catalog.api.parameters import query_of
from catalog.errors import NotFound
from catalog.freshness import READING, NotModified, etag_of, has_credentials, is_held, revalidated, tagged
from catalog.models import ArtifactVersion
from catalog.references import Target, resolve
from catalog.stamps import asked_once


class CatalogView(APIView):
    """A view of the catalogue. Reading is public; what a class adds that writes is held by its permissions."""

    queryset = ArtifactVersion.objects.all()
    """Names the table whose permissions writing asks for; nothing is read from it."""

    parameters: Collection[str] = ()
    """The query parameters that reading takes, beside those taken everywhere."""

    repeatable: Collection[str] = ()
    """Those that may be given several times."""

    of_catalogue = True
    """Whether an answer depends on what the catalogue holds."""

    etag: str | None = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method not in READING:
            return super().dispatch(request, *args, **kwargs)
        with asked_once():
            return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if request.method in READING:
            self.query = query_of(request, self.parameters, self.repeatable)
            self.etag = self._etag(request)
            if is_held(request, self.etag):
                raise NotModified

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        if request.method not in READING:
            return response
        revalidated(response, private=has_credentials(request))
        return tagged(request, response, self.etag)

    def _etag(self, request: Request) -> str | None:
        # The browsable page is for people: it shows who they are, and forms that end with their session.
        if isinstance(request.accepted_renderer, BrowsableAPIRenderer):
            return None
        return etag_of(request, request.accepted_media_type, of_catalogue=self.of_catalogue)

    def check_permissions(self, request: Request) -> None:
        # Asked first: a method that is not there is no matter of rights.
        if request.method not in self.allowed_methods:
            self.http_method_not_allowed(request)
        super().check_permissions(request)

    @staticmethod
    def root_url(request: Request) -> str:
        """The absolute address of the API, which the addresses in an answer begin with."""
        return request.build_absolute_uri(reverse("model-collection")).removesuffix("/models")


class UnknownAddress(CatalogView):
    """An address below /api that leads nowhere."""

    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        # What precedes a view's permissions and parameters: there are none here.
        self.format_kwarg = None
        request.accepted_renderer, request.accepted_media_type = self.perform_content_negotiation(request)
        self.perform_authentication(request)
        raise NotFound("There is nothing at this address; /api/docs lists what there is.")


def target_of(reference: str, kind: str | None = None) -> tuple[Target, ArtifactVersion]:
    """What the reference in an address means, and its version. Raises `NotFound`, saying what was met instead."""
    target = resolve(reference)
    if kind is not None and target.kind != kind:
        raise NotFound(f"'{reference}' is of kind {target.kind}, not {kind}.")
    if target.version is None:
        raise NotFound(f"'{reference}' has no version.")
    target.version.artifact = target.artifact  # known already: it need not be asked for
    return target, target.version
