"""Pages of the list of models: what they cost in the database, what the catalogue adds, and the exact totals."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from django.db import connection

from benchmarks import asking
from benchmarks.generating import Layout
from benchmarks.measuring import medians
from benchmarks.results import Result
from benchmarks.subject import Subject
from catalog.api.pagination import Cursor, Ordered
from catalog.listing import DEFAULT_SORT, SORTS, Narrowed
from catalog.listing.rows import COLUMNS
from catalog.stamps import forget_counts

IN_THE_DATABASE = 10.0
"""No page of the goal takes longer, in milliseconds."""

LEAST_TOTAL = 2.0
"""A goal for a total shrinks with the catalogue to this, in milliseconds: planning the statement takes its part."""

_RAW = """
    SELECT {columns} FROM catalog_artifactversion v JOIN catalog_artifact a ON a.id = v.artifact_id
    WHERE v.kind = 'model' AND v.is_latest AND v.state <> 'retracted'
    ORDER BY v.quality_score DESC, v.quality_uncapped DESC, v.id DESC LIMIT 20
"""
_INDEX_ONLY = {
    "all": "SELECT count(*) FROM catalog_artifactversion WHERE kind = 'model'",
    "one family": "SELECT count(*) FROM catalog_artifactversion WHERE is_listed AND family = 'statistical'",
    "a popular dataset": "SELECT count(*) FROM catalog_posting WHERE role = 1 AND target = {popular} AND counted",
}
TOTALS = {"all": ("no filter", 71), "one family": ("family", 44), "a popular dataset": ("dataset, popular", 33)}
"""The page whose total it is, and the goal at a million models in milliseconds."""


GOAL_IN_PROCESS = "one dataset, total and links included"
IN_PROCESS = {
    GOAL_IN_PROCESS: "dataset",
    "the same, counted anew": "dataset",
    "all, total and links included": "",
    "all, counted anew": "",
}
COUNTED_ANEW = ("no filter", "family", "dataset, popular", "search, every title", "complete")
"""Pages of the catalogue after a commit, with all that they count: totals, and what each choice of a filter shows."""


def goal_pages(layout: Layout) -> dict[str, str]:
    """The pages that have a goal."""
    single, popular, none = layout.single.id(0), layout.popular.id(), layout.untrained.id()
    return {
        "no filter": "",
        "family": "family=statistical",
        "dataset, popular": f"dataset={popular}",
        "dataset, rare": f"dataset={single}",
        "dataset, none matching": f"dataset={none}",
        "hypothesis, rare": f"hypothesis={layout.hypotheses.id(0)}",
        "analysis, rare": f"analysis={layout.analyses.id(2)}",
        "evaluated_on, popular": f"evaluated_on={popular}",
        "evaluated_on, none matching": f"evaluated_on={none}",
        "family and dataset, popular": f"family=statistical&dataset={popular}",
        "family and dataset, rare": f"family=deep_learning&dataset={single}",
        "family and dataset, none matching": f"family=biophysical&dataset={popular}",
        "family and dataset, none matching, by cursor": f"cursor=&family=biophysical&dataset={popular}",
        "deep page by cursor": f"cursor={_deep_cursor(int(layout.size * 0.9))}",
    }


def other_pages(layout: Layout) -> dict[str, str]:
    """Pages without a goal, listed with their figure."""
    return {
        "offset at 90 %": f"offset={int(layout.size * 0.9)}",
        "search, every title": "q=benchmark",
        "search, one title": f"q=model+{layout.size - 1}",
        "search, nothing": "q=nonesuch",
        "metric": "metric=aic",
        "complete": "complete=true",
        "incomplete": "complete=false",
        "framework": "framework=pytorch",
        "quality from 0.9": "min_quality=0.9",
        "every version": "latest=false",
        "sorted by title": "sort=title",
        "sorted by date": "sort=created_at",
        "sorted by parameter count": "sort=parameter_count",
    }


def results(subject: Subject) -> Iterator[Result]:
    goals, others = goal_pages(subject.layout), other_pages(subject.layout)
    times = medians(_tasks(subject.layout, goals | others), subject.rounds)
    yield Result("raw query of a page, the limit", times["raw"], "ms")
    yield from _in_process(times)
    for name in goals:
        yield subject.steady(f"page, {name}", times[f"page: {name}"], IN_THE_DATABASE)
    for name in others:
        yield subject.steady(f"page, {name}", times[f"page: {name}"], growth=None)
    for name in COUNTED_ANEW:
        yield subject.steady(f"catalogue page in process, {name}, counted anew", times[f"anew: {name}"], growth=None)
    yield subject.steady("home page in process, counted anew", times["anew: home"], growth=None)
    yield from _totals(subject, times)
    for name in [name for name in goals | others if name not in dict(TOTALS.values())]:
        yield subject.steady(f"exact total, {name}", times[f"total: {name}"], growth=None)


def _in_process(times: dict[str, float]) -> Iterator[Result]:
    """The list as beside MLflow, of one dataset; its total is counted once in each state of the catalogue."""
    ratios = {name: times[name] / times["raw"] for name in IN_PROCESS}
    for name, ratio in ratios.items():
        goal, met = ("at most 5 × the raw query", ratio <= 5) if name == GOAL_IN_PROCESS else ("", None)
        yield Result(f"list page in process, {name}", times[name], "ms", ratio, goal, met)


def _totals(subject: Subject, times: dict[str, float]) -> Iterator[Result]:
    for name, (page, at_full_size) in TOTALS.items():
        value, limit = times[f"total: {page}"], times[f"limit: {name}"]
        most = max(LEAST_TOTAL, at_full_size * subject.share)
        goal = f"at most {most:.3g} ms; the ratio is to an index-only count"
        yield Result(f"exact total, {name}", value, "ms", value / limit, goal, value <= most)


def _tasks(layout: Layout, pages: dict[str, str]) -> dict[str, Callable[[], object]]:
    """The page and the total of each list, what limits them, and the list as the catalogue answers it."""
    tasks: dict[str, Callable[[], object]] = {
        "raw": asking.replay([asking.Statement(raw_page())]),
    }
    for name, filtered in IN_PROCESS.items():
        path = f"/api/models?dataset={layout.popular.id()}" if filtered else "/api/models"
        tasks[name] = partial(_counted_anew if "anew" in name else asking.answer, path)
    for name, query in pages.items():
        asked = asking.statements(f"/api/models?{query}")
        tasks[f"page: {name}"] = asking.replay([one for one in asked if not asking.is_count(one)])
        tasks[f"total: {name}"] = asking.replay([one for one in asked if asking.is_count(one)])
    for name in COUNTED_ANEW:
        tasks[f"anew: {name}"] = partial(_counted_anew, f"/models?{pages[name]}")
    tasks["anew: home"] = partial(_counted_anew, "/")
    for name, sql in _INDEX_ONLY.items():
        tasks[f"limit: {name}"] = asking.replay([asking.Statement(sql.format(popular=layout.popular.artifact(0)))])
    return tasks


def _counted_anew(path: str) -> None:
    forget_counts()
    asking.answer(path)


def raw_page() -> str:
    """The page as one would write it by hand."""
    quote = connection.ops.quote_name
    own = [f"v.{quote('id' if name == 'pk' else name)}" for name in COLUMNS if "__" not in name]
    return _RAW.format(columns=", ".join([*own, "a.public_id"]))


def _deep_cursor(offset: int) -> str:
    """A cursor that follows the row at `offset` of the default list."""
    sort = SORTS[DEFAULT_SORT]
    ordered = Ordered(Narrowed(), sort, sort.default_order)
    [row] = ordered.page(1, offset)
    return Cursor(tuple(sort.keys_of(row))).written(ordered)
