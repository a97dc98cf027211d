"""PEtab v1 tables: tab-separated text with one header line, cells as they were written."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence

from catalog.importers.documents import Unreadable, decode

Row = dict[str, str]
"""One line of a table by column. A column that a line leaves out is blank."""


def parse_table(content: bytes) -> list[Row]:
    """The lines of a table. Raises `Unreadable` where it is none."""
    try:
        reader = csv.DictReader(io.StringIO(decode(content)), delimiter="\t", restval="", restkey="")
        return [{column.strip(): _cell(cell) for column, cell in row.items() if column} for row in reader]
    except csv.Error as error:
        raise Unreadable(f"not a table: {error}") from error


def _cell(cell: str | Sequence[str]) -> str:
    return cell.strip() if isinstance(cell, str) else ""


def quantity(cell: str) -> float | None:
    """The number in a cell, `inf` included as the format allows it for times and bounds; None for everything else."""
    try:
        value = float(cell)
    except ValueError:
        return None
    return None if math.isnan(value) else value


def same_quantity(first: float, second: float) -> bool:
    """Whether two numbers are one, written with fewer digits in one of the tables."""
    return math.isclose(first, second, rel_tol=1e-6, abs_tol=1e-12)


def estimated(row: Row) -> bool:
    """Whether a line of the parameter table is estimated (PEtab v1: `estimate` is 1, not 0)."""
    return quantity(row.get("estimate", "")) == 1


def nominal_values(parameters: Sequence[Row]) -> dict[str, float]:
    """`nominalValue` by parameter, on linear scale as the format has it; parameters without a number are left out."""
    numbers = {row.get("parameterId", ""): quantity(row.get("nominalValue", "")) for row in parameters}
    return {name: value for name, value in numbers.items() if name and value is not None and math.isfinite(value)}
