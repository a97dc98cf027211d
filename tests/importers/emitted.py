"""What every record of every importer obeys, whatever its source says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from catalog.family_metadata import metadata_faults
from catalog.importers.records import Record, Reject
from catalog.json_values import faults_in
from catalog.registration.submission import VersionInput
from catalog.vocabulary import MAX_INTEGER, Kind

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,199}")


def check(items: Iterable[Record | Reject]) -> list[Record]:
    """Assert the rules and return the records."""
    records: list[Record] = []
    seen: dict[tuple[str, str, str], VersionInput] = {}
    known: set[str] = set()
    for item in items:
        if isinstance(item, Reject):
            assert item.file
            assert item.name
            assert item.reason
            continue
        records.append(item)
        for version in item.versions:
            _check_version(version, known)
            assert version.source is not None
            key = (version.source.format, version.source.record, version.source.revision)
            assert seen.setdefault(key, version) == version, f"{key} stands for two contents"
            known |= {version.artifact, *version.aliases, *filter(None, [version.version_id])}
        kinds = [version.kind for version in item.versions]
        assert Kind.MODEL not in kinds[:-1], "what a model refers to comes before it"
    return records


def _check_version(version: VersionInput, known: set[str]) -> None:
    assert all(_ID.fullmatch(name) for name in (version.artifact, *version.aliases)), version.artifact
    assert len(f"{version.artifact}-v1000") <= 200
    assert version.title
    assert not list(metadata_faults(version.family, version.metadata))
    assert not list(faults_in(dict(version.metadata)))
    assert not list(faults_in([version.title, version.description, version.changelog, version.license]))
    assert version.parameter_count is None or 0 <= version.parameter_count <= MAX_INTEGER
    assert version.created_at is None or version.created_at.tzinfo is not None
    assert {link.ref for link in version.links} <= known, "a reference to what was not registered before"
    keys = [(e.metric, e.task, e.subset, e.dataset, e.split, e.period) for e in version.evaluations]
    assert len(keys) == len(set(keys)), f"{version.artifact} reports one value twice"
    for evaluation in version.evaluations:
        assert re.fullmatch(r"[a-z][a-z0-9_]*", evaluation.metric)
        assert not list(faults_in([evaluation.value, evaluation.n, evaluation.ci_low, evaluation.ci_high]))
        assert evaluation.dataset is None or evaluation.dataset in known
    assert len(repr(version.metadata)) < 40_000


def model_versions(records: Sequence[Record], artifact: str) -> list[VersionInput]:
    """The versions of one model, in order."""
    return [record.versions[-1] for record in records if record.versions[-1].artifact == artifact]
