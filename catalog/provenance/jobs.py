"""Work on several batches at a time: the database has processors of its own, and Python mostly waits for them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from django.db import connections

_Result = TypeVar("_Result")


def in_order(pieces: Iterable[Callable[[], _Result]], jobs: int) -> Generator[_Result, None, None]:
    """What comes of each piece of work, in their order; `jobs` of them are done at a time, on connections of their own.

    One at a time is done on the caller's connection. A piece is taken as soon as there is somebody to do it. Raises
    what a piece does: then, as when it is closed, what is begun is done to its end, and no other piece is.
    """
    if jobs == 1:
        for work in pieces:
            yield work()
        return
    pool = ThreadPoolExecutor(jobs)
    begun: deque[Future[_Result]] = deque()
    try:
        for work in pieces:
            begun.append(pool.submit(_on_own_connections, work))
            if len(begun) > jobs:  # one waits, so that nobody does
                yield begun.popleft().result()
        while begun:
            yield begun.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


def _on_own_connections(work: Callable[[], _Result]) -> _Result:
    try:
        return work()
    finally:
        connections.close_all()  # those of this thread
