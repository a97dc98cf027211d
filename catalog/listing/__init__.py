"""Lists of versions: how they are ordered, and their rows, in a constant number of queries."""

from catalog.listing.artifact_rows import artifact_records, artifact_rows
from catalog.listing.listed import Listed, Listing
from catalog.listing.narrowed import Narrowed, Term
from catalog.listing.of_any_kind import ListedArtifacts
from catalog.listing.rows import record_of, records, row_of, rows
from catalog.listing.sorting import BY_VERSION, DEFAULT_SORT, SORTS, Sort
from catalog.listing.version_rows import first_of_history, history, history_asked, version_records, version_rows

__all__ = [
    "BY_VERSION",
    "DEFAULT_SORT",
    "SORTS",
    "Listed",
    "ListedArtifacts",
    "Listing",
    "Narrowed",
    "Sort",
    "Term",
    "artifact_records",
    "artifact_rows",
    "first_of_history",
    "history",
    "history_asked",
    "record_of",
    "records",
    "row_of",
    "rows",
    "version_records",
    "version_rows",
]
