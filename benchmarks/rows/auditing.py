"""The audit of every model: with nothing to change, with all to change, and against saving row by row."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from functools import partial

from django.db import connection

from benchmarks.measuring import milliseconds
from benchmarks.results import Result
from benchmarks.subject import Subject
from catalog.models import ArtifactVersion
from catalog.provenance.audit import audit
from catalog.provenance.judging import judging
from catalog.statements.id_lists import BATCH, Span, named
from catalog.statements.prepared import batch_cursor

SAVED = 200
"""Models that are saved one by one."""


def results(subject: Subject) -> Iterator[Result]:
    count = ArtifactVersion.objects.of_models().count()
    facts = milliseconds(read_facts) / 1_000
    thorough = milliseconds(partial(audit, thorough=True)) / 1_000
    nothing = milliseconds(audit) / 1_000
    if _takes_jobs():
        nothing_by_two = milliseconds(partial(audit, jobs=2)) / 1_000
    saving = milliseconds(_save_some) / SAVED
    _make_all_wrong()
    before = _peak_memory()
    everything = milliseconds(audit) / 1_000
    if _takes_jobs():
        _make_all_wrong()
        by_two = milliseconds(partial(audit, jobs=2)) / 1_000
    grown = _peak_memory() - before
    yield Result("audit, its fact query alone", facts, "s")
    for name, value in (("", nothing), (", all compared (`--thorough`)", thorough)):
        ratio = value / facts
        yield Result(f"audit, nothing changed{name}", value, "s", ratio, "at most 2.2 × its fact query", ratio <= 2.2)
    if _takes_jobs():
        yield Result("audit, nothing changed, by two jobs", nothing_by_two, "s", nothing_by_two / facts)
    most = 75 * subject.share
    goal = f"at most {most:.3g} s"
    yield Result("audit, all changed", everything, "s", everything / facts, goal, everything <= most)
    if _takes_jobs():
        yield Result("audit, all changed, by two jobs", by_two, "s", by_two / facts, goal, by_two <= most)
    yield Result("audit, growth of the peak memory", grown, "MB", None, "flat: at most 50 MB", grown <= 50)
    times = saving / (everything * 1_000 / count)
    yield Result("saving a model by itself", saving, "ms", times, "at least 50 × the audit of one", times >= 50)


def read_facts() -> None:
    """What the rules say of every model, read in the audit's batches, planned as there, and thrown away."""
    models = ArtifactVersion.objects.of_models().order_by("pk")
    last = 0
    while ids := list(models.filter(pk__gt=last).values_list("pk", flat=True)[:BATCH]):
        span = Span(ids[0], ids[-1])
        with batch_cursor(connection, span) as cursor:
            cursor.execute(judging(connection.vendor, True), named(span))
            cursor.fetchall()
        last = ids[-1]


def _save_some() -> None:
    for version in ArtifactVersion.objects.of_models().order_by("pk")[:SAVED]:
        version.save()


def _make_all_wrong() -> None:
    """By SQL, as nothing else could. What that leaves behind is taken out, as a server does in time by itself."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE catalog_artifactversion SET has_validation = NOT has_validation WHERE kind = 'model'")
    if _takes_jobs():
        _take_dead_rows_out()


def _takes_jobs() -> bool:
    """Whether an audit can have several: SQLite has one writer, and others see nothing of a transaction."""
    return connection.vendor == "postgresql" and not connection.in_atomic_block


def _take_dead_rows_out() -> None:
    """Of what is written by an audit: the next would pay for what the last left."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM catalog_artifactversion, catalog_posting, catalog_standing, catalog_artifact")


def _peak_memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_024
