"""The one app of the project."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CatalogConfig(AppConfig):
    name = "catalog"
    verbose_name = "Catalogue"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from catalog.metrics import define_known_metrics
        from catalog.provenance import signals
        from catalog.searching import index_texts

        signals.connect()
        post_migrate.connect(define_known_metrics, sender=self)
        post_migrate.connect(index_texts, sender=self)
