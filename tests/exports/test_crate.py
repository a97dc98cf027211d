"""RO-Crates, read back by the library of its community; its validator is among the peers' tests."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from rocrate.rocrate import ROCrate

from catalog.exports.crate import write_crate
from catalog.exports.crate.archive import packed
from catalog.exports.loading import export_of
from catalog.exports.records import Ancestry
from catalog.exports.registry import FORMATS
from tests.exports.building import HOME, TEXT, detail, edge, export, full, link, node
from tests.factories import make_model

DESCRIPTION = "ro-crate-metadata.json"


def files(crate: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(crate)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def opened(*models: dict[str, Any], ancestry: Ancestry | None = None) -> ROCrate:
    """The description alone, as its library reads it."""
    return ROCrate(json.loads(files(write_crate(export(*models, ancestry=ancestry)))[DESCRIPTION]))


def linked(value: Any) -> list[str]:
    return [item.id for item in (value if isinstance(value, list) else [value] if value else [])]


class TestFiles:
    def test_the_library_opens_the_archive_and_finds_every_file(self, tmp_path: Path) -> None:
        path = tmp_path / "crate.zip"
        path.write_bytes(write_crate(export(detail("a:b.c-v1"))))
        crate = ROCrate(path)
        found = {entity.id: entity for entity in crate.data_entities}
        assert list(found) == [
            *("README.md", "records/1-a-b.c-v1.json", "models.jsonld", "evaluations.csv"),
            *("provenance.json", "provenance.provn", "citation.bib"),
        ]
        for name, entity in found.items():
            content = (Path(crate.source) / name).read_bytes()
            assert entity["contentSize"] == str(len(content))
            assert entity["sha256"] == hashlib.sha256(content).hexdigest()
        assert set(files(path.read_bytes())) == {DESCRIPTION, *found}

    def test_they_are_the_other_formats(self) -> None:
        said = export(full("text"))
        held = set(files(write_crate(said)).values())
        assert all(item.write(said) in held for item in FORMATS.values() if item.name != "ro-crate")

    def test_the_same_files_give_the_same_bytes_whenever(self, monkeypatch: pytest.MonkeyPatch) -> None:
        first = packed({"a": b"1", "b/c": b"2"})
        monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)
        assert packed({"a": b"1", "b/c": b"2"}) == first

    @pytest.mark.django_db
    def test_a_comparison_holds_the_record_of_each_and_the_whole_answer(self) -> None:
        models = [make_model("m.A"), make_model("m.a")]
        held = files(write_crate(export_of(models, HOME)))
        records = [name for name in held if name.startswith("records/")]
        assert records == ["records/1-m.A-v1.json", "records/2-m.a-v1.json"]
        assert json.loads(held[records[1]])["content_digest"] == models[1].content_digest
        assert json.loads(held["comparison.json"])["models"] == ["m.A-v1", "m.a-v1"]


class TestDescription:
    def test_the_crate_says_what_it_is_and_whence(self) -> None:
        crate = opened(detail(license="cc-by-4.0"))
        assert crate.name == "Model A" and crate.root_dataset["datePublished"] == "2026-04-05T12:00:00Z"
        assert crate.root_dataset["license"].id == "https://spdx.org/licenses/CC-BY-4.0"
        assert crate.root_dataset["publisher"].id == HOME
        assert linked(crate.root_dataset["mainEntity"]) == [f"{HOME}/models/model-a-v1"]
        assert crate.version == "1.1"

    def test_a_licence_of_its_own_or_none_is_said(self) -> None:
        assert opened(detail(license="Ours")).root_dataset["license"]["name"] == "Ours"
        assert opened(detail()).root_dataset["license"]["name"] == "No licence is stated."
        assert len(linked(opened(detail(license="MIT"), detail("b-v1")).root_dataset["license"])) == 2

    def test_an_analysis_is_the_action_that_made_the_models_of_its_inputs(self) -> None:
        made = [link("produced_by", "analysis", artifact="run", version_id="run-v1", title="Run")]
        ancestry = Ancestry(
            nodes=(
                node("a-v1", "model"),
                node("b-v1", "model"),
                node("data-v1", "dataset"),
                node("run-v1", "analysis"),
            ),
            edges=(edge("a-v1", "produced_by", "run-v1"), edge("run-v1", "used", "data-v1")),
        )
        crate = opened(detail("a-v1", links=made), detail("b-v1", links=made), ancestry=ancestry)
        action = crate.get(f"{HOME}/artifacts/run-v1")
        assert action.type == "CreateAction"
        assert linked(action["result"]) == [f"{HOME}/models/a-v1", f"{HOME}/models/b-v1"]
        assert linked(action["object"]) == [f"{HOME}/artifacts/data-v1"]

    def test_a_model_that_another_was_made_from_is_described_in_full(self) -> None:
        tuned = detail("a-v1", links=[link("fine_tuned_from", "model", artifact="b", version_id="b-v1", title="B")])
        crate = opened(tuned, detail("b-v1", title="Base", description="All of it."))
        assert linked(crate.get(f"{HOME}/models/a-v1")["fineTunedFrom"]) == [f"{HOME}/models/b-v1"]
        assert crate.get(f"{HOME}/models/b-v1")["description"] == "All of it."

    @given(TEXT)
    @settings(max_examples=40, deadline=None)
    def test_texts_come_back_as_they_are(self, text: str) -> None:
        crate = opened(full(text))
        assert crate.name == text and crate.get(f"{HOME}/artifacts/data")["name"] == text
        assert crate.get(f"{HOME}/models/model-a-v1")["description"] == text
