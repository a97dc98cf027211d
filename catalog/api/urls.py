"""The addresses of the JSON API, below /api/. None ends with a slash; ids may hold dots and colons."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, re_path

from catalog.api.views.base import UnknownAddress

urlpatterns: list[URLPattern | URLResolver] = [
    re_path(r"", UnknownAddress.as_view(), name="unknown-address"),
]
