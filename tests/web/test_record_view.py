"""How a record reads: pure parts of the pages of a model and an artifact."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.exports.citation import citation
from catalog.exports.stated import references_of
from catalog.linked_text import parts
from catalog.vocabulary import Family
from catalog.web.evaluation_groups import EvaluationGroup, evaluation_groups
from catalog.web.family_view import specification
from catalog.web.metadata_blocks import Block, block, table
from catalog.web.metadata_cells import cell
from tests.factories import RECORDS


def links(text: str) -> dict[str, str]:
    return {part.text: part.href for part in parts(text) if part.href}


class TestLinkedText:
    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("https://example.org/a?b=1&c=2", {"https://example.org/a?b=1&c=2": "https://example.org/a?b=1&c=2"}),
            ("See http://example.org/x.", {"http://example.org/x": "http://example.org/x"}),
            ("(https://example.org/a_(b))", {"https://example.org/a_(b)": "https://example.org/a_(b)"}),
            (
                "doi:10.1038/s41593-024-01774-5",
                {"doi:10.1038/s41593-024-01774-5": "https://doi.org/10.1038/s41593-024-01774-5"},
            ),
            (
                "10.1016/S0140-6736(20)30183-5",
                {"10.1016/S0140-6736(20)30183-5": "https://doi.org/10.1016/S0140-6736(20)30183-5"},
            ),
            ("https://doi.org/10.1/x", {"https://doi.org/10.1/x": "https://doi.org/10.1/x"}),
        ],
    )
    def test_addresses_and_dois_lead_somewhere(self, text: str, found: dict[str, str]) -> None:
        assert links(text) == found

    @pytest.mark.parametrize(
        "text",
        [
            "javascript:alert(1)",
            "data:text/html,x",
            "ftp://example.org",
            "//example.org",
            "http://",
            "https://]",
            "v10.12/3",
        ],
    )
    def test_nothing_else_does(self, text: str) -> None:
        assert links(text) == {}

    @given(
        st.text()
        | st.lists(st.sampled_from(["http://", "https://a.b", "10.1234/", "x", " ", ").", "doi:", "["])).map("".join)
    )
    def test_the_pieces_join_to_the_text(self, text: str) -> None:
        found = parts(text)
        assert "".join(part.text for part in found) == text
        assert all(part.href.startswith(("http://", "https://")) for part in found if part.href)


class TestCells:
    @pytest.mark.parametrize(
        ("value", "text", "digits"),
        [
            (1e-18, "1e−18", "1e-18"),
            (12345678, "1.235e7", "12345678"),
            (0, "0", "0"),
            (False, "no", ""),
            (None, "–", ""),
            ([], "–", ""),
            ([2, 2.5, "x", True], "2, 2.5, x, yes", ""),
            ({"a": [1]}, '{"a": [1]}', ""),
            ("plain", "plain", ""),
        ],
    )
    def test_a_value_reads_in_one_line(self, value: Any, text: str, digits: str) -> None:
        assert (cell(value).text, cell(value).exact) == (text, digits)


class TestBlocks:
    def test_a_table_says_once_what_all_rows_share_and_leaves_out_what_none_has(self) -> None:
        entries = {f"k{n}": {"value": n, "source": "fit", "prior": None, "bound": 7} for n in range(5)}
        found = table("Parameters", "parameter", entries.items(), first=("value", "units"))
        assert found.columns == ("parameter", "value")
        assert [(name, value.text) for name, value in found.shared] == [("source", "fit"), ("bound", "7")]
        assert [[item.text for item in row] for row in found.rows][:2] == [["k0", "0"], ["k1", "1"]]

    def test_a_small_table_keeps_its_columns(self) -> None:
        found = table("Parameters", "parameter", {"k": {"value": 1, "units": "1/h"}, "l": 2.5}.items())
        assert found.columns == ("parameter", "value", "units") and found.shared == ()
        assert [item.text for item in found.rows[1]] == ["l", "2.5", "–"]

    def test_objects_are_named_by_what_names_them_else_by_their_place(self) -> None:
        named, placed = block("x", [{"id": "a", "f": 1}]), block("x", [{"f": 1}])
        assert named and placed
        assert (named.columns, named.rows[0][0].text) == (("id", "f"), "a")
        assert (placed.columns, placed.rows[0][0].text) == (("no.", "f"), "1")

    def test_nested_objects_flatten_by_dots(self) -> None:
        found = block("Training", {"optimizer": {"name": "Adam", "betas": [0.9, 0.99]}, "empty": {}})
        assert found and [(key, item.text) for key, item in found.facts] == [
            ("optimizer.name", "Adam"),
            ("optimizer.betas", "0.9, 0.99"),
            ("empty", "–"),
        ]

    @pytest.mark.parametrize("nothing", [None, "", [], {}])
    def test_nothing_is_no_block(self, nothing: Any) -> None:
        assert block("x", nothing) is None


def titles(blocks: tuple[Block, ...]) -> list[str]:
    return [found.title for found in blocks]


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda values: st.lists(values, max_size=3) | st.dictionaries(st.text(), values, max_size=3),
    max_leaves=8,
)


class TestSpecification:
    @pytest.mark.parametrize(
        ("family", "expected"),
        [
            (Family.BIOPHYSICAL, ["Equations", "Parameters", "Species", "Solver"]),
            (Family.DEEP_LEARNING, ["Architecture", "Framework", "Training configuration"]),
            (Family.STATISTICAL, ["Type of model", "Formula", "Coefficients"]),
        ],
    )
    def test_each_family_reads_in_its_own_order(self, family: Family, expected: list[str]) -> None:
        assert titles(specification(family, RECORDS[family]).blocks) == expected

    def test_the_rest_follows_and_nothing_is_said_twice(self) -> None:
        metadata = {
            "team_name": "A team",
            "code": {"repository": "x"},
            "files": ["a", "b"],
            "note": "",
            "authors": ["B"],
        }
        found = specification(Family.STATISTICAL, metadata)
        assert (titles(found.blocks), titles(found.others)) == ([], ["Code", "Also in the record", "Files"])

    @given(st.dictionaries(st.text(), JSON, max_size=5))
    def test_any_extra_key_reads(self, metadata: dict[str, Any]) -> None:
        specification(None, metadata)

    def test_references_are_texts(self) -> None:
        stated = ["doi:10.1/x", {"title": "On cells", "url": "https://example.org"}, "", None, {}]
        assert references_of({"references": stated}) == ["doi:10.1/x", "On cells, https://example.org"]
        assert references_of({"references": None}) == references_of({}) == []


def model(**stated: Any) -> dict[str, Any]:
    usual = {
        "id": "model-a-v2",
        "title": "Cells {and} 100 % of_it",
        "version_number": 2,
        "version_label": None,
        "metadata": {"authors": ["A. Author", {"name": "B & Co"}]},
        "created_at": datetime(2026, 4, 5, tzinfo=UTC),
        "content_digest": "sha256:00",
    }
    return usual | stated


class TestCitation:
    def test_it_names_the_version_and_where_it_stands(self) -> None:
        text = citation(model(version_label="0.5"), "https://host/models/model-a-v2").text
        assert text == (
            "A. Author and B & Co (2026). Cells {and} 100 % of_it (version 2, “0.5”) [model]. "
            "SciDEX Models: model-a-v2. https://host/models/model-a-v2 (sha256:00)"
        )

    def test_bibtex_escapes_what_tex_would_read(self) -> None:
        entry = citation(model(id="a/b"), "https://host/models/a_b").bibtex
        assert entry.startswith("@misc{a-b,\n")
        assert r"author       = {{A. Author} and {B \& Co}}" in entry
        # BibTeX counts a brace behind a backslash too.
        assert r"title        = {{Cells \textbraceleft{}and\textbraceright{} 100 \% of\_it}}" in entry
        assert "url          = {https://host/models/a_b}" in entry

    def test_without_authors_the_title_leads(self) -> None:
        found = citation(model(metadata={}), "https://host/")
        assert (
            found.text.startswith("Cells {and} 100 % of_it (version 2, 2026) [model].") and "author" not in found.bibtex
        )


def evaluation(number: int, metric: str, value: float, **stated: Any) -> dict[str, Any]:
    names = ("unit", "task", "subset", "dataset", "dataset_version", "split", "n", "ci_low", "ci_high", "std_error")
    empty = dict.fromkeys((*names, "period", "evaluated_by", "direction", "target"))
    return {
        **empty,
        "number": number,
        "metric": metric,
        "value": value,
        "reported_by": "author",
        "primary": False,
    } | stated


class TestEvaluationGroups:
    def groups(self, *values: dict[str, Any]) -> tuple[EvaluationGroup, ...]:
        return evaluation_groups(values, {"d": "Data"})

    def test_one_for_each_split_of_each_version_named_data_first(self) -> None:
        found = self.groups(
            evaluation(1, "rmse", 1),
            evaluation(2, "rmse", 1, dataset="d", dataset_version=1, split="test"),
            evaluation(3, "rmse", 1, dataset="d", dataset_version=2, split="test"),
            evaluation(4, "mae", 1, dataset="d", dataset_version=2, split="test"),
        )
        assert [(group.title, group.dataset_version, len(group.values)) for group in found] == [
            ("Data", 2, 2),
            ("Data", 1, 1),
            (None, None, 1),
        ]

    def test_columns_are_what_is_stated_and_not_the_same_for_all(self) -> None:
        [group] = self.groups(
            evaluation(1, "rmse", 1, task="t", n=10, evaluated_by="hub"),
            evaluation(2, "rmse", 2, task="t", n=20, evaluated_by="hub", std_error=0.5),
        )
        assert group.columns == {"n", "interval"}
        assert dict(group.shared) == {"task": "t", "evaluated by": "hub", "reported by": "author"}
        assert [item.is_first for item in group.values] == [True, False]
        assert (group.values[0].low, group.values[1].low, group.values[1].estimated) == (None, 2 - 0.98, True)

    def test_a_page_shows_so_many_and_counts_the_rest(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("catalog.web.evaluation_groups.MOST_SHOWN", 3)
        data = [evaluation(n, f"metric-{n}", 1, dataset="d") for n in range(2)]
        found = self.groups(*data, *(evaluation(n, f"metric-{n}", 1) for n in range(3)))
        assert [(len(group.values), group.left_out) for group in found] == [(2, 0), (1, 2)]

    def test_a_stated_interval_wins_and_half_of_one_is_shown(self) -> None:
        [group] = self.groups(evaluation(1, "rmse", 1, ci_low=0.5, std_error=9.0))
        assert (group.values[0].low, group.values[0].high, group.values[0].estimated) == (0.5, None, False)
