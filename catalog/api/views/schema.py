"""The API's description of itself: the OpenAPI document and the page that shows it."""

from __future__ import annotations

from functools import cache
from typing import Any

from csp.decorators import csp_update
from django.http import HttpResponse
from django.utils.decorators import method_decorator
from django.views.generic import TemplateView
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiJsonRenderer2, OpenApiYamlRenderer
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from catalog.api import security  # noqa: F401 - registers itself
from catalog.api.renderers import INLINE_STYLES
from catalog.api.views.base import CatalogView
from catalog.freshness import conditional


@cache
def document() -> dict[str, Any]:
    """The OpenAPI document. It is the same for everyone, and takes a while to make."""
    return SchemaGenerator().get_schema(request=None, public=True)


_RENDERERS: tuple[type[BaseRenderer], ...] = (OpenApiJsonRenderer2, OpenApiYamlRenderer, OpenApiJsonRenderer)


@cache
def _written(media_type: str) -> str | bytes:
    """The document in one of its formats: half a megabyte, and the same for everyone."""
    renderer = next(one for one in _RENDERERS if one.media_type == media_type)
    return renderer().render(document(), renderer_context={})


class SchemaDocument(CatalogView):
    """The OpenAPI document, as JSON or YAML."""

    schema = None
    of_catalogue = False
    renderer_classes = _RENDERERS

    def get(self, request: Request) -> HttpResponse:
        renderer = request.accepted_renderer
        charset = f"; charset={renderer.charset}" if renderer.charset else ""
        return HttpResponse(_written(renderer.media_type), content_type=f"{renderer.media_type}{charset}")


@method_decorator(csp_update(INLINE_STYLES), name="dispatch")
@method_decorator(conditional(of_catalogue=False), name="dispatch")
class DocsPage(TemplateView):
    """The OpenAPI document to read and try, with everything it needs from this server."""

    template_name = "catalog/api_docs.html"
