"""Words of the vocabulary written into a statement, where a bound parameter would hide them from the planner."""

from __future__ import annotations

from typing import Any

from django.db.models import Value


class Literal(Value):
    """A word as it is: SQLite looks for a partial index before it knows what is bound."""

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        word = str(self.value)
        if not word.isidentifier():
            raise ValueError(f"'{word}' is no word of the vocabulary.")
        return f"'{word}'", ()
