"""Numbers wait until somebody reaches or dismisses them, and one person at most claims each."""

from __future__ import annotations

from typing import Any

import pytest

from console.domain.callbacks import CLAIM_MS, LONGEST_REASON
from console.domain.enums import Command
from console.errors import BadRequest, ConsoleError
from console.services.call_edits import name_calls
from console.services.commands import Commands
from console.storage import callbacks, models
from console.storage.callbacks import CallbackView
from console.storage.database import Database
from tests.cast import CONNECTION, Cast, assemble

CUSTOMER, OTHER = "+84912345678", "+84987654321"
HOUR, DAY = 3_600, 86_400  # seconds


@pytest.fixture
def cast(database: Database) -> Cast:
    made = assemble(database)
    for agent in ("alice", "bob"):
        made.holds(agent, agent, 1)
    return made


class Phone:
    """Reports of one agent, seconds after the test began."""

    def __init__(self, cast: Cast, agent: str) -> None:
        self.cast, self.agent, self.n = cast, agent, 0
        with cast.database.read() as session:
            self.began = cast.database.now(session) - 600_000

    def says(self, type: str, call: str, second: int, **more: Any) -> None:
        self.n += 1
        event = {
            "type": type,
            "call": call,
            "at": self.began + second * 1000,
            "connection": CONNECTION,
            **more,
        }
        self.cast.switchboard.phone_event("home", self.agent, self.agent, self.n, 1, event)

    def misses(self, call: str, second: int, number: str = CUSTOMER, **more: Any) -> None:
        self.says("ringing", call, second, direction="inbound", number=number, **more)
        self.says("missed", call, second + 5, cause="missed", **more)

    def dials(self, call: str, second: int, number: str = CUSTOMER) -> None:
        self.says("dialing", call, second, direction="outbound", number=number)

    def tries(self, call: str, second: int, number: str = CUSTOMER) -> None:
        self.dials(call, second, number)
        self.says("ended", call, second + 9, cause="no_answer", ended_by="remote")

    def reaches(self, call: str, second: int, number: str = CUSTOMER) -> None:
        self.dials(call, second, number)
        self.says("answered", call, second + 5)

    def talks(self, call: str, second: int, number: str = CUSTOMER, **more: Any) -> None:
        self.says("ringing", call, second, direction="inbound", number=number, **more)
        self.says("answered", call, second + 2, **more)


@pytest.fixture
def alice(cast: Cast) -> Phone:
    return Phone(cast, "alice")


@pytest.fixture
def bob(cast: Cast) -> Phone:
    return Phone(cast, "bob")


def rows(cast: Cast, who: str = "alice") -> list[CallbackView]:
    """The rows that this person sees."""
    with cast.database.read() as session:
        user = session.get_one(models.User, who)
        seen = callbacks.audiences_of(session, user)
        return callbacks.listed(session, user.organisation_id, seen).rows


def waits(cast: Cast, who: str = "alice") -> list[tuple[str, int]]:
    return [(row["number"], row["calls"]) for row in rows(cast, who)]


def does(cast: Cast, who: str, command: str, number: str = CUSTOMER, **args: Any) -> None:
    with cast.database.read() as session:
        user = session.get_one(models.User, who)
    commands = Commands(cast.units, cast.leases, 10_000)
    args = {"number": number, **args}
    commands.receive(user, Command(f"callback_{command}"), id="id", client=who, epoch=1, args=args)


def refusal(cast: Cast, who: str, command: str, number: str = CUSTOMER, **args: Any) -> str:
    with pytest.raises(ConsoleError) as refused:
        does(cast, who, command, number, **args)
    return refused.value.code


def pass_time(cast: Cast, ms: int) -> None:
    """The claims become older."""
    with cast.database.write() as session:
        for row in session.query(models.Callback):
            row.claimed_at = row.claimed_at and row.claimed_at - ms


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


def test_another_team_sees_a_number_only_after_its_own_missed_call(
    cast: Cast, alice: Phone, bob: Phone
) -> None:
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


# ---- claims


def test_a_claim_names_its_owner_to_the_team(cast: Cast, alice: Phone) -> None:
    alice.misses("m", 0)
    does(cast, "alice", "claim")
    [row] = rows(cast, "bob")
    assert (row["claimed_by"], row["claimed_name"]) == ("alice", "Alice")
    assert refusal(cast, "bob", "claim") == "callback_taken"
    assert refusal(cast, "bob", "dismiss", reason="done") == "callback_taken"


def test_a_second_click_keeps_the_first_claim(cast: Cast, alice: Phone) -> None:
    alice.misses("m", 0)
    does(cast, "alice", "claim")
    since = rows(cast)[0]["claimed_at"]
    does(cast, "alice", "claim")
    assert rows(cast)[0]["claimed_at"] == since


def test_only_its_owner_releases_a_claim(cast: Cast, alice: Phone) -> None:
    alice.misses("m", 0)
    does(cast, "alice", "claim")
    does(cast, "bob", "release")
    assert rows(cast)[0]["claimed_by"] == "alice"
    does(cast, "alice", "release")
    assert rows(cast)[0]["claimed_by"] == ""


def test_a_stale_claim_is_taken_by_a_colleague(cast: Cast, alice: Phone) -> None:
    alice.misses("m", 0)
    does(cast, "alice", "claim")
    pass_time(cast, CLAIM_MS - 60_000)
    assert refusal(cast, "bob", "claim") == "callback_taken"
    pass_time(cast, 60_000)
    does(cast, "bob", "claim")
    assert rows(cast)[0]["claimed_by"] == "bob"


def test_a_claim_lapses_without_a_call_and_tells_the_team(cast: Cast, alice: Phone) -> None:
    alice.misses("m", 0)
    does(cast, "alice", "claim")
    due = cast.due_work()
    pass_time(cast, CLAIM_MS - 60_000)
    due.tick()
    assert rows(cast)[0]["claimed_by"] == "alice"
    pass_time(cast, 60_000)
    due.tick()
    assert rows(cast)[0]["claimed_by"] == ""
    last = cast.entries[-1]
    assert (last.type, last.payload["before"], last.payload["after"]) == (
        "callback",
        ["team"],
        ["team"],
    )


def test_a_try_of_its_owner_keeps_a_claim(cast: Cast, alice: Phone) -> None:
    alice.misses("m", -HOUR)
    does(cast, "alice", "claim")
    pass_time(cast, CLAIM_MS + 60_000)
    alice.tries("t", 500)
    cast.due_work().tick()
    assert refusal(cast, "bob", "claim") == "callback_taken"


def test_a_new_missed_call_after_a_talk_has_no_old_claim(cast: Cast, alice: Phone) -> None:
    alice.misses("m", 0)
    does(cast, "alice", "claim")
    pass_time(cast, 570_000)
    alice.reaches("back", 60)
    alice.misses("again", 120)
    assert rows(cast)[0]["claimed_by"] == ""


# ---- dismissals


def test_a_dismissed_number_waits_no_more_until_it_calls_again(cast: Cast, alice: Phone) -> None:
    alice.misses("m", 0)
    does(cast, "bob", "dismiss", reason="  wrong \n number ")
    assert waits(cast) == []
    with cast.database.read() as session:
        state = callbacks.states_of(session, "home", [CUSTOMER])[CUSTOMER]
    assert (state.waiting, state.dismissed_why) == (False, "wrong number")
    alice.misses("again", 700)
    assert waits(cast) == [(CUSTOMER, 1)]


def test_a_late_report_does_not_undo_a_dismissal(cast: Cast, alice: Phone) -> None:
    alice.misses("m", 60)
    does(cast, "alice", "dismiss", reason="spam")
    alice.misses("late", 0)
    assert waits(cast) == []


@pytest.mark.parametrize("reason", ["", " \n "])
def test_a_dismissal_needs_a_reason(cast: Cast, alice: Phone, reason: str) -> None:
    alice.misses("m", 0)
    assert refusal(cast, "alice", "dismiss", reason=reason) == "no_reason"
    assert waits(cast) == [(CUSTOMER, 1)]


@pytest.mark.parametrize("args", [{}, {"reason": 1}, {"reason": "x" * (LONGEST_REASON + 1)}])
def test_a_malformed_reason_is_refused(cast: Cast, alice: Phone, args: dict[str, Any]) -> None:
    alice.misses("m", 0)
    with pytest.raises(BadRequest):
        does(cast, "alice", "dismiss", **args)


# ---- who may


@pytest.mark.parametrize("command", ["claim", "release", "dismiss"])
def test_olga_changes_no_callback_of_others(cast: Cast, alice: Phone, command: str) -> None:
    cast.holds("olga", "olga", 1)
    alice.misses("m", 0)
    before = rows(cast)
    assert refusal(cast, "olga", command, reason="mine") == "callback_gone"
    assert rows(cast) == before


@pytest.mark.parametrize("command", ["claim", "release", "dismiss"])
def test_a_number_that_does_not_wait_is_refused(cast: Cast, command: str) -> None:
    assert refusal(cast, "alice", command, OTHER, reason="x") == "callback_gone"
    assert refusal(cast, "alice", command, "'; DROP", reason="x") == "callback_gone"


@pytest.mark.parametrize("number", [None, 1, ["+84912345678"], "9" * 65])
def test_a_malformed_number_is_refused(cast: Cast, number: Any) -> None:
    with pytest.raises(BadRequest):
        does(cast, "alice", "claim", number)


def test_a_list_shows_the_newest_and_says_that_it_is_cut(cast: Cast, alice: Phone) -> None:
    for n in range(callbacks.MOST + 1):
        alice.misses(f"m{n}", n, f"+849120{n:05}")
    with cast.database.read() as session:
        found = callbacks.listed(session, "home", ["team"])
    assert (len(found.rows), found.is_cut) == (callbacks.MOST, True)
    assert found.rows[0]["at"] > found.rows[-1]["at"] == alice.began + 1000
