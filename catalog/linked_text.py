"""Finds what may become a link in a text: http(s) addresses and DOIs, nothing else. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

_FOUND = re.compile(r"https?://[^\s<>\"]+|(?<![\w./-])(?:doi:\s{0,2})?10\.\d{4,9}/[^\s<>\"]+", re.IGNORECASE)
_ENDING = ".,;:!?'’\"…"
_CLOSING = {")": "(", "]": "[", "}": "{"}


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a text; `href` is where it leads, or empty."""

    text: str
    href: str = ""


def parts(text: str) -> list[Part]:
    """The text in pieces that join to the whole of it."""
    return [part for part in _parts(text) if part.text]


def _parts(text: str) -> Iterator[Part]:
    done = 0
    for found in _FOUND.finditer(text):
        words = _without_ending(found[0])
        if href := _address(words):
            yield Part(text[done : found.start()])
            yield Part(words, href)
            done = found.start() + len(words)
    yield Part(text[done:])


def _without_ending(words: str) -> str:
    """Without the punctuation of the sentence that an address stands in."""
    while words and (words[-1] in _ENDING or _is_unopened(words)):
        words = words[:-1]
    return words


def _is_unopened(words: str) -> bool:
    opening = _CLOSING.get(words[-1])
    return opening is not None and words.count(words[-1]) > words.count(opening)


def _address(words: str) -> str:
    if not words.lower().startswith(("http://", "https://")):
        return "https://doi.org/" + quote(words[words.index("10.") :], safe="/:;()")
    try:
        return words if urlsplit(words).hostname else ""
    except ValueError:
        return ""
