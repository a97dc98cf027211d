"""Reading the versions of an artifact: the list, one of them, and what is different between two."""

from __future__ import annotations

from django.http import QueryDict
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api import operations
from catalog.api.pagination import PARAMETERS, Ordered, page_of
from catalog.api.query_errors import InvalidQuery, UnknownInQuery
from catalog.api.views.base import CatalogView
from catalog.detail import artifact_detail, model_detail
from catalog.errors import Fault, NotFound
from catalog.listing import BY_VERSION, Listed, version_records, version_rows
from catalog.models import Artifact, ArtifactVersion
from catalog.references import resolve
from catalog.version_differences import ENDS, difference_between, unknown_version, version_called
from catalog.vocabulary import Kind


class ArtifactVersions(CatalogView):
    """The versions of an artifact of any kind, newest first."""

    parameters = PARAMETERS

    @extend_schema(**operations.LIST_VERSIONS)
    def get(self, request: Request, reference: str) -> Response:
        artifact = resolve(reference).artifact
        versions = ArtifactVersion.objects.filter(artifact=artifact)
        page = page_of(Ordered(Listed(versions, version_records), BY_VERSION, "desc"), request, self.query)
        return Response(
            {
                "artifact": artifact.public_id,
                "kind": artifact.kind,
                "versions": version_rows(page.records, self.root_url(request)),
                "total": page.total,
                "next": page.next,
                "previous": page.previous,
            }
        )


class ArtifactVersionDetail(CatalogView):
    """One version of an artifact of any kind, by its number."""

    @extend_schema(**operations.READ_VERSION)
    def get(self, request: Request, reference: str, number: int) -> Response:
        artifact = resolve(reference).artifact
        version = ArtifactVersion.objects.filter(artifact=artifact, version_number=number).first()
        if version is None:
            raise NotFound(unknown_version(artifact, str(number)))
        version.artifact = artifact  # known already: it need not be asked for
        view = model_detail if artifact.kind == Kind.MODEL else artifact_detail
        return Response(view(version, self.root_url(request)))


class ArtifactDiff(CatalogView):
    """What is different between two versions of an artifact."""

    parameters = ENDS

    @extend_schema(**operations.READ_DIFF)
    def get(self, request: Request, reference: str) -> Response:
        artifact = resolve(reference).artifact
        before, after = _ends(artifact, self.query)
        return Response(difference_between(before, after))


def _ends(artifact: Artifact, query: QueryDict) -> list[ArtifactVersion]:
    """The two versions that a query names.

    Raises `InvalidQuery` where it does not name two, `UnknownInQuery` for what the artifact has no version of.
    """
    missing = [
        Fault(name, f"Give {name}: a version's number or tag.", "required") for name in ENDS if name not in query
    ]
    if missing:
        raise InvalidQuery(missing, "The query is not valid.")
    named = {name: query.get(name, "").strip() for name in ENDS}
    found = {name: version_called(artifact, word) for name, word in named.items()}
    unknown = [
        Fault(name, unknown_version(artifact, named[name]), "unknown_reference")
        for name, version in found.items()
        if version is None
    ]
    if unknown:
        raise UnknownInQuery(f"{artifact} has no such version.", unknown)
    return [version for version in found.values() if version is not None]
