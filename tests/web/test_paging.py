"""The addresses of a list, and the way between its pages."""

from __future__ import annotations

from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from catalog.web.paging import Paging
from catalog.web.query import PageQuery, problems, whole_number, word

sizes = st.integers(1, 200)
totals = st.integers(0, 5_000)
offsets = st.integers(0, 6_000)


def paging(total: int, offset: int, limit: int) -> Paging:
    return Paging(PageQuery("/models", (("q", "x"),)), total, offset, limit)


@given(st.integers(0, 300), sizes)
def test_next_leads_over_every_row_once(total: int, limit: int) -> None:
    seen: list[int] = []
    page = paging(total, 0, limit)
    while True:
        seen += range(page.offset, page.last)
        if page.next is None:
            break
        page = paging(total, page.next.offset, limit)
    assert seen == list(range(total))


@given(totals, offsets, sizes)
def test_every_link_leads_to_a_page_that_is_there(total: int, offset: int, limit: int) -> None:
    page = paging(total, offset, limit)
    links = [link for link in page.links() if link.number is not None]
    assert all(link.offset < max(1, total) for link in (*links, page.end) if link)
    assert links[0].number == 1 and links[-1].number == max(1, -(-total // limit))
    assert len(links) <= 7
    assert sum(link.current for link in links) == (not page.is_past_the_end)
    assert page.previous is None or page.previous.offset < max(1, offset)


@given(totals, offsets, sizes)
def test_gaps_stand_where_pages_are_left_out(total: int, offset: int, limit: int) -> None:
    before = 0
    for link in paging(total, offset, limit).links():
        if link.number is not None:
            assert link.number > before
            before = link.number
        else:
            before += 1


def test_the_first_page_has_no_offset_in_its_address() -> None:
    page = paging(50, 20, 20)
    assert page.previous is not None and page.previous.url == "/models?q=x"
    assert page.next is not None and page.next.url == "/models?q=x&offset=40"


def test_a_query_drops_what_has_no_value_and_what_is_said_twice() -> None:
    query = PageQuery.of("/models", QueryDict("q=&family=a&dataset=x&dataset=y&dataset=x&tag=%20"))
    assert query.pairs == (("family", "a"), ("dataset", "x"), ("dataset", "y"))
    assert query.without("dataset", "x").url == "/models?family=a&dataset=y"
    assert query.but("dataset", "family").url == "/models"
    assert query.having("family", "b").get("family") == "b"
    assert PageQuery("/m", (("ids", "a@2,b:c"),)).url == "/m?ids=a@2,b:c"


def test_what_is_wrong_with_a_query_is_said_with_the_nearest_word() -> None:
    query = PageQuery.of("/models", QueryDict("famly=a&sort=titel&limit=0&offset=x&tag=a&tag=b"))
    wrong = problems(query, ("family", "sort", "limit", "offset", "tag"), ("dataset",))
    assert len(wrong) == 2
    assert "'famly'" in wrong[0] and "'family'" in wrong[0]
    assert "'tag' is given 2 times" in wrong[1]
    assert word(query, "sort", "score", ("title", "score"), wrong) == "score"
    assert "'title'" in wrong[2]
    assert whole_number(query, "limit", 20, (1, 200), wrong) == 20
    assert whole_number(query, "offset", 0, (0, 10), wrong) == 0
    assert len(wrong) == 5
