"""Whether what a pin holds on to is still what it was when it was pinned, for one who would repeat the work."""

from __future__ import annotations

from dataclasses import dataclass

from catalog.models import ArtifactVersion
from catalog.provenance.pins import PIN_ANEW, RESTORE, LinkStatus, record_altered, what_changed
from catalog.vocabulary import PinCheck, PinStatus, State

IDENTIFY = "Register a version with a checksum, a commit, a version DOI or a snapshot date, and pin that."
REPLACE = "Repeat the work with a version that is not retracted, and pin that."
NAME_A_VERSION = "Add the same link pinned to the version that was used, and withdraw this one."

_CHECKS = {
    PinStatus.OK: PinCheck.OK,
    PinStatus.SUPERSEDED: PinCheck.OK,
    PinStatus.UNPINNED: PinCheck.MISSING,
    PinStatus.UNIDENTIFIED: PinCheck.UNIDENTIFIED,
    PinStatus.MODIFIED: PinCheck.MODIFIED,
    PinStatus.RETRACTED: PinCheck.RETRACTED,
}
"""A newer version takes nothing from a pin to an older one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedPin:
    """A link that has to be pinned for the work to be repeated, and how it stands.

    `source` is the id of the version that states it, `depth` counts the links from what is asked about to that.
    `expected` is the target's digest as it was when pinned, `current` that of what is stored now; null where there
    is none. Where the target is gone altogether, so are its `artifact` and `kind`.
    """

    source: str
    depth: int
    number: int
    relation: str
    artifact: str | None
    kind: str | None
    title: str
    stated_as: str | None
    version_id: str | None
    version_number: int | None
    identified_by: str | None
    status: PinCheck
    expected: str | None
    current: str | None
    message: str | None
    remedy: str | None

    @property
    def about(self) -> str:
        """What the pin leads to, as far as it is known."""
        return self.version_id or self.artifact or self.title


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedRecord:
    """The record of the very version that is asked about: what is stored, against what was registered."""

    status: PinCheck
    expected: str
    current: str | None
    message: str | None
    remedy: str | None


def check_record(version: ArtifactVersion, current: str | None) -> CheckedRecord:
    """Check a version's own record; `current` is the digest of what is stored."""
    status, message, remedy = PinCheck.OK, None, None
    if current != version.content_digest:
        status, message, remedy = PinCheck.MODIFIED, record_altered(version), RESTORE
    elif version.state == State.RETRACTED:
        status = PinCheck.RETRACTED
        message, remedy = f"{version.public_id} is retracted{_because(version)}.", "Use a version that is not."
    return CheckedRecord(
        status=status, expected=version.content_digest, current=current, message=message, remedy=remedy
    )


def check_pin(item: LinkStatus, source: str, depth: int) -> CheckedPin:
    """Check a link that `source` states, `depth` links away from what is asked about."""
    link, version = item.link, item.link.target_version
    status = PinCheck.MISSING if _is_missing(item) else _CHECKS[item.status]
    message, remedy = _said(item, status, source)
    return CheckedPin(
        source=source,
        depth=depth,
        number=link.number,
        relation=link.relation,
        artifact=link.target.public_id,
        kind=link.target.kind,
        title=item.title,
        stated_as=link.stated_as or None,
        version_id=version.public_id if version else None,
        version_number=version.version_number if version else None,
        identified_by=version.identified_by if version else None,
        status=status,
        expected=link.pinned_digest or None,
        current=item.current,
        message=message,
        remedy=remedy,
    )


def _is_missing(item: LinkStatus) -> bool:
    """No version is named, whatever became of the artifact; or the one that was named is gone."""
    return item.link.target_version is None


def _said(item: LinkStatus, status: PinCheck, source: str) -> tuple[str | None, str | None]:
    """What is wrong with a pin, and how to mend it."""
    version = item.link.target_version
    if status == PinCheck.OK:
        return None, None
    if version is None:
        missing = what_changed(item) if item.is_gone else f"{source} names no version of {item.target}."
        return missing, PIN_ANEW if item.is_gone else NAME_A_VERSION
    if status == PinCheck.MODIFIED:
        return what_changed(item), RESTORE if item.is_altered else PIN_ANEW
    if status == PinCheck.RETRACTED:
        return (
            f"{item.target} is retracted{_because(version)}.",
            "Repeat the work with a version that is not, and pin that.",
        )
    return f"{item.target} does not say which bytes it is.", IDENTIFY


def _because(version: ArtifactVersion) -> str:
    return f": {version.state_reason.rstrip('.')}" if version.state_reason else ""
