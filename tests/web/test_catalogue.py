"""The catalogue page: what it lists, what narrows it, and how models are chosen for comparison."""

from __future__ import annotations

import itertools
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog.registration import set_tag
from catalog.vocabulary import Family
from tests.factories import (
    FULL_RECORD,
    RECORDS,
    complete_model,
    evaluated_model,
    make_analysis,
    make_dataset,
    make_hypothesis,
    make_model,
    measured,
    model_of_a_hypothesis,
    orphan_model,
    retracted,
    unpinned_model,
)
from tests.web.pages import cells, parsed, tidy

pytestmark = pytest.mark.django_db


def get(client: Client, query: str = "", **options: Any) -> HttpResponse:
    return client.get(f"/models{query}", **options)


def text_of(response: HttpResponse) -> str:
    return tidy(parsed(response).all("main")[0].text)


def test_a_row_says_what_there_is(client: Client) -> None:
    dataset = make_dataset("dataset-a", title="Cells of the cortex")
    analysis = make_analysis("analysis-a", used=["dataset-a@1"], title="A fit of the cells")
    model = make_model(
        "model-a",
        title="A model of cells",
        family=Family.STATISTICAL,
        trained_on=["dataset-a@1"],
        produced_by=str(analysis),
        version_label="release one",
        parameter_count=31_000_000,
        evaluations=(measured("rmse", 0.000012345), measured("aic", -450.0)),
    )
    set_tag(model, "stable")
    response = get(client)
    assert response.status_code == 200
    page = parsed(response)
    assert page.links("A model of cells") == {"A model of cells": "/models/model-a-v1"}
    assert page.links("Cells of the cortex")["Cells of the cortex"] == f"/artifacts/{dataset.artifact}"
    assert page.links("A fit of the cells") == {"A fit of the cells": "/artifacts/analysis-a"}
    assert cells(response, "family") == ["statistical 31,000,000 parameters"]
    assert cells(response, "version") == ["1 release one stable"]
    assert cells(response, "metrics") == ["rmse 1.234e−5 aic −450"]
    assert [tag.attrs["value"] for tag in page.all("data")][-2:] == ["1.2345e-05", "-450"]
    assert cells(response, "completeness") == ["complete"]
    assert cells(response, "created") == [f"{model.created_at:%Y-%m-%d}"]


def test_a_row_says_what_is_missing(client: Client) -> None:
    orphan_model(quality=0.9)
    response = get(client)
    assert cells(response, "completeness") == ["0 of 3 no training dataset no analysis inputs not pinned"]
    assert cells(response, "metrics") == ["none"]
    assert cells(response, "dataset") == cells(response, "analysis") == ["not named"]


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: complete_model(quality=0.78), "0.78 assessed"),
        (lambda: unpinned_model(quality=0.9), "0.3 assessed; capped at 0.3, 0.9 uncapped"),
        (lambda: complete_model(quality=None), "0.25 record 2/8"),
        (
            lambda: orphan_model(metadata=RECORDS[Family.BIOPHYSICAL] | FULL_RECORD),
            "0.3 record 6/8; capped at 0.3, 0.75 uncapped",
        ),
        (lambda: orphan_model(), "0.25 record 2/8"),
    ],
)
def test_a_score_says_what_it_rests_on_and_whether_it_is_capped(client: Client, make: Any, says: str) -> None:
    make()
    assert cells(get(client), "score") == [says]


def test_the_page_never_calls_the_record_quality(client: Client) -> None:
    complete_model(quality=None)
    assert "quality" not in text_of(get(client)).lower()


def test_many_metrics_and_datasets_are_counted(client: Client) -> None:
    values = tuple(measured(name, 1.0) for name in ("a", "b", "c", "d", "e"))
    several = (measured("wis", 1.0, task="x"), measured("wis", 2.0, task="y"))
    make_model(trained_on=[str(make_dataset().artifact) for _ in range(4)], evaluations=several + values)
    response = get(client)
    assert cells(response, "metrics") == ["a 1 b 1 c 1 and 3 more"]
    assert cells(response, "dataset")[0].endswith("and 2 more")
    make_model(evaluations=several, title="Zzz")
    assert cells(get(client, "?q=Zzz"), "metrics") == ["wis 2 values"]


def test_the_order_and_the_pages_are_those_of_the_api(client: Client) -> None:
    for number in range(7):
        orphan_model(title=f"Model {number % 3}", parameter_count=number)
    for query in (
        "",
        "?sort=title&limit=3",
        "?sort=title&order=desc&limit=3&offset=3",
        "?sort=parameter_count&order=asc",
    ):
        response = get(client, query)
        [link] = [href for text, href in parsed(response).links("This list as JSON").items()]
        answer = client.get(link).json()
        ids = [tag.attrs["value"] for tag in parsed(response).all("input", name="selected")]
        assert ids == [model["id"] for model in answer["models"]]
        assert f"{answer['total']} models" in text_of(response)


def test_heads_sort_and_say_how_the_list_is_sorted(client: Client) -> None:
    orphan_model()
    page = parsed(get(client, "?q=model&offset=0&selected=x"))
    heads = {tidy(tag.text): tag.attrs.get("aria-sort") for tag in page.all("th")}
    assert heads["Score ▼"] == "descending"
    assert set(heads.values()) == {None, "descending"}
    assert page.links("Model")["Model"] == "/models?q=model&selected=x&sort=title"
    assert page.links("Score")["Score"] == "/models?q=model&selected=x&sort=quality_score&order=asc"
    page = parsed(get(client, "?sort=title&order=desc"))
    assert page.all("th", class_="title")[0].attrs["aria-sort"] == "descending"
    assert page.links("Model")["Model"] == "/models?sort=title"


def test_each_filter_narrows_as_it_does_in_the_api(client: Client) -> None:
    dataset, hypothesis = make_dataset("dataset-a"), make_hypothesis("hypothesis-a")
    one = complete_model(trained_on=["dataset-a@1"], tests=["hypothesis-a"], title="One of them", version_tag="stable")
    evaluated_model(dataset="dataset-a", family=Family.DEEP_LEARNING)
    orphan_model(family=Family.STATISTICAL)
    retracted(orphan_model(family=Family.STATISTICAL))
    assert str(dataset), str(hypothesis)
    for query in (
        *("family=deep_learning", "dataset=dataset-a", "dataset=dataset-a@1", "hypothesis=hypothesis-a", "q=one+THEM"),
        *("complete=false", "complete=true", "quality_basis=assessed", "min_quality=0.5", "max_quality=0.5"),
        *("state=retracted", "state=retracted&family=statistical", "state=retracted&complete=false&latest=false"),
        *("state=active", "tag=stable", "framework=pytorch", "created_after=2020-01-01", "created_before=2020-01-01"),
        *("metric=rmse", "latest=false", "evaluated_on=dataset-a", f"analysis={one.artifact}"),
    ):
        total = client.get(f"/api/models?{query}").json().get("total", 0)
        response = get(client, f"?{query}")
        assert len(cells(response, "title")) == response.context["total"] == total, query


def test_the_panel_counts_what_each_choice_would_show(client: Client) -> None:
    dataset = make_dataset("dataset-a", title="Cells").artifact
    for _ in range(2):
        complete_model(family=Family.DEEP_LEARNING, trained_on=[str(dataset)])
    model_of_a_hypothesis(family=Family.BIOPHYSICAL)
    orphan_model(family=Family.STATISTICAL)
    retracted(orphan_model(family=Family.STATISTICAL))

    def options(query: str = "") -> list[str]:
        return [tidy(tag.text) for tag in parsed(get(client, query)).all("label", class_="option")]

    everything = options()
    assert everything[:7] == [
        *("any 4", "biophysical 1", "deep learning 2", "statistical 1"),
        *("any 4", "complete 3", "incomplete, so capped 1"),
    ]
    assert "Cells 2" in everything
    narrowed = options("?family=deep_learning")
    assert narrowed[:7] == [
        *("any 4", "biophysical 1", "deep learning 2", "statistical 1"),
        *("any 2", "complete 2", "incomplete, so capped 0"),
    ]
    assert options("?family=statistical&complete=true&q=m")[:7] == [
        *("any 3", "biophysical 1", "deep learning 2", "statistical 0"),
        *("any 1", "complete 0", "incomplete, so capped 1"),
    ]
    assert options("?family=statistics&complete=false")[:7] == [  # what is wrong narrows nothing
        *("any 1", "biophysical 0", "deep learning 0", "statistical 1"),
        *("any 4", "complete 3", "incomplete, so capped 1"),
    ]


@pytest.mark.parametrize("query", ["dataset=dataset-a", "dataset=dataset-a@1", "dataset=dataset-a&family=statistical"])
def test_under_a_dataset_the_complete_are_counted_whatever_their_score(client: Client, query: str) -> None:
    make_dataset("dataset-a")
    for quality, family in itertools.product((0.9, 0.3, 0.2, 0.0, None), (Family.STATISTICAL, Family.BIOPHYSICAL)):
        complete_model(trained_on=["dataset-a@1"], quality=quality, family=family)
        make_model(trained_on=["dataset-a@1"], quality=quality, family=family)
    complete_model()
    [facet] = [facet for facet in get(client, f"?{query}").context["choices"] if facet.name == "complete"]
    half = 5 if "family" in query else 10
    assert [option.count for option in facet.options] == [2 * half, half, half]
    for option in facet.options:
        narrowed = f"{query}&complete={option.value}" if option.value else query
        assert client.get(f"/api/models?{narrowed}").json()["total"] == option.count


def test_what_too_many_models_name_is_offered_and_not_counted(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    make_dataset("dataset-a", title="Cells")
    make_dataset("dataset-b", title="Mice")
    for title, dataset in (("A net", "dataset-a"), ("A net", "dataset-a"), ("Trees", "dataset-b")):
        complete_model(title=title, trained_on=[dataset])
    monkeypatch.setattr("catalog.web.facets.MOST_COUNTED", 1)

    def offered(query: str) -> tuple[list[tuple[str, int | None]], bool]:
        response = get(client, query)
        [facet] = [facet for facet in response.context["linked"] if facet.name == "dataset"]
        assert ("these are too many to count" in text_of(response)) != facet.is_counted
        return [(option.label, option.count) for option in facet.options], facet.is_counted

    assert offered("") == ([("Cells", 2), ("Mice", 1)], True)  # an index has all of them together
    assert offered("?q=net") == ([("Cells", None), ("Mice", None)], False)
    assert offered("?q=trees") == ([("Mice", 1)], True)
    assert offered("?q=net&dataset=dataset-b") == ([("Mice", None), ("Cells", None)], False)  # none, but two without it
    assert offered("?q=trees&dataset=dataset-a") == ([("Cells", None), ("Mice", 1)], True)
    assert offered("?dataset=dataset-a") == ([("Cells", 2), ("Mice", 1)], True)


def test_a_choice_shows_as_many_models_as_the_panel_says(client: Client) -> None:
    complete_model(family=Family.DEEP_LEARNING, title="A net")
    orphan_model(family=Family.STATISTICAL, title="A net of trees")
    orphan_model(family=Family.STATISTICAL, title="Trees")

    def given(**parameters: str) -> dict[str, str]:
        return {name: value for name, value in parameters.items() if value}

    for q, family, complete in itertools.product(("", "net"), ("", "statistical"), ("", "true", "false")):
        query = {"q": q, "family": family, "complete": complete}
        page = get(client, f"?{urlencode(given(**query))}").context
        assert page["total"] == client.get("/api/models", given(**query)).json()["total"], query
        for facet in page["choices"]:
            for option in facet.options:
                shown = client.get("/api/models", given(**query | {facet.name: option.value})).json()
                assert option.count == shown["total"], (query, facet.name, option.value)


def test_chosen_filters_are_chips_that_go_away(client: Client) -> None:
    make_dataset("dataset-a", title="Cells")
    make_dataset("dataset-b", title="Mice")
    query = "?family=statistical&dataset=dataset-a&dataset=dataset-b&sort=title&selected=x"
    page = parsed(get(client, query))
    chips = {tidy(tag.text): tag.attrs["href"] for tag in page.all("a", class_="chip")}
    assert chips["family: statistical ×, remove"] == query.replace("family=statistical&", "").replace("?", "/models?")
    assert chips["trained on: Cells ×, remove"] == query.replace("dataset=dataset-a&", "").replace("?", "/models?")
    assert chips["Clear all"] == "/models?sort=title&selected=x"
    checked = [tag.attrs["value"] for tag in page.all("input", type="checkbox") if "checked" in tag.attrs]
    assert checked == ["dataset-a", "dataset-b"]


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("?min_quality=9", "no number from 0 to 1"),
        ("?dataset=nowhere", "Nothing in the catalogue is called 'nowhere'"),
        ("?family=statistcal", "the nearest is 'statistical'"),
        ("?metric=rmsee", "the nearest is 'rmse'"),
        ("?created_after=soon", "no date"),
        ("?q=%00", "NUL"),
        ("?dataset=%00", "Nothing in the catalogue is called"),
        ("?hypothesis=model-a", "is of kind model, not hypothesis"),
        ("?complete=yes", "There is no value 'yes'"),
    ],
)
def test_a_wrong_filter_is_said_beside_its_field_and_lists_nothing(client: Client, query: str, says: str) -> None:
    orphan_model("model-a", evaluations=(measured("rmse", 1.0),))
    response = get(client, query)
    assert response.status_code == 200
    page = parsed(response)
    assert says.lower() in tidy(page.all("div", role="alert")[0].text).lower()
    assert any(
        says.lower() in tag.text.lower() for name in ("p", "div") for tag in page.all(name, class_="field-error")
    )
    assert cells(response, "title") == []
    targets = {tag.attrs.get("id") for tag in page.tags}
    assert all(href[1:] in targets for href in page.links().values() if href.startswith("#f-"))


def test_a_mistyped_reference_leads_to_what_was_meant(client: Client) -> None:
    make_dataset("dataset-imagenet-1k")
    make_analysis("analysis-imagenet-1k")
    page = parsed(get(client, "?dataset=dataset-imagnet-1k&family=biophysical&offset=20"))
    assert page.links("imagenet") == {"dataset-imagenet-1k": "/models?family=biophysical&dataset=dataset-imagenet-1k"}


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("?famly=statistical", "the nearest is 'family'"),
        ("?sort=titel", "the nearest is 'title'"),
        ("?order=up", "There is no order 'up'"),
        ("?limit=201", "a whole number from 1 to 200"),
        ("?offset=-1", "a whole number from 0"),
        ("?family=statistical&family=biophysical", "'family' is given 2 times"),
    ],
)
def test_nothing_of_an_address_is_silently_ignored(client: Client, query: str, says: str) -> None:
    orphan_model()
    response = get(client, query)
    assert response.status_code == 200
    assert says in text_of(response)
    assert len(cells(response, "title")) == 1


def test_empty_fields_of_the_form_leave_the_address(client: Client) -> None:
    response = get(client, "?q=&family=statistical&dataset=&dataset=x&selected=a&sort=title")
    assert response.status_code == 302
    assert response["Location"] == "/models?family=statistical&dataset=x&selected=a&sort=title"


def test_an_empty_list_says_what_to_loosen(client: Client) -> None:
    orphan_model(title="Apple", family=Family.STATISTICAL)
    orphan_model(title="Pear", family=Family.BIOPHYSICAL)
    response = get(client, "?q=apple&family=biophysical&complete=false&selected=x")
    ways = {tidy(tag.text): tag for tag in parsed(response).all("li")}
    assert "Without “search”: 1 model" in ways and "Without “family”: 1 model" in ways
    assert not any("provenance”" in way for way in ways)
    assert (
        parsed(response).links("Without “search”").popitem()[1]
        == "/models?family=biophysical&complete=false&selected=x"
    )
    assert "does not help either" in text_of(get(client, "?q=kiwi&min_quality=1"))


def test_an_empty_catalogue_says_how_to_fill_it(client: Client) -> None:
    assert "holds no model yet" in text_of(get(client))


def test_a_page_past_the_end_leads_back(client: Client) -> None:
    for _ in range(3):
        orphan_model()
    response = get(client, "?limit=2&offset=10")
    assert parsed(response).links("Go to its last page.") == {"Go to its last page.": "/models?limit=2&offset=2"}


def test_the_selection_is_carried_wherever_its_models_are(client: Client) -> None:
    models = [orphan_model(title=f"Model {number}") for number in range(3)]
    response = get(client, f"?sort=title&limit=2&selected={models[2]}&selected={models[0].artifact}")
    page = parsed(response)
    hidden = [tag.attrs["value"] for tag in page.all("input", type="hidden", name="selected")]
    ticked = [
        tag.attrs["value"] for tag in page.all("input", type="checkbox", name="selected") if "checked" in tag.attrs
    ]
    assert (hidden, ticked) == ([str(models[2])], [str(models[0])])
    assert page.all("button", name="offset", value="2")
    assert (
        page.links("Model 2 ×, remove from the selection")
        .popitem()[1]
        .endswith(f"?sort=title&limit=2&selected={models[0].artifact}")
    )
    assert "2 of at most 8" in text_of(response)


def test_two_to_eight_go_to_the_comparison(client: Client) -> None:
    models = [str(orphan_model()) for _ in range(9)]

    def compare(count: int) -> HttpResponse:
        return get(client, "?q=&compare=true&" + "&".join(f"selected={name}" for name in models[:count]))

    for count in (2, 8):
        address = urlsplit(compare(count)["Location"])
        assert address.path == "/models/compare"
        assert parse_qs(address.query) == {"ids": [",".join(models[:count])]}
    few = client.get(compare(1)["Location"])
    assert "Tick 1 more" in text_of(few)
    many = client.get(compare(9)["Location"])
    assert many.status_code == 200 and "Remove 1." in text_of(many)


@pytest.mark.parametrize("wrong", ["nowhere", "dataset-a", "a@9", "%00"])
def test_what_cannot_be_compared_is_said(client: Client, wrong: str) -> None:
    make_dataset("dataset-a")
    model = orphan_model()
    response = get(client, f"?compare=true&selected={model}&selected={model.artifact}&selected={wrong}")
    assert response.status_code == 200
    assert "1 of at most 8" in text_of(response)
    alerts = parsed(response).all("p", role="alert")
    assert len(alerts) == 2


def test_queries_do_not_grow_with_rows(client: Client) -> None:
    def queries(query: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert get(client, query).status_code == 200
        return len(captured)

    addresses = ("?limit=50", "?limit=50&family=biophysical&q=model", "?q=nothing&family=biophysical")
    model = evaluated_model()
    few = [queries(address) for address in (*addresses, f"?selected={model}&dataset={make_dataset()}")]
    chosen = [str(evaluated_model()) for _ in range(12)]
    selected = "&".join(f"selected={name}" for name in chosen)
    many = [queries(address) for address in (*addresses, f"?{selected}&dataset={make_dataset()}")]
    assert many == few
    assert few[0] <= 10


def test_the_page_keeps_to_its_policy(client: Client) -> None:
    complete_model()
    response = get(client, "?q=model&min_quality=9")
    assert "unsafe-inline" not in response["Content-Security-Policy"]
    for tag in parsed(response).tags:
        assert "style" not in tag.attrs and tag.name not in {"style", "script"}
        assert not any(name.startswith("on") for name in tag.attrs)


def test_what_models_are_called_is_text_to_the_page(client: Client) -> None:
    make_dataset("dataset-a", title="<i>data</i>")
    orphan_model(title="<script>alert(1)</script>", trained_on=["dataset-a"], version_label='"><u>')
    content = get(client, "?q=<script>&selected=<u>").content.decode()
    assert not any(markup in content for markup in ("<script", "<i>", "<u>"))
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in content


def test_pages_are_read_and_not_written(client: Client) -> None:
    assert client.post("/models").status_code == 405
    assert client.head("/models").status_code == 200
