"""Django's own command, for rows that are judged."""

from typing import Any

from django.core.management.commands import loaddata

from catalog.natural_keys import remembered_keys
from catalog.provenance.touched import coalesced_refresh


class Command(loaddata.Command):
    def loaddata(self, fixture_labels: Any) -> None:
        """Load; cap once, at the end, what each of the rows would cap anew, and look up once what many rows name."""
        with remembered_keys(), coalesced_refresh():
            super().loaddata(fixture_labels)
