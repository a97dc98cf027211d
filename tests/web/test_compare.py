"""The compare page: what stands side by side, what may be called best, and what it says of names that lead nowhere."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog.registration import LinkInput
from catalog.vocabulary import Family, Relation
from tests.factories import (
    complete_model,
    make_analysis,
    make_dataset,
    make_hypothesis,
    make_model,
    measured,
    retracted,
    unpinned_model,
)
from tests.web.pages import parsed, tidy

pytestmark = pytest.mark.django_db

ON_TEST = {"dataset": "data", "dataset_version": 1, "split": "test"}


def get(client: Client, ids: str, rest: str = "", status: int = 200) -> HttpResponse:
    response = client.get(f"/models/compare?ids={quote(ids, safe=',@:')}{rest}")
    assert response.status_code == status, response.content[:2000]
    return response


def text_of(response: HttpResponse) -> str:
    """The text of a page, with a blank for every tag but before punctuation."""
    return re.sub(r" ([.,:;)])", r"\1", tidy(re.sub(r"<[^>]+>", " ", response.content.decode())))


def rows_of(response: HttpResponse) -> list[str]:
    return [tidy(tag.text) for tag in parsed(response).all("tr")]


def row(response: HttpResponse, word: str) -> str:
    """The one row of a table that holds a word."""
    [found] = [text for text in rows_of(response) if word in text]
    return found


@pytest.fixture
def data() -> None:
    make_dataset("data", title="Single-nucleus RNA-seq")


@pytest.fixture
def pair(data: None) -> str:
    """Two models on one dataset, with comparable values of one metric and others that are not."""
    run = make_analysis("run", title="One analysis", used=["data@1"])
    make_model(
        "model-a",
        title="Alpha",
        trained_on=["data@1"],
        produced_by=str(run),
        metadata={"solver": {"method": "LSODA", "rtol": 1e-6}, "equations": ["dx/dt = -k * x"], "note": "same"},
        evaluations=(
            measured("rmse", 0.023, ci_low=0.02, ci_high=0.026, n=120, **ON_TEST),
            measured("brier_score", 0.1, n=120, **ON_TEST),
            measured("f1", 0.8, dataset="data", dataset_version=1, split="validation"),
            measured("auroc", 0.7, dataset="data"),
            measured("chi2", 12345678.9),
        ),
        quality=0.9,
    )
    make_model(
        "model-b",
        title="Beta",
        trained_on=["data@1"],
        produced_by=str(run),
        metadata={"solver": {"method": "BDF", "rtol": 1e-6}, "note": "same"},
        evaluations=(
            measured("rmse", 0.031, n=120, **ON_TEST),
            measured("brier_score", 0.2, n=90, **ON_TEST),
            measured("f1", 0.7, **ON_TEST),
            measured("auroc", 0.6, dataset="data"),
        ),
    )
    return "model-a,model-b"


class TestMetrics:
    def test_the_best_is_marked_where_values_compare(self, client: Client, pair: str) -> None:
        assert "n = 120 0.023 best 0.02 to 0.026 0.031" in text_of(get(client, pair))

    def test_a_word_and_a_class_say_so_and_an_interval_stands_below(self, client: Client, pair: str) -> None:
        page = parsed(get(client, pair))
        [best] = page.all("td", class_="best")
        assert "best" in best.text and [tag.text for tag in page.all("small")][:1] == ["0.02 to 0.026"]

    def test_the_way_it_gets_better_is_said(self, client: Client, pair: str) -> None:
        text = text_of(get(client, pair))
        assert "lower is better" in text and "higher is better" in text

    def test_rows_stand_by_what_may_be_compared(self, client: Client, pair: str) -> None:
        text = text_of(get(client, pair))
        titles = (
            "Comparable",
            "Perhaps comparable",
            "Different cases",
            "Measured differently",
            "Reported by one model",
        )
        places = [text.index(f"{title} ") for title in titles]
        assert places == sorted(places)

    def test_the_reason_is_read_in_the_row_with_letters_for_the_models(self, client: Client, pair: str) -> None:
        response = get(client, pair)
        assert "different numbers of cases: 120 (A); 90 (B)." in row(response, "different cases The values")
        assert "nearest value elsewhere is that of B: split test there, validation here." in text_of(response)

    def test_what_nothing_contradicts_leads_and_is_not_best(self, client: Client, pair: str) -> None:
        [leading] = parsed(get(client, pair)).all("td", class_="leading")
        assert tidy(leading.text) == "0.7 leading"

    def test_every_digit_of_a_number_is_kept(self, client: Client, pair: str) -> None:
        response = get(client, pair)
        assert "1.235e7" in text_of(response) and 'title="12345678.9"' in response.content.decode()

    def test_a_value_that_stands_alone_is_told_with_its_model(self, client: Client, pair: str) -> None:
        assert row(get(client, pair), "Chi-squared").endswith("dataset not stated A1.235e7")

    def test_ties_are_all_marked(self, client: Client, data: None) -> None:
        for name in ("a", "b"):
            make_model(name, evaluations=(measured("rmse", 0.5, **ON_TEST),))
        assert row(get(client, "a,b"), "Root mean squared error").count("tied best") == 2

    def test_a_chart_of_the_comparable_ones_alone(self, client: Client, pair: str) -> None:
        page = parsed(get(client, pair))
        [chart] = page.all("svg", class_="chart")
        assert chart.attrs["role"] == "img"
        [told] = [tag.text for tag in page.all("desc", id="chart-1-told")]
        assert tidy(told) == "A: 0.023, interval 0.02 to 0.026, best. B: 0.031."

    def test_models_without_metrics(self, client: Client) -> None:
        make_model("a")
        make_model("b")
        assert "None of these models reports a metric." in text_of(get(client, "a,b"))


class TestMetadata:
    def test_differing_rows_are_marked_by_a_sign(self, client: Client, pair: str) -> None:
        response = get(client, pair)
        assert row(response, "method") == "≠ differs: methodLSODABDF"
        assert row(response, "rtol") == "rtol1e−61e−6" and "≠" not in row(response, "note")

    def test_what_one_model_alone_says_is_told_of_it(self, client: Client, pair: str) -> None:
        assert "equations only A" in row(get(client, pair), "equations")

    def test_the_switch_is_an_address_and_leads_back(self, client: Client, pair: str) -> None:
        ids = "model-a-v1,model-b-v1"
        assert parsed(get(client, pair)).links("Show differences only") == {
            "Show differences only": f"/models/compare?ids={ids}&differences=only#metadata"
        }
        narrowed = get(client, pair, "&differences=only")
        assert not [text for text in rows_of(narrowed) if text.startswith(("rtol", "note"))]
        assert row(narrowed, "method")
        assert parsed(narrowed).links("Show all fields") == {"Show all fields": f"/models/compare?ids={ids}#metadata"}

    def test_models_that_say_the_same(self, client: Client) -> None:
        for name in ("a", "b"):
            make_model(name, metadata={"solver": {"method": "LSODA"}})
        assert "All models say the same in every field." in text_of(get(client, "a,b", "&differences=only"))

    def test_a_parameter_is_one_row_with_its_units_and_source(self, client: Client) -> None:
        for name, value in (("a", 0.4), ("b", 0.5)):
            parameters = {"k.1": {"value": value, "units": "1/h", "source": "fitted", "lower_bound": 0}}
            make_model(name, metadata={"parameters": parameters})
        found = row(get(client, "a,b", "&differences=only"), "k.1")
        assert found == '≠ differs: "k.1"0.4 1/h; fitted; lower bound 00.5 1/h; fitted; lower bound 0'

    def test_hundreds_of_parameters_wait_behind_a_link(self, client: Client) -> None:
        for name in ("a", "b"):
            make_model(name, metadata={"parameters": {f"k{number:03}": {"value": 1} for number in range(136)}})
        response = get(client, "a,b")
        [address] = parsed(response).links("Show 112 more of parameters").values()
        assert "k023" in text_of(response) and "k024" not in text_of(response)
        assert "k135" in text_of(client.get(address))

    def test_long_values_are_cut_and_say_so(self, client: Client) -> None:
        make_model("a", metadata={"equations": [f"dx{number}/dt = 1" for number in range(40)], "note": "x" * 500})
        make_model("b", metadata={"equations": [], "address": "https://example.org/model", "flag": True})
        response = get(client, "a,b")
        assert "(40 entries)" in row(response, "equations") and "(500 letters)" in row(response, "note")
        assert "https://example.org/model" in parsed(response).addresses

    def test_what_a_record_says_is_never_markup(self, client: Client) -> None:
        for name in ("a", "b"):
            make_model(name, title="<b>x", metadata={"note": "<script>1</script>", "at": "javascript:alert(1)"})
        html = get(client, "a,b").content.decode()
        assert "<script" not in html and "<b>x" not in html and 'href="javascript' not in html


class TestTrainingData:
    def test_one_dataset_in_common(self, client: Client, pair: str) -> None:
        assert "A and B were trained on the same dataset (Jaccard 1)." in text_of(get(client, pair))

    def test_in_different_versions(self, client: Client, data: None) -> None:
        make_dataset("data")
        make_model("a", trained_on=["data@1"])
        make_model("b", trained_on=["data@2", f"{make_dataset('extra', title='The extra').artifact}@1"])
        response = get(client, "a,b")
        assert "share 1 of 2 datasets, in different versions (Jaccard 0.5)." in text_of(response)
        assert "≠ different versions" in text_of(response)
        assert "Only B dataset The extra v1" in text_of(response)

    def test_an_overlap_that_cannot_be_told(self, client: Client, data: None) -> None:
        make_model("a", trained_on=["data"])
        make_model("b", trained_on=["data"])
        make_model("c")
        text = text_of(get(client, "a,b,c"))
        assert "A and B were trained on the same dataset: how far they overlap cannot be told" in text
        assert "B and C cannot be compared: C states no training data." in text

    def test_the_pairs_of_many_models_are_a_table(self, client: Client, data: None) -> None:
        for name in "abcde":
            make_model(name, trained_on=["data@1"])
        rows = [text for text in rows_of(get(client, "a,b,c,d,e")) if text.startswith("E")]
        assert rows == ["E" + "1 were trained on the same dataset" * 4]


class TestProvenance:
    def test_a_picture_of_each_in_one_scale_with_shared_inputs_in_one_place(self, client: Client, pair: str) -> None:
        page = parsed(get(client, pair))
        pictures = page.all("svg", class_="dag")
        assert len(pictures) == 2 and len({picture.attrs["width"] for picture in pictures}) == 1
        places = [
            tag.attrs["transform"] for tag in page.all("a", href="/artifacts/data-v1") if "transform" in tag.attrs
        ]
        assert len(places) == 2 and len(set(places)) == 1

    def test_different_versions_are_marked(self, client: Client, data: None) -> None:
        make_dataset("data")
        make_model("a", trained_on=["data@1"])
        make_model("b", trained_on=["data@2"])
        assert text_of(get(client, "a,b")).count("≠ version ") == 2

    def test_shared_inputs_are_listed(self, client: Client, pair: str) -> None:
        assert row(get(client, pair), "One analysis") == "analysisOne analysisv1v1"

    def test_a_model_that_came_from_nothing(self, client: Client) -> None:
        make_model("a")
        make_model("b")
        text = text_of(get(client, "a,b"))
        assert "Nothing is recorded of what a-v1 came from." in text
        assert "Nothing is recorded of what these models came from." in text


class TestNotices:
    def test_the_gravest_come_first_and_say_so(self, client: Client, data: None) -> None:
        split = {"training_splits": {"data": "test"}}
        make_model("a", trained_on=["data@1"], metadata=split, evaluations=(measured("rmse", 0.5, **ON_TEST),))
        make_model("b")
        make_model("b")
        retracted(make_model("c"))
        notices = [
            (tag.attrs["class"], tidy(tag.text).partition(":")[0])
            for tag in parsed(get(client, "a,b@1,c")).all("div", class_="notice")
        ]
        assert notices == [("notice bad", "Retracted"), ("notice bad", "Leakage"), ("notice warn", "Superseded")]

    def test_what_is_said_of_several_is_said_once(self, client: Client, data: None) -> None:
        for name in ("a", "b", "c"):
            make_model(name, trained_on=["data@1"], evaluations=(measured("rmse", 0.5, dataset="data"),))
        [notice] = parsed(get(client, "a,b,c")).all("div", class_="notice")
        assert tidy(notice.text).startswith("Split unstated: A, B and C are each evaluated on data,")

    def test_ids_that_begin_alike_keep_their_own_letters(self, client: Client) -> None:
        make_model("m")
        make_model("m")
        make_model("m-v1x")
        text = text_of(get(client, "m@1,m-v1x"))
        assert "A is superseded by m-v2." in text


class TestGlance:
    def test_a_score_says_what_it_rests_on_and_its_cap(self, client: Client) -> None:
        unpinned_model("a", quality=0.9)
        complete_model("b", quality=None)
        found = row(get(client, "a,b"), "Score")
        assert "assessed; capped at 0.3, 0.9 uncapped" in found and re.search(r"record \d/8", found)
        assert "quality" not in text_of(get(client, "a,b")).casefold()

    def test_every_column_has_its_letter_title_and_way_out(self, client: Client, pair: str) -> None:
        page = parsed(get(client, pair))
        assert page.links("Remove")["Remove A, Alpha"] == "/models/compare?ids=model-b-v1"
        assert page.links("Alpha")["Alpha"] == "/models/model-a-v1"

    def test_the_order_is_that_asked_for(self, client: Client, pair: str) -> None:
        heads = [tidy(tag.text) for tag in parsed(get(client, "model-b,model-a")).all("th", scope="col")]
        assert heads[:2] == ["A Beta v1", "B Alpha v1"]

    def test_long_titles_keep_their_end_in_the_heads(self, client: Client) -> None:
        for size in (336, 560):
            make_model(f"m-{size}", title=f"{'beit_' * 12}-{size}px")
        heads = {tidy(tag.text) for tag in parsed(get(client, "m-336,m-560")).all("span", class_="head")}
        assert {f"{'beit_' * 8}bei…beit_beit_-{size}px" for size in (336, 560)} <= heads

    def test_the_json_is_linked(self, client: Client, pair: str) -> None:
        page = parsed(get(client, pair))
        address = "/api/models/compare?ids=model-a-v1,model-b-v1"
        assert address in page.addresses
        assert [entry["id"] for entry in client.get(address).json()["models"]] == ["model-a-v1", "model-b-v1"]


class TestAdding:
    def test_an_id_is_added_at_once(self, client: Client, pair: str) -> None:
        make_model("model-c")
        response = client.get(f"/models/compare?ids={pair}&add=model-c&differences=only")
        assert response.status_code == 302
        assert response["Location"] == "/models/compare?ids=model-a-v1,model-b-v1,model-c-v1&differences=only"

    def test_words_are_searched_for(self, client: Client, pair: str) -> None:
        make_model("model-c", title="Gamma of the cortex")
        retracted(make_model("model-d", title="Delta of the cortex"))
        page = parsed(get(client, pair, "&add=cortex+gamma"))
        assert page.links("Add Gamma") == {
            "Add Gamma of the cortex": "/models/compare?ids=model-a-v1,model-b-v1,model-c-v1"
        }
        assert not page.links("Add Delta")

    @pytest.mark.parametrize("words", ["nothing+of+the+kind", "%00", "x" * 300, "data"])
    def test_words_that_find_no_model(self, client: Client, pair: str, words: str) -> None:
        assert "No model is called" in text_of(get(client, pair, f"&add={words}"))

    def test_the_first_is_added_to_none(self, client: Client, pair: str) -> None:
        response = client.get("/models/compare?ids=&add=model-a")
        assert response["Location"] == "/models/compare?ids=model-a-v1"

    def test_a_ninth_is_not(self, client: Client) -> None:
        names = [f"m-{number}" for number in range(9)]
        for name in names:
            make_model(name)
        response = get(client, ",".join(names[:8]), "&add=m-8")
        assert "Eight models are the most" in text_of(response)


class TestNames:
    def test_without_any_the_page_asks_for_them(self, client: Client) -> None:
        response = client.get("/models/compare")
        assert response.status_code == 200 and "Add a model" in text_of(response)
        assert not parsed(response).all("p", class_="bad")

    def test_one_is_too_few(self, client: Client, pair: str) -> None:
        response = get(client, "model-a", status=400)
        assert "Name 2 to 8 models" in text_of(response) and "Alpha" in text_of(response)

    def test_nine_are_too_many_and_each_can_be_left_out(self, client: Client) -> None:
        names = [make_model(f"m-{number}", title=f"Model {number}").public_id for number in range(9)]
        response = get(client, ",".join(names), status=400)
        assert "9 are named" in text_of(response)
        left = parsed(response).links("Remove Model 0")["Remove Model 0"]
        assert client.get(left).status_code == 200

    def test_a_repeat_is_named_and_the_rest_offered(self, client: Client, pair: str) -> None:
        response = get(client, "model-a,model-b,model-a@1", status=400)
        assert "model-a and model-a@1 are one version, model-a-v1" in text_of(response)
        assert parsed(response).links("Compare these 2") == {
            "Compare these 2": "/models/compare?ids=model-a-v1,model-b-v1"
        }

    def test_every_unknown_one_is_named_with_the_nearest(self, client: Client, pair: str) -> None:
        response = get(client, "modle-a,model-b,data,zzz-99", status=404)
        text = text_of(response)
        assert "Nothing in the catalogue is called &#x27;modle-a&#x27;." in text
        assert "&#x27;data&#x27; is of kind dataset, not model." in text and "zzz-99" in text
        taken = parsed(response).links("model-a")["model-a"]
        assert taken == "/models/compare?ids=model-a,model-b,data,zzz-99"
        again = client.get(taken)
        assert "modle-a" not in text_of(again) and "zzz-99" in text_of(again)

    def test_two_mistyped_ones_are_mended_one_after_the_other(self, client: Client, pair: str) -> None:
        first = "/models/compare?ids=model-a,modle-b"
        assert first in parsed(get(client, "modle-a,modle-b", status=404)).addresses
        second = "/models/compare?ids=model-a,model-b"
        assert second in parsed(client.get(first)).addresses
        assert client.get(second).status_code == 200

    @pytest.mark.parametrize("ids", ["%00,%ff", "a,,b,", ",", "x" * 3000, "'\"><script>,b", "\u202e,b"])
    def test_odd_names_are_a_page_and_no_failure(self, client: Client, ids: str) -> None:
        response = client.get("/models/compare", {"ids": ids})
        assert response.status_code in {200, 400, 404} and b"<script>" not in response.content

    def test_ids_may_be_given_one_by_one_as_forms_do(self, client: Client, pair: str) -> None:
        assert client.get("/models/compare?ids=model-a&ids=model-b").status_code == 200

    def test_an_unknown_parameter_is_said(self, client: Client, pair: str) -> None:
        assert "the nearest is &#x27;differences&#x27;" in text_of(get(client, pair, "&diferences=only"))

    def test_nothing_is_written(self, client: Client) -> None:
        assert client.post("/models/compare").status_code == 405


def test_a_page_of_eight_large_models_takes_as_many_queries_as_of_two_and_stays_light(client: Client) -> None:
    def model(name: str, width: int) -> Any:
        datasets = [f"{make_dataset().artifact}@1" for _ in range(width)]
        values = [measured("rmse", 0.5, dataset=dataset.removesuffix("@1")) for dataset in datasets]
        analysis = make_analysis(used=datasets)
        links = [LinkInput(relation=Relation.DERIVES_FROM, ref=dataset) for dataset in datasets]
        return make_model(
            name,
            family=Family.DEEP_LEARNING,
            trained_on=datasets,
            produced_by=str(analysis),
            evaluations=tuple(values),
            tests=[str(make_hypothesis())],
            links=links,
            metadata={"layers": {f"layer{number}": {"width": number} for number in range(136)}, "note": "x" * 900},
        )

    for name, width in (("a", 1), ("b", 1), *((f"large-{number}", 5) for number in range(8))):
        model(name, width)

    def queries(ids: str) -> int:
        with CaptureQueriesContext(connection) as found:
            get(client, ids)
        return len(found)

    eight = ",".join(f"large-{number}" for number in range(8))
    assert queries("a,b") == queries(eight) <= 16
    assert len(get(client, eight).content) < 150_000


def test_no_inline_style_or_script(client: Client, pair: str) -> None:
    html = get(client, pair).content.decode()
    assert " style=" not in html and "<script" not in html and "<style" not in html


def test_data_of_one_origin_are_told_by_how_grave_that_is_with_the_way(client: Client) -> None:
    make_dataset("whole")
    for half in ("first", "second"):
        make_dataset(half, links=(LinkInput(relation=Relation.DERIVES_FROM, ref="whole@1"),))
    for name, dataset in (("honest", "second@1"), ("leaky", "whole@1")):
        make_model(name, trained_on=["first@1"], evaluations=(measured("rmse", 0.5, dataset=dataset, split="test"),))
    page = get(client, "honest,leaky")
    said = [(tag.attrs["class"], tidy(tag.text)) for tag in parsed(page).all("div", class_="notice")]
    assert ("notice plain", "Shared parent") in [(tone, text.partition(":")[0]) for tone, text in said]
    assert any(tone == "notice bad" and text.endswith("(B → first-v1 → whole-v1)") for tone, text in said)
    assert any(text.endswith("(A → first-v1 → whole-v1 → second-v1)") for _, text in said)
