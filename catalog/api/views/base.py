"""What every view of the API has in common."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request
from rest_framework.views import APIView

from catalog.errors import NotFound
from catalog.models import ArtifactVersion


class CatalogView(APIView):
    """A view of the catalogue. Reading is public; what a class adds that writes is held by its permissions."""

    queryset = ArtifactVersion.objects.all()
    """Names the table whose permissions writing asks for; nothing is read from it."""

    def check_permissions(self, request: Request) -> None:
        # Asked first: a method that is not there is no matter of rights.
        if request.method not in self.allowed_methods:
            self.http_method_not_allowed(request)
        super().check_permissions(request)


class UnknownAddress(CatalogView):
    """An address below /api that leads nowhere."""

    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise NotFound("There is nothing at this address; /api/docs lists what there is.")
