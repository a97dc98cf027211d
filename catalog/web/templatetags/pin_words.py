"""How a version is identified and how a link stands to its target, in words: `{% load pin_words %}`."""

from __future__ import annotations

from typing import Any

from django import template

from catalog.vocabulary import Identification, PinStatus

register = template.Library()

_WORDS: dict[str, tuple[str, str]] = {
    PinStatus.OK: ("pinned", "To this version, unchanged since and still the latest."),
    PinStatus.UNPINNED: ("not pinned", "No version is named, so it may have changed since."),
    PinStatus.UNIDENTIFIED: ("not identified", "Pinned to a version that does not say which bytes it is."),
    PinStatus.MODIFIED: ("modified", "Pinned, and what stands there now is not what was pinned."),
    PinStatus.RETRACTED: ("retracted", "What it points at has been retracted."),
    PinStatus.SUPERSEDED: ("superseded", "Pinned and unchanged; a newer version exists."),
}
_IDENTIFIED: dict[str, str] = {
    Identification.CHECKSUM: "by a checksum of its bytes",
    Identification.COMMIT: "by a commit",
    Identification.DOI: "by a DOI of this version",
    Identification.SNAPSHOT: "by the date of a snapshot",
    Identification.RECORD: "by this record itself",
}


@register.filter
def identification(value: Any) -> str:
    """By what a version says which bytes it is."""
    return _IDENTIFIED.get(str(value), "no: it does not say which bytes it is, so a pin to it pins nothing")


@register.filter
def pin_label(status: Any) -> str:
    """A status in a word or two."""
    return _WORDS.get(str(status), (str(status), ""))[0]


@register.filter
def pin_words(status: Any) -> str:
    """What a status means, in a sentence."""
    return _WORDS.get(str(status), ("", ""))[1]
