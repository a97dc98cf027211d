"""A name that another writer took in between ends what was begun, and nothing around it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from importlib import import_module
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from catalog.beside import Beside
from catalog.detail import artifact_detail
from catalog.models import Artifact, ArtifactVersion, Identifier
from catalog.provenance.audit import audit
from catalog.provenance.entering import Entering
from catalog.provenance.touched import coalesced_refresh
from catalog.registration import VersionInput, register
from catalog.vocabulary import Kind

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
