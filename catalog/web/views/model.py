"""The page of one model."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def model(request: HttpRequest, reference: str) -> HttpResponse:
    return render(request, "catalog/base.html")
