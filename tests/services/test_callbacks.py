"""Which numbers wait to be called back, who sees them, and what settles them."""

from __future__ import annotations

import pytest

from console.services.call_edits import name_calls
from console.storage import callbacks, models
from console.storage.database import Database
from tests.cast import Cast, assemble
from tests.services.callback_cast import CUSTOMER, DAY, OTHER, Phone, rows, waits


@pytest.fixture
def cast(database: Database) -> Cast:
    made = assemble(database)
    for agent in ("alice", "bob"):
        made.holds(agent, agent, 1)
    return made


@pytest.fixture
def alice(cast: Cast) -> Phone:
    return Phone(cast, "alice")


@pytest.fixture
def bob(cast: Cast) -> Phone:
    return Phone(cast, "bob")


# ---- which numbers wait


def test_calls_of_one_number_are_one_row_with_their_count(cast: Cast, alice: Phone) -> None:
    for second in (0, 60, 120):
        alice.misses(f"m{second}", second, name="Mai")
    alice.misses("other", 30, OTHER)
    first, second_row = rows(cast)
    assert (first["number"], first["shown"], first["name"]) == (CUSTOMER, "0912 345 678", "Mai")
    assert (first["calls"], first["connection"]) == (3, "PBX")
    assert (first["since"], first["at"]) == (alice.began, alice.began + 120_000)
    assert (second_row["number"], second_row["calls"]) == (OTHER, 1)


def test_a_missed_call_is_shared_by_the_team_and_its_supervisor(cast: Cast, alice: Phone) -> None:
    alice.misses("m", 0)
    assert waits(cast) == waits(cast, "bob") == waits(cast, "sam") == [(CUSTOMER, 1)]


def test_nobody_of_another_organisation_sees_a_missed_call(cast: Cast, alice: Phone) -> None:
    alice.misses("m", 0)
    assert waits(cast, "olga") == []
    assert all(entry.organisation == "home" for entry in cast.entries)


def test_another_team_sees_only_what_it_missed_itself(cast: Cast, alice: Phone, bob: Phone) -> None:
    with cast.database.write() as session:
        session.add(models.Team(id="second", organisation_id="home", name="Second"))
        session.flush()
        session.get_one(models.User, "bob").team_id = "second"
    alice.misses("m", 0)
    assert waits(cast, "bob") == []
    bob.misses("n", 60)
    assert waits(cast, "bob") == waits(cast) == [(CUSTOMER, 2)]


def test_an_agent_without_a_team_has_a_list_of_their_own(
    cast: Cast, alice: Phone, bob: Phone
) -> None:
    with cast.database.write() as session:
        session.get_one(models.User, "alice").team_id = None
    alice.misses("m", 0)
    assert (waits(cast), waits(cast, "bob")) == ([(CUSTOMER, 1)], [])


def test_a_call_missed_days_ago_still_waits(cast: Cast, alice: Phone) -> None:
    alice.misses("m", -20 * DAY)
    assert waits(cast) == [(CUSTOMER, 1)]


def test_a_call_older_than_the_setting_does_not_wait(cast: Cast, alice: Phone) -> None:
    alice.misses("m", -31 * DAY)
    assert waits(cast) == []


@pytest.mark.parametrize("number", ["", "anonymous", "1002", "5555", "999999"])
def test_withheld_numbers_and_colleagues_do_not_wait(cast: Cast, alice: Phone, number: str) -> None:
    alice.misses("m", 0, number)
    assert waits(cast) == []


def test_a_number_of_no_numbering_plan_waits(cast: Cast, alice: Phone) -> None:
    alice.misses("m", 0, "0281234567")
    assert waits(cast) == [("0281234567", 1)]


def test_a_declined_call_that_nobody_took_waits(cast: Cast, alice: Phone) -> None:
    alice.says("ringing", "m", 0, direction="inbound", number=CUSTOMER)
    alice.says("ended", "m", 3, cause="rejected", ended_by="agent")
    assert waits(cast) == [(CUSTOMER, 1)]


@pytest.mark.parametrize("cause", ["answered_elsewhere", "completed", "transferred"])
def test_a_call_that_somebody_took_does_not_wait(cast: Cast, alice: Phone, cause: str) -> None:
    alice.says("ringing", "m", 0, direction="inbound", number=CUSTOMER)
    alice.says("ended", "m", 3, cause=cause)
    assert waits(cast) == []


def test_a_ring_group_waits_when_its_last_phone_stops(cast: Cast, alice: Phone, bob: Phone) -> None:
    for phone in (alice, bob):
        phone.says("ringing", "g", 0, direction="inbound", number=CUSTOMER, external=[["sip", "x"]])
    alice.says("missed", "g", 5, cause="missed", external=[["sip", "x"]])
    assert waits(cast) == []
    bob.says("missed", "g", 9, cause="missed", external=[["sip", "x"]])
    assert waits(cast) == [(CUSTOMER, 1)]


def test_a_leg_without_the_number_settles_its_conversation(
    cast: Cast, alice: Phone, bob: Phone
) -> None:
    alice.misses("a", 0, external=[["sip", "x"]])
    assert waits(cast) == [(CUSTOMER, 1)]
    bob.talks("b", 1, "", external=[["sip", "x"]])
    assert waits(cast) == []


# ---- reached or tried


@pytest.mark.parametrize("who", ["alice", "bob"])
@pytest.mark.parametrize("how", ["reaches", "talks"])
def test_reaching_the_number_removes_it(cast: Cast, who: str, how: str) -> None:
    Phone(cast, "alice").misses("m", 0)
    phone = Phone(cast, who)
    phone.n = 10
    getattr(phone, how)("back", 60)
    assert waits(cast) == []


def test_calls_that_nobody_answers_are_tries(cast: Cast, alice: Phone, bob: Phone) -> None:
    alice.misses("m", 0)
    alice.tries("t", 60)
    bob.tries("u", 120)
    bob.tries("elsewhere", 180, OTHER)
    [row] = rows(cast)
    assert (row["tries"], row["tried_by"], row["tried_at"]) == (2, "Bob", bob.began + 120_000)


def test_a_call_that_still_rings_is_no_try(cast: Cast, alice: Phone) -> None:
    alice.misses("m", 0)
    alice.dials("t", 60)
    assert rows(cast)[0]["tries"] == 0


def test_a_number_that_calls_again_after_a_talk_starts_anew(cast: Cast, alice: Phone) -> None:
    alice.misses("m", 0)
    alice.tries("t", 30)
    alice.reaches("back", 60)
    alice.misses("again", 120)
    [row] = rows(cast)
    assert (row["calls"], row["tries"], row["since"]) == (1, 0, alice.began + 120_000)


def test_a_late_report_of_a_talk_settles_the_calls_before_it(cast: Cast, alice: Phone) -> None:
    alice.misses("m", 0)
    alice.misses("n", 300)
    alice.reaches("late", 60)
    assert [(row["calls"], row["since"]) for row in rows(cast)] == [(1, alice.began + 300_000)]


def test_the_row_follows_the_name_of_its_contact(cast: Cast, alice: Phone) -> None:
    alice.misses("m", 0)
    with cast.units.begin("home") as unit:
        name_calls(unit, "home", {CUSTOMER: ("", "Mai"), OTHER: ("", "Lan")})
    assert rows(cast)[0]["name"] == "Mai"


def test_repeated_reports_write_no_second_entry(cast: Cast, alice: Phone) -> None:
    alice.misses("m", 0)
    before = len([entry for entry in cast.entries if entry.type == "callback"])
    alice.misses("m", 0)
    assert before == len([entry for entry in cast.entries if entry.type == "callback"]) == 1


def test_a_call_of_another_number_writes_no_entry(cast: Cast, alice: Phone, bob: Phone) -> None:
    alice.misses("m", 0)
    since = len(cast.entries)
    bob.reaches("d", 60, OTHER)
    assert {entry.type for entry in cast.entries[since:]} == {"agent"}


def test_a_list_shows_the_newest_and_says_that_it_is_cut(cast: Cast, alice: Phone) -> None:
    for n in range(callbacks.MOST + 1):
        alice.misses(f"m{n}", n, f"+849120{n:05}")
    with cast.database.read() as session:
        found = callbacks.listed(session, "home", ["team"])
    assert (len(found.rows), found.is_cut) == (callbacks.MOST, True)
    assert found.rows[0]["at"] > found.rows[-1]["at"] == alice.began + 1000
