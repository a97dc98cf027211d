"""What is different between two versions of one artifact: field by field, value by value, link by link."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from catalog.comparison.metadata import GENERAL, field_name, flatten, same
from catalog.vocabulary import Change, LinkChange

MEASURED = ("value", "ci_low", "ci_high", "std_error", "primary")
"""What is measured of a case; all else says which case it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldDifference:
    """A field that the two versions do not say alike. None is what a version does not say."""

    field: str
    section: str
    change: Change
    before: Any
    after: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationDifference:
    """A case that only one version reports a value for, or for which they report different ones.

    `case` says what was measured and on what; `before` and `after` hold the value and what goes with it.
    """

    change: Change
    case: Mapping[str, Any]
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedLink:
    """A link as a version states it. `version_number` is None where it names no version."""

    relation: str
    artifact: str
    kind: str
    version_id: str | None = None
    version_number: int | None = None
    outcome: str | None = None
    stated_as: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkDifference:
    """A link that one version alone states, that names another version of its target, or says something else of it."""

    change: LinkChange
    relation: str
    artifact: str
    kind: str
    before: StatedLink | None
    after: StatedLink | None


def field_differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[FieldDifference, ...]:
    """The fields of two nested records that differ, general ones first, then by section and field.

    Flattened and compared as a comparison of models does it: numbers equal within one part in 10^9 are one number.
    """
    sides = dict(flatten(before)), dict(flatten(after))
    paths = sorted({*sides[0], *sides[1]}, key=lambda path: (len(path) > 1, path))
    return tuple(
        FieldDifference(
            field=field_name(path),
            section=path[0] if len(path) > 1 else GENERAL,
            change=_change(old, new),
            before=old,
            after=new,
        )
        for path in paths
        if not same(old := sides[0].get(path), new := sides[1].get(path))
    )


def evaluation_differences(
    before: Mapping[str, Mapping[str, Any]], after: Mapping[str, Mapping[str, Any]]
) -> tuple[EvaluationDifference, ...]:
    """The evaluations that differ, keyed by their case; cases in the order that they are reported in."""
    found = []
    for key in {**before, **after}:
        old, new = before.get(key), after.get(key)
        values = _measured(old), _measured(new)
        if not same(*values):
            case = {name: value for name, value in (new or old or {}).items() if name not in MEASURED}
            found.append(EvaluationDifference(change=_change(*values), case=case, before=values[0], after=values[1]))
    return tuple(found)


def link_differences(before: Sequence[StatedLink], after: Sequence[StatedLink]) -> tuple[LinkDifference, ...]:
    """The links that differ, by relation and target. One that names another version is re-pinned."""
    groups: dict[tuple[str, str, str], tuple[list[StatedLink], list[StatedLink]]] = defaultdict(lambda: ([], []))
    for side, links in enumerate((before, after)):
        for link in links:
            groups[link.relation, link.artifact, link.kind][side].append(link)
    return tuple(
        LinkDifference(change=change, relation=relation, artifact=artifact, kind=kind, before=old, after=new)
        for (relation, artifact, kind), sides in sorted(groups.items())
        for change, old, new in _linked(*sides)
    )


def _linked(
    before: Sequence[StatedLink], after: Sequence[StatedLink]
) -> Iterator[tuple[LinkChange, StatedLink | None, StatedLink | None]]:
    """How links of one relation to one target became others: those that name the same version belong together."""
    named = {link.version_number: link for link in after}
    for link in before:
        other = named.get(link.version_number)
        if other is not None and other != link:
            yield LinkChange.CHANGED, link, other
    kept = {link.version_number for link in before} & set(named)
    left = [link for link in before if link.version_number not in kept]
    came = [link for link in after if link.version_number not in kept]
    yield from ((LinkChange.REPINNED, old, new) for old, new in zip(left, came, strict=False))
    yield from ((LinkChange.WITHDRAWN, old, None) for old in left[len(came) :])
    yield from ((LinkChange.ADDED, None, new) for new in came[len(left) :])


def _measured(evaluation: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return None if evaluation is None else {name: evaluation[name] for name in MEASURED}


def _change(before: Any, after: Any) -> Change:
    if before is None:
        return Change.ADDED
    return Change.REMOVED if after is None else Change.CHANGED
