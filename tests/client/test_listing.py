"""Lists are read page by page, and no further than they are walked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from scidex_client import InvalidInput, Misconfigured, UnreadableAnswer
from scidex_client.listing import MOST_ROWS
from tests.client.conftest import Opening, page_of
from tests.client.faulty import Faulty, says

Serving = Callable[..., Faulty]
ONE = page_of({"id": "a"}, {"id": "b"}, total=3, following="https://elsewhere.example.org/api/models?cursor=next%3D")
TWO = page_of({"id": "c"}, total=3)


def asked(server: Faulty) -> list[dict[str, list[str]]]:
    return [parse_qs(urlsplit(request.path).query, keep_blank_values=True) for request in server.seen]


def test_it_asks_for_nothing_until_it_is_walked(serving: Serving, opening: Opening) -> None:
    server = serving(says(200, TWO), says(200, ONE))
    listing = opening(server.url).models(family="statistical", page_size=2)
    assert server.seen == []
    assert [row["id"] for row in listing] == ["a", "b", "c"]
    first, second = asked(server)
    assert first == {"family": ["statistical"], "limit": ["2"], "cursor": [""]}
    assert second == first | {"cursor": ["next="]}  # of the address of the next page the cursor alone is taken


def test_the_total_costs_no_page_of_its_own(serving: Serving, opening: Opening) -> None:
    server = serving(says(200, TWO), says(200, ONE))
    listing = opening(server.url).models()
    assert listing.total == 3 and [row["id"] for row in listing] == ["a", "b", "c"] and listing.total == 3
    assert len(server.seen) == 2


def test_each_walk_starts_anew(serving: Serving, opening: Opening) -> None:
    server = serving(says(200, TWO), says(200, ONE), says(200, ONE))
    listing = opening(server.url).models()
    assert listing.first(1) == [{"id": "a"}] and listing.first(2) == [{"id": "a"}, {"id": "b"}]
    assert len(server.seen) == 2


def test_filters_are_written_as_the_catalogue_reads_them(serving: Serving, opening: Opening) -> None:
    server = serving(says(200, TWO))
    list(
        opening(server.url).models(
            dataset=["dataset-a", "dataset-b@2"],
            complete=True,
            latest=False,
            min_quality=0.5,
            created_after=date(2026, 4, 5),
            created_before=datetime(2026, 4, 6, 12, tzinfo=UTC),
            q="a & b",
            state=None,  # type: ignore[typeddict-item] # None says nothing
        )
    )
    assert asked(server) == [
        {
            "dataset": ["dataset-a", "dataset-b@2"],
            "complete": ["true"],
            "latest": ["false"],
            "min_quality": ["0.5"],
            "created_after": ["2026-04-05"],
            "created_before": ["2026-04-06T12:00:00+00:00"],
            "q": ["a & b"],
            "limit": [str(MOST_ROWS)],
            "cursor": [""],
        }
    ]


def test_mistakes_that_need_no_catalogue_are_told_at_once(opening: Opening) -> None:
    catalogue = opening("http://127.0.0.1:1")
    for size in (0, 201):
        with pytest.raises(Misconfigured, match="page_size"):
            catalogue.models(page_size=size)
    with pytest.raises(Misconfigured, match="created_after"):
        catalogue.models(created_after=datetime(2026, 4, 5))  # noqa: DTZ001 # which is what is wrong
    with pytest.raises(Misconfigured, match="list of references"):
        catalogue.compare("model-a,model-b")


@pytest.mark.parametrize(
    "page",
    [
        {},
        {"models": []},
        {"models": {}, "total": 0, "next": None},
        [],
        page_of({"id": "a"}, following="https://x.org/"),
    ],
    ids=["empty", "no total", "no rows", "no object", "no cursor"],
)
def test_what_is_no_page_is_told(page: Any, serving: Serving, opening: Opening) -> None:
    with pytest.raises(UnreadableAnswer):
        list(opening(serving(says(200, page)).url).models())


def test_an_error_midway_is_raised(serving: Serving, opening: Opening) -> None:
    server = serving(says(400, {"detail": "No cursor of this list."}), says(200, ONE))
    rows = iter(opening(server.url).models())
    assert [next(rows)["id"], next(rows)["id"]] == ["a", "b"]
    with pytest.raises(InvalidInput, match="No cursor"):
        next(rows)
