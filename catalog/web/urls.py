"""The pages' addresses."""

from __future__ import annotations

from django.urls import path, re_path

from catalog.freshness import conditional
from catalog.web.moments import AS_OF
from catalog.web.views.artifact import artifact
from catalog.web.views.artifact_list import artifacts
from catalog.web.views.catalogue import catalogue
from catalog.web.views.compare import compare
from catalog.web.views.dependents import dependents, dependents_table
from catalog.web.views.difference import difference
from catalog.web.views.frozen import freeze_comparison, frozen_comparison
from catalog.web.views.home import home
from catalog.web.views.model import model

# A moment that has not come yet is told so, and comes.
page = conditional(varying=(AS_OF,))

urlpatterns = [
    path("", page(home), name="home"),
    path("models", page(catalogue), name="catalogue"),
    path("models/compare", page(compare), name="compare"),
    re_path(r"^models/(?P<reference>[^/]+)$", page(model), name="model"),
    path("comparisons", freeze_comparison, name="freeze"),
    re_path(r"^comparisons/(?P<comparison>[0-9a-z]+)$", page(frozen_comparison), name="frozen"),
    path("artifacts", page(artifacts), name="artifacts"),
    re_path(r"^artifacts/(?P<reference>[^/]+)$", page(artifact), name="artifact"),
    re_path(r"^artifacts/(?P<reference>[^/]+)/diff$", page(difference), name="difference"),
    re_path(r"^artifacts/(?P<reference>[^/]+)/dependents$", page(dependents), name="dependents"),
    re_path(r"^artifacts/(?P<reference>[^/]+)/dependents\.csv$", page(dependents_table), name="dependents-table"),
]
