"""Numbers come back from a database as they went in."""

from __future__ import annotations

import json

import pytest

from catalog.json_values import StoredJSON
from catalog.models import ArtifactVersion
from catalog.registration import set_tag
from tests.factories import make_dataset

NUMBERS = [1e22, 1e308, -1e308, 2.0**53, 2**53 - 1, 1e-308, 0.1, 3]


@pytest.mark.django_db
def test_a_large_float_stays_a_float() -> None:
    version = make_dataset(metadata={"numbers": NUMBERS})
    stored = ArtifactVersion.objects.get(pk=version.pk).metadata["numbers"]
    assert stored == NUMBERS
    assert [type(number) for number in stored[:3]] == [float, float, float]


@pytest.mark.django_db
def test_a_version_with_one_can_still_be_tagged() -> None:
    set_tag(make_dataset(metadata={"numbers": NUMBERS}), "stable")


def test_what_a_database_rewrote_is_read_back() -> None:
    assert json.loads(str(10**308), cls=StoredJSON) == 1e308
    assert json.loads("[9007199254740991, 9007199254740992]", cls=StoredJSON) == [2**53 - 1, 2.0**53]
