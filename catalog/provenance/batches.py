"""The batches that an audit takes the versions in: many at a time, in the order of their keys."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import zip_longest
from typing import NamedTuple

from django.db import connection
from django.db.models import Max, QuerySet

from catalog.models import ArtifactVersion
from catalog.statements.id_lists import Ids, Span


class Batch(NamedTuple):
    """Some versions: how many, and the key of the last.

    For reading they are all in one: a span, where none that lies between is left out.
    """

    size: int
    last: int
    in_one: Ids

    @property
    def end(self) -> int:
        """The key that the next batch begins after: what came in before it has been read with this one."""
        return self.in_one.high if isinstance(self.in_one, Span) else self.last

    def of(self, versions: set[int]) -> Ids:
        """Some `versions`, most of them of the batch: in one as the batch is, where they are all of it."""
        if not isinstance(self.in_one, Span) or len(versions) < self.size:
            return versions
        low, high = self.in_one
        return self.in_one if low <= min(versions) and max(versions) <= high else versions


def stretches_of(versions: QuerySet[ArtifactVersion], after: int, count: int, size: int) -> list[range]:
    """The keys beyond `after`, as so many stretches, one for each job, that end where a batch of `size` keys does.

    Versions that lie side by side have artifacts and analyses in common: jobs on them would wait for each other.
    """
    first, last = (after + 1) // size, (versions.aggregate(Max("pk"))["pk__max"] or 0) // size
    width = max(1, -(-(last + 1 - first) // count))
    starts = range(first, first + count * width, width)
    return [range(max(after + 1, start * size), (start + width) * size) for start in starts]


def batches_in(
    stretches: Iterable[range], versions: QuerySet[ArtifactVersion], size: int, *, of_all: bool
) -> Iterator[Batch]:
    """The versions of all stretches, a batch of each at a time. `of_all`: none of the catalogue's is left out."""
    first = _first_of_all if of_all else partial(_first, versions)

    def batches(stretch: range) -> Iterator[Batch]:
        after = stretch.start - 1
        while batch := first(range(after + 1, stretch.stop), size):
            yield batch
            after = batch.end

    for turn in zip_longest(*map(batches, stretches)):
        yield from (batch for batch in turn if batch is not None)


def _first_of_all(keys: range, size: int) -> Batch | None:
    """The first versions whose keys are among `keys`, which end where a batch does: none of them need be listed.

    Batches are of as many keys as `size`, from the same ones on in each audit, whatever came in meanwhile.
    """
    table = ArtifactVersion._meta.db_table
    end = "first.id / %(size)s * %(size)s + %(size)s - 1"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*), max(version.id), max({end}) "
            f"FROM (SELECT min(id) AS id FROM {table} WHERE id >= %(start)s AND id < %(stop)s) first "
            f"JOIN {table} version ON version.id BETWEEN first.id AND {end}",
            {"size": size, "start": keys.start, "stop": keys.stop},
        )
        count, last, high = cursor.fetchone()
    return Batch(count, last, Span(max(keys.start, high + 1 - size), high)) if count else None


def _first(versions: QuerySet[ArtifactVersion], keys: range, size: int) -> Batch | None:
    """As many of some versions as `size`, the first whose keys are among `keys`."""
    among_them = versions.filter(pk__gte=keys.start, pk__lt=keys.stop)
    ids = list(among_them.order_by("pk").values_list("pk", flat=True)[:size])
    return Batch(len(ids), ids[-1], ids) if ids else None
