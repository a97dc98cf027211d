"""The pages' addresses."""

from __future__ import annotations

from django.urls import path, re_path

from catalog.web.views.artifact import artifact
from catalog.web.views.artifact_list import artifacts
from catalog.web.views.catalogue import catalogue
from catalog.web.views.compare import compare
from catalog.web.views.dependents import dependents, dependents_table
from catalog.web.views.difference import difference
from catalog.web.views.frozen import freeze_comparison, frozen_comparison
from catalog.web.views.home import home
from catalog.web.views.model import model

urlpatterns = [
    path("", home, name="home"),
    path("models", catalogue, name="catalogue"),
    path("models/compare", compare, name="compare"),
    re_path(r"^models/(?P<reference>[^/]+)$", model, name="model"),
    path("comparisons", freeze_comparison, name="freeze"),
    re_path(r"^comparisons/(?P<comparison>[0-9a-z]+)$", frozen_comparison, name="frozen"),
    path("artifacts", artifacts, name="artifacts"),
    re_path(r"^artifacts/(?P<reference>[^/]+)$", artifact, name="artifact"),
    re_path(r"^artifacts/(?P<reference>[^/]+)/diff$", difference, name="difference"),
    re_path(r"^artifacts/(?P<reference>[^/]+)/dependents$", dependents, name="dependents"),
    re_path(r"^artifacts/(?P<reference>[^/]+)/dependents\.csv$", dependents_table, name="dependents-table"),
]
