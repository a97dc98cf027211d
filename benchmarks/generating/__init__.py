"""A catalogue of any size, made by the database itself: a few statements a batch, whatever the rows."""

from benchmarks.generating.catalogue import generate
from benchmarks.generating.layout import Layout

__all__ = ["Layout", "generate"]
