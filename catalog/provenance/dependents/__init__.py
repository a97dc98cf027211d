"""What rests on an artifact or on a version of it: everything downstream, the nearest first.

The exact inverse of `catalog.provenance.lineage`: a version rests on what its ancestry names, at the same shortest
depth. Pages are read level by level, so that the first one costs what its own rows cost; a page that lies beyond a
level too wide to hold is cut from the closure, which is read once. Both give the same rows in the same order.
"""

from catalog.provenance.dependents.closure import Closure
from catalog.provenance.dependents.counts import count_by_depth
from catalog.provenance.dependents.cursors import Cursor
from catalog.provenance.dependents.pages import Page, dependents
from catalog.provenance.dependents.rows import Dependent, Place, Root, Wanted, described

__all__ = [
    "Closure",
    "Cursor",
    "Dependent",
    "Page",
    "Place",
    "Root",
    "Wanted",
    "count_by_depth",
    "dependents",
    "described",
]
