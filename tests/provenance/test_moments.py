"""What is read as of a moment is what was read then."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from rest_framework.renderers import JSONRenderer

from catalog.api.compared import rendered
from catalog.comparison.compare import compare
from catalog.detail import detail
from catalog.errors import CatalogError
from catalog.models import ArtifactVersion, Link, MetricDefinition
from catalog.provenance.audit import audit
from catalog.provenance.lineage import ancestry
from catalog.provenance.moments import as_of
from catalog.provenance.touched import coalesced_refresh
from catalog.references import resolve_all
from catalog.registration import (
    Assessment,
    LinkInput,
    add_link,
    append_evaluation,
    assess,
    decide_family,
    retract_evaluation,
    set_state,
    set_tag,
    withdraw_link,
)
from catalog.registration.names import register_alias
from catalog.snapshots import load
from catalog.vocabulary import Family, Kind, Relation, State
from tests.factories import (
    complete_model,
    make_analysis,
    make_dataset,
    make_hypothesis,
    make_model,
    measured,
)

pytestmark = pytest.mark.django_db

index = st.integers(0, 10**6)


def written(value: Any) -> bytes:
    """The bytes that the API answers with."""
    return JSONRenderer().render(value)


def everything() -> dict[str, Any]:
    """All that the catalogue shows: each name by its detail and ancestry, and a comparison of the first models."""
    names = ["d", "d@stable", "d-alias", "a", "m", "n", "m@stable", "m@1"]
    found = resolve_all(names)
    shown: dict[str, Any] = {}
    models: dict[str, ArtifactVersion] = {}
    for name in names:
        target = found[name]
        if target is None or target.version is None:
            shown[name] = None
            continue
        version = target.version
        shown[name] = written(detail(target, version, ""))
        shown[f"{name} came from"] = repr(ancestry([version], history=True))
        if version.kind == Kind.MODEL:
            models[version.public_id] = version
    if len(models) > 1:
        shown["compared"] = written(rendered(compare(load(list(models.values())[:8])), ""))
    return shown


class Sequence(RuleBasedStateMachine):
    """A small catalogue that people change; after each step, what it shows is kept with the time."""

    def __init__(self) -> None:
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.kept: list[tuple[datetime, dict[str, Any]]] = []

    def teardown(self) -> None:
        try:
            for moment, shown in self.kept:
                with as_of(moment):
                    assert everything() == shown, moment
            assert audit(dry_run=True).recorded == 0
        finally:
            transaction.set_rollback(True)
            self.transaction.__exit__(None, None, None)

    @initialize()
    def begin(self) -> None:
        self.numbers = itertools.count(1000, 1000)
        make_dataset("d")
        make_hypothesis("h")
        make_analysis("a", used=["d@1"])
        complete_model("m", trained_on=["d@1"], produced_by="a", evaluations=(measured(dataset="d", split="test"),))
        make_model("n", trained_on=["d"], evaluations=(measured(value=0.7, dataset="d", split="test"),))

    def version(self, at: int, **conditions: Any) -> ArtifactVersion:
        rows = list(ArtifactVersion.objects.filter(**conditions).order_by("pk"))
        return rows[at % len(rows)]

    def model(self, at: int) -> ArtifactVersion:
        return self.version(at, kind=Kind.MODEL)

    def attempt(self, step: Callable[[], Any]) -> None:
        try:
            with transaction.atomic():
                step()
        except CatalogError:
            pass

    @rule(at=index, name=st.sampled_from(["m", "n", "d", "a", "h", "x"]))
    def register(self, at: int, name: str) -> None:
        if name in ("m", "n", "x"):
            evaluations = (measured(f"metric-{at % 3}", dataset="d@1"),)
            tag = "stable" if at % 2 else None
            make_model(name, quality=0.9, trained_on=["d"], produced_by="a", evaluations=evaluations, version_tag=tag)
        else:
            {"d": make_dataset, "a": make_analysis, "h": make_hypothesis}[name](name)

    @rule(at=index, relation=st.sampled_from([Relation.TRAINED_ON, Relation.TESTS, Relation.USED]))
    def add_a_link(self, at: int, relation: Relation) -> None:
        ref = "h" if relation == Relation.TESTS else ("d", "d@1")[at % 2]
        self.attempt(lambda: add_link(self.version(at), LinkInput(relation=relation, ref=ref)))

    @rule(at=index)
    def withdraw_a_link(self, at: int) -> None:
        if links := list(Link.objects.order_by("pk")):
            link = links[at % len(links)]
            withdraw_link(link.source, link.number, reason="It was not so.")

    @rule(at=index)
    def unpin_in_bulk(self, at: int) -> None:
        links = Link.objects.filter(relation=Relation.USED, source=self.version(at, kind=Kind.ANALYSIS))
        if not links.filter(target_version=None).exists():
            links.filter(pk__in=links.values("pk")[:1]).update(target_version=None, pinned_digest="")

    @rule(at=index)
    def make_a_link_in_bulk(self, at: int) -> None:
        target = make_dataset().artifact
        row = Link(source=self.model(at), relation=Relation.TRAINED_ON, target=target, target_kind=Kind.DATASET)
        row.number = next(self.numbers)
        Link.objects.bulk_create([row])

    @rule(at=index, value=st.integers(1, 3))
    def evaluate(self, at: int, value: int) -> None:
        model = self.model(at)
        standing = model.evaluations.live().first()
        supersedes = standing.number if standing and value == 3 else None
        entry = measured(value=value, dataset="d", split="test")
        self.attempt(lambda: append_evaluation(model, entry, supersedes=supersedes))

    @rule(at=index)
    def retract_an_evaluation(self, at: int) -> None:
        if row := self.model(at).evaluations.live().first():
            retract_evaluation(row.version, row.number, reason="It was measured wrongly.")

    @rule(at=index, state=st.sampled_from(State.values))
    def set_a_state(self, at: int, state: str) -> None:
        set_state(self.version(at), state, reason="Because.")

    @rule(at=index, state=st.sampled_from(State.values))
    def set_a_state_in_bulk(self, at: int, state: str) -> None:
        ArtifactVersion.objects.filter(artifact=self.version(at).artifact_id).update(state=state)

    @rule(at=index, tag=st.sampled_from(["stable", None]))
    def move_the_tag(self, at: int, tag: str | None) -> None:
        set_tag(self.version(at), tag)

    @rule(at=index, value=st.sampled_from([None, 0.0, 0.5, 1.0]))
    def assess(self, at: int, value: float | None) -> None:
        assess(self.model(at), None if value is None else Assessment(value=value, by="A. Curator", reason="Read"))

    @rule(at=index, family=st.sampled_from(Family.values))
    def decide_the_family(self, at: int, family: str) -> None:
        decide_family(self.model(at), family)

    @rule(unit=st.sampled_from(["", "µM", "kg"]), in_bulk=st.booleans())
    def define_the_metric(self, unit: str, in_bulk: bool) -> None:
        metric = MetricDefinition.objects.get(name="rmse")
        if in_bulk:
            MetricDefinition.objects.filter(pk=metric.pk).update(unit=unit)
        else:
            metric.unit = unit
            metric.save()

    @rule(number=st.integers(1, 2))
    def name_it_anew(self, number: int) -> None:
        artifact = self.version(0, kind=Kind.DATASET).artifact
        self.attempt(lambda: register_alias(artifact, ("d-alias", "d-other")[number - 1]))

    @rule(at=index, other=index)
    def work_in_a_block(self, at: int, other: int) -> None:
        with coalesced_refresh():
            self.withdraw_a_link(at)
            self.make_a_link_in_bulk(other)
            self.set_a_state(at, State.RETRACTED)

    @invariant()
    def keep_what_is_shown(self) -> None:
        if hasattr(self, "numbers"):
            shown = everything()
            self.kept.append((timezone.now(), shown))


def test_each_moment_is_shown_as_it_was_shown_then() -> None:
    connection.ensure_connection()
    run_state_machine_as_test(
        Sequence,
        settings=settings(
            max_examples=3,
            stateful_step_count=12,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.reuse, Phase.generate],  # shrinking a sequence of writes takes minutes
            print_blob=True,
        ),
    )
