"""MONAI bundles: `configs/metadata.json` and the configurations beside it, with their history where PATH has one.

Reference: the MONAI Bundle Specification, https://docs.monai.io/en/stable/mb_specification.html.

PATH is a folder with bundles anywhere in it, a bundle, or a `metadata.json`. With `history/<bundle>/<version>.json`
every snapshot is a version, in the order of `history/index.tsv`, which gives commit and date. What today's files say
(network, training, licence) belongs to today's version alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from catalog.importers.datasets import Datasets
from catalog.importers.files import SourceTree, Unreadable, parse_json
from catalog.importers.monai.configs import Configs, read_configs
from catalog.importers.monai.layout import Snapshot, snapshots
from catalog.importers.monai.readme import read_readme
from catalog.importers.monai.releases import Releases
from catalog.importers.monai.versions import FORMAT, Bundle, record_of
from catalog.importers.records import Record, Reject

__all__ = ["read"]


def read(path: Path) -> Iterator[Record | Reject]:
    """Yield the versions of each bundle, oldest first. A template to copy is no model."""
    tree, datasets = SourceTree(path), Datasets(FORMAT)
    releases = Releases.of(tree)
    yield from releases.rejects
    for item in snapshots(tree):
        if isinstance(item, Reject):
            yield item
        else:
            yield from _read_snapshot(tree, item, releases, datasets)


def _read_snapshot(
    tree: SourceTree, snapshot: Snapshot, releases: Releases, datasets: Datasets
) -> Iterator[Record | Reject]:
    readme = read_readme(tree, snapshot.folder)
    configs = read_configs(tree, snapshot.folder, snapshot.bundle) if snapshot.is_current else Configs()
    yield from configs.rejects
    try:
        metadata = parse_json(snapshot.content)
        yield record_of(Bundle(snapshot, metadata, configs, readme), releases, datasets)
    except Unreadable as error:
        yield Reject(file=snapshot.file, name=snapshot.name, reason=str(error))
