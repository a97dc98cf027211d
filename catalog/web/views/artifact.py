"""The pages of artifacts of any kind."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def artifacts(request: HttpRequest) -> HttpResponse:
    return render(request, "catalog/base.html")


def artifact(request: HttpRequest, reference: str) -> HttpResponse:
    return render(request, "catalog/base.html")
