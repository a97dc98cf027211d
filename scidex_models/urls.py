"""The project's addresses: health, API and admin."""

from django.contrib import admin
from django.urls import include, path

from catalog import health

handler400 = "catalog.api.handlers.bad_request"
handler403 = "catalog.api.handlers.permission_denied"
handler404 = "catalog.api.handlers.page_not_found"
handler500 = "catalog.api.handlers.server_error"

urlpatterns = [
    path("api/", include("catalog.api.urls")),  # first: programs ask most often
    path("", include("catalog.web.urls")),
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
    path("admin/", admin.site.urls),
]
