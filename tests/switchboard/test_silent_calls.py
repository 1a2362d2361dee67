"""Calls whose browser is silent: who may say that they are over, and what brings them back."""

from __future__ import annotations

from typing import cast

import pytest

from console.domain.lease_values import Waits
from console.domain.words import Availability
from console.ownership import Ownership
from console.realtime.connection import Connection
from console.realtime.fragments import Fragments
from console.realtime.hub import Hub, Member
from console.realtime.pongs import Pongs
from console.storage import agents, models
from console.storage.database import Database
from console.storage.leases import Leases
from console.switchboard import Switchboard
from tests.cast import Cast, assemble
from tests.realtime.test_hub import Ear, Renders
from tests.switchboard.test_switchboard import START, Phone

SILENT, GIVEN_UP = 40_000, 700_000


class Office:
    """A worker of Console. `grace`: ms for which it ends nothing after its start."""

    def __init__(self, cast_: Cast, grace: int = 0) -> None:
        self.cast = cast_
        leases = Leases(cast_.database, Waits(start_grace=grace))
        cast_.switchboard = Switchboard(cast_.recorder, leases)
        self.ownership = Ownership(cast_.switchboard, carry=600_000)
        hub = Hub(cast_.database, cast("Fragments", Renders()))
        self.pongs = Pongs(hub, self.ownership, "w")
        self.members: dict[str, Member] = {}

    def member(self, client: str) -> Member:
        if client not in self.members:
            socket = cast("Connection", Ear())
            facts = ("home", "alice", client, "b", "workspace", "en", frozenset[str](), "session")
            self.members[client] = Member(*facts, socket)
        return self.members[client]

    def pong(self, client: str, *calls: str, epoch: int = 1) -> None:
        member = self.member(client)
        member.pings += 1
        known = {"audible": True, "microphone": "granted", "registered": True, "visible": True}
        said = {"n": member.pings, "epoch": epoch, "used": 1.0, "calls": list(calls), **known}
        self.pongs.take(member, said)

    def silent(self, agent: str, client: str, ms: int = SILENT) -> None:
        """Nobody has heard of this client for so long."""
        with self.cast.database.write() as session:
            row = session.get_one(models.Client, (agent, client))
            row.heard_at = self.cast.database.now(session) - ms

    def looks(self) -> None:
        self.ownership.tick()

    def states(self, agent: str = "alice") -> list[str]:
        return [call.state for call in self.cast.calls(agent)]


@pytest.fixture
def cast_(database: Database) -> Cast:
    made = assemble(database)
    for agent in ("alice", "bob", "ada"):
        made.holds(agent, f"{agent}-1", 1)
    with database.write() as session:
        line = {"agent_id": "ada", "extension": "1003"}
        connection = session.query(models.Line.connection_id).filter_by(agent_id="bob").scalar()
        session.add(models.Line(connection_id=connection, **line))
        session.get_one(models.Organisation, "home").wrap_up_seconds = 30
    with made.recorder.record("home") as record:
        made.switchboard.change_availability(record, "alice", Availability.available)
    return made


@pytest.fixture
def office(cast_: Cast) -> Office:
    return Office(cast_)


@pytest.fixture
def alice(cast_: Cast, office: Office) -> Phone:
    return Phone(cast_, "alice", "alice-1")


@pytest.fixture
def bob(cast_: Cast, office: Office) -> Phone:
    return Phone(cast_, "bob", "bob-1")


def rings(phone: Phone, call: str, number: str = "1001") -> None:
    phone.says("ringing", call, 200, direction="inbound", number=number, external=[["sip", "x"]])


def talk(alice: Phone, bob: Phone) -> None:
    """Alice has called Bob."""
    alice.says("dialing", "a", direction="outbound", number="1002", external=[["sip", "x"]])
    rings(bob, "b")
    for phone, call in ((alice, "a"), (bob, "b")):
        phone.says("answered", call, 1000)


# ---- who says that it is over


def test_silent_talk_goes_on_when_a_colleague_stops_ringing(
    cast_: Cast,
    office: Office,
    alice: Phone,
    bob: Phone,
) -> None:
    rings(alice, "a", "0912345678")
    rings(bob, "b", "0912345678")
    alice.says("answered", "a", 1000)
    office.silent("alice", "alice-1")
    bob.says("ended", "b", 1100, cause="answered_elsewhere", ended_by="remote")
    office.looks()
    assert office.states() == ["active"]


def test_silent_talk_is_over_when_the_far_phone_hangs_up(
    office: Office,
    alice: Phone,
    bob: Phone,
) -> None:
    talk(alice, bob)
    office.silent("alice", "alice-1")
    bob.says("ended", "b", 9000, ended_by="agent", cause="completed")
    assert office.states() == ["ended"]


def test_talk_falls_silent_after_the_far_phone_hung_up_and_ends(
    office: Office,
    alice: Phone,
    bob: Phone,
) -> None:
    talk(alice, bob)
    bob.says("ended", "b", 9000, ended_by="agent", cause="completed")
    assert office.states() == ["active"]
    office.silent("alice", "alice-1")
    office.looks()
    assert office.states() == ["ended"]


def test_far_phone_that_ends_the_call_for_want_of_sound_ends_it(
    office: Office,
    alice: Phone,
    bob: Phone,
) -> None:
    talk(alice, bob)
    office.silent("alice", "alice-1")
    bob.says("ended", "b", 9000, ended_by="system", cause="failed", provider_code="ice_failed")
    assert office.states() == ["ended"]


@pytest.mark.parametrize("end", [("agent", "transferred"), ("system", "failed")])
def test_far_phone_that_did_not_hang_up_says_nothing(
    office: Office,
    alice: Phone,
    bob: Phone,
    end: tuple[str, str],
) -> None:
    talk(alice, bob)
    office.silent("alice", "alice-1")
    bob.says("ended", "b", 9000, ended_by=end[0], cause=end[1])
    office.looks()
    assert office.states() == ["active"]


def test_far_phone_that_only_rang_says_nothing(office: Office, alice: Phone, bob: Phone) -> None:
    alice.says("dialing", "a", direction="outbound", number="1002", external=[["sip", "x"]])
    rings(bob, "b")
    office.silent("alice", "alice-1")
    bob.says("ended", "b", 9000, ended_by="remote", cause="missed")
    office.looks()
    assert office.states() == ["dialing"]


def test_given_up_call_does_not_end_its_silent_far_side(
    office: Office,
    alice: Phone,
    bob: Phone,
) -> None:
    talk(alice, bob)
    office.silent("alice", "alice-1")
    office.silent("bob", "bob-1", GIVEN_UP)
    office.looks()
    assert (office.states(), office.states("bob")) == (["active"], ["ended"])


def test_silent_call_is_given_up_after_ten_minutes(office: Office, alice: Phone) -> None:
    rings(alice, "a", "0912345678")
    office.silent("alice", "alice-1", GIVEN_UP)
    office.looks()
    (call,) = office.cast.calls("alice")
    assert (call.state, call.ended_by, call.cause) == ("ended", "system", "failed")


def test_no_call_ends_before_its_page_had_time_to_return(
    cast_: Cast,
    alice: Phone,
    bob: Phone,
) -> None:
    talk(alice, bob)
    fresh = Office(cast_, grace=35_000)
    fresh.silent("alice", "alice-1", GIVEN_UP)
    bob.says("ended", "b", 9000, ended_by="agent", cause="completed")
    fresh.looks()
    assert fresh.states() == ["active"]
    leases = cast_.switchboard.leases
    leases.clock.grace_until = 0
    fresh.looks()
    assert fresh.states() == ["ended"]


# ---- what brings it back


def given_up(office: Office, alice: Phone) -> None:
    """Alice's talk with a customer, ended by the system."""
    rings(alice, "a", "0912345678")
    alice.says("answered", "a", 1000)
    office.silent("alice", "alice-1", GIVEN_UP)
    office.looks()
    assert office.states() == ["ended"]


def availability(office: Office) -> str:
    with office.cast.database.read() as session:
        return agents.status_of(session, "alice").availability


def test_pong_that_names_a_given_up_call_brings_it_back(office: Office, alice: Phone) -> None:
    given_up(office, alice)
    office.pong("alice-1", "a")
    (call,) = office.cast.calls("alice")
    assert (call.state, call.ended_by, call.cause) == ("active", None, None)
    lines = [line.payload for line in office.cast.lines if line.type == "agent"]
    assert [call["state"] for call in lines[-1]["agent"]["calls"]] == ["active"]
    assert lines[-1]["history"]


@pytest.mark.parametrize("by", ["agent", "remote"])
def test_pong_brings_no_call_back_that_somebody_ended(
    office: Office,
    alice: Phone,
    by: str,
) -> None:
    rings(alice, "a", "0912345678")
    alice.says("ended", "a", 2000, ended_by=by)
    office.pong("alice-1", "a")
    assert office.states() == ["ended"]


def test_follower_that_still_talks_brings_its_call_back(office: Office, alice: Phone) -> None:
    given_up(office, alice)
    office.pong("alice-1", "a", epoch=0)
    assert office.states() == ["active"]


def test_call_that_a_follower_does_not_know_any_more_is_over(office: Office, alice: Phone) -> None:
    rings(alice, "a", "0912345678")
    for _ in range(2):
        office.pong("alice-1", epoch=0)
    assert office.states() == ["ended"]


def test_wrap_up_of_a_false_end_is_over_when_the_call_is_back(office: Office, alice: Phone) -> None:
    given_up(office, alice)
    assert availability(office) == "wrap_up"
    office.pong("alice-1", "a")
    assert availability(office) == "available"


def test_later_news_of_a_given_up_call_ends_its_wrap_up_too(
    cast_: Cast,
    office: Office,
    alice: Phone,
) -> None:
    given_up(office, alice)
    with cast_.database.read() as session:
        now = cast_.database.now(session)
    alice.says("held", "a", now + 1000 - START)
    assert (office.states(), availability(office)) == (["held"], "available")


def test_choice_made_after_a_false_end_stands(cast_: Cast, office: Office, alice: Phone) -> None:
    given_up(office, alice)
    with cast_.recorder.record("home") as record:
        cast_.switchboard.change_availability(record, "alice", Availability.away, "lunch")
    office.pong("alice-1", "a")
    assert availability(office) == "away"


def second_page(office: Office, *, formerly: str = "") -> None:
    """Alice's page under a new client id."""
    office.cast.holds("alice", "alice-2", 2)
    with office.cast.database.write() as session:
        session.get_one(models.Client, ("alice", "alice-2")).formerly = formerly


def carrier(office: Office) -> str | None:
    return office.cast.calls("alice")[0].carrier


def test_client_takes_a_call_over_from_a_carrier_without_socket(
    cast_: Cast,
    office: Office,
    alice: Phone,
) -> None:
    rings(alice, "a", "0912345678")
    second_page(office)
    with cast_.database.write() as session:
        session.get_one(models.Client, ("alice", "alice-1")).worker = ""
    office.pong("alice-2", "a", epoch=2)
    assert carrier(office) == "alice-2"


def test_client_takes_its_call_over_from_its_former_id(office: Office, alice: Phone) -> None:
    rings(alice, "a", "0912345678")
    second_page(office, formerly="alice-1")
    office.pong("alice-2", "a", epoch=0)
    assert carrier(office) == "alice-2"


def test_client_takes_no_call_over_from_a_connected_carrier(office: Office, alice: Phone) -> None:
    rings(alice, "a", "0912345678")
    second_page(office)
    office.pong("alice-2", "a", epoch=2)
    assert carrier(office) == "alice-1"


def test_old_page_without_a_moved_call_does_not_end_it(office: Office, alice: Phone) -> None:
    rings(alice, "a", "0912345678")
    old = office.cast.switchboard
    with office.cast.database.read() as session:
        lacking = office.ownership.carriers.carried(session, ["alice"])["alice", "alice-1"]
    second_page(office, formerly="alice-1")
    office.pong("alice-2", "a", epoch=2)
    office.ownership.carriers.carrier_says("home", lacking, [])
    assert (old is office.cast.switchboard, office.states()) == (True, ["ringing"])


def test_late_pong_of_a_page_that_signs_out_brings_nothing_back(
    office: Office,
    alice: Phone,
) -> None:
    rings(alice, "a", "0912345678")
    office.ownership.sign_out("home", "alice", "alice alice-1", "alice-1")
    office.pong("alice-1", "a")
    assert office.states() == ["ended"]


def test_call_of_a_colleague_is_not_brought_back_by_its_id(
    office: Office,
    alice: Phone,
    bob: Phone,
) -> None:
    rings(bob, "b", "0912345678")
    office.silent("bob", "bob-1", GIVEN_UP)
    office.looks()
    office.pong("alice-1", "b")
    assert office.states("bob") == ["ended"]
