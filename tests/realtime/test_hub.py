"""The hub: every change once, in the order of the journal, rendered once per audience and language.

Walls get each change by itself here; test_wall_throttle is about throttling.
"""

from __future__ import annotations

import random
from typing import cast

import gevent

from console.realtime.hub import Hub, Member
from console.realtime.websocket_connection import WebSocketConnection
from tests.cast import Cast
from tests.realtime.listeners import FakeSocket, Renders, change, join, settle


def test_changes_announced_in_the_wrong_order_arrive_in_order(hub: Hub, cast_: Cast) -> None:
    sockets = [join(hub, f"c{i}", {"team:team"}) for i in range(3)]
    first, second = change(cast_), change(cast_, "bob")
    hub.take(second)
    settle()
    hub.take(first)
    settle()
    for socket in sockets:
        assert socket.numbers == [first[0].seq, second[0].seq]


def test_an_unannounced_change_is_read_with_the_next_one(hub: Hub, cast_: Cast) -> None:
    socket = join(hub, "c", {"team:team"})
    lost, heard = change(cast_), change(cast_)
    hub.take(heard)
    settle()
    assert socket.numbers == [lost[0].seq, heard[0].seq]


def test_catching_up_brings_unannounced_changes(hub: Hub, cast_: Cast) -> None:
    socket = join(hub, "c", {"team:team"})
    lost = change(cast_)
    hub.catch_up()
    settle()
    assert socket.numbers == [lost[0].seq]


def test_changes_announced_in_any_order_are_sent_in_order(hub: Hub, cast_: Cast) -> None:
    socket = join(hub, "c", {"team:team"})
    entries = [entry for n in range(20) for entry in change(cast_, random.choice(["alice", "bob"]))]
    announced = entries * 3
    random.Random(7).shuffle(announced)
    for entry in announced:
        hub.take([entry])
        if random.random() < 0.3:
            settle()
    settle()
    assert socket.numbers == [entry.seq for entry in entries]


def test_a_change_is_rendered_once_per_audience_and_language(
    hub: Hub, cast_: Cast, renders: Renders
) -> None:
    walls = [join(hub, f"w{i}", {"team:team"}, language="vi" if i % 2 else "en") for i in range(10)]
    tabs = [join(hub, f"t{i}", {"agent:alice"}, agent="alice") for i in range(3)]
    hub.take(change(cast_))
    settle()
    assert sorted(renders.asked) == [("agent", "vi"), ("team", "en"), ("team", "vi")]
    assert len({id(wall.writes[0]) for wall in walls}) == 2
    assert len({id(tab.writes[0]) for tab in tabs}) == 1


def test_without_listeners_nothing_is_rendered(hub: Hub, cast_: Cast, renders: Renders) -> None:
    join(hub, "far", {"team:far"}, organisation="other", agent="olga")
    hub.take(change(cast_))
    settle()
    assert renders.asked == []


def test_changes_that_wait_together_leave_in_one_write(hub: Hub, cast_: Cast) -> None:
    socket = join(hub, "c", {"team:team"})
    entries = [entry for _ in range(5) for entry in change(cast_)]
    hub.take(entries)
    settle()
    assert socket.numbers == [entry.seq for entry in entries]
    assert len(socket.writes) == 1


def test_a_change_before_the_snapshot_waits_for_it(hub: Hub, cast_: Cast) -> None:
    socket = FakeSocket()
    member = Member(
        "home",
        "sam",
        "c",
        "b",
        "wall",
        "vi",
        frozenset({"team:team"}),
        "s",
        cast(WebSocketConnection, socket),
    )
    hub.join(member)
    hub.take(change(cast_))
    settle()
    assert socket.writes == []
    member.welcome({"type": "welcome"})
    assert socket.writes[0] == b'{"type": "welcome"}'
    assert len(socket.numbers) == 1


def test_a_socket_that_replaces_the_only_listener_misses_nothing(hub: Hub, cast_: Cast) -> None:
    first = join(hub, "c", {"team:team"})
    second = join(hub, "c", {"team:team"})
    entries = change(cast_)
    hub.take(entries)
    settle()
    assert first.goodbyes == [4409]
    assert second.numbers == [entries[0].seq]


def test_a_long_journal_is_read_to_its_end(hub: Hub, cast_: Cast) -> None:
    socket = join(hub, "c", {"team:team"})
    with cast_.units.begin("home") as unit:
        for n in range(1200):
            unit.notify("bob", {"type": "ack", "n": n})
        unit.agent_changed("alice")
    with cast_.units.begin("home") as unit:
        unit.agent_changed("alice")
    hub.catch_up()
    settle()
    gevent.sleep(0.3)
    assert len(socket.numbers) == 2


def test_a_message_for_one_client_waits_for_its_snapshot_too(hub: Hub, cast_: Cast) -> None:
    socket = FakeSocket()
    member = Member(
        "home",
        "alice",
        "c",
        "b",
        "workspace",
        "vi",
        frozenset({"agent:alice"}),
        "s",
        cast(WebSocketConnection, socket),
    )
    hub.join(member)
    with cast_.units.begin("home") as unit:
        unit.notify("alice", {"type": "lease.granted", "epoch": 1}, to="c")
    hub.take(cast_.entries)
    settle()
    assert socket.writes == []
    member.welcome({"type": "welcome"})
    assert b"lease.granted" in b"".join(socket.writes[1:])


def test_a_hello_on_another_worker_replaces_older_sockets_only(hub: Hub, cast_: Cast) -> None:
    older, newer, itself = (
        join(hub, name, {"agent:alice"}, agent="alice") for name in ("older", "newer", "itself")
    )
    for name, since in (("older", 0), ("newer", 3), ("itself", 0)):
        hub.members["alice", name].joined_seq = since
    with cast_.units.begin("home") as unit:
        for name in ("older", "newer"):
            unit.replaced("alice", name, by="a connection elsewhere")
        unit.replaced("alice", "itself", by=hub.members["alice", "itself"].token)
    hub.take(cast_.entries)
    settle()
    assert (older.goodbyes, newer.goodbyes, itself.goodbyes) == ([4409], [], [])


def test_a_foreign_topic_gives_nothing_of_another_organisation(hub: Hub, cast_: Cast) -> None:
    """The topics of a member come from the database; were one wrong, the organisation of the
    journal entry would still decide.
    """
    socket = join(hub, "o", {"team:team", "agent:alice"}, organisation="other", agent="olga")
    hub.take(change(cast_))
    hub.take(change(cast_, "olga"))
    settle()
    assert socket.writes == []


def test_a_change_that_cannot_be_rendered_stops_no_other(
    hub: Hub, cast_: Cast, renders: Renders
) -> None:
    socket = join(hub, "c", {"team:team"})
    original = renders.change
    renders.change = lambda *args: 1 / 0  # type: ignore[method-assign,assignment,return-value]
    hub.take(change(cast_))
    settle()
    renders.change = original  # type: ignore[method-assign]
    after = change(cast_)
    hub.take(after)
    settle()
    assert socket.numbers == [after[0].seq]
