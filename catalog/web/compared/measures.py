"""The metrics side by side: comparable rows first, then what may compare, then what does not, with the reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from catalog.comparison.records import Interval, MetricRow
from catalog.models import MetricDefinition
from catalog.vocabulary import Direction, Verdict
from catalog.web.charts import Dots, Measured, dots
from catalog.web.compared.columns import Column, Letters
from catalog.web.lettering import cut
from catalog.web.templatetags.catalog_format import count, exact, number

MOST_CHARTS, MOST_DOTS = 12, 72
"""Charts on one page, and dots in all of them. The table has every row."""

LETTERS_PER_LABEL = 16.5
"""How much of a model's title fits beside a chart, in widths of a small letter."""


LONE = "single"
"""Code of the group of values that no other model has anything beside."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One model's value in a row: as it reads, and `exact` where that is not every digit. `mark` says best or leading.

    `n` is empty where all values of the row rest on as many cases.
    """

    value: float
    interval: Interval | None
    best: bool
    leading: bool
    mark: str
    text: str
    exact: str
    bounds: str
    n: str


@dataclass(frozen=True, slots=True)
class Row:
    """One way of measuring, a cell or nothing for each model. `reason` is empty where the group says it for all rows.

    `n` is the number of cases where that is one for all values; `unstated` names what is not said of the data, and
    `by` the models that report a value.
    """

    row: MetricRow
    label: str
    better: str
    cells: tuple[Cell | None, ...]
    reason: str
    n: int | None
    unstated: str
    by: str


@dataclass(frozen=True, slots=True)
class Group:
    """Rows under one heading."""

    code: str
    title: str
    note: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    code: str
    title: str
    note: str
    verdicts: frozenset[Verdict]


HEADINGS = (
    Heading(
        "comparable",
        "Comparable",
        "Measured in the same way on the same data. The best value is marked where it is known which way is better.",
        frozenset({Verdict.COMPARABLE}),
    ),
    Heading(
        "unknown",
        "Perhaps comparable",
        "Nothing contradicts a comparison, but not all of the data is stated: a value may lead, none is best.",
        frozenset({Verdict.UNKNOWN}),
    ),
    Heading(
        "different_cases",
        "Different cases",
        "The same metric on the same data, but not on the same cases: no value is best.",
        frozenset({Verdict.DIFFERENT_CASES}),
    ),
    Heading(
        "apart",
        "Measured differently",
        "Other models report the metric, but on other data or in another way: no value is best.",
        frozenset(verdict for verdict in Verdict if verdict.startswith("different_"))
        - frozenset({Verdict.DIFFERENT_CASES}),
    ),
    Heading(
        LONE,
        "Reported by one model alone",
        "No other model here reports the metric.",
        frozenset({Verdict.SINGLE}),
    ),
)
"""How rows are grouped, in this order. Every verdict belongs to one."""


def metric_groups(metrics: Sequence[MetricRow], letters: Letters) -> tuple[Group, ...]:
    """The rows by heading, each group in the comparison's own order. One query, for the metrics' labels."""
    labels = dict(
        MetricDefinition.objects.filter(name__in={row.metric for row in metrics}).values_list("name", "label")
    )
    return tuple(
        Group(heading.code, heading.title, heading.note, tuple(_rows(chosen, heading, labels, letters)))
        for heading in HEADINGS
        if (chosen := [row for row in metrics if row.verdict in heading.verdicts])
    )


def _rows(rows: Iterable[MetricRow], heading: Heading, labels: Mapping[str, str], letters: Letters) -> Iterable[Row]:
    for row in rows:
        alone = row.verdict == Verdict.SINGLE and sum(value is not None for value in row.values.values()) == 1
        simple = alone and row.reason == "No other model here reports this metric."
        counts = {row.n[model] for model, value in row.values.items() if value is not None}
        common = counts.pop() if len(counts) == 1 else None
        yield Row(
            row=row,
            label=labels.get(row.metric, ""),
            better=better(row),
            cells=tuple(_cell(row, model, value, common) for model, value in row.values.items()),
            reason="" if simple else letters.shorten(row.reason),
            n=common,
            unstated=_unstated(row),
            by=letters.listed([model for model, value in row.values.items() if value is not None]),
        )


def _unstated(row: MetricRow) -> str:
    if row.dataset is None:
        return ""
    return " and ".join(name for name, said in (("version", row.dataset_version), ("split", row.split)) if said is None)


def better(row: MetricRow) -> str:
    """Which way the metric gets better, in words."""
    if row.direction == Direction.TARGET:
        return "the target is not known" if row.target is None else f"nearest {number(row.target)} is best"
    return f"{row.direction} is better" if row.direction else "which way is better is not known"


def _cell(row: MetricRow, model: str, value: float | None, common: int | None) -> Cell | None:
    if value is None:
        return None
    best, leading = model in row.best, model in row.leading and model not in row.best
    tied = "tied " if len(row.best if best else row.leading) > 1 else ""
    text, every_digit = number(value), exact(value)
    interval, n = row.intervals[model], row.n[model]
    return Cell(
        value=value,
        interval=interval,
        best=best,
        leading=leading,
        mark=f"{tied}best" if best else f"{tied}leading" if leading else "",
        text=text,
        exact="" if text == every_digit else every_digit,
        bounds=" to ".join(map(number, interval)) if interval else "",
        n="" if n is None or n == common else count(n),
    )


def comparable_charts(groups: Sequence[Group], columns: Sequence[Column]) -> tuple[tuple[Row, Dots], ...]:
    """A chart of each comparable row, on an axis of its own, as far as a page takes them."""
    rows = [row for group in groups if group.code == "comparable" for row in group.rows]
    most = min(MOST_CHARTS, MOST_DOTS // len(columns))
    return tuple((row, _chart(row, f"chart-{place}", columns)) for place, row in enumerate(rows[:most], 1))


def _chart(row: Row, name: str, columns: Sequence[Column]) -> Dots:
    measured = [
        Measured(
            label=cut(f"{column.letter} {column.title}", LETTERS_PER_LABEL),
            title=column.letter,
            value=cell.value,
            low=cell.interval[0] if cell.interval else None,
            high=cell.interval[1] if cell.interval else None,
            best=cell.best,
        )
        for column, cell in zip(columns, row.cells, strict=True)
        if cell is not None
    ]
    return dots(
        measured,
        name=name,
        title=f"{row.label or row.row.metric}, {row.better}",
        direction=row.row.direction,
        target=row.row.target,
    )
