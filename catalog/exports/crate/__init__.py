"""RO-Crate: an archive to open anywhere, with the models in every other format and a description of them all."""

from __future__ import annotations

from catalog.exports.crate.archive import packed
from catalog.exports.crate.contents import contents_of
from catalog.exports.crate.description import DESCRIPTION, description_of
from catalog.exports.records import Export


def write_crate(export: Export) -> bytes:
    """The archive: the description, by RO-Crate 1.1, and the files that it describes."""
    files = contents_of(export)
    return packed({DESCRIPTION: description_of(export, files), **{file.path: file.content for file in files}})
