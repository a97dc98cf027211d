"""The pages of curators: everything is read here, and written through the same door as by the API."""

from catalog import token_admin
from catalog.admin import evaluations, kinds, links, metrics, names

__all__ = ["evaluations", "kinds", "links", "metrics", "names", "token_admin"]
