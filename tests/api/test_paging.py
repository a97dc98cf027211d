from __future__ import annotations

import base64
import json
import random
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.listing import SORTS
from tests.factories import complete_model, make_model, unpinned_model

pytestmark = pytest.mark.django_db


def ids(page: dict[str, Any]) -> list[str]:
    return [row["id"] for row in page["models"]]


def path_of(url: str) -> str:
    assert url.startswith("http://testserver/api/models?")
    return url.removeprefix("http://testserver")


def walk(get: Any, path: str, way: str = "next") -> list[dict[str, Any]]:
    """All pages from one on, by its links."""
    pages = [get(path)]
    while pages[-1][way]:
        pages.append(get(path_of(pages[-1][way])))
    return pages


def catalogue() -> None:
    """Models that tie in every way there is to tie."""
    chance = random.Random(4)
    for index in range(24):
        options: dict[str, Any] = {
            "title": chance.choice(["alpha", "Alpha", "beta", "gamma delta"]) + " " * (index % 2) + "x" * (index % 3),
            "created_at": datetime(2026, 1, 1 + index % 3, tzinfo=UTC),
            "parameter_count": chance.choice([None, 0, 5, 2**53 - 1]),
            "quality": chance.choice([0.2, 0.3, 0.7, 0.1 + 0.2]),
        }
        chance.choice([complete_model, unpinned_model, make_model])(f"m{chance.randrange(10**6)}-{index}", **options)


def test_cursors_and_offsets_give_the_same_pages(get, client: Client) -> None:
    catalogue()

    @settings(max_examples=40, deadline=None, derandomize=True)
    @given(
        st.sampled_from([*SORTS, ""]),
        st.sampled_from(["asc", "desc", ""]),
        st.integers(1, 30),
        st.sampled_from(["", "complete=true", "max_quality=0.3", "latest=false", "q=alpha"]),
    )
    def same(sort: str, order: str, limit: int, narrowed: str) -> None:
        query = f"/api/models?sort={sort}&order={order}&{narrowed}"
        everything = ids(get(f"{query}&limit=200"))
        by_offset = walk(get, f"{query}&limit={limit}")
        by_cursor = walk(get, f"{query}&limit={limit}&cursor=")
        assert [ids(page) for page in by_offset] == [ids(page) for page in by_cursor]
        assert [row for page in by_cursor for row in ids(page)] == everything
        assert {page["total"] for page in [*by_offset, *by_cursor]} == {len(everything)}
        # And the same way back.
        assert [ids(page) for page in walk(get, path_of_last(by_cursor, query, limit), "previous")] == [
            ids(page) for page in by_cursor[::-1]
        ]

    same()


def path_of_last(pages: list[dict[str, Any]], query: str, limit: int) -> str:
    return path_of(pages[-2]["next"]) if len(pages) > 1 else f"{query}&limit={limit}&cursor="


def test_the_first_and_the_last_page_have_no_neighbour_there(get) -> None:
    for name in "abc":
        make_model(name)

    for start in ("", "&cursor="):
        pages = walk(get, f"/api/models?limit=2{start}")
        assert [len(page["models"]) for page in pages] == [2, 1]
        assert pages[0]["previous"] is None and pages[-1]["next"] is None
        assert ids(get(path_of(pages[1]["previous"]))) == ids(pages[0])


def test_links_keep_the_rest_of_the_query(get) -> None:
    for name in "abc":
        make_model(name)

    page = get("/api/models?limit=1&family=biophysical&sort=title&offset=1")

    assert set(page["next"].partition("?")[2].split("&")) == {
        "limit=1",
        "family=biophysical",
        "sort=title",
        "offset=2",
    }


def test_rows_that_come_and_go_do_not_shift_a_cursor(get) -> None:
    for name in ("a", "c", "e"):
        make_model(name, title=name)
    first = get("/api/models?sort=title&limit=2&cursor=")

    make_model("b", title="b")
    make_model("d", title="d")

    assert ids(get(path_of(first["next"]))) == ["d-v1", "e-v1"]


def test_a_page_beyond_the_end_leads_back(get) -> None:
    for name in "abc":
        make_model(name)

    page = get("/api/models?limit=2&offset=50")

    assert page["models"] == [] and page["total"] == 3 and page["next"] is None
    assert ids(get(path_of(page["previous"]))) == ids(get("/api/models?limit=2&offset=1"))


def test_a_deep_offset_gives_the_same_rows(get, monkeypatch: pytest.MonkeyPatch) -> None:
    catalogue()
    pages = [[ids(page) for page in walk(get, f"/api/models?limit=5&sort={sort}")] for sort in SORTS]
    monkeypatch.setattr("catalog.listing.listed.DEEP", 0)

    assert [[ids(page) for page in walk(get, f"/api/models?limit=5&sort={sort}")] for sort in SORTS] == pages


def written(*content: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().replace("=", "%3D")


def test_a_cursor_belongs_to_its_order(get, refused) -> None:
    for name in "abc":
        make_model(name)
    cursor = path_of(get("/api/models?limit=1&cursor=")["next"]).partition("cursor=")[2].partition("&")[0]

    assert get(f"/api/models?limit=1&cursor={cursor}")["total"] == 3
    assert refused(f"/api/models?sort=title&cursor={cursor}")["parameter"] == "cursor"
    assert refused(f"/api/models?order=asc&cursor={cursor}")["parameter"] == "cursor"


@pytest.mark.parametrize(
    "cursor",
    [
        written("quality_score", "desc", False, [0.5]),
        written("quality_score", "desc", False, [0.5, 0.5, "1"]),
        written("quality_score", "desc", False, [0.5, 0.5, 2**70]),
        written("quality_score", "desc", False, [float("nan"), 0.5, 1]),
        written("quality_score", "desc", False, [float("inf"), 0.5, 1]),
        written("quality_score", "desc", False, [True, 0.5, 1]),
        written("quality_score", "desc", 1, [0.5, 0.5, 1]),
        written("quality_score", "desc", False, None),
        written("quality_score", "desc", False, {}),
        written("quality_score"),
        base64.urlsafe_b64encode(b"[" * 50_000).decode().replace("=", "%3D"),
        base64.urlsafe_b64encode(b"\xff\xfe\xfd").decode(),
    ],
)
def test_a_forged_cursor_is_refused(refused, cursor: str) -> None:
    assert refused(f"/api/models?cursor={cursor}")["code"] == "cursor"


@pytest.mark.parametrize(
    ("sort", "order", "keys"),
    [
        ("created_at", "desc", ["2026-01-01T00:00:00", 1]),
        ("created_at", "desc", ["0001-01-01T00:00:00+14:00", 1]),
        ("created_at", "desc", [5, 1]),
        ("title", "asc", ["\ud800", 1]),
        ("title", "asc", ["\0", 1]),
        ("parameter_count", "desc", [None, 1]),
        ("parameter_count", "desc", [1.5, 1]),
    ],
)
def test_a_forged_key_is_refused(refused, sort: str, order: str, keys: list[Any]) -> None:
    assert refused(f"/api/models?sort={sort}&cursor={written(sort, order, False, keys)}")["code"] == "cursor"


def test_pages_follow_without_gap_when_the_row_of_a_cursor_is_gone(get) -> None:
    versions = [make_model(name, title=name) for name in "abcd"]
    pages = walk(get, "/api/models?sort=title&limit=1&cursor=")
    versions[1].artifact.delete()

    assert ids(get(path_of(pages[1]["next"]))) == ["c-v1"]
    assert all(first["next"] for first, _ in pairwise(pages))
