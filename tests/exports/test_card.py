"""Model cards, read back by the Hugging Face Hub's own library."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from huggingface_hub import EvalResult, ModelCard
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from catalog.exports.card import write_card
from catalog.exports.card.markdown import block, code, paragraphs, plain
from catalog.exports.loading import export_of
from catalog.exports.stated import one_line
from catalog.importers.registry import IMPORTERS
from catalog.importers.run import import_records
from catalog.models import ModelVersion
from catalog.registration import LinkInput
from catalog.vocabulary import Relation
from tests.exports.building import HOME, NASTY, TEXT, detail, evaluation, export, full, link
from tests.factories import complete_model, make_dataset, make_model, measured, orphan_model


def card(*models: dict[str, Any], **titles: str) -> ModelCard:
    return ModelCard(write_card(export(*models, **titles)).decode())


class TestFacts:
    def test_what_the_hub_has_keys_for(self) -> None:
        found = card(
            detail(
                license="Apache 2.0",
                metadata={"framework": "PyTorch", "co2_eq_emissions": {"emissions": 12}},
                datasets=["data", "more"],
                evaluations=[evaluation(task="segmentation"), evaluation(metric="mae", value=1.0)],
                links=[link("fine_tuned_from", "model", artifact="base", version_id="base-v2")],
            )
        ).data
        assert (found.license, found.library_name) == ("apache-2.0", "pytorch")
        assert found.tags == ["statistical", "segmentation"] and found.metrics == ["rmse", "mae"]
        assert found.datasets == ["data", "more"] and found.co2_eq_emissions == {"emissions": 12}
        assert (found.base_model, found.base_model_relation) == (["base-v2"], "finetune")

    def test_models_that_are_combined_are_merged(self) -> None:
        found = card(detail(links=[link("combines", "model", artifact=name) for name in ("a", "b")])).data
        assert (found.base_model, found.base_model_relation) == (["a", "b"], "merge")

    @pytest.mark.parametrize(
        ("stated", "expected"),
        [
            ("CC-BY-4.0", ("cc-by-4.0", None)),
            ("CC BY-SA 4.0", ("cc-by-sa-4.0", None)),
            ("gpl-3.0-ONLY", ("gpl-3.0", None)),
            ("NCLS v1 (weights)", ("other", "NCLS v1 (weights)")),
            (None, (None, None)),
        ],
    )
    def test_a_licence_that_the_hub_has_no_word_for_keeps_its_own(self, stated: str | None, expected: Any) -> None:
        found = card(detail(license=stated)).data
        assert (found.license, getattr(found, "license_name", None)) == expected

    def test_without_evaluations_there_is_no_index(self) -> None:
        assert card(detail()).data.eval_results is None and "model-index" not in card(detail()).data.to_dict()


class TestResults:
    def test_every_evaluation_is_a_result(self) -> None:
        stated = evaluation(
            metric="auroc",
            value=0.91,
            unit="%",
            task="activation",
            subset="women",
            dataset="data",
            dataset_version=2,
            split="test",
            n=120,
            ci_low=0.9,
            ci_high=0.92,
            std_error=0.01,
            period="2025",
            evaluated_by="Hub",
            primary=True,
        )
        names = ("unit", "n", "ci_low", "ci_high", "std_error", "period", "reported_by", "primary")
        found = card(detail(evaluations=[stated]), data="The data").data
        assert found.model_name == "model-a-v1"
        assert found.eval_results == [
            EvalResult(
                task_type="activation",
                dataset_type="data",
                dataset_name="The data",
                dataset_config="women",
                dataset_split="test",
                dataset_revision="2",
                metric_type="auroc",
                metric_value=0.91,
                metric_args={name: stated[name] for name in names},
                source_name="Hub",
                source_url=f"{HOME}/models/model-a-v1",
            )
        ]

    def test_what_nobody_states_is_unknown(self) -> None:
        [found] = card(detail(evaluations=[evaluation()])).data.eval_results
        assert (found.task_type, found.dataset_type, found.dataset_name) == ("unknown", "unknown", "unknown")
        assert (found.dataset_split, found.dataset_revision, found.source_name) == (None, None, None)

    def test_what_was_measured_alike_is_one_result(self) -> None:
        values = [
            evaluation(dataset="data", split="test"),
            evaluation(metric="mae", dataset="data", split="train"),
            evaluation(metric="mae", dataset="data", split="test"),
        ]
        index = card(detail(evaluations=values)).data.to_dict()["model-index"]
        assert [[metric["type"] for metric in item["metrics"]] for item in index[0]["results"]] == [
            ["rmse", "mae"],
            ["mae"],
        ]

    @given(
        value=st.floats(allow_nan=False, allow_infinity=False),
        count=st.one_of(st.none(), st.integers(0, 2**53 - 1)),
        text=TEXT,
    )
    @settings(max_examples=60, deadline=None)
    def test_values_and_texts_come_back_as_they_are(self, value: float, count: int | None, text: str) -> None:
        stated = [evaluation(metric=text, value=value, n=count, task=text, dataset="data", split=text, period=text)]
        [found] = card(detail(evaluations=stated), data=text).data.eval_results
        assert (found.metric_value, found.metric_args.get("n")) == (value, count)
        texts = (found.metric_type, found.task_type, found.dataset_name, found.dataset_split)
        assert texts == (text,) * 4 and found.metric_args["period"] == text


def body(*models: dict[str, Any], **titles: str) -> str:
    return card(*models, **titles).text


def prose(text: str) -> str:
    """Without the blocks of code."""
    return re.sub(r"(?ms)^(`{3,})[a-z]*\n.*?^\1$", "", text)


class TestText:
    def test_it_tells_what_how_good_whence_what_to_mind_and_how_to_cite(self) -> None:
        text = body(
            detail(
                description="First.\n\nSecond.",
                metadata={"formula": "y ~ x", "authors": ["A. Author"], "references": ["doi:10.5555/x"]},
                evaluations=[evaluation(dataset="data", unit="kg", ci_low=0.4, ci_high=0.6)],
                links=[link("tests", "hypothesis", artifact="h", outcome="supports", status="unpinned")],
                provenance={
                    "cap": 0.3,
                    "rules": [
                        {
                            "label": "Names its data",
                            "applies": True,
                            "holds": False,
                            "message": "No data.",
                            "remedy": "Add.",
                        },
                        {"label": "Is pinned", "applies": True, "holds": True, "message": None, "remedy": None},
                        {"label": "Tests", "applies": False, "holds": None, "message": None, "remedy": None},
                    ],
                    "advisories": [{"code": "superseded", "artifact": "d", "message": "There is a newer one."}],
                },
            ),
            data="The data",
        )
        titles = [line for line in text.splitlines() if line.startswith("#")]
        assert titles == [
            *("# Model A", "## Model details", "## Evaluation", "## Provenance", "## Limitations", "## Citation"),
            "### References",
        ]
        for said in (
            "Statistical model, version 1 of `model-a`; active.",
            "First.\n\nSecond.",
            '"formula": "y ~ x"',
            "It is capped at 0.3 while a provenance rule fails, and would be 0.5.",
            "| `rmse` | 0.5 kg | 0.4 to 0.6 |",
            "- Names its data: **no**. No data. To mend it: Add.",
            "- Is pinned: yes.\n- Tests: does not apply.",
            "| tests (supports) | `h` |",
            "- No data.\n- superseded: There is a newer one.",
            "A. Author (2026). Model A",
            "@misc{model-a-v1,",
            "- doi:10.5555/x",
        ):
            assert said in text, said

    def test_one_of_which_little_is_known_says_so(self) -> None:
        text = body(detail(provenance={"cap": None, "rules": [], "advisories": []}))
        for said in (
            "not stated",
            "Nobody has reported an evaluation.",
            "does not say",
            "names no source",
            "knows of none",
        ):
            assert said in text

    @given(TEXT)
    @settings(max_examples=80, deadline=None)
    def test_no_text_of_a_record_is_markup(self, text: str) -> None:
        assume(one_line(text))
        usual, nasty = body(full("usual"), data="usual"), body(full(text), data=text)
        # Nothing begins a line, a cell, a link or a tag that would not with a usual text.
        assert _beginnings(nasty) == _beginnings(usual) and _marks(nasty) == _marks(usual)


def _beginnings(text: str) -> list[str]:
    found = (re.match(r"[#>|`~=+\t ]|- (?=[-+*] )?(?:\d+[.)] )?|-+", line) for line in prose(text).splitlines())
    return [mark[0] for mark in found if mark]


def _marks(text: str) -> dict[str, int]:
    """How often each mark of Markdown and HTML stands in a text that is neither escaped nor in the type of code."""
    bare = re.sub(r"`[^`\n]*`", "", re.sub(r"\\.", "", prose(text)))
    return {mark: bare.count(mark) for mark in "|*`[]!<>~$"}


class TestMarkdown:
    @pytest.mark.parametrize("text", NASTY)
    def test_a_text_is_one_line(self, text: str) -> None:
        assert len(plain(text).splitlines()) <= 1 and len(code(text).splitlines()) <= 1

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("- a", r"\- a"),
            ("1. a", r"1\. a"),
            ("12) a", r"12\) a"),
            ("1.5 a", r"1\.5 a"),
            ("# a", r"\# a"),
            ("> a", "&gt; a"),
            ("=== a", r"\=== a"),
            ("a\n- b", "a - b"),
            ("a\n\n+ b", "a\n\n\\+ b"),
        ],
    )
    def test_a_paragraph_begins_nothing_else(self, text: str, expected: str) -> None:
        assert paragraphs(text) == expected

    def test_code_is_for_names_and_has_a_fence_that_is_not_in_it(self) -> None:
        assert code("a-b.c:d_e@2") == "`a-b.c:d_e@2`" and code("sha256:00") == "`sha256:00`"
        assert code("a`b") == r"a\`b" and code("a|b") == r"a\|b" and code("") == ""
        assert block("````\n", "json").startswith("`````json\n")

    @given(TEXT)
    def test_nothing_is_lost_but_breaks_and_control(self, text: str) -> None:
        read = re.sub(r"\\([\\`*_\[\]|~$!#])", r"\1", plain(text))
        for letter, name in (("<", "&lt;"), (">", "&gt;"), ("&", "&amp;")):
            read = read.replace(name, letter)
        assert read == one_line(text)


@pytest.mark.django_db
class TestComparison:
    def report(self, *versions: Any) -> str:
        return write_card(export_of(versions, HOME)).decode()

    def test_it_tells_the_verdicts_and_marks_the_best(self) -> None:
        make_dataset("data")
        case = {"dataset": "data", "dataset_version": 1, "split": "test", "n": 10}
        one, two = (
            complete_model(name, trained_on=["data@1"], evaluations=(measured("rmse", value, **case),))
            for name, value in (("one", 0.2), ("two", 0.1))
        )
        text = self.report(one, two)
        assert "# Comparison of 2 models" in text and f"{HOME}/models/compare?ids=one-v1,two-v1" in text
        assert "| `rmse` | data, version 1, test | 0.2 | **0.1** | comparable |" in text
        assert "- Shared: `data`, the same version; `one-v1` 1, `two-v1` 1." in text
        assert text.count("@misc{") == 2
        assert {result.metric_value for result in ModelCard(text).data.eval_results} == {0.1, 0.2}

    def test_notices_and_differences_are_told(self) -> None:
        old = make_model("a", metadata={"formula": "y ~ x"})
        make_model("a", metadata={"formula": "y ~ z"})
        old.refresh_from_db()
        text = self.report(old, orphan_model("b", metadata={"formula": "y | z"}))
        assert "- **superseded**: a-v1 is superseded by a-v2." in text
        assert r"| `formula` | y \~ x | y \| z |" in text
        assert "None of the models reports an evaluation." in text


@pytest.mark.django_db
def test_the_catalogues_own_importer_reads_the_card_back(tmp_path: Path) -> None:
    for _ in range(2):
        make_dataset("data")
    base = make_model("base")
    full = {"unit": "µM", "n": 120, "ci_low": 0.4, "ci_high": 0.6, "period": "2025", "evaluated_by": "Hub"}
    data = {"dataset": "data", "dataset_version": 2, "split": "test", "subset": "donors", "task": "regression"}
    values = (measured("rmse", 0.5, primary=True, reported_by="evaluator", **full, **data), measured("mae", 1.0))
    tuned = LinkInput(relation=Relation.FINE_TUNED_FROM, ref="base@1")
    version = make_model("m", trained_on=["data"], evaluations=values, links=(tuned,))
    (tmp_path / "README.md").write_bytes(write_card(export_of([version], HOME)))

    report = import_records(IMPORTERS["model-card"](tmp_path))

    assert report.rejects == [] and report.added == 1
    imported = ModelVersion.objects.exclude(pk__in=[version.pk, base.pk]).get()
    said = ("metric", "value", "unit", "n", "ci_low", "ci_high", "period", "evaluated_by", "reported_by", "primary")
    said += ("dataset__public_id", "dataset_version__public_id", "split", "subset", "task")
    assert list(imported.evaluations.values_list(*said)) == list(version.evaluations.values_list(*said))
    links = ("relation", "target__public_id", "target_version__public_id")
    assert set(imported.links.values_list(*links)) == set(version.links.values_list(*links))
    assert imported.family == version.family
