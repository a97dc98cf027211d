"""What things are called, and which bytes they are."""

from __future__ import annotations

import hashlib
import json
import math
import struct

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from catalog.identity import (
    RESERVED_IDS,
    Reference,
    canonical_json,
    digest,
    id_problem,
    identification,
    sort_key,
    tag_problem,
)
from catalog.vocabulary import MAX_INTEGER, Identification, Kind


@pytest.mark.parametrize(
    "text",
    [
        "model-biophys-microglia-v3",
        "dataset-allen_brain-SEA-AD",
        "SDA-2026-04-05-xxx",
        "h-seaad-56fa6428",
        "9",
        "a:b.c_d-e",
        "x" * 200,
        "Compare",
    ],
)
def test_real_ids_are_ids(text: str) -> None:
    assert id_problem(text) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "1 to 200"),
        ("x" * 201, "has 201"),
        ("-x", "starts with"),
        (".x", "starts with"),
        ("a b", "holds letters"),
        ("a/b", "holds letters"),
        ("a@b", "holds letters"),
        ("é", "holds letters"),
        ("x\n", "holds letters"),
        *((word, "path of the catalogue") for word in sorted(RESERVED_IDS)),
    ],
)
def test_what_cannot_be_an_id_says_why(text: str, reason: str) -> None:
    assert reason in (id_problem(text) or "")


@pytest.mark.parametrize("text", ["stable", "v1", "2024-01", "1a"])
def test_tags_are_ids_that_no_number_can_be_taken_for(text: str) -> None:
    assert tag_problem(text) is None


@pytest.mark.parametrize("text", ["", "3", "0003", "a b", "x" * 101])
def test_what_cannot_be_a_tag_says_why(text: str) -> None:
    assert tag_problem(text)


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("x", Reference("x")),
        ("x@3", Reference("x", number=3)),
        ("x@003", Reference("x", number=3)),
        ("x@stable", Reference("x", tag="stable")),
        ("compare-x", Reference("compare-x")),
    ],
)
def test_references_read_as_people_write_them(text: str, reference: Reference) -> None:
    assert Reference.parse(text) == reference


@pytest.mark.parametrize("text", ["", "@1", "x@", "x@0", "x@-1", "x@1@2", "x@99999999999", "x@²", "a b@1", "compare"])
def test_what_cannot_be_a_reference_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        Reference.parse(text)


@given(st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,20}", fullmatch=True), st.integers(1, 10**9))
def test_a_reference_reads_back_as_it_was_written(name: str, number: int) -> None:
    reference = Reference(f"m-{name}", number=number)
    assert Reference.parse(str(reference)) == reference


def double(bits: str) -> float:
    return struct.unpack(">d", bytes.fromhex(bits))[0]


@pytest.mark.parametrize(
    ("bits", "text"),
    [
        ("0000000000000000", "0"),
        ("8000000000000000", "0"),
        ("0000000000000001", "5e-324"),
        ("7fefffffffffffff", "1.7976931348623157e+308"),
        ("ffefffffffffffff", "-1.7976931348623157e+308"),
        ("4340000000000000", "9007199254740992"),
        ("4430000000000000", "295147905179352830000"),
        ("44b52d02c7e14af5", "9.999999999999997e+22"),
        ("44b52d02c7e14af6", "1e+23"),
        ("444b1ae4d6e2ef4f", "999999999999999900000"),
        ("444b1ae4d6e2ef50", "1e+21"),
        ("3eb0c6f7a0b5ed8c", "9.999999999999997e-7"),
        ("3eb0c6f7a0b5ed8d", "0.000001"),
        ("41b3de4355555553", "333333333.3333332"),
        ("becbf647612f3696", "-0.0000033333333333333333"),
        ("43143ff3c1cb0959", "1424953923781206.2"),
    ],
)
def test_numbers_are_written_as_rfc_8785_appendix_b_writes_them(bits: str, text: str) -> None:
    assert canonical_json(double(bits)).decode() == text


def test_an_object_is_written_as_rfc_8785_section_3_2_writes_it() -> None:
    value = {
        "numbers": [333333333.33333329, 1e30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": "\u20ac$\u000f\u000aA'\u0042\u0022\u005c\\\"/",
        "literals": [None, True, False],
    }
    assert canonical_json(value).decode() == (
        '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )


def test_keys_are_sorted_by_their_utf_16_units_as_rfc_8785_section_3_2_3_sorts_them() -> None:
    keys = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
    written = json.loads(canonical_json(dict.fromkeys(keys)), object_pairs_hook=lambda pairs: [key for key, _ in pairs])
    assert written == ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]


def test_a_digest_is_the_sha_256_of_the_canonical_form() -> None:
    assert digest({"b": 1.0, "a": "x"}) == "sha256:" + hashlib.sha256(b'{"a":"x","b":1}').hexdigest()


@pytest.mark.parametrize(("stated", "stored"), [(1e22, 10**22), (-0.0, 0.0), (-0.0, 0), (1.0, 1), (5e-324, 5e-324)])
def test_what_a_database_rewrites_keeps_its_digest(stated: float, stored: float) -> None:
    assert digest({"value": [stated]}) == digest({"value": [stored]})


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_json_cannot_hold_has_no_digest(value: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        digest([value])


@given(st.integers(-MAX_INTEGER, MAX_INTEGER))
def test_integers_up_to_the_largest_exact_one_are_written_in_full(number: int) -> None:
    assert canonical_json(number).decode() == str(number)


@pytest.mark.parametrize(
    ("checksums", "metadata", "by"),
    [
        ({"sha256": "9f86"}, {}, Identification.CHECKSUM),
        ({}, {"checkpoint": {"digest": "sha256:9f86"}}, Identification.CHECKSUM),
        ({}, {"commit": "0a1b2c3"}, Identification.COMMIT),
        ({}, {"code": {"commit": "0A1B2C3D" * 8}}, Identification.COMMIT),
        ({}, {"version_doi": "10.5281/zenodo.1234"}, Identification.DOI),
        ({}, {"snapshot_date": "2024-05-01"}, Identification.SNAPSHOT),
        ({}, {"snapshot_date": "2024-05-01T12:00:00Z"}, Identification.SNAPSHOT),
        ({"sha256": "9f86"}, {"commit": "0a1b2c3", "snapshot_date": "2024-05-01"}, Identification.CHECKSUM),
    ],
)
def test_a_checksum_a_commit_a_version_doi_or_a_dated_snapshot_identifies(
    checksums: dict[str, str], metadata: dict[str, object], by: Identification
) -> None:
    assert identification(Kind.DATASET, checksums, metadata) == by


@pytest.mark.parametrize(
    ("checksums", "metadata"),
    [
        ({}, {}),
        ({"sha256": " "}, {}),
        ({"sha256": "n/a"}, {}),
        ({}, {"checkpoint": {"digest": ""}}),
        ({}, {"checkpoint": "sha256:9f86"}),
        ({}, {"commit": "main"}),
        ({}, {"commit": "0a1b2c"}),
        ({}, {"commit": "0a1b2c3" * 10}),
        ({}, {"code": {"release": "v1.0"}}),
        ({}, {"code": ["0a1b2c3"]}),
        ({}, {"version_doi": "unknown"}),
        ({}, {"version_doi": None}),
        ({}, {"snapshot_date": "last spring"}),
        ({}, {"snapshot_date": "2024-13-01"}),
        ({}, {"snapshot_date": 20240501}),
        ({}, {"snapshot_date": {"year": 2024}}),
    ],
)
def test_a_branch_a_release_a_placeholder_or_a_vague_date_identifies_nothing(
    checksums: dict[str, str], metadata: dict[str, object]
) -> None:
    assert identification(Kind.DATASET, checksums, metadata) is None


@pytest.mark.parametrize(
    ("kind", "by"),
    [(Kind.ANALYSIS, "record"), (Kind.HYPOTHESIS, "record"), (Kind.DATASET, None), (Kind.MODEL, None)],
)
def test_analyses_and_hypotheses_are_their_own_record(kind: Kind, by: str | None) -> None:
    assert identification(kind, {}, {}) == by


def test_titles_are_sorted_without_their_case() -> None:
    assert sorted(["beta", "Alpha", "STRASSE", "straße"], key=sort_key) == ["Alpha", "beta", "STRASSE", "straße"]


TEXTS = st.text(st.characters(codec="utf-8"), max_size=8)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-MAX_INTEGER, MAX_INTEGER) | st.floats(allow_nan=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


@given(VALUES.filter(lambda value: "Infinity" not in json.dumps(value)))
def test_what_is_written_the_fast_way_is_written_as_the_library_for_all_values_writes_it(value: object) -> None:
    assert canonical_json(value) == rfc8785.dumps(value)


@pytest.mark.parametrize("value", ["\ud800", {"\ud800": 1}, {"a": ["\udfff"]}, math.nan, {"a": -math.inf}])
def test_what_has_no_canonical_form_is_a_value_error(value: object) -> None:
    with pytest.raises(ValueError, match=r"."):
        canonical_json(value)
