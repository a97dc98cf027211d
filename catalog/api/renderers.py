"""How answers are written: JSON for programs, the browsable API for a browser."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from csp.constants import SELF, UNSAFE_INLINE
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer, BrowsableAPIRenderer
from rest_framework.request import Request

from catalog.api.query_errors import invalid
from catalog.nearest import unknown

INLINE_STYLES = {"style-src": [SELF, UNSAFE_INLINE]}
"""The one relaxation of the content security policy, for the browsable API and the docs page: both come from packages
that set `style` attributes. Scripts stay under `'self'`.
"""


class BrowsableRenderer(BrowsableAPIRenderer):
    """The browsable API, an error in it included, under the site's content security policy."""

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None
    ) -> str:
        html = super().render(data, accepted_media_type, renderer_context)
        if renderer_context:
            renderer_context["response"]._csp_update = INLINE_STYLES  # what the policy's middleware looks for
        return html


class Negotiation(DefaultContentNegotiation):
    """Negotiates as ever; an unknown `format` is an invalid parameter, not a missing page."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        renderers = list(renderers)
        first = renderers[0]
        # What nearly every program asks for needs no parsing and weighing of media types.
        if request.META.get("HTTP_ACCEPT", "*/*") in (first.media_type, "*/*") and "format" not in request.GET:
            return first, str(first.media_type)
        return super().select_renderer(request, renderers, format_suffix)

    def filter_renderers(self, renderers: Iterable[BaseRenderer], format: str) -> list[BaseRenderer]:  # noqa: A002
        renderers = list(renderers)
        valid = [renderer.format for renderer in renderers]
        if format not in valid:
            raise invalid("format", f"{unknown('format', format, valid)} Valid: {', '.join(valid)}.", "choice")
        return [renderer for renderer in renderers if renderer.format == format]
