"""A change that fails is sent again later, or its sockets reconnect for a snapshot."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from console.realtime.hub import Hub
from console.storage import journal
from tests.cast import Cast
from tests.realtime.listeners import FakeSocket, Renders, change, join, until

COME_BACK = 1012


class Fails(Renders):
    """`broken(topic, agent, language)`: what cannot be rendered now."""

    def __init__(self) -> None:
        super().__init__()
        self.broken: Callable[[str, str, str], bool] = lambda *_: False
        self.failed = 0

    def change(self, topic: str, payload: Any, language: str) -> str:
        if self.broken(topic, payload["agent"]["id"], language):
            self.failed += 1
            raise ConnectionError("the database is away")
        return super().change(topic, payload, language)


@pytest.fixture
def renders() -> Fails:
    return Fails()


def page(live_hub: Hub, client: str, agent: str = "alice", language: str = "en") -> FakeSocket:
    organisation = "other" if agent == "olga" else "home"
    topics = {f"agent:{agent}"}
    return join(live_hub, client, topics, organisation=organisation, agent=agent, language=language)


def test_change_that_fails_once_is_passed_on_in_order(
    live_hub: Hub, cast_: Cast, renders: Fails
) -> None:
    socket = page(live_hub, "c")
    renders.broken = lambda *_: renders.failed == 0
    lines = [line for _ in range(3) for line in change(cast_)]
    live_hub.take(lines)
    until(lambda: len(socket.numbers) == 3)
    assert socket.numbers == [line.seq for line in lines]
    assert socket.goodbyes == []


def test_a_change_failing_in_one_language_arrives_once(
    live_hub: Hub, cast_: Cast, renders: Fails
) -> None:
    sockets = [page(live_hub, f"c{language}", language=language) for language in ("en", "vi")]
    renders.broken = lambda _topic, _agent, language: language == "vi" and renders.failed < 2
    lines = change(cast_)
    live_hub.take(lines)
    until(lambda: all(socket.numbers for socket in sockets))
    assert [socket.numbers for socket in sockets] == [[lines[0].seq]] * 2


def test_a_change_that_always_fails_leads_to_a_new_snapshot(
    live_hub: Hub, cast_: Cast, renders: Fails
) -> None:
    alice, bob = page(live_hub, "a"), page(live_hub, "b", "bob")
    renders.broken = lambda _topic, agent, _language: agent == "alice"
    live_hub.take(change(cast_))
    after = change(cast_, "bob")
    live_hub.take(after)
    until(lambda: bob.numbers)
    assert (alice.goodbyes, alice.numbers) == ([COME_BACK], [])
    assert (bob.goodbyes, bob.numbers) == ([], [after[0].seq])


def test_a_resynchronised_page_gets_the_snapshot_first(
    live_hub: Hub, cast_: Cast, renders: Fails
) -> None:
    alice = page(live_hub, "a")
    renders.broken = lambda *_: not alice.goodbyes
    live_hub.take(change(cast_))
    until(lambda: alice.goodbyes)
    back, later = page(live_hub, "a"), change(cast_)
    live_hub.take(later)
    until(lambda: back.numbers)
    assert (alice.numbers, back.numbers) == ([], [later[0].seq])


def test_a_paused_organisation_delays_no_other(live_hub: Hub, cast_: Cast, renders: Fails) -> None:
    alice, olga = page(live_hub, "a"), page(live_hub, "o", "olga")
    renders.broken = lambda _topic, agent, _language: agent == "alice"
    live_hub.take(change(cast_))
    until(lambda: renders.failed)
    live_hub.take(change(cast_, "olga"))
    until(lambda: olga.numbers)
    assert alice.goodbyes == []


def test_a_briefly_unreadable_journal_loses_nothing(
    live_hub: Hub, cast_: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    socket, asked, read = page(live_hub, "c"), [], journal.after

    def away_at_first(*args: Any) -> list[journal.JournalEntry]:
        asked.append(args)
        return read(*args) if len(asked) > 1 else 1 / 0  # type: ignore[return-value]

    monkeypatch.setattr("console.realtime.entry_relay.journal.after", away_at_first)
    lost, heard = change(cast_), change(cast_)
    live_hub.take(heard)
    until(lambda: len(socket.numbers) == 2)
    assert socket.numbers == [lost[0].seq, heard[0].seq]


def test_an_entry_of_a_newer_worker_delays_no_other(live_hub: Hub, cast_: Cast) -> None:
    socket = page(live_hub, "c")
    lines = change(cast_)
    live_hub.take([journal.JournalEntry("home", lines[0].seq, 0, "of the future", {})])
    known = change(cast_)
    live_hub.take(known)
    until(lambda: socket.numbers)
    assert socket.numbers == [known[0].seq]


def test_a_position_is_forgotten_when_the_last_listener_leaves(
    live_hub: Hub, cast_: Cast, renders: Fails
) -> None:
    page(live_hub, "c")

    def leaves(*_: object) -> bool:
        live_hub.leave(live_hub.members["alice", "c"])
        return False

    renders.broken = leaves
    live_hub.take(change(cast_))
    until(lambda: renders.asked)
    change(cast_)
    socket, after = page(live_hub, "c2"), []
    renders.broken = lambda *_: False
    after = change(cast_)
    live_hub.take(after)
    until(lambda: socket.numbers)
    assert socket.numbers == [after[0].seq]


# ---- walls


def wall(live_hub: Hub) -> FakeSocket:
    return join(live_hub, "w", {"team:team"}, language="en")


def test_tile_that_fails_once_comes_with_the_next_change(
    live_hub: Hub, cast_: Cast, renders: Fails
) -> None:
    socket = wall(live_hub)
    renders.broken = lambda _topic, agent, _language: agent == "alice" and not renders.failed
    live_hub.take(change(cast_))
    until(lambda: renders.failed)
    live_hub.take(change(cast_, "bob"))
    until(lambda: b"Bob" in b"".join(socket.writes))
    assert b"Alice" in b"".join(socket.writes)
    assert socket.goodbyes == []


def test_a_tile_that_fails_once_is_not_lost(live_hub: Hub, cast_: Cast, renders: Fails) -> None:
    socket = wall(live_hub)
    renders.broken = lambda *_: not renders.failed
    live_hub.take(change(cast_))
    until(lambda: b"Alice" in b"".join(socket.writes) or socket.goodbyes)


def test_a_wall_that_missed_a_tile_gets_a_new_snapshot(
    live_hub: Hub, cast_: Cast, renders: Fails
) -> None:
    """The late tile has no number that the wall would take."""
    socket = wall(live_hub)
    renders.broken = lambda _topic, agent, _language: agent == "alice" and renders.failed < 2
    live_hub.take([*change(cast_), *change(cast_, "bob")])
    until(lambda: b"Bob" in b"".join(socket.writes))
    until(lambda: socket.goodbyes)
    assert socket.goodbyes == [COME_BACK]


def test_walls_of_a_tile_that_always_fails_get_a_new_snapshot(
    live_hub: Hub, cast_: Cast, renders: Fails, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.realtime.wall_relay._PAUSE", 0.02)
    socket = wall(live_hub)
    renders.broken = lambda *_: True
    live_hub.take(change(cast_))
    until(lambda: socket.goodbyes)
    assert socket.goodbyes == [COME_BACK]


def test_a_row_that_fails_once_comes_with_the_next_change(
    live_hub: Hub, cast_: Cast, renders: Fails, monkeypatch: pytest.MonkeyPatch
) -> None:
    socket, shown = wall(live_hub), renders.callback

    def fails_once(payload: Any, *how: Any, **more: Any) -> str:
        renders.failed += 1
        return str(1 / 0) if renders.failed == 1 else shown(payload, *how, **more)

    monkeypatch.setattr(renders, "callback", fails_once)
    payload = {"number": "+84900", "before": [], "after": ["team"], "callback": None}
    seq = change(cast_)[-1].seq
    live_hub.take([journal.JournalEntry("home", seq, 0, "callback", payload)])
    until(lambda: renders.failed)
    live_hub.take(change(cast_, "bob"))
    until(lambda: b"new +84900" in b"".join(socket.writes))
    assert socket.goodbyes == []
