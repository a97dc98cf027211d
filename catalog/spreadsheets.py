"""Tables as spreadsheets open them: CSV, a line at a time, with nothing in it that a spreadsheet would run."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

CONTENT_TYPE = "text/csv; charset=utf-8"

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def cell(value: Any) -> Any:
    """A value as a spreadsheet may hold it: a text that it would run as a formula is quoted."""
    if isinstance(value, list | tuple):
        value = " ".join(value)
    if isinstance(value, str) and value.startswith(_FORMULA_STARTS):
        return f"'{value}"
    return value


def csv_lines(rows: Iterable[Mapping[str, Any]], columns: Sequence[str] = ()) -> Iterator[str]:
    """The lines of a table, each as its row is read. Its head names `columns` or, without them, the first row's."""
    writer: csv.DictWriter | None = None
    if columns:
        writer = csv.DictWriter(_Echo(), fieldnames=columns)
        yield writer.writerow(dict(zip(columns, columns, strict=True)))
    for row in rows:
        if writer is None:
            writer = csv.DictWriter(_Echo(), fieldnames=list(row))
            yield writer.writerow({key: key for key in row})
        yield writer.writerow({key: cell(value) for key, value in row.items()})


class _Echo:
    """Gives back what is written: each line goes out as it is made."""

    def write(self, text: str) -> str:
        return text
