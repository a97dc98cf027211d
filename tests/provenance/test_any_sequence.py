"""After any sequence of changes, what is stored is what the rules say: the audit finds nothing to change."""

from __future__ import annotations

import itertools
from collections import defaultdict
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from catalog.columns import RULE_COLUMNS
from catalog.errors import CatalogError
from catalog.models import AnalysisVersion, ArtifactVersion, Evaluation, Link, ModelVersion, Posting
from catalog.provenance.audit import audit
from catalog.provenance.touched import coalesced_refresh
from catalog.registration import LinkInput, add_link, append_evaluation, retract_evaluation, withdraw_link
from catalog.vocabulary import QUALITY_CAP, Kind, Relation
from tests.factories import (
    complete_model,
    make_analysis,
    make_dataset,
    make_hypothesis,
    make_model,
    measured,
    unidentified_dataset,
)
from tests.provenance.told import named_by_all

index = st.integers(0, 10**6)


class Undone(Exception):
    """What rolls a step back."""


class AnySequence(RuleBasedStateMachine):
    """A small catalogue, and everyone who writes to it."""

    def __init__(self) -> None:
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    @initialize()
    def begin(self) -> None:
        self.numbers = itertools.count(1000, 1000)  # clear of those that the door gives
        self.analyses = [make_analysis(), make_analysis(used=[str(make_dataset())])]
        self.targets = [str(make_dataset()), str(unidentified_dataset()), make_dataset().artifact.public_id]
        self.hypotheses = [str(make_hypothesis())]
        self.models = [complete_model(), make_model(quality=0.9), make_model(quality=0.8, declares_hypothesis=True)]

    # What a step chooses from: any row that there is.

    def model(self, at: int) -> ArtifactVersion:
        return self.models[at % len(self.models)]

    def analysis(self, at: int) -> ArtifactVersion:
        return self.analyses[at % len(self.analyses)]

    def version(self, at: int) -> ArtifactVersion:
        both = self.models + self.analyses
        return both[at % len(both)]

    def link(self, at: int) -> Link | None:
        links = list(Link.objects.order_by("pk"))
        return links[at % len(links)] if links else None

    def attempt(self, step: Any) -> None:
        """Take a step; one that the catalogue refuses is undone, and nothing else."""
        try:
            with transaction.atomic():
                step()
        except (CatalogError, Undone):
            pass

    @rule(at=index, declares=st.booleans())
    def register_a_model(self, at: int, declares: bool) -> None:
        self.models.append(
            make_model(
                quality=0.9,
                trained_on=[self.targets[at % len(self.targets)]],
                produced_by=str(self.analysis(at)),
                declares_hypothesis=declares,
            )
        )

    @rule(at=index, other=index, relation=st.sampled_from([Relation.TRAINED_ON, Relation.TESTS, Relation.USED]))
    def add_a_link(self, at: int, other: int, relation: Relation) -> None:
        refs = self.hypotheses if relation == Relation.TESTS else self.targets
        link = LinkInput(relation=relation, ref=refs[other % len(refs)])
        self.attempt(lambda: add_link(self.version(at), link))

    @rule(at=index, other=index)
    def name_the_producer(self, at: int, other: int) -> None:
        link = LinkInput(relation=Relation.PRODUCED_BY, ref=str(self.analysis(other)))
        self.attempt(lambda: add_link(self.model(at), link))

    @rule(at=index)
    def withdraw_a_link(self, at: int) -> None:
        if link := self.link(at):
            withdraw_link(link.source, link.number, reason="It was not so.")

    @rule(at=index, other=index)
    def move_a_link(self, at: int, other: int) -> None:
        if link := self.link(at):
            self.attempt(lambda: self.put(link, self.version(other)))

    def put(self, link: Link, owner: ArtifactVersion) -> None:
        links = Link.objects.filter(source=owner)
        producing = link.relation == Relation.PRODUCED_BY
        if (producing and links.filter(relation=link.relation).exists()) or link.target_version == owner:
            raise Undone
        if links.filter(relation=link.relation, target=link.target, target_version=link.target_version).exists():
            raise Undone
        link.source, link.number = owner, next(self.numbers)
        link.save()

    @rule(at=index, other=index)
    def replace_the_producer(self, at: int, other: int) -> None:
        link = self.model(at).links.filter(relation=Relation.PRODUCED_BY).first()
        if link is not None:
            link.target_version = self.analysis(other)
            link.target = link.target_version.artifact
            link.save()

    @rule(at=index, pinned=st.booleans())
    def pin_or_unpin_inputs_in_bulk(self, at: int, pinned: bool) -> None:
        links = Link.objects.filter(relation=Relation.USED, source=self.analysis(at))
        if not pinned:
            self.attempt(lambda: [links.filter(pk=link.pk).update(target_version=None) for link in links[:1]])
            return
        chosen = list(links.filter(target_version=None))[:1]
        for link in chosen:
            link.target_version = link.target.versions.get()
        if not any(links.filter(target_version=link.target_version).exists() for link in chosen):
            Link.objects.bulk_update(chosen, ["target_version"])

    @rule(at=index)
    def delete_links_in_bulk(self, at: int) -> None:
        self.version(at).links.filter(relation__in=[Relation.TRAINED_ON, Relation.USED]).delete()

    @rule(at=index)
    def make_links_in_bulk(self, at: int) -> None:
        model, dataset = self.model(at), make_dataset()
        row = Link(source=model, relation=Relation.TRAINED_ON, target=dataset.artifact, target_kind=Kind.DATASET)
        row.number = next(self.numbers)
        Link.objects.bulk_create([row])

    @rule(at=index, named=st.booleans(), value=st.integers(1, 3))
    def evaluate(self, at: int, named: bool, value: int) -> None:
        entry = measured(value=value, dataset=self.targets[0] if named else None)
        self.attempt(lambda: append_evaluation(self.model(at), entry))

    @rule(at=index)
    def retract_an_evaluation(self, at: int) -> None:
        if row := self.model(at).evaluations.first():
            retract_evaluation(row.version, row.number, reason="It was measured wrongly.")

    @rule(at=index, other=index)
    def move_evaluations_in_bulk(self, at: int, other: int) -> None:
        rows = Evaluation.objects.filter(version=self.model(at))
        if self.model(at) != self.model(other) and not self.model(other).evaluations.exists():
            rows.update(version=self.model(other))

    @rule(at=index, quality=st.sampled_from([None, 0.0, 0.5, 1.0]))
    def assess_through_a_proxy(self, at: int, quality: float | None) -> None:
        proxy = ModelVersion.objects.get(pk=self.model(at).pk)
        proxy.assessed_quality = quality
        proxy.save()

    @rule(at=index)
    def save_an_analysis_through_its_proxy(self, at: int) -> None:
        AnalysisVersion.objects.get(pk=self.analysis(at).pk).save()

    @rule(at=index)
    def undo(self, at: int) -> None:
        def step() -> None:
            self.version(at).links.all().delete()
            raise Undone

        self.attempt(step)

    @rule(at=index, other=index, fails=st.booleans())
    def work_in_a_block(self, at: int, other: int, fails: bool) -> None:
        def step() -> None:
            with coalesced_refresh():
                self.add_a_link(at, other, Relation.USED)
                with coalesced_refresh():
                    self.withdraw_a_link(other)
                self.make_links_in_bulk(at)
                if fails:
                    raise Undone

        self.attempt(step)

    @precondition(lambda self: len(self.models) > 3)
    @rule(at=index)
    def delete_a_model(self, at: int) -> None:
        self.models.pop(at % len(self.models)).artifact.delete()

    @invariant()
    def the_audit_has_nothing_to_change(self) -> None:
        report = audit(dry_run=True)
        assert report.looked_at == len(getattr(self, "models", []))
        assert (report.changed, report.recorded, report.relisted) == (0, 0, 0)

    @invariant()
    def no_score_is_above_its_cap(self) -> None:
        assert not ArtifactVersion.objects.flagged().filter(quality_score__gt=QUALITY_CAP).exists()

    @invariant()
    def models_are_listed_under_what_plain_python_says(self) -> None:
        found = defaultdict(set)
        for version, *posting in Posting.objects.values_list("version", "role", "target", "target_version", "counted"):
            found[version].add(tuple(posting))
        assert found == named_by_all()

    @invariant()
    def the_audit_says_what_plain_python_says(self) -> None:
        links: dict[int, list[Link]] = defaultdict(list)
        for link in Link.objects.select_related("target_version"):
            links[link.source_id].append(link)
        for model in ArtifactVersion.objects.of_models():
            producer = next((link for link in links[model.pk] if link.relation == Relation.PRODUCED_BY), None)
            inputs = links[producer.target_version_id] if producer else []
            used = [link.target_version for link in inputs if link.relation == Relation.USED]
            asked = model.declares_hypothesis or any(link.relation == Relation.TESTS for link in inputs)
            tests = any(link.relation == Relation.TESTS for link in links[model.pk])
            assert tuple(getattr(model, column) for column in RULE_COLUMNS) == (
                any(link.relation == Relation.TRAINED_ON for link in links[model.pk]),
                producer is not None,
                bool(used) and all(version is not None and version.identified_by for version in used),
                tests if asked else None,
            )


@pytest.mark.django_db
def test_signals_and_audit_agree_after_any_sequence_of_changes() -> None:
    connection.ensure_connection()
    run_state_machine_as_test(
        AnySequence,
        settings=settings(
            max_examples=12,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.reuse, Phase.generate],  # shrinking a sequence of writes takes minutes
            print_blob=True,
        ),
    )
