"""The page of one model."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.models import ArtifactVersion
from catalog.registration import LinkInput, set_state, set_tag
from catalog.vocabulary import Family, Outcome, Relation
from tests.factories import (
    FULL_RECORD,
    RECORDS,
    MetricFactory,
    complete_model,
    make_analysis,
    make_dataset,
    make_document,
    make_hypothesis,
    make_model,
    measured,
    orphan_model,
    retracted,
    unpinned_model,
)
from tests.provenance.tampering import alter
from tests.web.pages import Parsed, parsed, tidy, told

pytestmark = pytest.mark.django_db


def get(client: Client, reference: object, status: int = 200, **query: str) -> HttpResponse:
    response = client.get(f"/models/{reference}", query)
    assert response.status_code == status
    return response


def page_of(client: Client, reference: object, **query: str) -> Parsed:
    return parsed(get(client, reference, **query))


def text_of(client: Client, reference: object, **query: str) -> str:
    return told(get(client, reference, **query))


class TestTrust:
    def test_an_assessed_model_says_by_whom_and_why(self, client: Client) -> None:
        text = text_of(client, complete_model("model-a", quality=0.78))
        assert "0.78 assessed" in text and "A. Curator" in text and "Reviewed" in text
        assert "3 of 3 rules hold" in text and "quality" not in text.lower()

    def test_one_that_nobody_assessed_shows_its_record(self, client: Client) -> None:
        metadata = RECORDS[Family.BIOPHYSICAL] | FULL_RECORD
        text = text_of(client, complete_model("model-a", quality=None, metadata=metadata))
        assert "record 6/8" in text and "6 of 8 things that can be there" in text
        assert "missing Has an evaluation" in text and "quality" not in text.lower()

    def test_a_cap_is_said_with_the_score_it_lowers(self, client: Client) -> None:
        text = text_of(client, unpinned_model("model-a", quality=0.9))
        assert "0.3 assessed; capped at 0.3, 0.9 uncapped" in text

    def test_each_rule_says_whether_it_holds_and_how_to_mend_it(self, client: Client) -> None:
        text = text_of(client, orphan_model("model-a"))
        assert "fails Names the dataset it was trained on No dataset is named" in text
        assert "To mend it: Add a trained_on link to the dataset" in text
        assert "does not apply Names the hypothesis it tests" in text

    def test_advisories_and_what_a_comparison_would_say_stand_beside(self, client: Client) -> None:
        make_dataset("data")
        model = make_model(
            "model-a",
            trained_on=["data@1"],
            metadata={"training_splits": {"data": ["test"]}},
            evaluations=(measured("rmse", 0.1, dataset="data", dataset_version=1, split="test"),),
        )
        make_dataset("data")
        text = text_of(client, model)
        assert "superseded data-v1 is version 1; the latest is 2." in text
        assert "leakage model-a-v1 was trained on the test split of data" in text


class TestStanding:
    def test_a_retracted_version_says_why_and_leads_to_the_latest(self, client: Client) -> None:
        make_model("model-a")
        bad = retracted(make_model("model-a"), reason="Units were mixed up.")
        page = page_of(client, bad)
        [banner] = page.all("div", class_="notice", role="note")
        assert "This version is retracted. Units were mixed up." in tidy(banner.text)
        assert "/models/model-a-v1" in page.addresses

    def test_one_of_which_all_are_retracted_has_nothing_to_lead_to(self, client: Client) -> None:
        text = text_of(client, retracted(make_model("model-a")))
        assert "There is no version to use instead." in text and "latest" not in text.split("What it is")[0]

    def test_an_older_version_leads_to_the_latest(self, client: Client) -> None:
        old = make_model("model-a")
        make_model("model-a")
        assert "This is not the latest version." in text_of(client, old)
        assert "This is not the latest version." not in text_of(client, "model-a")

    def test_a_deprecated_one_says_so(self, client: Client) -> None:
        model = make_model("model-a")
        set_state(model, "deprecated", reason="Use model-b.")
        assert "This version is deprecated. Use model-b." in text_of(client, model)

    def test_any_reference_works(self, client: Client) -> None:
        set_tag(make_model("model-a", title="First"), "stable")
        make_model("model-a", title="Second")
        for reference in ("model-a@1", "model-a@stable", "model-a-v1"):
            assert tidy(page_of(client, reference).all("h1")[0].text) == "First"
        assert tidy(page_of(client, "model-a").all("h1")[0].text) == "Second"


class TestSpecification:
    def test_parameters_have_their_values_units_and_sources(self, client: Client) -> None:
        text = text_of(client, make_model("model-a", family=Family.BIOPHYSICAL))
        assert "dx/dt = k1 * s - k2 * x" in text and "k1 0.4 1/h fitted" in text and "LSODA" in text

    def test_coefficients_have_standard_errors(self, client: Client) -> None:
        text = text_of(client, make_model("model-a", family=Family.STATISTICAL))
        assert "term value standard error units age 0.02 0.004 1/year" in text and "y ~ age + (1 | donor)" in text

    def test_training_configuration(self, client: Client) -> None:
        text = text_of(client, make_model("model-a", family=Family.DEEP_LEARNING))
        assert "UNet" in text and "optimizer adam" in text and "31,000,000" in text

    def test_markup_in_a_record_is_text_and_only_addresses_are_links(self, client: Client) -> None:
        bad = "<script>alert(1)</script>"
        metadata = {
            "equations": [bad],
            "parameters": {bad: {"value": 1.0, "units": bad, "source": "javascript:alert(1)"}},
            "references": ["doi:10.5555/x", "javascript:alert(2)"],
            "authors": [bad],
            bad: {bad: [bad]},
            "code": {"repository": "https://example.org/r"},
        }
        response = get(client, make_model("model-a", metadata=metadata, title=bad, description=bad, changelog=bad))
        page = parsed(response)
        assert page.all("script") == [] and bad.encode() not in response.content
        outside = {href for href in page.addresses if not href.startswith(("/", "#", "?"))}
        assert outside == {"https://doi.org/10.5555/x", "https://example.org/r"}


class TestEvaluations:
    def test_values_stand_by_dataset_and_split_with_interval_and_n(self, client: Client) -> None:
        make_dataset("data", title="Cells of the cortex")
        MetricFactory(name="rmse", direction="lower")
        model = make_model(
            "model-a",
            evaluations=(
                measured(
                    "rmse", 1e-18, dataset="data", dataset_version=1, split="test", n=120, ci_low=0.0, ci_high=0.5
                ),
                measured("rmse", 12345678.0, period="2025", evaluated_by="A hub"),
            ),
        )
        text = text_of(client, model)
        assert "Cells of the cortex v1, test split" in text and "0 to 0.5 120" in text and "1e−18" in text
        assert "Dataset not stated, split not stated" in text and "1.235e7" in text and "2025 A hub" in text
        assert "lower is better" in text

    def test_none_is_said(self, client: Client) -> None:
        assert "No evaluation is reported for this version." in text_of(client, make_model("model-a"))


class TestVersions:
    def scored(self, *values: float, metric: str = "rmse", **stated: Any) -> None:
        for value in values:
            make_model("model-a", evaluations=(measured(metric, value, split="test", **stated),))

    def test_the_metric_of_most_versions_is_drawn(self, client: Client) -> None:
        self.scored(0.5, 0.4, 0.3)
        page = page_of(client, "model-a")
        [chart] = page.all("svg", class_="chart")
        assert "v1: 0.5. v2: 0.4. v3: 0.3." in tidy(chart.text)

    def test_another_can_be_asked_for(self, client: Client) -> None:
        values = (measured("rmse", 0.5, split="test"), measured("mae", 0.2, split="test"))
        make_model("model-a", evaluations=values)
        make_model("model-a", evaluations=values)
        page = page_of(client, "model-a", metric="rmse")
        assert "rmse over the versions" in page.all("svg", class_="chart")[0].text
        assert {"?metric=rmse#versions", "?metric=mae#versions"} <= page.addresses
        assert "No two versions report “nothing”" in text_of(client, "model-a", metric="nothing")

    def test_values_on_other_data_make_no_course(self, client: Client) -> None:
        make_dataset("data")
        make_dataset("data")
        self.scored(0.5, dataset="data", dataset_version=1)
        self.scored(0.4, dataset="data", dataset_version=2)
        assert "there is no course to draw" in text_of(client, "model-a")


class TestLinks:
    def test_each_says_how_it_is_pinned(self, client: Client) -> None:
        make_dataset("data")
        link = LinkInput(relation=Relation.TRAINED_ON, ref="data", stated_as="the cortex data, https://example.org/d")
        page = page_of(client, make_model("model-a", trained_on=[link]))
        text = tidy(page.all("main")[0].text)
        assert "No version is named, so it may have changed since." in text and "the cortex data" in text
        assert "https://example.org/d" in page.addresses

    def test_the_graph_is_drawn_and_told(self, client: Client) -> None:
        make_dataset("data", title="Cells")
        response = get(client, make_model("model-a", title="A model", trained_on=["data@1"]))
        [drawn] = parsed(response).all("svg", class_="dag")
        assert "Cells" in drawn.text and "A model v1: trained on Cells v1" in told(response)

    def test_dependents_are_named_by_relation(self, client: Client) -> None:
        make_model("model-a")
        tuned = LinkInput(relation=Relation.FINE_TUNED_FROM, ref="model-a@1")
        make_model("model-b", title="Tuned on more", links=(tuned,))
        assert "fine-tuned into Tuned on more model, v1, pinned to v1" in text_of(client, "model-a")

    def test_the_hypothesis_stands_with_its_outcome(self, client: Client) -> None:
        make_hypothesis("h", title="Cells move")
        tested = LinkInput(relation=Relation.TESTS, ref="h@1", outcome=Outcome.CONTRADICTS)
        assert "Cells move v1 contradicts" in text_of(client, make_model("model-a", tests=[tested]))


class TestCompareAndCite:
    def test_it_compares_with_its_versions_and_with_models_of_the_same_data(self, client: Client) -> None:
        make_dataset("data")
        value = (measured(dataset="data", dataset_version=1),)
        for number, model in enumerate(("model-a", "model-a", "model-b")):
            make_model(model, title=f"Model {number}", evaluations=value)
        make_model("model-c", trained_on=["data@1"])
        make_model("model-d", title="Unrelated")
        addresses = page_of(client, "model-a").addresses
        assert {
            f"/models/compare?ids=model-a-v2,{other}-v1" for other in ("model-a", "model-b", "model-c")
        } <= addresses
        assert not any("model-d" in address for address in addresses)

    @pytest.mark.parametrize("now", [True, False])
    def test_the_best_of_the_same_data_those_measured_alike_first(self, client: Client, now: bool) -> None:
        for name in ("data", "more"):
            make_dataset(name)
        value = (measured(dataset="data", dataset_version=1), measured(dataset="more", dataset_version=1))
        analysis = make_analysis(used=["data@1", "more@1"])
        make_model("model-a", trained_on=["data@1", "more@1"], evaluations=value)
        for name, quality in (("model-b", 0.2), ("model-c", 0.9)):
            make_model(name, produced_by=str(analysis), trained_on=["data@1"], quality=quality, evaluations=value)
        for number, family in enumerate(Family, 1):
            usual = {"produced_by": str(analysis), "trained_on": ["data@1", "more@1"], "quality": number / 10}
            make_model(f"model-{family}", family=family, **usual)
        retracted(make_model("model-x", trained_on=["data@1"], evaluations=value))
        page = page_of(client, "model-a", **({} if now else {"as_of": timezone.now().isoformat()}))
        hrefs = [link.attrs.get("href", "") for link in page.all("a")]
        peers = [href.split(",")[1] for href in hrefs if "compare?ids=model-a-v1," in href]
        assert peers == [
            "model-c-v1",
            "model-b-v1",
            *(f"model-{family}-v1" for family in reversed(Family)),
        ]

    def test_citation_identifier_digest_and_json(self, client: Client) -> None:
        model = make_model("model-a", title="Cells", metadata={"authors": ["A. Author"]})
        page = page_of(client, model)
        text = tidy(page.all("main")[0].text)
        assert model.content_digest in text and "http://testserver/models/model-a-v1" in text
        assert "@misc{model-a-v1," in text and "/api/models/model-a-v1" in page.addresses


class TestOtherIds:
    def test_what_is_no_model_has_its_own_page(self, client: Client) -> None:
        make_dataset("data")
        response = get(client, "data@1", 302)
        assert response.headers["location"] == "/artifacts/data@1"

    @pytest.mark.parametrize("wrong", ["model-microglai", "modle-microglia", "MODEL-microglia"])
    def test_a_mistyped_id_is_answered_with_the_nearest(self, client: Client, wrong: str) -> None:
        make_model("model-microglia")
        page = parsed(get(client, wrong, 404))
        assert "/models/model-microglia" in page.addresses and f"“{wrong}”" in page.all("h1")[0].text

    def test_a_version_that_is_not_there_leads_to_the_model(self, client: Client) -> None:
        make_model("model-a")
        response = get(client, "model-a@7", 404)
        assert "has no version" in response.content.decode() and "/models/model-a" in parsed(response).addresses

    @pytest.mark.parametrize("odd", ["%00", "a%00b", "x" * 2000, "%F0%9F%A6%A0", "@", "a@@", "%3Cscript%3E"])
    def test_any_text_is_answered(self, client: Client, odd: str) -> None:
        assert client.get(f"/models/{odd}").status_code == 404

    def test_only_reading_is_done_here(self, client: Client) -> None:
        assert client.post("/models/model-a").status_code == 405


def queries(client: Client, reference: str) -> int:
    get(client, reference)
    with CaptureQueriesContext(connection) as captured:
        get(client, reference)
    return len(captured)


def test_queries_do_not_grow_with_the_record(client: Client) -> None:
    def model(name: str, size: int, versions: int) -> None:
        for number in range(size):
            make_dataset(f"{name}-data-{number}")
        used = [f"{name}-data-{number}@1" for number in range(size)]
        for _ in range(versions):
            analysis = make_analysis(used=used)
            values = [
                measured(f"metric-{k}", k + 0.5, dataset=f"{name}-data-{n}", dataset_version=1, split="test")
                for k in range(size)
                for n in range(size)
            ]
            make_model(name, trained_on=used, produced_by=str(analysis), evaluations=tuple(values))
        for number in range(size):
            tuned = LinkInput(relation=Relation.FINE_TUNED_FROM, ref=f"{name}@1")
            make_model(f"{name}-child-{number}", links=(tuned,))

    model("small", 1, 2)
    model("large", 4, 5)
    assert queries(client, "small") == queries(client, "large") <= 42


def test_no_style_and_no_script_is_inline(client: Client) -> None:
    content = get(client, complete_model("model-a")).content.decode()
    assert " style=" not in content and "<script" not in content and "<style" not in content


class TestLongRecords:
    def test_what_is_too_long_for_a_page_is_counted_and_left_to_the_json(self, client: Client) -> None:
        metadata = {"equations": [f"x{n} = {n}" for n in range(301)], "species": ["x"]}
        links = tuple(LinkInput(relation=Relation.CITES, ref=f"{make_document(f'paper-{n}')}") for n in range(101))
        text = text_of(client, make_model("model-a", metadata=metadata, links=links))
        assert "The first 300 of 301" in text and "The first 100 of 101" in text


class TestReproducing:
    def test_a_complete_model_can_be_reproduced(self, client: Client) -> None:
        text = text_of(client, complete_model("m"))
        assert "Can this still be reproduced? Yes : every pin holds." in text
        assert "3 of 3 pins hold" in text

    def test_the_gravest_reason_is_told_and_leads_to_the_rest(self, client: Client) -> None:
        make_dataset("data")
        model = make_model("m", trained_on=["data@1"], produced_by=str(make_analysis("a", used=["data"])))
        alter(ArtifactVersion.objects.get(public_id="data-v1"), metadata={"rows": 3})
        text = text_of(client, model)
        assert "No , because: The record of data-v1 was altered since it was registered. And 1 more." in text
        assert "missing a-v1 used data a-v1 names no version of data." in text
        assert "/api/models/m-v1/reproducibility" in parsed(get(client, model)).addresses

    def test_what_no_pin_tells_is_told_beside_them(self, client: Client) -> None:
        make_dataset("data")
        text = text_of(client, make_model("m", trained_on=["data"]))
        assert "And 1 more." in text and "missing m-v1 trained on data" in text
        assert "no analysis No analysis is named that produced m-v1" in text

    def test_leakage_is_said_once_with_its_way(self, client: Client) -> None:
        make_dataset("e")
        make_dataset("t", links=(LinkInput(relation=Relation.DERIVES_FROM, ref="e@1"),))
        values = (measured("rmse", 0.5, dataset="e@1", split="test"),)
        text = text_of(client, make_model("m", trained_on=["t@1"], evaluations=values))
        assert text.count("on which m-v1 is evaluated") == 1
        assert "(m-v1 → t-v1 → e-v1)" in text
