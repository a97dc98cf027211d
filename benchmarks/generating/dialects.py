"""The few words in which the two databases differ, where one INSERT … SELECT is to run on both."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from django.db import connection

START = datetime(2020, 1, 1, tzinfo=UTC)
"""When the first version was made; each later one, some minutes after the one before."""


def text(value: str) -> str:
    """A text as it stands in a statement."""
    return "'" + value.replace("'", "''") + "'"


def literal(value: Any) -> str:
    """Any value of a column as it stands in a statement."""
    match value:
        case None:
            return "NULL"
        case bool():
            return "TRUE" if value else "FALSE"
        case int() | float():
            return repr(value)
        case dict() | list():
            return json_value(value)
        case datetime():
            return moment(str(int((value - START).total_seconds())))
        case _:
            return text(str(value))


def json_value(value: Any) -> str:
    plain = text(json.dumps(value, sort_keys=True))
    return f"CAST({plain} AS jsonb)" if _on_postgresql() else plain


def series(first: int, last: int, step: int = 1) -> str:
    """The numbers from `first` to `last`, both included, as a table `series` of one column `n`."""
    if _on_postgresql():
        return f"generate_series({first}::bigint, {last}, {step}) AS series(n)"
    onward = f"SELECT n + {step} FROM counted WHERE n + {step} <= {last}"
    numbers = f"SELECT {first} WHERE {first} <= {last} UNION ALL {onward}"
    return f"(WITH RECURSIVE counted(n) AS ({numbers}) SELECT n FROM counted) AS series"


def moment(seconds: str) -> str:
    """The time so many seconds after the start, as a column of times takes it."""
    start = f"{START:%Y-%m-%d %H:%M:%S}"
    if _on_postgresql():
        return f"(CAST('{start}+00' AS timestamptz) + ({seconds}) * interval '1 second')"
    return f"datetime('{start}', '+' || ({seconds}) || ' seconds')"


def sha256(expression: str) -> str:
    """`sha256:` and the hexadecimal digest of a text. (Django gives SQLite the function.)"""
    if _on_postgresql():
        return f"('sha256:' || encode(sha256(convert_to({expression}, 'UTF8')), 'hex'))"
    return f"('sha256:' || sha256({expression}))"


def _on_postgresql() -> bool:
    return connection.vendor == "postgresql"
