"""The links to exports on the pages of a model and of a comparison."""

from __future__ import annotations

import pytest
from django.test import Client

from catalog.exports.registry import FORMATS
from tests.factories import complete_model
from tests.web.pages import parsed, told

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("page", "address"),
    [
        ("/models/a:b.c", "/api/models/a:b.c-v1/export/{}"),
        ("/models/compare?ids=other,a:b.c", "/api/models/compare/export/{}?ids=other-v1,a:b.c-v1"),
    ],
)
def test_each_format_is_linked_and_leads_to_its_file(client: Client, page: str, address: str) -> None:
    complete_model("a:b.c")
    complete_model("other")
    response = client.get(page)
    links = parsed(response).links()
    assert links["Export"] == "#export" and parsed(response).all("h2", id="export")
    for name, item in FORMATS.items():
        assert links[item.label] == address.format(name)
        assert client.get(links[item.label]).status_code == 200
        assert f"{item.label} {item.holds}" in told(response)
