"""Search: what has all words in its title, id or description, by whatever door it came in, changed and went."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import QuerySet
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from rest_framework.test import APIClient

from catalog.models import ArtifactVersion
from catalog.searching import TABLE, index_texts
from tests.factories import make_dataset, make_model

on_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite reads the versions themselves.")

LETTERS = st.text(alphabet="aBé%_\\-1", min_size=1, max_size=4)


def found(text: str) -> set[str]:
    return set(ArtifactVersion.objects.matching(text).values_list("public_id", flat=True))


class AnyWords(TestCase):
    @given(
        titles=st.lists(st.lists(LETTERS, min_size=1, max_size=3).map(" ".join), min_size=1, max_size=4),
        words=st.lists(LETTERS, max_size=3),
    )
    def test_are_found_as_a_plain_look_at_each_text_finds_them(self, titles: list[str], words: list[str]) -> None:
        for title in titles:
            make_model(title=title, description="Of the hippocampus")
        versions = ArtifactVersion.objects.values_list("public_id", "title", "description")
        # SQLite knows the two cases of plain letters alone.
        fold = str.upper if connection.vendor == "postgresql" else _upper_of_plain
        expected = {
            version
            for version, *texts in versions
            if all(any(fold(word) in fold(text) for text in (version, *texts)) for word in words)
        }
        assert found(" ".join(words)) == expected


def _upper_of_plain(text: str) -> str:
    return "".join(letter.upper() if letter.isascii() else letter for letter in text)


@pytest.mark.django_db
class TestWords:
    def test_stand_in_any_field_each(self) -> None:
        model = make_model(title="Granule cells", description="After Mossy fibres").public_id
        assert found("granule MOSSY") == found(f"mossy {model.upper()}") == {model}
        assert found("granule purkinje") == set()

    def test_do_not_go_from_one_field_to_the_next(self) -> None:
        model = make_model(title="Granule", description="cells")
        assert found(f"granule{model.public_id}") == found("granulecells") == set()

    def test_are_looked_for_by_lists_of_every_kind(self, client: APIClient) -> None:
        make_model(title="Granule cells")
        dataset = make_dataset(title="Recordings of granule cells")
        models = client.get("/api/models?q=granule+cells").json()
        assert [row["title"] for row in models["models"]] == ["Granule cells"] and models["total"] == 1
        artifacts = client.get("/api/artifacts?kind=dataset&q=granule").json()
        assert artifacts["total"] == 1 and dataset.public_id in str(artifacts)

    def test_are_those_that_a_version_has_after_raw_sql_changed_them(self) -> None:
        model = make_model(title="Granule")
        QuerySet(ArtifactVersion).filter(pk=model.pk).update(title="Purkinje")
        assert found("granule") == set() and found("purkinje") == {model.public_id}

    def test_of_what_is_gone_are_gone(self) -> None:
        model = make_model(title="Granule")
        ArtifactVersion.objects.filter(pk=model.pk).delete()
        assert found("granule") == set()
        assert _texts() == 0


def _texts() -> int:
    if connection.vendor != "postgresql":
        return 0
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {TABLE}")
        return int(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
@on_postgresql
class TestIndex:
    @pytest.fixture
    def unindexed(self) -> Iterator[None]:
        with connection.cursor() as cursor:
            cursor.execute("DROP EXTENSION pg_trgm CASCADE")
        yield
        index_texts(using="default")

    def test_is_made_by_the_next_migrate(self, unindexed: None) -> None:
        assert not _is_indexed()
        call_command("migrate", verbosity=0)
        assert _is_indexed()

    def test_is_not_needed_for_an_answer(self, unindexed: None) -> None:
        model = make_model(title="Granule")
        assert found("granule") == {model.public_id}

    def test_that_the_user_may_not_make_is_said_to_be_missing(
        self, unindexed: None, caplog: pytest.LogCaptureFixture
    ) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("CREATE ROLE no_owner")
            cursor.execute("SET LOCAL ROLE no_owner")
            with caplog.at_level(logging.WARNING, logger="catalog.searching"):
                index_texts(using="default")
            transaction.set_rollback(True)
        assert "permission denied" in caplog.text and "migrate again" in caplog.text
        assert not _is_indexed()

    def test_goes_with_a_migration_back(self) -> None:
        model = make_model(title="Granule")
        call_command("migrate", "catalog", "0010", verbosity=0)
        call_command("migrate", verbosity=0)
        assert found("granule") == {model.public_id} and _is_indexed()

    def test_is_emptied_with_the_versions(self) -> None:
        make_model(title="Granule")
        call_command("flush", interactive=False, verbosity=0)
        assert _texts() == 0


def _is_indexed() -> Any:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('search_text_by_trigram')")
        return cursor.fetchone()[0]
