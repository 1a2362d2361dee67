"""An agent with two calls: what the end of one means while the other goes on, and how a transfer is
written down.
"""

from __future__ import annotations

import pytest

from console.domain.enums import Availability
from console.services.agent_status import change_availability
from console.storage import agents, models
from console.storage.database import Database
from tests.cast import Cast, assemble
from tests.services.test_switchboard import START, Phone


@pytest.fixture
def cast(database: Database) -> Cast:
    made = assemble(database)
    made.holds("alice", "a1", 1)
    return made


@pytest.fixture
def alice(cast: Cast) -> Phone:
    """Two answered calls: k1 on line 1, which waits, and k2 on line 2, about k1."""
    phone = Phone(cast, "alice", "a1")
    phone.says("ringing", "k1", direction="inbound", number="0901234567", line=1, waiting=False)
    phone.says("answered", "k1", 1000)
    phone.says("held", "k1", 2000, by="agent")
    phone.says("dialing", "k2", 3000, direction="outbound", number="1002", line=2, consults="k1")
    phone.says("answered", "k2", 4000)
    return phone


def availability(cast: Cast) -> str:
    with cast.database.read() as session:
        return str(agents.views(session, ["alice"], START, 35_000)[0]["availability"])


def test_wrap_up_waits_for_the_last_of_two_calls(cast: Cast, alice: Phone) -> None:
    with cast.database.write() as session:
        session.get_one(models.Organisation, "home").wrap_up_seconds = 30
    with cast.units.begin("home") as unit:
        change_availability(unit, "alice", Availability.available)
    alice.says("ended", "k2", 5000, ended_by="agent", cause="completed")
    assert availability(cast) == "available"
    alice.says("ended", "k1", 6000, ended_by="remote", cause="completed")
    assert availability(cast) == "wrap_up"


def test_both_calls_of_an_attended_transfer_end_as_transferred(cast: Cast, alice: Phone) -> None:
    """The far side's goodbye may be reported before the news that the transfer got through."""
    alice.says("ended", "k2", 5000, ended_by="remote", cause="completed")
    for call in ("k2", "k1"):
        alice.says("transferred", call, 5100)
    alice.says("ended", "k1", 5200, ended_by="agent", cause="transferred")
    assert [(row.state, row.cause, row.line) for row in cast.calls("alice")] == [
        ("ended", "transferred", 1),
        ("ended", "transferred", 2),
    ]


def test_a_failed_transfer_leaves_the_call_on_hold(cast: Cast, alice: Phone) -> None:
    alice.says("transfer_failed", "k1", 5000, sip_code=486, provider_code="Busy Here", cause="busy")
    first = cast.calls("alice")[0]
    assert (first.state, first.cause, first.sip_code) == ("held", None, None)


def test_a_replacing_call_is_known_from_its_answer(cast: Cast, alice: Phone) -> None:
    alice.says(
        "answered",
        "k3",
        5000,
        direction="inbound",
        number="0907654321",
        line=2,
        replaces="k2",
        external=[["sip", "x3"]],
    )
    alice.says("ended", "k2", 5010, ended_by="remote", cause="transferred")
    third = cast.calls("alice")[-1]
    assert (third.state, third.direction, third.number, third.line) == (
        "active",
        "inbound",
        "+84907654321",
        2,
    )


def consulted(cast: Cast) -> dict[str, str]:
    """The key of each of Alice's open calls, with the key of the call that it consults about."""
    with cast.database.read() as session:
        return {
            call["client_call_id"]: call["consults"]
            for call in agents.views(session, ["alice"], START, 35_000)[0]["calls"]
        }


def test_a_consultation_is_kept_with_the_call_for_every_page(cast: Cast, alice: Phone) -> None:
    assert consulted(cast) == {"k1": "", "k2": "k1"}


def test_a_later_event_does_not_undo_a_consultation(cast: Cast, alice: Phone) -> None:
    alice.says("held", "k2", 5000, by="agent")
    alice.says("resumed", "k1", 5010, by="agent")
    assert consulted(cast) == {"k1": "", "k2": "k1"}


def test_a_call_answered_beside_another_is_no_consultation(cast: Cast, alice: Phone) -> None:
    alice.says("ended", "k2", 5000, ended_by="agent", cause="completed")
    alice.says(
        "ringing", "k3", 6000, direction="inbound", number="0907654321", line=2, waiting=True
    )
    alice.says("answered", "k3", 6100)
    assert consulted(cast) == {"k1": "", "k3": ""}


def test_a_call_replacing_a_consultation_keeps_its_subject(cast: Cast, alice: Phone) -> None:
    alice.says(
        "answered",
        "k3",
        5000,
        direction="inbound",
        number="1004",
        line=2,
        replaces="k2",
        consults="k1",
    )
    alice.says("ended", "k2", 5010, ended_by="remote", cause="transferred")
    assert consulted(cast) == {"k1": "", "k3": "k1"}
