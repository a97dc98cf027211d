"""Markdown from texts that are data: nothing in them is read as markup or HTML. Pure.

By CommonMark (https://spec.commonmark.org) a backslash takes its meaning from any punctuation behind it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from catalog.exports.stated import one_line

_MARKUP = re.compile(r"[\\`*_\[\]|~$!#]")
_HTML = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_BEGINS_BLOCK = re.compile(r"[-+=:]|\d+(?=[.)])")


def plain(text: Any) -> str:
    """A text within a line of Markdown."""
    line = "".join(_HTML.get(letter, letter) for letter in one_line(str(text)))
    return _MARKUP.sub(r"\\\g<0>", line)


def paragraphs(text: str) -> str:
    """A text of several lines as paragraphs: a blank line begins another."""
    found = [plain(part) for part in re.split(r"\n\s*\n", text)]
    return "\n\n".join(map(_unblocked, filter(None, found)))


def _unblocked(line: str) -> str:
    """A line that does not begin a list, a table or an underline."""
    if begins := _BEGINS_BLOCK.match(line):
        return f"{begins[0]}\\{line[begins.end() :]}" if begins[0].isdigit() else f"\\{line}"
    return line


def code(text: str) -> str:
    """A text in the type of code, within a line: a fence longer than any run of backticks in it."""
    line = one_line(text)
    fence = "`" * (1 + _longest_run(line))
    pad = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{pad}{line.replace('|', chr(92) + '|')}{pad}{fence}" if line else ""


def block(text: str, language: str = "") -> str:
    """A block of code, line by line."""
    fence = "`" * max(3, 1 + _longest_run(text))
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


def _longest_run(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)
