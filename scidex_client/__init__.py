"""SciDEX Models from Python: read the catalogue, and register in it.

    from scidex_client import Catalogue

    with Catalogue("https://models.example.org", token="…") as catalogue:
        for row in catalogue.models(family="statistical", complete=True):
            print(row["id"], row["quality_score"])

Needs `requests` and `tqdm`, and nothing of the catalogue's server.
"""

from scidex_client.address import InsecureConnection
from scidex_client.bulk import BulkReport, Outcome
from scidex_client.catalogue import Catalogue, Registered
from scidex_client.errors import (
    CatalogueError,
    Conflict,
    ConnectionFailed,
    Forbidden,
    InvalidInput,
    Misconfigured,
    NotFound,
    ProblemError,
    Refused,
    ServerError,
    TooManyRequests,
    Unauthorised,
    Unprocessable,
    UnreadableAnswer,
)
from scidex_client.exports import Export
from scidex_client.listing import Dependents, Listing
from scidex_client.version import __version__

__all__ = [
    "BulkReport",
    "Catalogue",
    "CatalogueError",
    "Conflict",
    "ConnectionFailed",
    "Dependents",
    "Export",
    "Forbidden",
    "InsecureConnection",
    "InvalidInput",
    "Listing",
    "Misconfigured",
    "NotFound",
    "Outcome",
    "ProblemError",
    "Refused",
    "Registered",
    "ServerError",
    "TooManyRequests",
    "Unauthorised",
    "Unprocessable",
    "UnreadableAnswer",
    "__version__",
]
