"""Facts that a call gets later: the line that the customer called, and the number of an offered
call.
"""

from __future__ import annotations

from typing import Any

import pytest

from console.storage import agents, calls, models
from console.storage.agents import CallView
from console.storage.database import Database
from tests.cast import Cast, assemble
from tests.services.test_switchboard import START, Phone

CUSTOMER, HOTLINE = "+84912345678", "19001234"


@pytest.fixture
def cast(database: Database) -> Cast:
    made = assemble(database)
    made.holds("alice", "a1", 1)
    return made


def shown(cast: Cast) -> CallView:
    with cast.database.read() as session:
        (view,) = agents.views(session, ["alice"], START, 35_000)[0]["calls"]
    return view


def rings(cast: Cast, *news: dict[str, Any]) -> Phone:
    alice = Phone(cast, "alice", "a1")
    for at, more in enumerate(news):
        alice.says("ringing", "k1", at, direction="inbound", **more)
    return alice


def test_the_hotline_of_an_inbound_call_is_shown_and_kept(cast: Cast) -> None:
    alice = rings(cast, {"number": CUSTOMER, "hotline": HOTLINE})
    assert shown(cast)["hotline"] == HOTLINE
    alice.says("ended", "k1", 10, ended_by="remote", cause="completed")
    with cast.database.read() as session:
        assert [view["hotline"] for view in agents.recent(session, "alice", "VN")] == [HOTLINE]


def test_the_last_reported_hotline_counts_and_stays(cast: Cast) -> None:
    alice = rings(cast, {"number": CUSTOMER}, {"number": CUSTOMER, "hotline": HOTLINE})
    alice.says("answered", "k1", 2)
    assert (shown(cast)["hotline"], len(cast.calls())) == (HOTLINE, 1)


@pytest.mark.parametrize("hotline", ["\u202e" + "9" * 300, "1900\n1234"])
def test_the_vendors_text_is_cut_to_the_storable_length(cast: Cast, hotline: str) -> None:
    rings(cast, {"number": CUSTOMER, "hotline": hotline})
    assert shown(cast)["hotline"] == hotline.replace("\n", "").replace("\u202e", "")[:64]


def test_an_offered_call_gets_number_name_and_count_on_ringing(cast: Cast) -> None:
    with cast.database.write() as session:
        session.add(models.Contact(id="c1", organisation_id="home", name="Mai", search="mai"))
        session.flush()
        session.add(models.ContactNumber(organisation_id="home", contact_id="c1", number=CUSTOMER))
    before = Phone(cast, "alice", "a1")
    before.says("ringing", "k0", -60_000, direction="inbound", number=CUSTOMER)
    before.says("missed", "k0", -50_000, ended_by="remote", cause="missed")
    cast.holds("bob", "b1", 1)
    bob = Phone(cast, "bob", "b1")
    bob.says("ringing", "k1", 0, direction="inbound", number="")
    bob.says("ringing", "k1", 5_000, direction="inbound", number="0912345678")
    with cast.database.read() as session:
        (call,) = calls.open_of_agents(session, ["bob"])
    assert (call.number, call.name, call.calls_today, call.started_at) == (
        CUSTOMER,
        "Mai",
        2,
        START,
    )


@pytest.mark.parametrize("over", [False, True])
def test_a_call_recognised_as_a_colleagues_is_shown_so_after_it(cast: Cast, over: bool) -> None:
    cast.holds("bob", "b1", 1)
    bob = Phone(cast, "bob", "b1")
    bob.says("ringing", "kb", 200, direction="inbound", number="1001", external=[["sip", "x"]])
    if over:
        bob.says("missed", "kb", 5_000, ended_by="remote", cause="missed")
    before = len(cast.entries)
    Phone(cast, "alice", "a1").says(
        "dialing", "ka", direction="outbound", number="1002", external=[["sip", "x"]]
    )
    (told,) = [
        entry.payload for entry in cast.entries[before:] if entry.payload["agent"]["id"] == "bob"
    ]
    assert (cast.calls("bob")[0].direction, told["history"]) == ("internal", over)
