"""The presence of colleagues is pushed to the workspaces of their team, and to nobody else."""

from __future__ import annotations

from console.domain.enums import Availability
from console.realtime.hub import Hub
from console.realtime.topics import topics_of
from console.services.agent_status import change_availability
from console.storage import models
from tests.cast import Cast
from tests.realtime.listeners import FakeSocket, change, join, until


def workspace(live_hub: Hub, cast_: Cast, agent: str) -> FakeSocket:
    """A page of this agent, with the topics that the database gives them."""
    with cast_.database.read() as session:
        user = session.get_one(models.User, agent)
        organisation = user.organisation_id
    topics = set(topics_of(cast_.database, user, "workspace"))
    return join(live_hub, agent, topics, organisation=organisation, agent=agent, language="en")


def away(cast_: Cast, reason: str) -> list[object]:
    cast_.entries.clear()
    with cast_.units.begin("home") as unit:
        change_availability(unit, "alice", Availability.away, reason)
    return list(cast_.entries)


def test_colleague_is_pushed_once_own_page_in_one_frame(live_hub: Hub, cast_: Cast) -> None:
    alice, bob = workspace(live_hub, cast_, "alice"), workspace(live_hub, cast_, "bob")
    live_hub.take(away(cast_, "break"))
    until(lambda: alice.frames and bob.frames)
    (own,), (shared,) = alice.frames, bob.frames
    assert b"agent Alice break en" in own and b"colleague Alice break en" in own
    assert b"colleague Alice break en" in shared and b"agent Alice" not in shared


def test_change_without_a_presence_reaches_no_colleague(live_hub: Hub, cast_: Cast) -> None:
    alice, bob = workspace(live_hub, cast_, "alice"), workspace(live_hub, cast_, "bob")
    live_hub.take(away(cast_, "break"))
    until(lambda: bob.frames)
    for _ in range(3):
        live_hub.take(change(cast_))
    until(lambda: len(alice.frames) == 4)
    assert len(bob.frames) == 1
    live_hub.take(away(cast_, "meal"))
    until(lambda: len(bob.frames) == 2)
    assert b"colleague Alice meal en" in bob.frames[1]


def test_olga_sees_no_colleague_of_another_organisation(live_hub: Hub, cast_: Cast) -> None:
    olga, bob = workspace(live_hub, cast_, "olga"), workspace(live_hub, cast_, "bob")
    live_hub.take(away(cast_, "break"))
    until(lambda: bob.frames)
    live_hub.take(change(cast_, "olga"))
    until(lambda: olga.frames)
    assert all(b"Alice" not in frame for frame in olga.frames)
    assert all(b"Olga" not in frame for frame in bob.frames)
