"""Writers that meet: two connections at once, and no model is left above what its rows allow.

Each race holds one writer just before it commits, starts the other, and lets the first commit once the other waits or
is done. On SQLite, where a writing transaction is alone from its start, the same scenes are played by writers that
follow each other.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction

from catalog.errors import Conflict
from catalog.models import Artifact, ArtifactVersion, Identifier, Link
from catalog.provenance.audit import audit
from catalog.provenance.touched import coalesced_refresh
from catalog.registration import LinkInput, VersionInput, add_link, register, withdraw_link
from catalog.vocabulary import QUALITY_CAP, Kind, Relation
from tests.factories import complete_model, make_analysis, make_dataset, make_model
from tests.provenance.stored import assert_nothing_to_audit, rules, set_by_sql, stored

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE = 30
"""Seconds after which a race counts as locked up."""


def own_connection(work: Callable[[], Any]) -> Any:
    try:
        return work()
    finally:
        connection.close()


def race(first: Callable[[], Any], second: Callable[[], Any]) -> None:
    """Run `first` up to its commit, then `second` as far as it gets, then commit `first`."""
    written, may_commit = threading.Event(), threading.Event()

    def held() -> None:
        try:
            with transaction.atomic():
                first()
                written.set()
                assert may_commit.wait(PATIENCE)
        finally:
            written.set()

    with ThreadPoolExecutor(2) as pool:
        leader = pool.submit(own_connection, held)
        assert written.wait(PATIENCE)
        follower = pool.submit(own_connection, second)
        deadline = time.monotonic() + PATIENCE
        while not stuck_or_done(follower) and time.monotonic() < deadline:
            time.sleep(0.01)
        may_commit.set()
        leader.result(PATIENCE)
        follower.result(PATIENCE)


def stuck_or_done(future: Future) -> bool:
    """Whether a writer came to its end, or to a lock that another holds."""
    if connection.vendor == "sqlite":  # the file has one lock, and no list of who waits for it
        return True
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return future.done() or cursor.fetchone() != (0,)


def at_once(works: Iterable[Callable[[], Any]]) -> list[Any]:
    """Run all at the same time, each on its own connection; return what each returned or raised."""
    works = list(works)
    ready = threading.Barrier(len(works))

    def started(work: Callable[[], Any]) -> Any:
        ready.wait(PATIENCE)
        try:
            return work()
        except Conflict as conflict:
            return conflict

    with ThreadPoolExecutor(len(works)) as pool:
        return [
            future.result(PATIENCE) for future in [pool.submit(own_connection, lambda w=w: started(w)) for w in works]
        ]


def unpinned(analysis: ArtifactVersion) -> Callable[[], Any]:
    dataset = make_dataset().artifact.public_id
    return lambda: add_link(analysis, LinkInput(relation=Relation.USED, ref=dataset))


def pinned_analysis() -> ArtifactVersion:
    return make_analysis(used=[f"{make_dataset().artifact}@1"])


in_both_orders = pytest.mark.parametrize("turned", [False, True], ids=["as told", "the other way round"])


def play(first: Callable[[], Any], second: Callable[[], Any], turned: bool) -> None:
    race(*((second, first) if turned else (first, second)))
    assert_nothing_to_audit()


@pytest.mark.parametrize("by", ["withdrawing", "deleting", "deleting in bulk"])
def test_two_writers_each_take_one_of_two_datasets(by: str) -> None:
    model = complete_model(trained_on=[str(make_dataset()), str(make_dataset())])
    one, other = model.links.filter(relation=Relation.TRAINED_ON)

    def taking(link: Link) -> Callable[[], Any]:
        if by == "withdrawing":
            return lambda: withdraw_link(model, link.number, reason="It was not.")
        if by == "deleting":
            return lambda: Link.objects.get(pk=link.pk).delete()
        return lambda: Link.objects.filter(pk=link.pk).delete()

    race(taking(one), taking(other))
    assert (rules(model)[0], stored(model)) == (False, QUALITY_CAP)
    assert_nothing_to_audit()


@in_both_orders
def test_a_model_registers_while_its_analysis_gains_an_unpinned_input(turned: bool) -> None:
    analysis = pinned_analysis()
    dataset = str(make_dataset())
    play(
        lambda: make_model("m", produced_by=str(analysis), trained_on=[dataset], quality=0.9),
        unpinned(analysis),
        turned,
    )
    assert ArtifactVersion.objects.get(public_id="m-v1").quality_score == QUALITY_CAP


@in_both_orders
def test_a_model_moves_to_another_analysis_while_that_one_gains_an_unpinned_input(turned: bool) -> None:
    model, analysis = complete_model(), pinned_analysis()

    def move() -> None:
        link = model.links.get(relation=Relation.PRODUCED_BY)
        link.target, link.target_version = analysis.artifact, analysis
        link.save()

    play(move, unpinned(analysis), turned)
    assert (rules(model), stored(model)) == ((True, True, False, None), QUALITY_CAP)


@in_both_orders
def test_a_bulk_update_moves_a_model_to_an_analysis_that_gains_an_unpinned_input(turned: bool) -> None:
    model, analysis = complete_model(), pinned_analysis()

    def move() -> None:
        links = model.links.filter(relation=Relation.PRODUCED_BY)
        links.update(target=analysis.artifact, target_version=analysis)

    play(move, unpinned(analysis), turned)
    assert stored(model) == QUALITY_CAP


@in_both_orders
def test_a_link_names_the_producing_analysis_while_it_gains_an_unpinned_input(turned: bool) -> None:
    analysis = pinned_analysis()
    model = make_model(trained_on=[str(make_dataset())], quality=0.9)
    producing = LinkInput(relation=Relation.PRODUCED_BY, ref=analysis.artifact.public_id)
    play(lambda: add_link(model, producing), unpinned(analysis), turned)
    assert stored(model) == QUALITY_CAP


@in_both_orders
def test_a_block_of_bulk_work_meets_an_unpinned_input(turned: bool) -> None:
    analysis = pinned_analysis()
    model = make_model(produced_by=str(analysis), quality=0.9)

    def work() -> None:
        with coalesced_refresh():
            add_link(model, LinkInput(relation=Relation.TRAINED_ON, ref=str(make_dataset())))

    play(work, unpinned(analysis), turned)
    assert stored(model) == QUALITY_CAP


one_or_all = pytest.mark.parametrize("size", [1, 2000], ids=["of a batch of one", "of all"])


@one_or_all
@in_both_orders
def test_the_audit_does_not_overwrite_a_concurrent_change(turned: bool, size: int) -> None:
    model = complete_model()
    set_by_sql(model, has_pinned_inputs=False)  # so that the audit has something to write
    number = model.links.get(relation=Relation.TRAINED_ON).number
    play(partial(audit, batch_size=size), lambda: withdraw_link(model, number, reason="It was not."), turned)
    assert (rules(model), stored(model)) == ((False, True, True, None), QUALITY_CAP)


@one_or_all
@in_both_orders
def test_the_audit_meets_a_change_of_the_analysis(turned: bool, size: int) -> None:
    analysis = pinned_analysis()
    model = complete_model(produced_by=str(analysis))
    set_by_sql(model, has_training_dataset=False)
    play(partial(audit, batch_size=size), unpinned(analysis), turned)
    assert (rules(model), stored(model)) == ((True, True, False, None), QUALITY_CAP)


def test_two_writers_move_one_link_to_two_models() -> None:
    loser, one, other = complete_model(), make_model(quality=0.9), make_model(quality=0.9)
    links = [loser.links.get(relation=Relation.TRAINED_ON) for _ in range(2)]

    def moving(link: Link, winner: ArtifactVersion) -> Callable[[], Any]:
        def move() -> None:
            link.source = winner
            link.save()

        return move

    race(moving(links[0], one), moving(links[1], other))
    assert [rules(model)[0] for model in (loser, one, other)] == [False, False, True]
    assert_nothing_to_audit()


def test_a_link_moves_while_another_writer_deletes_it() -> None:
    loser, winner = complete_model(), make_model(quality=0.9)
    moved, deleted = (loser.links.get(relation=Relation.TRAINED_ON) for _ in range(2))

    def move() -> None:
        moved.source = winner
        moved.save()

    race(move, deleted.delete)
    assert [rules(model)[0] for model in (loser, winner)] == [False, False]
    assert_nothing_to_audit()


@in_both_orders
def test_a_raw_load_meets_a_writer(turned: bool) -> None:
    """The load's distrust is not overwritten by a writer who read before it: the model stays capped till the audit."""
    analysis = pinned_analysis()
    model = make_model(produced_by=str(analysis), quality=0.9)
    dataset = make_dataset()
    unpinned_input = Link(
        source=analysis,
        number=90,
        relation=Relation.USED,
        target=dataset.artifact,
        target_kind=Kind.DATASET,
        created_at=analysis.created_at,
    )
    other = str(make_dataset())

    @transaction.atomic
    def load() -> None:
        unpinned_input.save_base(raw=True)

    steps = [
        load,
        lambda: add_link(model, LinkInput(relation=Relation.TRAINED_ON, ref=other)),
    ]
    race(*(reversed(steps) if turned else steps))
    assert stored(model) == QUALITY_CAP
    audit()
    assert (rules(model), stored(model)) == ((True, True, False, None), QUALITY_CAP)


# Numbering and names.


def submission(artifact: str, title: str, **fields: Any) -> VersionInput:
    return VersionInput(kind=Kind.DATASET, artifact=artifact, title=title, **fields)


def test_eight_writers_of_five_versions_get_forty_consecutive_numbers() -> None:
    def writer(name: int) -> Callable[[], list[int]]:
        return lambda: [
            register(submission("d", f"Version {number} of writer {name}")).version.version_number
            for number in range(5)
        ]

    numbers = [number for found in at_once(map(writer, range(8))) for number in found]
    assert sorted(numbers) == list(range(1, 41))
    versions = ArtifactVersion.objects.filter(artifact__public_id="d")
    assert versions.get(is_latest=True).version_number == 40
    assert all(version.parent.version_number == version.version_number - 1 for version in versions.filter(parent__gt=0))


def test_the_same_content_eight_times_at_once_is_one_version() -> None:
    found = at_once([lambda: register(submission("d", "The same"))] * 8)
    assert sorted(registered.created for registered in found) == [False] * 7 + [True]
    assert (
        Artifact.objects.count() == ArtifactVersion.objects.count() == Identifier.objects.filter(version=None).count()
    )


@pytest.mark.parametrize(
    "claim",
    [
        lambda number: submission(f"d-{number}", "Mine", aliases=("wanted",)),
        lambda number: submission(f"d-{number}", "Mine", version_id="wanted"),
    ],
    ids=["as an alias", "as the id of a version"],
)
def test_of_eight_claimants_of_one_name_one_succeeds(claim: Callable[[int], VersionInput]) -> None:
    found = at_once([lambda number=number: register(claim(number)) for number in range(8)])
    assert sum(isinstance(outcome, Conflict) for outcome in found) == 7
    assert Identifier.objects.get(name="wanted").artifact.versions.count() == 1
    assert ArtifactVersion.objects.count() == Artifact.objects.count() == 1


def test_eight_writers_add_links_to_one_model_and_each_gets_a_number() -> None:
    model = complete_model()
    datasets = [str(make_dataset()) for _ in range(8)]
    at_once([lambda ref=ref: add_link(model, LinkInput(relation=Relation.TRAINED_ON, ref=ref)) for ref in datasets])
    assert sorted(model.links.values_list("number", flat=True)) == list(range(1, 11))
    assert_nothing_to_audit()
