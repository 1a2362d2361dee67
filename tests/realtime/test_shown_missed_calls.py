"""Which walls show which list of missed calls, and when a change may alter it."""

from __future__ import annotations

from typing import Any, cast

import pytest

from console.realtime.audience import Audience
from console.realtime.shown_missed_calls import MissedCalls, ShownMissedCalls
from console.storage.journal import JournalEntry

NUMBER, OTHER = "+84912345602", "+84912345603"


class Walls(Audience):
    """`snapshot`: the number of the newest snapshot that one of them shows."""

    def __init__(self, snapshot: int = 0) -> None:
        self.language = "en"
        self.teams = frozenset({"team"})
        self.snapshot = snapshot

    def all_later_than(self, seq: int) -> bool:
        return self.snapshot < seq


@pytest.fixture
def shown() -> ShownMissedCalls:
    return ShownMissedCalls()


@pytest.fixture
def walls() -> Walls:
    return Walls()


def missed(*numbers: str) -> MissedCalls:
    return cast(MissedCalls, [{"number": number} for number in numbers])


def changed(
    organisation: str = "home", *, calls: list[dict[str, Any]] | None = None, **payload: Any
) -> JournalEntry:
    agent = {"id": "alice", "calls": calls or []}
    return JournalEntry(organisation, 1, 0, "agent", {"agent": agent, "history": False, **payload})


def call(number: str, **more: bool) -> dict[str, Any]:
    return {"number": number, "outgoing": False, "answered": False, **more}


def settle(shown: ShownMissedCalls, walls: Walls, *numbers: str) -> None:
    """The walls show these numbers, and it is known."""
    shown.sent(walls, missed(*numbers), 1)
    shown.note_numbers("home", [walls], numbers)


def test_walls_need_a_list_until_they_were_sent_it(shown: ShownMissedCalls, walls: Walls) -> None:
    assert not shown.is_shown(walls, missed())
    shown.sent(walls, missed(), 1)
    assert shown.is_shown(walls, missed())
    assert not shown.is_shown(walls, missed(NUMBER))


def test_walls_with_a_newer_snapshot_drop_the_list_they_are_sent(shown: ShownMissedCalls) -> None:
    newer = Walls(snapshot=5)
    shown.sent(newer, missed(NUMBER), 5)
    assert not shown.is_shown(newer, missed(NUMBER))


def test_a_wall_that_joins_makes_its_audience_unknown(
    shown: ShownMissedCalls, walls: Walls
) -> None:
    shown.sent(walls, missed(NUMBER), 1)
    shown.unknown(walls)
    assert not shown.is_shown(walls, missed(NUMBER))


def test_any_change_may_alter_an_unknown_list(shown: ShownMissedCalls, walls: Walls) -> None:
    assert shown.may_change(changed())
    settle(shown, walls)
    assert not shown.may_change(changed())
    assert shown.may_change(changed("other"))


@pytest.mark.parametrize("payload", [{"missed": True}, {"history": True}])
def test_a_missed_call_may_alter_the_list(
    shown: ShownMissedCalls, walls: Walls, payload: dict[str, bool]
) -> None:
    settle(shown, walls)
    assert shown.may_change(changed(**payload))


def test_a_change_without_a_missed_call_alters_nothing(
    shown: ShownMissedCalls, walls: Walls
) -> None:
    settle(shown, walls)
    assert not shown.may_change(changed(missed=False, history=True))


@pytest.mark.parametrize(
    ("calls", "alters"),
    [
        ([call(NUMBER, outgoing=True)], True),
        ([call(NUMBER, answered=True)], True),
        ([call(NUMBER)], False),
        ([call(OTHER, outgoing=True, answered=True)], False),
    ],
    ids=["dials it", "talks to it", "rings", "talks to another"],
)
def test_reaching_a_waiting_number_may_alter_the_list(
    shown: ShownMissedCalls, walls: Walls, calls: list[dict[str, Any]], alters: bool
) -> None:
    settle(shown, walls, NUMBER)
    assert shown.may_change(changed(calls=calls)) is alters


def test_numbers_count_only_while_every_audience_is_known(
    shown: ShownMissedCalls, walls: Walls
) -> None:
    settle(shown, walls)
    shown.note_numbers("home", [walls, Walls()], [])
    assert shown.may_change(changed())


def test_a_list_that_could_not_be_read_is_unknown(shown: ShownMissedCalls, walls: Walls) -> None:
    settle(shown, walls)
    shown.note_numbers("home", [walls], None)
    assert shown.may_change(changed())


def test_an_organisation_without_walls_is_forgotten(shown: ShownMissedCalls, walls: Walls) -> None:
    settle(shown, walls)
    shown.forget("home")
    assert shown.may_change(changed())
