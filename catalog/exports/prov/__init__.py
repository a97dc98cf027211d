"""W3C PROV: everything that the models came from, as PROV-JSON or PROV-N."""

from __future__ import annotations

from catalog.exports.prov.document import document_of
from catalog.exports.records import Export


def write_prov_json(export: Export) -> bytes:
    """PROV-JSON (https://www.w3.org/submissions/prov-json/), in the order of its keys."""
    text = document_of(export).serialize(format="json", indent=2, sort_keys=True, ensure_ascii=False)
    return f"{text}\n".encode()


def write_provn(export: Export) -> bytes:
    """PROV-N (https://www.w3.org/TR/prov-n/)."""
    return f"{document_of(export).get_provn()}\n".encode()
