"""Fills an empty catalogue with the sample in fixtures/."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from catalog.models import Artifact

FIXTURES: Path = settings.BASE_DIR / "fixtures"


class Command(BaseCommand):
    help = "Load the sample catalogue and audit it, where the database holds no artifacts yet."

    def handle(self, *args: Any, **options: Any) -> None:
        if Artifact.objects.exists():
            self.stdout.write("The database holds artifacts already: the sample is not loaded.")
            return
        paths = sorted([*FIXTURES.glob("*.json"), *FIXTURES.glob("*.json.gz")])
        if not paths:
            raise CommandError(f"There are no fixtures in {FIXTURES}.")
        # One transaction: a load or an audit that fails leaves the database empty, to be tried again.
        # loaddata takes all files at once, so that they may refer to one another in any order.
        with transaction.atomic():
            call_command("loaddata", *paths, stdout=self.stdout, stderr=self.stderr)
            call_command("audit_provenance", rules_only=True, stdout=self.stdout, stderr=self.stderr)
