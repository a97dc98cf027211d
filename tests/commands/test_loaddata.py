"""Loading a dump: what it costs, and that what is remembered of names is never another row's."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.core import serializers
from django.core.management import call_command
from django.core.serializers.base import DeserializationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import Artifact, ArtifactVersion, DatasetVersion, Evaluation, Link
from catalog.natural_keys import remembered_keys
from catalog.provenance.audit import audit
from tests.factories import complete_model, make_dataset, make_model, measured
from tests.provenance.stored import assert_nothing_to_audit

pytestmark = pytest.mark.django_db


def dump(path: Path, *models: str) -> Path:
    file = path / "dump.json"
    names = models or ("catalog",)
    call_command("dumpdata", *names, "--natural-foreign", "--natural-primary", output=file, verbosity=0)
    return file


def load(file: Path) -> CaptureQueriesContext:
    with CaptureQueriesContext(connection) as queries:
        call_command("loaddata", file, verbosity=0)
    return queries


def empty() -> None:
    Evaluation.objects.all().delete()
    Link.objects.all().delete()
    ArtifactVersion.objects.update(is_latest=False)
    Artifact.objects.all().delete()


def names_asked_for(queries: CaptureQueriesContext) -> int:
    """How often an artifact or a version was looked up by its id."""
    return sum("SELECT" in query["sql"] and '"public_id" = ' in query["sql"] for query in queries)


def locks(queries: CaptureQueriesContext) -> int:
    return sum("FOR NO KEY UPDATE" in query["sql"] for query in queries)


@pytest.mark.parametrize("count", [2, 12])
def test_what_many_rows_name_is_looked_up_once(count: int, tmp_path: Path) -> None:
    dataset = str(make_dataset("d"))
    values = tuple(measured(value=number / 100, dataset=dataset, task=f"t{number}") for number in range(count))
    make_model("m", trained_on=[dataset], evaluations=values)
    file = dump(tmp_path)
    empty()

    asked = names_asked_for(load(file))

    assert Evaluation.objects.count() == count
    # An artifact and a version of each. No fact is asked for: their versions were not there.
    assert asked == 2 + 2


def test_what_a_load_makes_itself_is_not_locked_and_what_was_there_is(tmp_path: Path) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time: it locks no rows")
    complete_model("m", evaluations=(measured(),))
    file = dump(tmp_path)
    facts = Link.objects.count() + Evaluation.objects.count()
    assert locks(load(file)) >= facts
    empty()
    assert locks(load(file)) == 0


def test_a_fact_that_a_load_states_twice_stands_as_it_was_stated_last(tmp_path: Path) -> None:
    make_model("m", evaluations=(measured(value=1.0),))
    file = dump(tmp_path)
    rows = json.loads(file.read_text())
    [stated] = [row for row in rows if row["model"] == "catalog.evaluation"]
    file.write_text(json.dumps([*rows, stated | {"fields": stated["fields"] | {"value": 2.0}}]))
    empty()

    load(file)

    assert Evaluation.objects.get().value == 2.0


def test_a_fact_of_another_version_that_a_load_takes_over_is_no_more_the_others(tmp_path: Path) -> None:
    """By its primary key, within the load that made both versions: what is remembered of them is asked for anew."""
    make_model("m", evaluations=(measured(value=1.0), measured(value=2.0, task="t")))
    make_model("n")
    rows = json.loads(dump(tmp_path).read_text())
    first, second = (row for row in rows if row["model"] == "catalog.evaluation")
    taken = {**first, "pk": 70_001}
    moved = {**taken, "fields": first["fields"] | {"version": ["n-v1"]}}
    again = second | {"fields": second["fields"] | {"value": 3.0}}
    others = [row for row in rows if row["model"] != "catalog.evaluation"]
    file = tmp_path / "rows.json"
    file.write_text(json.dumps([*others, taken, second, moved, again, first]))
    empty()

    load(file)

    stated = Evaluation.objects.order_by("version", "number").values_list("version__public_id", "number", "value")
    assert list(stated) == [("m-v1", 1, 1.0), ("m-v1", 2, 3.0), ("n-v1", 1, 1.0)]
    audit()
    assert_nothing_to_audit()


def test_a_load_judges_nothing_before_its_end(tmp_path: Path) -> None:
    for _ in range(3):
        complete_model(evaluations=(measured(),))
    file = dump(tmp_path)
    resets = [query for query in load(file) if 'SET "has_training_dataset"' in query["sql"]]

    assert len(resets) == 1
    assert audit().changed == 3
    assert_nothing_to_audit()


def test_a_name_that_another_row_takes_within_a_load_is_looked_up_anew(tmp_path: Path) -> None:
    """A dump by primary keys may write one row over another."""
    old, model = make_dataset("old"), make_model("m", trained_on=["old@1"])
    [link] = json.loads(dump(tmp_path, "catalog.link").read_text())
    [version] = json.loads(serializers.serialize("json", [old]))
    version["fields"]["public_id"] = "new-v1"
    another = link | {"fields": link["fields"] | {"number": 7}}
    file = tmp_path / "rows.json"
    file.write_text(json.dumps([link, version, another]))

    with pytest.raises(DeserializationError, match=r"\['old-v1'\]"):
        load(file)

    assert set(ArtifactVersion.objects.values_list("public_id", flat=True)) == {str(old), str(model)}
    assert Link.objects.get().number == link["fields"]["number"]


def test_what_is_met_as_one_kind_is_not_found_as_another() -> None:
    model = make_model("m")
    with remembered_keys():
        assert ArtifactVersion.objects.get_by_natural_key("m-v1").pk == model.pk
        with pytest.raises(ArtifactVersion.DoesNotExist):
            DatasetVersion.objects.get_by_natural_key("m-v1")


def test_outside_a_load_nothing_is_remembered(django_assert_num_queries: Any) -> None:
    make_model("m")
    with django_assert_num_queries(2):
        ArtifactVersion.objects.get_by_natural_key("m-v1")
        ArtifactVersion.objects.get_by_natural_key("m-v1")
    with remembered_keys(), django_assert_num_queries(1):
        ArtifactVersion.objects.get_by_natural_key("m-v1")
        ArtifactVersion.objects.get_by_natural_key("m-v1")
