"""Markdown from texts that are data: nothing in them is read as markup or HTML. Pure.

By CommonMark (https://spec.commonmark.org) a backslash takes its meaning from any punctuation behind it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from catalog.exports.stated import one_line

_MARKUP = re.compile(r"[\\`*_\[\]|~$!#]")
_PLAIN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:@/-]*")
_HTML = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_BEGINS_BLOCK = re.compile(r"[-+=:]|\d+(?=[.)])")


def plain(text: Any) -> str:
    """A text within a line of Markdown."""
    line = "".join(_HTML.get(letter, letter) for letter in one_line(str(text)))
    return _MARKUP.sub(r"\\\g<0>", line)


def paragraphs(text: str) -> str:
    """A text of several lines as paragraphs: a blank line begins another."""
    return "\n\n".join(filter(None, map(opening, re.split(r"\n\s*\n", text))))


def opening(text: Any) -> str:
    """A text that begins a line, or an item of a list: it begins no list, table or underline."""
    line = plain(text)
    if begins := _BEGINS_BLOCK.match(line):
        return f"{begins[0]}\\{line[begins.end() :]}" if begins[0].isdigit() else f"\\{line}"
    return line


def code(text: str) -> str:
    """An id or a digest in the type of code; what holds more than these do as any other text."""
    return f"`{text}`" if _PLAIN_NAME.fullmatch(text) else plain(text)


def block(text: str, language: str = "") -> str:
    """A block of code, line by line."""
    longest = max(map(len, re.findall("`+", text)), default=0)
    fence = "`" * max(3, 1 + longest)
    return f"{fence}{language}\n{text}\n{fence}"


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of cells that are Markdown already."""
    lines = [f"| {' | '.join(cells)} |" for cells in (columns, ["---"] * len(columns), *rows)]
    return "\n".join(lines)


def bullets(items: Iterable[str]) -> str:
    """A list of items that are Markdown already."""
    return "\n".join(f"- {item}" for item in items)


def number(value: float | None) -> str:
    """A number as it is, or nothing."""
    return "" if value is None else repr(value)
