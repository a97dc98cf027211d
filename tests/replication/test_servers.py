"""Which server answers: those that are there, keep up, and have what the client wrote."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import OperationalError

from catalog.replication.routing import PRIMARY
from catalog.replication.servers import INTERVAL, PAUSE, Primary, Replica, Sample, Servers

LAG = 10.0


class Playing:
    """A primary and two replicas whose positions, ends and clock a test sets."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.written = 100
        self.replayed: dict[str, int | None] = {"one": 100, "other": 100}
        self.down: set[str] = set()
        self.asked: list[str] = []
        primary = Primary(lambda: self.answer_of(PRIMARY, self.written), self.clock)
        self.replicas = {
            alias: Replica(
                alias, primary, lambda alias=alias: self.answer_of(alias, self.replayed[alias]), LAG, self.clock
            )
            for alias in self.replayed
        }
        self.servers = Servers(primary, list(self.replicas.values()))

    def clock(self) -> float:
        return self.now

    def answer_of(self, server: str, answer: Any) -> Any:
        self.asked.append(server)
        if server in self.down:
            raise OperationalError(f"connection to {server} refused")
        return answer

    def chosen(self, position: int | None = None, times: int = 60) -> set[str]:
        """The databases that so many clients read from."""
        return {self.servers.choose(position, f"client {number}") for number in range(times)}

    def write(self, amount: int = 50) -> None:
        self.written += amount

    def replay(self) -> None:
        self.replayed = dict.fromkeys(self.replayed, self.written)


@pytest.fixture
def play() -> Playing:
    return Playing()


def test_reading_is_spread_over_the_replicas(play: Playing) -> None:
    assert play.chosen() == {"one", "other"}


def test_a_client_keeps_its_replica_while_that_serves(play: Playing) -> None:
    (kept,) = {play.servers.choose(client="10.0.0.7") for _ in range(20)}
    play.down = {kept}
    (other,) = {play.servers.choose(client="10.0.0.7") for _ in range(20)}
    assert {kept, other} == {"one", "other"}
    play.down.clear()
    play.now += PAUSE
    assert play.servers.choose(client="10.0.0.7") == kept


def test_a_request_asks_one_replica_once_and_the_primary_once_a_second(play: Playing) -> None:
    for _ in range(3):
        play.servers.choose()
    assert play.asked.count(PRIMARY) == 1
    assert len(play.asked) == 4
    play.now += INTERVAL
    play.servers.choose()
    assert play.asked.count(PRIMARY) == 2


def test_without_replicas_reading_is_the_primarys() -> None:
    assert Servers(Primary(lambda: 1), []).choose() == PRIMARY


def test_who_has_written_reads_where_that_is_replayed(play: Playing) -> None:
    play.chosen()
    play.write()
    assert play.chosen(play.written) == {PRIMARY}
    play.replayed["other"] = play.written
    assert play.chosen(play.written) == {"other"}
    assert "one" in play.chosen()  # whoever has written nothing may be a moment behind


def test_a_dead_replica_is_left_out_and_not_asked_for_a_while(play: Playing) -> None:
    play.down = {"one"}
    assert play.chosen() == {"other"}
    assert play.asked.count("one") == 1
    play.now += PAUSE - 0.1
    assert play.chosen() == {"other"}
    assert play.asked.count("one") == 1


def test_a_replica_that_answers_again_comes_back_by_itself(play: Playing, caplog: pytest.LogCaptureFixture) -> None:
    play.down = {"one"}
    play.chosen()
    play.now += PAUSE
    assert play.chosen() == {"other"}  # tried once more, in vain
    assert play.asked.count("one") == 2
    play.down.clear()
    assert play.chosen() == {"other"}
    play.now += PAUSE
    assert play.chosen() == {"one", "other"}
    assert [record.message.split(":")[0] for record in caplog.records] == [
        "The database one is left out",
        "The database one answers again",
    ]


def test_while_one_request_tries_a_dead_replica_others_do_not(play: Playing) -> None:
    play.down = {"one"}
    play.chosen()
    play.now += PAUSE
    replica = play.replicas["one"]

    def ask() -> int:
        assert not replica.serves()  # somebody else, meanwhile
        raise OperationalError

    replica._ask = ask
    assert not replica.serves()


def test_with_no_replica_left_the_primary_answers(play: Playing) -> None:
    play.down = {"one", "other"}
    assert play.chosen() == {PRIMARY}


def test_a_replica_that_was_promoted_is_none(play: Playing) -> None:
    play.replayed["one"] = None
    assert play.chosen() == {"other"}


def test_a_replica_that_stopped_replaying_is_left_out_until_it_has_caught_up(play: Playing) -> None:
    assert play.chosen() == {"one", "other"}
    for _ in range(int(LAG) + 2):
        play.write()
        play.replayed["other"] = play.written
        play.now += 1
        play.servers.choose(besides=["other"])
        play.servers.choose(besides=["one"])
    assert play.chosen() == {"other"}
    play.replayed["one"] = play.written - 60  # on its way
    assert play.chosen() == {"other"}
    play.replay()
    assert play.chosen() == {"one", "other"}


def test_a_replica_always_a_moment_behind_a_busy_primary_keeps_up(play: Playing) -> None:
    for _ in range(30):
        before = play.written
        play.write()
        play.now += 1
        play.replayed = dict.fromkeys(play.replayed, before + 1)  # all of a second ago, not all of now
        play.chosen(times=4)
    assert play.chosen() == {"one", "other"}


def test_nobody_reads_from_a_replica_before_it_has_shown_that_it_is_current(play: Playing) -> None:
    """One that is hours behind when the process starts."""
    play.replayed = {"one": 3, "other": 100}
    assert play.chosen() == {"other"}


def test_a_process_that_was_idle_needs_no_second_look_at_a_replica_that_is_current(play: Playing) -> None:
    play.chosen()
    play.write()
    play.replay()
    play.now += 3600
    assert play.chosen() == {"one", "other"}


def test_while_the_primary_is_down_the_replicas_are_as_current_as_can_be(play: Playing) -> None:
    play.chosen()
    play.down = {PRIMARY}
    play.now += 3600
    assert play.chosen() == {"one", "other"}
    assert not play.servers.primary.answers()
    assert play.chosen(play.written + 1) == {PRIMARY}  # what was written there is not passed off as unwritten


def test_a_replica_that_was_behind_when_the_primary_went_down_is_better_than_none(play: Playing) -> None:
    play.chosen()
    for _ in range(int(LAG) + 2):
        play.write()
        play.now += 1
        play.chosen()
    assert play.chosen() == {PRIMARY}
    play.down = {PRIMARY}
    play.now += 1
    assert play.chosen() == {"one", "other"}
    play.down.clear()
    play.now += PAUSE
    assert play.chosen() == {PRIMARY}


def test_while_one_request_looks_at_the_primary_others_take_what_is_known(play: Playing) -> None:
    play.chosen()
    primary, known = play.servers.primary, play.servers.primary.newest()
    play.now += INTERVAL
    play.write()

    def ask() -> int:
        assert primary.newest() == known  # somebody else, meanwhile
        return play.written

    primary._ask = ask
    assert primary.newest() == Sample(play.written, play.now)


def test_a_primary_that_is_down_is_not_asked_for_a_while(play: Playing) -> None:
    play.down = {PRIMARY}
    assert play.chosen() == {"one", "other"}
    assert play.asked.count(PRIMARY) == 1
    play.now += PAUSE
    play.down.clear()
    assert play.servers.primary.answers()
