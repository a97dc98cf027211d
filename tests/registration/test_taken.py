"""A name that another writer took in between ends what was begun, and nothing around it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from importlib import import_module
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from catalog.beside import Beside
from catalog.detail import artifact_detail
from catalog.models import Artifact, ArtifactVersion, Identifier
from catalog.provenance.audit import audit
from catalog.provenance.entering import Entering
from catalog.provenance.touched import coalesced_refresh
from catalog.registration import LinkInput, VersionInput, register
from catalog.vocabulary import Kind, Relation
from tests.factories import make_analysis

pytestmark = pytest.mark.django_db(transaction=True)


class Told:
    """What the API tells of a version that is made."""

    asks_all = False

    def __init__(self, entering: Entering) -> None:
        self.read = Beside.of_new(entering)

    def ask(self) -> None:
        self.beside = self.read()

    def tell(self, version: ArtifactVersion) -> dict[str, Any]:
        return artifact_detail(version, "", beside=self.beside)


def dataset(artifact: str, *aliases: str) -> VersionInput:
    return VersionInput(kind=Kind.DATASET, artifact=artifact, title=artifact, aliases=aliases)


@pytest.fixture
def _seen_as_free(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every name is found free, as to who looks while another writer takes it."""
    module = import_module("catalog.registration.register")  # whose name is the function's, in the package
    monkeypatch.setattr(module, "unclaimed", lambda own, *_: sorted(own))


@pytest.mark.usefixtures("_seen_as_free")
@pytest.mark.parametrize("telling", [None, Told], ids=["alone", "with what is asked beside it"])
@pytest.mark.parametrize("within", [nullcontext, transaction.atomic], ids=["by itself", "within a transaction"])
@pytest.mark.parametrize("block", [nullcontext, coalesced_refresh], ids=["at once", "within a longer block"])
def test_what_is_around_it_goes_on(
    within: Callable[[], AbstractContextManager[Any]],
    block: Callable[[], AbstractContextManager[Any]],
    telling: Any,
) -> None:
    register(dataset("first", "taken"))
    with within():
        with pytest.raises(IntegrityError), block():
            register(dataset("second", "taken"), telling=telling)
        third = register(dataset("third"), telling=telling)
    assert third.told is None if telling is None else third.told["artifact"] == "third"
    assert sorted(Artifact.objects.values_list("public_id", flat=True)) == ["first", "third"]
    assert Identifier.objects.get(name="taken").artifact.public_id == "first"
    report = audit()
    assert (report.changed, report.recorded, report.relisted) == (0, 0, 0)


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one lock.")
@pytest.mark.parametrize("standing", ["the artifact", "the analysis that produced it"])
def test_what_another_made_since_it_was_to_be_locked_is_locked_before_it_is_read(
    standing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    analysis = make_analysis()
    links = (LinkInput(relation=Relation.PRODUCED_BY, ref=str(analysis.artifact)),)
    if standing == "the artifact":
        links = ()
        register(dataset("data"))
    module, asked = import_module("catalog.registration.register"), []
    lock = module.lock_named

    def too_early(names: Any) -> Any:
        asked.append(set(names))
        return lock(names if len(asked) > 1 else ())

    monkeypatch.setattr(module, "lock_named", too_early)
    made = register(VersionInput(kind=Kind.DATASET, artifact="data", title="Later", links=links)).version

    assert asked == [{"data", *(link.ref for link in links)}] * 2
    assert made.version_number == (2 if standing == "the artifact" else 1)
    assert [link.target_id for link in made.links.all()] == [analysis.artifact_id for _ in links]
    assert audit().changed == 0
