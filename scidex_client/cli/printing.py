"""Text for people and JSON for machines."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Sequence
from typing import Any, TextIO

BOLD, YELLOW, RED = "1", "33", "31"

NARROWEST = 12
"""Characters below which no column is cut."""


class Console:
    """Writes to a stream: in colour and cut to the width where it is a terminal, in full where it is not."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        terminal = stream.isatty()
        self._width = shutil.get_terminal_size().columns if terminal else None
        self._colour = terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"

    def line(self, text: str = "", style: str | None = None) -> None:
        """Write a line. What a terminal would obey rather than show is left out."""
        self._write(self._styled(shown(text), style))

    def complain(self, text: str) -> None:
        """Write what is wrong, over as many lines as it has."""
        for part in text.splitlines():
            self.line(part, RED if part == text.splitlines()[0] else None)

    def json(self, value: Any) -> None:
        """Write a JSON value, indented."""
        self._write(json.dumps(value, indent=2))

    def json_lines(self, values: Iterable[Any]) -> None:
        """Write JSON values as they come, one a line."""
        for value in values:
            self._write(json.dumps(value, separators=(",", ":")))

    def table(
        self,
        headings: Sequence[str],
        rows: Iterable[Sequence[Any]],
        styles: Sequence[str | None] = (),
        whole: Sequence[str] = ("ID",),
    ) -> None:
        """Write a table. `styles` are of the rows, in their order. The columns headed by `whole` are never cut."""
        cells = [[shown(cell) for cell in row] for row in rows]
        widths = [max(map(len, column)) for column in zip(headings, *cells, strict=True)]
        self._fit(widths, [index for index, heading in enumerate(headings) if heading not in whole])
        self._write(self._styled(_row(headings, widths), BOLD))
        for index, row in enumerate(cells):
            self._write(self._styled(_row(row, widths), styles[index] if styles else None))

    def _fit(self, widths: list[int], cut: Sequence[int]) -> None:
        """Narrow the widest of the columns that may be `cut` until all fit on the terminal."""
        while cut and self._width is not None and sum(widths) + 2 * (len(widths) - 1) > self._width:
            widest = max(cut, key=widths.__getitem__)
            if widths[widest] <= NARROWEST:
                break
            widths[widest] -= 1

    def _styled(self, text: str, style: str | None) -> str:
        return f"\x1b[{style}m{text}\x1b[0m" if style and self._colour else text

    def _write(self, text: str) -> None:
        encoding = self._stream.encoding or "utf-8"
        self._stream.write(text.encode(encoding, "replace").decode(encoding) + "\n")


def shown(value: Any) -> str:
    """A value as text of one line: nothing for None, a few digits of a number, and no control characters."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.6g}"
    return "".join(character if character.isprintable() else " " for character in str(value))


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(_cut(cell, width).ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"
