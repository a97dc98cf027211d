"""The project's addresses: health, API and admin."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from catalog import health

urlpatterns = [
    path("", RedirectView.as_view(url="/api/models")),
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
    path("api/", include("catalog.api.urls")),
    path("admin/", admin.site.urls),
]
