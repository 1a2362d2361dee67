"""Events of phones become rows and journal entries, once, in order, for those concerned."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest

from console.domain.enums import Availability
from console.services.agent_status import change_availability
from console.storage import agents, calls, journal, models, wrap_ups
from console.storage.database import Database
from tests.cast import CONNECTION, FOREIGN, Cast, assemble

START = 1_790_000_000_000


@pytest.fixture
def cast(database: Database) -> Cast:
    made = assemble(database)
    made.holds("alice", "a1", 1)
    made.holds("bob", "b1", 1)
    return made


class Phone:
    """Reports events of one client with growing numbers."""

    def __init__(
        self,
        cast: Cast,
        agent: str,
        client: str,
        epoch: int = 1,
        connection: str = CONNECTION,
        organisation: str = "home",
    ) -> None:
        self.cast, self.agent, self.client, self.epoch, self.connection, self.organisation = (
            cast,
            agent,
            client,
            epoch,
            connection,
            organisation,
        )
        self.n = 0

    def says(self, type: str, call: str, at: int = 0, **more: Any) -> int:
        self.n += 1
        self.repeat(self.n, type, call, at, **more)
        return self.n

    def repeat(self, n: int, type: str, call: str, at: int = 0, **more: Any) -> None:
        event = {
            "type": type,
            "call": call,
            "at": START + at,
            "connection": self.connection,
            **more,
        }
        self.cast.switchboard.phone_event(
            self.organisation, self.agent, self.client, n, self.epoch, event
        )


def test_a_call_of_two_agents_is_two_rows_of_one_conversation(cast: Cast) -> None:
    alice, bob = Phone(cast, "alice", "a1"), Phone(cast, "bob", "b1")
    alice.says("dialing", "ka", direction="outbound", number="1002", external=[["sip", "x1"]])
    bob.says("ringing", "kb", 200, direction="inbound", number="1001", external=[["sip", "x1"]])
    bob.says("answered", "kb", 3000)
    alice.says("answered", "ka", 3010)
    alice.says("ended", "ka", 63000, ended_by="agent", cause="completed")
    bob.says("ended", "kb", 63050, ended_by="remote", cause="completed")
    of_alice, of_bob = cast.calls("alice")[0], cast.calls("bob")[0]
    assert of_alice.conversation_id == of_bob.conversation_id
    assert {of_alice.direction, of_bob.direction} == {"internal"}
    assert (of_alice.state, of_alice.ended_by, of_bob.ended_by) == ("ended", "agent", "remote")
    assert len(cast.calls()) == 2


def test_calls_with_separate_leg_ids_share_a_conversation(cast: Cast) -> None:
    Phone(cast, "bob", "b1").says(
        "ringing", "kb", 400, direction="inbound", number="1001", external=[["sip", "leg-b"]]
    )
    Phone(cast, "alice", "a1").says(
        "dialing", "ka", direction="outbound", number="1002", external=[["sip", "leg-a"]]
    )
    assert len({call.conversation_id for call in cast.calls()}) == 1


def test_both_sides_reported_by_two_workers_are_one_conversation(cast: Cast) -> None:
    workers = [cast.worker() for _ in range(2)]
    alice, bob = Phone(workers[0], "alice", "a1"), Phone(workers[1], "bob", "b1")
    for n in range(8):
        gate = threading.Barrier(2)

        def report(
            phone: Phone,
            type: str,
            number: str,
            direction: str,
            n: int = n,
            gate: threading.Barrier = gate,
        ) -> None:
            gate.wait()
            external = [["sip", f"x{n}"]]
            phone.says(
                type,
                f"{phone.agent}-{n}",
                n * 60_000,
                direction=direction,
                number=number,
                external=external,
            )

        sides = (alice, "dialing", "1002", "outbound"), (bob, "ringing", "1001", "inbound")
        threads = [threading.Thread(target=report, args=side) for side in sides]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(cast.calls()) == 16
    assert len({call.conversation_id for call in cast.calls()}) == 8


def test_an_event_sent_twice_with_its_number_is_kept_once(cast: Cast) -> None:
    phone = Phone(cast, "alice", "a1")
    phone.says("ringing", "k", direction="inbound", number="0912345678")
    before = len(cast.entries)
    phone.repeat(1, "ringing", "k", direction="inbound", number="0912345678")
    assert len(cast.calls()) == 1
    assert len(cast.entries) == before


def test_inbound_numbers_are_e164_and_extensions_unchanged(cast: Cast) -> None:
    phone = Phone(cast, "alice", "a1")
    phone.says("ringing", "k1", direction="inbound", number="0912 345 678")
    phone.says("ringing", "k2", 60_000, direction="inbound", number="1234")
    assert [call.number for call in cast.calls("alice")] == ["+84912345678", "1234"]


def test_an_event_of_a_foreign_epoch_changes_nothing(cast: Cast) -> None:
    Phone(cast, "alice", "a1", epoch=7).says("ringing", "k", direction="inbound", number="1002")
    assert cast.calls() == []


def test_a_call_ended_in_a_former_holder_did_end(cast: Cast) -> None:
    old = Phone(cast, "alice", "a1")
    old.says("dialing", "k", direction="outbound", number="0912345678")
    old.says("answered", "k", 2000)
    cast.holds("alice", "a2", 2)
    old.says("ended", "k", 9000, ended_by="agent", cause="completed")
    assert [(call.state, call.ended_at) for call in cast.calls("alice")] == [
        ("ended", START + 9000)
    ]


def test_an_old_epoch_changes_no_call_of_a_newer_one(cast: Cast) -> None:
    cast.holds("alice", "a2", 2)
    new = Phone(cast, "alice", "a2", epoch=2)
    new.says("ringing", "k", direction="inbound", number="1002", external=[["sip", "x"]])
    Phone(cast, "alice", "a1", epoch=1).says(
        "ended", "other", 10, external=[["sip", "x"]], ended_by="agent", cause="rejected"
    )
    assert [call.state for call in cast.calls("alice")] == ["ringing"]


def test_a_system_end_is_corrected_by_the_true_one(cast: Cast) -> None:
    phone = Phone(cast, "alice", "a1")
    phone.says("dialing", "k", direction="outbound", number="1002")
    phone.says("answered", "k", 1000)
    with cast.units.begin("home") as unit:
        cast.switchboard.end_by_system(unit, calls.open_of_agents(unit.session, ["alice"])[0])
    assert cast.calls()[0].ended_by == "system"
    phone.says("ended", "k", 5000, ended_by="remote", cause="completed")
    assert [(call.ended_by, call.ended_at, call.cause) for call in cast.calls()] == [
        ("remote", START + 5000, "completed")
    ]


def test_an_unknown_event_is_kept_unchanged(cast: Cast) -> None:
    Phone(cast, "alice", "a1").says("teleported", "k", colour="green")
    with cast.database.read() as session:
        assert session.query(models.UnknownEvent).one().payload["colour"] == "green"


def test_unknown_events_are_kept_within_limits(cast: Cast) -> None:
    phone = Phone(cast, "alice", "a1")
    phone.says("teleported", "k", colour="green" * 10_000)
    for n in range(70):
        phone.says("teleported", "k", more=str(n))
    Phone(cast, "bob", "b1").says("teleported", "k")
    with cast.database.read() as session:
        kept = session.query(models.UnknownEvent).order_by(models.UnknownEvent.id).all()
    assert [len([row for row in kept if row.agent_id == agent]) for agent in ("alice", "bob")] == [
        60,
        1,
    ]
    assert max(len(json.dumps(row.payload)) for row in kept) < 5_000


def test_an_event_with_a_foreign_connection_changes_nothing(cast: Cast) -> None:
    Phone(cast, "alice", "a1", connection=FOREIGN).says(
        "ringing", "k", direction="inbound", number="1"
    )
    assert cast.calls() == []


def test_the_same_exchange_id_joins_no_two_organisations(cast: Cast) -> None:
    cast.holds("olga", "o1", 1)
    Phone(cast, "alice", "a1").says(
        "dialing", "ka", direction="outbound", number="1002", external=[["sip", "x"]]
    )
    Phone(cast, "olga", "o1", connection=FOREIGN, organisation="other").says(
        "ringing", "ko", direction="inbound", number="1001", external=[["sip", "x"]]
    )
    assert len({call.conversation_id for call in cast.calls()}) == 2
    assert {
        entry.organisation for entry in cast.entries if entry.payload["agent"]["id"] == "olga"
    } == {"other"}


def test_each_role_sees_its_own_agents(cast: Cast) -> None:
    with cast.database.read() as session:
        seen = {
            name: agents.teams_seen_by(session, session.get_one(models.User, name))
            for name in ("alice", "sam", "ada", "olga")
        }
        assert seen == {"alice": [], "sam": ["team"], "ada": ["team"], "olga": []}
        assert agents.of_teams(session, "other", ["team"]) == []


def test_wrap_up_follows_an_answered_call_if_configured(cast: Cast) -> None:
    with cast.database.write() as session:
        session.get_one(models.Organisation, "home").wrap_up_seconds = 30
    with cast.units.begin("home") as unit:
        change_availability(unit, "alice", Availability.available)
    phone = Phone(cast, "alice", "a1")
    phone.says("ringing", "k", direction="inbound", number="1002")
    phone.says("answered", "k", 1000)
    phone.says("ended", "k", 5000, ended_by="remote", cause="completed")
    with cast.database.read() as session:
        assert agents.views(session, ["alice"], START, 35_000)[0]["availability"] == "wrap_up"
        assert wrap_ups.expired(session, cast.database.now(session)) == []
        assert wrap_ups.expired(session, cast.database.now(session) + 30_000) == [("home", "alice")]


def test_the_journal_counts_each_organisation_without_gaps(cast: Cast) -> None:
    cast.holds("olga", "o1", 1)
    for i in range(3):
        Phone(cast, "alice", f"a{i}").says("dialing", f"k{i}", direction="outbound", number="1002")
    Phone(cast, "alice", "a1").says("dialing", "k", direction="outbound", number="1002")
    Phone(cast, "olga", "o1", connection=FOREIGN, organisation="other").says(
        "dialing", "k", direction="outbound", number="1"
    )
    with cast.database.read() as session:
        for organisation in ("home", "other"):
            numbers = [line.seq for line in journal.after(session, organisation, 0)]
            assert numbers == list(range(1, journal.position(session, organisation) + 1))
            assert numbers


def test_parallel_writers_leave_numbers_without_gaps(cast: Cast) -> None:
    def work(agent: str) -> None:
        for _ in range(10):
            with cast.units.begin("home") as unit:
                unit.agent_changed(agent)

    threads = [
        threading.Thread(target=work, args=(agent,)) for agent in ("alice", "bob", "alice", "bob")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with cast.database.read() as session:
        assert [line.seq for line in journal.after(session, "home", 0)] == list(range(1, 41))
