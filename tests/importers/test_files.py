"""Files of a source are read inside PATH only, within bounds, and what fails says why."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from catalog.errors import InvalidInput
from catalog.importers import text
from catalog.importers.files import SourceTree, Unreadable, digest, parse_json, parse_yaml


@pytest.fixture
def tree(tmp_path: Path) -> SourceTree:
    inside = tmp_path / "source"
    (inside / "a" / "configs").mkdir(parents=True)
    (inside / "a" / "configs" / "metadata.json").write_text('{"version": "0.1.0"}')
    (inside / "b.yml").write_text("Models: []")
    (tmp_path / "secret.json").write_text("{}")
    return SourceTree(inside)


def test_finds_and_reads_what_is_inside(tree: SourceTree) -> None:
    assert list(tree.files("configs/metadata.json", "*.yml")) == ["b.yml", "a/configs/metadata.json"]
    assert tree.json("a/configs/metadata.json") == {"version": "0.1.0"}
    assert tree.yaml("b.yml") == {"Models": []}
    assert tree.folders() == ["a"]
    assert tree.has("b.yml") and not tree.has("a") and not tree.has("missing")


@pytest.mark.parametrize(
    "name", ["../secret.json", "a/../../secret.json", "linked.json", "/etc/hostname", "linked/secret.json"]
)
def test_refuses_to_leave_the_path(tree: SourceTree, name: str) -> None:
    (tree.root / "linked.json").symlink_to(tree.root.parent / "secret.json")
    (tree.root / "linked").symlink_to(tree.root.parent)
    with pytest.raises(Unreadable, match="outside the path given"):
        tree.read(name)
    assert not tree.has(name)
    assert tree.folders("linked") == [] and tree.folders() == ["a"]


def test_a_link_inside_the_path_is_followed(tree: SourceTree) -> None:
    (tree.root / "c.yml").symlink_to(tree.root / "b.yml")
    assert tree.yaml("c.yml") == {"Models": []}


def test_a_path_to_a_file_opens_that_file_alone(tree: SourceTree) -> None:
    single = SourceTree(tree.root / "b.yml")
    assert list(single.files("*.json")) == ["b.yml"]
    with pytest.raises(Unreadable, match="outside"):
        single.read("a/configs/metadata.json")


def test_refuses_missing_large_and_special_files(tree: SourceTree) -> None:
    os.mkfifo(tree.root / "pipe")
    with pytest.raises(Unreadable, match="does not exist"):
        tree.read("none.json")
    with pytest.raises(Unreadable, match="larger than 3 bytes"):
        tree.read("b.yml", limit=3)
    for name in ("pipe", "a"):
        with pytest.raises(Unreadable, match="not a file"):
            tree.read(name)
    with pytest.raises(Unreadable):
        tree.read("nul\0byte")
    with pytest.raises(InvalidInput):
        SourceTree(tree.root / "none")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b'{"a": 1, "a": 2}', "'a' stands twice"),
        (b"[" * 100_000, "nested deeper"),
        (b"[" * 65 + b"]" * 65, "nested deeper"),
        (b'"\\ud800"', "half of a character"),
        (b'"\\u0000"', "NUL"),
        (b'{"a": ', "broken JSON"),
        (b"\xff\xfe", "not UTF-8"),
        (b"1" * 5000, "broken JSON"),
    ],
)
def test_json_that_is_refused(content: bytes, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        parse_json(content)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"a: 1\na: 2", "line 1: the key 'a' stands twice"),
        (b"[" * 100_000, "nested deeper"),
        (b"a: &x [*x]", "leads nowhere or into itself"),
        (b"a: !!python/object:os.system x", "no plain value"),
        (b"a: !!binary aGk=", "no plain value"),
        (b"? [1]\n: 2", "a key is not a text"),
        (b"a: 1\n---\nb: 2", "broken YAML"),
        (b"a: [1, 2", "broken YAML"),
        (b"<<: 3", "broken YAML"),
        (b"a: " + b"1" * 5000, "broken YAML"),
        (b'a: "\\0"', "NUL"),
    ],
)
def test_yaml_that_is_refused(content: bytes, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        parse_yaml(content)


def test_yaml_aliases_cannot_explode() -> None:
    lines = ["a: &a [1,1,1,1,1,1,1,1,1,1]"]
    for before, name in zip("abcdefgh", "bcdefghi", strict=True):
        lines.append(f"{name}: &{name} [{','.join([f'*{before}'] * 10)}]")
    with pytest.raises(Unreadable, match="aliases written out"):
        parse_yaml("\n".join(lines).encode())


def test_yaml_gives_plain_json_values() -> None:
    content = b"x: 1e-4\ny: yes\nz: 2020-01-01\nq: 12:30\n1: 0x1F\nb: ~\nc:\nd: &d {e: 1}\n"
    content += b"f: {<<: *d, e: 2, g: TRUE}\nv: '12'"
    assert parse_yaml(content) == {
        "x": 0.0001, "y": "yes", "z": "2020-01-01", "q": "12:30", "1": 31, "b": None, "c": None,
        "d": {"e": 1}, "f": {"e": 2, "g": True}, "v": "12",
    }  # fmt: skip
    assert parse_json(b'\xef\xbb\xbf{"a": 1}') == {"a": 1}


def test_digest_of_the_bytes() -> None:
    assert digest(b"") == "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_ids_obey_the_rule() -> None:
    assert text.artifact_id("model", "monai", "spleen_ct (v2)") == "model-monai-spleen_ct-v2"
    assert text.artifact_id("dataset", "人") != text.artifact_id("dataset", "入")
    long = text.artifact_id("model", "x" * 300)
    assert len(long) <= 180 and long != text.artifact_id("model", "x" * 301)


@pytest.mark.parametrize("value", [None, "", "  ", "None", "N/A", "citation", "not available", "-"])
def test_placeholders_say_nothing(value: object) -> None:
    assert text.is_placeholder(value) and text.as_text(value) == "" and text.as_texts([value]) == ()


def test_values_as_found() -> None:
    assert text.as_texts("a") == ("a",) and text.as_texts(["a", "n/a", "b", "a"]) == ("a", "b")
    assert text.number("0.5") == 0.5 and text.number("inf") is None and text.number(True) is None
    assert text.number(10**400) is None and text.integer(2**53) is None
    assert text.integer("1.2e7") == 12_000_000 and text.integer(1.5) is None
    assert text.snake("Top 1 Accuracy") == "top_1_accuracy" and text.snake("BLEU-4") == "bleu_4"
    assert text.finite({"a": float("nan"), "b": [float("inf"), 1]}) == {"b": [1]}
    assert text.without_emails("Ann B <ann@example.org>, Team") == "Ann B, Team"
