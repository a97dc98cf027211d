"""Links of a version: written with it, added to it later, withdrawn with a reason. History keeps both."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Max

from catalog.errors import Conflict, Fault, InvalidInput, NotFound
from catalog.json_values import text_problem
from catalog.models import Artifact, ArtifactVersion, Link
from catalog.provenance.touched import touching
from catalog.references import Target, require
from catalog.registration.submission import LinkInput
from catalog.registration.validate import REASON_LIMIT, link_faults
from catalog.vocabulary import RELATION_TARGETS, Relation


def check_target(link: LinkInput, target: Target, artifact: Artifact, pointer: str) -> Iterator[Fault]:
    """Yield why `target` cannot be what a link from a version of `artifact` leads to."""
    kinds = RELATION_TARGETS[Relation(link.relation)]
    if target.kind not in kinds:
        expected = " or ".join(sorted(kinds))
        yield Fault(pointer, f"'{link.ref}' is a {target.kind}; {link.relation} leads to a {expected}.", "kind")
    if target.artifact == artifact and not target.pinned:
        yield Fault(pointer, "A version cannot be linked to its own artifact; name the earlier version.", "itself")
    if link.relation == Relation.PRODUCED_BY and target.version is None:
        yield Fault(pointer, f"'{link.ref}' has no version to be produced by.", "unknown_reference")


def links_of(
    version: ArtifactVersion, links: Iterable[LinkInput], targets: Mapping[str, Target], by: User | None
) -> list[Link]:
    """The links that a version is to be registered with; two references to one thing make one link."""
    rows: dict[tuple[str, int, int | None], Link] = {}
    for link in links:
        row = _row(version, link, targets[link.ref], by)
        key = (row.relation, row.target_id, row.target_version_id)
        rows.setdefault(key, row)
    for number, row in enumerate(rows.values(), start=1):
        row.number, row.created_at = number, version.registered_at
    return list(rows.values())


def _row(version: ArtifactVersion, link: LinkInput, target: Target, by: User | None) -> Link:
    pinned = target.pinned or link.relation == Relation.PRODUCED_BY
    named = target.version if pinned else None
    return Link(
        source=version,
        relation=link.relation,
        target=target.artifact,
        target_kind=target.kind,
        target_version=named,
        pinned_digest=named.content_digest if named else "",
        stated_as=link.stated_as,
        outcome=link.outcome,
        created_by=by,
    )


def add_link(version: ArtifactVersion, link: LinkInput, *, added_by: User | None = None) -> tuple[Link, bool]:
    """Add a link to a version that exists; the link that says the same already is returned, with False.

    Raises `InvalidInput` and `UnknownReference` for a wrong link, and `Conflict` where the version has a producing
    analysis already, or the same link with another outcome.
    """
    faults = list(link_faults(version.kind, link, ""))
    if faults:
        raise InvalidInput(faults)
    with transaction.atomic():
        target = require([(link.pointer or "/ref", link.ref)])[link.ref]
        producers = [target.version.pk] if link.relation == Relation.PRODUCED_BY and target.version else []
        touching([version.pk], producers)
        target = require([(link.pointer or "/ref", link.ref)])[link.ref]
        faults = list(check_target(link, target, version.artifact, link.pointer or "/ref"))
        if faults:
            raise InvalidInput(faults)
        row = _row(version, link, target, added_by)
        standing = _same(row)
        if standing is not None:
            return standing, False
        row.number = _next_number(version)
        attribute(row, "added", added_by)
        row.save()
        return row, True


def _same(row: Link) -> Link | None:
    """The link that says what `row` says. Raises `Conflict` where one contradicts it."""
    links = Link.objects.filter(source=row.source, relation=row.relation)
    same = links.filter(target=row.target, target_version=row.target_version).first()
    if same is not None and same.outcome != row.outcome:
        raise _contradicts(same, "with another outcome")
    if same is None and row.relation == Relation.PRODUCED_BY and (other := links.first()):
        raise _contradicts(other, "to another analysis")
    return same


def _contradicts(link: Link, how: str) -> Conflict:
    detail = f"Link {link.number} of {link.source} is a {link.relation} link {how}; withdraw it first."
    return Conflict(detail, [Fault("/ref", detail, "contradiction")])


def _next_number(version: ArtifactVersion) -> int:
    """One more than was ever given: a withdrawn link's number still means that link."""
    standing = Link.objects.filter(source=version).aggregate(Max("number"))["number__max"]
    withdrawn = Link.history.filter(source=version.pk).aggregate(Max("number"))["number__max"]
    return max(standing or 0, withdrawn or 0) + 1


def withdraw_link(version: ArtifactVersion, number: int, *, reason: str, withdrawn_by: User | None = None) -> None:
    """Withdraw a link of a version; its history keeps it, with the reason.

    Raises `NotFound` where the version has no such link, and `InvalidInput` where no reason is given.
    """
    check_reason(reason)
    with transaction.atomic():
        touching([version.pk])
        link = Link.objects.filter(source=version, number=number).first()
        if link is None:
            raise NotFound(f"{version} has no link {number}.")
        attribute(link, reason, withdrawn_by)
        link.delete()


def attribute(row: Any, reason: str, by: User | None) -> None:
    """Say in the history of the coming change why it was made and by whom; of a request, its user."""
    row._change_reason = reason
    if by is not None:
        row._history_user = by


def check_reason(reason: str, pointer: str = "/reason") -> None:
    """Raise `InvalidInput` where `reason` is no reason."""
    if not reason.strip():
        raise InvalidInput([Fault(pointer, "Give the reason; the history keeps it.", "required")])
    if problem := text_problem(reason, REASON_LIMIT):
        raise InvalidInput([Fault(pointer, problem, "text")])
