"""Tables as exported files. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from catalog.spreadsheets import cell


def table(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """A table by RFC 4180, in UTF-8: a line of names, then the rows; a value that is not there is an empty cell."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([cell(column) for column in columns])
    writer.writerows([cell(value) for value in row] for row in rows)
    return text.getvalue().encode()
