"""What a living registry says later of a version that the catalogue has: its tag moves, more is measured.

The version itself stays as it is. A value that changed supersedes the one before, which is kept; one that a curator
retracted does not come back.
"""

from __future__ import annotations

from collections.abc import Iterable

from catalog.models import ArtifactVersion, Evaluation
from catalog.registration import EvaluationInput, VersionInput, append_evaluation, set_tag

_CASE = ("unit", "task", "subset", "split", "n", "period", "evaluated_by", "reported_by")


def settle_tags(version: ArtifactVersion, stated: VersionInput, aliases: Iterable[str]) -> int:
    """Give `version` its tag, and take from its siblings what means `version` now; returns how many tags changed."""
    changes = 0
    if stated.version_tag is not None and stated.version_tag != version.version_tag:
        set_tag(version, stated.version_tag)
        changes += 1
    for holder in version.artifact.versions.filter(version_tag__in=aliases).exclude(pk=version.pk):
        set_tag(holder, None)
        changes += 1
    return changes


def settle_evaluations(version: ArtifactVersion, stated: VersionInput) -> int:
    """Bring the evaluations of `version` up to what is stated; returns how many were added.

    Raises what `append_evaluation` raises.
    """
    changes = 0
    rows = version.evaluations.select_related("dataset", "dataset_version").order_by("number")
    standing: dict[tuple[object, ...], list[Evaluation]] = {}
    for row in rows if stated.evaluations else ():
        standing.setdefault(_case_of_row(row), []).append(row)
    for entry in stated.evaluations:
        known = standing.get(_case_of(entry), [])
        if all(row.value != entry.value for row in known):
            live = next((row.number for row in known if row.is_live), None)
            append_evaluation(version, entry, supersedes=live)
            changes += 1
    return changes


def _case_of(entry: EvaluationInput) -> tuple[object, ...]:
    return (entry.metric, entry.dataset, *(str(getattr(entry, field)) for field in _CASE))


def _case_of_row(row: Evaluation) -> tuple[object, ...]:
    dataset = row.dataset_version or row.dataset
    return (row.metric_id, dataset.public_id if dataset else None, *(str(getattr(row, field)) for field in _CASE))
