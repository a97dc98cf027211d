"""What a list may be narrowed by: one set of filters, for the API and the pages alike.

A form that fails says so by error codes. The API answers 404 to `unknown_reference` and 400 to every other; a page
shows them beside their fields.
"""

from catalog.filtersets.artifacts import ArtifactFilterSet
from catalog.filtersets.fields import UNKNOWN_REFERENCE
from catalog.filtersets.models import ModelFilterSet

__all__ = ["UNKNOWN_REFERENCE", "ArtifactFilterSet", "ModelFilterSet"]
