"""One row of the table, the table, and the file of them."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.db import connection


@dataclass(frozen=True, slots=True)
class Result:
    """A figure. `ratio` is to what the goal names; `met` is None where there is no goal, or no figure yet."""

    name: str
    value: float | None
    unit: str
    ratio: float | None = None
    goal: str = ""
    met: bool | None = None


@dataclass(frozen=True, slots=True)
class Baseline:
    """The figures of a smaller catalogue, by name; none where this is the smaller one."""

    size: int = 0
    values: dict[str, float] | None = None

    def ratio(self, name: str, value: float) -> float | None:
        """How many times the smaller catalogue's figure this is."""
        before = (self.values or {}).get(name)
        return value / before if before else None


def machine() -> dict[str, Any]:
    """What the figures were measured on, without saying whose it is, and its load of the last quarter of an hour."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    asked = "SHOW server_version" if connection.vendor == "postgresql" else "SELECT sqlite_version()"
    with connection.cursor() as cursor:
        cursor.execute(asked)
        version = cursor.fetchone()[0].split()[0]
    return {
        "cores": os.cpu_count(),
        "memory_gb": round(memory),
        "python": platform.python_version(),
        "database": f"{connection.display_name} {version}",
        "load": round(os.getloadavg()[2], 1),
    }


def written(machine: dict[str, Any], size: int, results: Iterable[Result], path: Path) -> None:
    """Write the results as JSON."""
    content = {"machine": machine, "size": size, "results": [asdict(result) for result in results]}
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def table(results: Sequence[Result]) -> str:
    """The results as a Markdown table."""
    lines = ["| | figure | ratio | goal | |", "|---|---|---|---|---|"]
    for result in results:
        figure = "not available" if result.value is None else f"{_short(result.value)} {result.unit}".strip()
        ratio = "" if result.ratio is None else f"{_short(result.ratio)} ×"
        verdict = {True: "reached", False: "**missed**", None: ""}[result.met]
        lines.append(f"| {result.name} | {figure} | {ratio} | {result.goal} | {verdict} |")
    return "\n".join(lines)


def _short(number: float) -> str:
    if number == round(number) or abs(number) >= 100:
        return f"{number:,.0f}"
    return f"{number:.1f}" if abs(number) >= 10 else f"{number:.2f}"
