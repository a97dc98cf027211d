"""BibTeX, read back by a reader of it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from pybtex.database import BibliographyData, parse_string

from catalog.exports.bibliography import write_bibtex
from catalog.exports.stated import dois_of, one_line
from tests.exports.building import HOME, TEXT, detail, export

_WORDS = {
    r"\textbackslash{}": "\\",
    r"\textasciitilde{}": "~",
    r"\textasciicircum{}": "^",
    r"\textbraceleft{}": "{",
    r"\textbraceright{}": "}",
}


def read(*models: dict[str, object]) -> BibliographyData:
    return parse_string(write_bibtex(export(*models)).decode(), "bibtex")


def as_text(field: str) -> str:
    """A field as TeX would set it."""
    inner = field.removeprefix("{").removesuffix("}")
    return re.sub(r"\\text\w+\{\}|\\([%&$#_])", lambda found: found[1] or _WORDS[found[0]], inner)


def test_an_entry_for_each_model_with_what_identifies_it() -> None:
    found = read(detail("a-v1"), detail("b-v1"))
    assert list(found.entries) == ["a-v1", "b-v1"]
    entry = found.entries["a-v1"]
    assert (entry.type, entry.fields["year"], entry.fields["version"]) == ("misc", "2026", "1")
    assert entry.fields["url"] == f"{HOME}/models/a-v1" and entry.fields["note"] == "sha256:00"
    assert not entry.persons, "the record names nobody"


def test_names_are_taken_as_they_stand() -> None:
    authors = ["MONAI team", {"name": "Author and Author, Ltd"}, {"affiliation": "no name"}]
    [entry] = read(detail(metadata={"authors": authors})).entries.values()
    assert [as_text(str(person)) for person in entry.persons["author"]] == ["MONAI team", "Author and Author, Ltd"]


def test_references_with_a_doi_follow_each_once() -> None:
    references = ["doi:10.5555/AbC", {"title": "On {x}", "doi": "https://doi.org/10.1000/x_y%20z"}, "A book without"]
    found = read(
        detail("a-v1", metadata={"references": references}),
        detail("b-v1", metadata={"references": ["10.5555/abc, again"]}),
    )
    assert list(found.entries) == ["a-v1", "b-v1", "10.5555-AbC", "10.1000-x_y-z"]
    assert found.entries["10.5555-AbC"].fields["doi"] == "10.5555/AbC"
    second = found.entries["10.1000-x_y-z"]
    assert second.fields["url"] == "https://doi.org/10.1000/x_y%20z"
    assert as_text(second.fields["note"]) == "On {x}, https://doi.org/10.1000/x_y%20z"


def test_keys_differ_in_more_than_their_case() -> None:
    assert list(read(detail("A-v1"), detail("a-v1"), detail("a-V1")).entries) == ["A-v1", "a-v1-2", "a-V1-3"]


@pytest.mark.parametrize("doi", ["10.5555/a{b", r"10.5555/a\b", "10.5555/a}b"])
def test_a_doi_leaves_no_entry_open(doi: str) -> None:
    found = read(detail(metadata={"references": [f"doi:{doi}"]}))
    assert len(found.entries) == 2 and list(dois_of({"references": [f"doi:{doi}"]})) == [doi.rstrip("}")]


@given(TEXT)
@settings(max_examples=80, deadline=None)
def test_texts_come_back_as_one_line(text: str) -> None:
    found = read(detail(title=text, version_label=text, metadata={"authors": [text], "references": [text]}))
    entry = found.entries["model-a-v1"]
    assert as_text(entry.fields.get("title", "")) == one_line(text)
    persons = [as_text(str(person)) for person in entry.persons.get("author", ())]
    assert persons == ([one_line(text)] if text.strip() else [])
