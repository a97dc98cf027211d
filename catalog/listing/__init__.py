"""Lists of versions: how they are ordered, and their rows, in a constant number of queries."""

from catalog.listing.artifact_rows import artifact_records, artifact_rows
from catalog.listing.rows import records, rows
from catalog.listing.sorting import DEFAULT_SORT, SORTS, Sort

__all__ = ["DEFAULT_SORT", "SORTS", "Sort", "artifact_records", "artifact_rows", "records", "rows"]
