"""Lists take as many queries for fifty rows as for one, and a page as many for many links as for few."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.registration import LinkInput, add_link, append_evaluation
from catalog.vocabulary import Kind, Relation
from tests.admin.browsing import Visitor
from tests.factories import make_dataset, make_document, make_version, measured, model_of_a_hypothesis

pytestmark = pytest.mark.django_db

LISTS = [
    *("modelversion", "datasetversion", "analysisversion", "hypothesisversion", "otherversion"),
    *("artifact", "identifier", "link", "evaluation", "metricdefinition"),
]


def one_of_everything() -> None:
    model = model_of_a_hypothesis()
    append_evaluation(model, measured(metric=f"metric-of-{model}", dataset=str(make_dataset())))
    make_version(Kind.CODE)


def counted(ask: Callable[[], Any]) -> int:
    ask()  # what is cached once is no part of it
    with CaptureQueriesContext(connection) as captured:
        assert ask().status_code == 200
    return len(captured)


def test_every_list_takes_a_constant_number_of_queries(visit_as_root: Visitor) -> None:
    one_of_everything()
    few = {model: counted(lambda model=model: visit_as_root.list(model)) for model in LISTS}
    for _ in range(49):
        one_of_everything()
    many = {model: counted(lambda model=model: visit_as_root.list(model)) for model in LISTS}
    assert visit_as_root.list("modelversion").context["cl"].result_count == 50
    assert many == few
    assert max(few.values()) <= 12, few


def test_a_page_takes_a_constant_number_of_queries(visit: Visitor) -> None:
    model = model_of_a_hypothesis()
    append_evaluation(model, measured(dataset=str(make_dataset())))
    history = visit.path(model).replace("change", "history")
    few = counted(lambda: visit.page(model)), counted(lambda: visit.client.get(history))
    for number in range(10):
        add_link(model, LinkInput(relation=Relation.CITES, ref=str(make_document())))
        append_evaluation(model, measured(period=str(number), dataset=str(make_dataset())))
    many = counted(lambda: visit.page(model)), counted(lambda: visit.client.get(history))
    assert many == few
    assert few[0] <= 40, few


def test_an_export_takes_a_constant_number_of_queries(visit: Visitor) -> None:
    def export() -> int:
        rows = list(type(model).objects.filter(kind=Kind.MODEL))
        with CaptureQueriesContext(connection) as captured:
            assert b"".join(visit.act("modelversion", "export_json", rows).streaming_content)
        return len(captured)

    model = model_of_a_hypothesis()
    few = export()
    for _ in range(5):
        model_of_a_hypothesis()
    assert export() == few
