"""One person at most claims a number; a dismissal needs a reason; strangers change nothing."""

from __future__ import annotations

from typing import Any

import pytest

from console.domain.callbacks import CLAIM_MS, LONGEST_REASON
from console.errors import BadRequest
from console.storage import callbacks
from console.storage.database import Database
from tests.cast import Cast, assemble
from tests.services.callback_cast import (
    CUSTOMER,
    HOUR,
    OTHER,
    Phone,
    does,
    pass_time,
    refusal,
    rows,
    waits,
)


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
