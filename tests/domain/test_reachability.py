"""Whether a call reaches an agent: the rule as tables."""

from __future__ import annotations

from typing import Any

import pytest

from console.domain.enums import Cause, EventType
from console.domain.events import CallEvent
from console.domain.reachability import (
    Line,
    LineState,
    Owner,
    Reach,
    Unreachable,
    line_state,
    reach,
)

S, W = LineState, Unreachable
HEARD = Owner()


def line(state: LineState, name: str = "One", *, on_device: bool = False) -> Line:
    return Line(name, state, on_device)


@pytest.mark.parametrize(
    ("lines", "owner", "why"),
    [
        ([line(S.registered)], HEARD, None),
        ([line(S.registered)], Owner(microphone="ok"), None),
        ([], HEARD, W.no_line),
        ([], None, W.no_line),
        ([line(S.registered)], None, W.no_owner),
        ([line(S.registered)], Owner(heard=False), W.owner_silent),
        ([line(S.registered)], Owner(heard=False, microphone="denied"), W.owner_silent),
        ([line(S.registered)], Owner(microphone="denied"), W.microphone_denied),
        ([line(S.registered)], Owner(microphone="none"), W.no_microphone),
        ([line(S.registered)], Owner(microphone="busy"), W.microphone_busy),
        ([line(S.starting)], Owner(microphone="denied"), W.microphone_denied),
        ([line(S.starting)], HEARD, W.connecting),
        ([line(S.connected)], HEARD, W.not_registered),
        ([line(S.unregistered)], HEARD, W.not_registered),
        ([line(S.disconnected)], HEARD, W.disconnected),
        ([line(S.refused)], HEARD, W.registration_refused),
        ([line(S.elsewhere)], HEARD, W.voice_elsewhere),
        ([line(S.registered, on_device=True)], Owner(microphone="denied"), None),
        ([line(S.starting, on_device=True)], HEARD, W.connecting),
        ([line(S.disconnected, on_device=True)], HEARD, W.device_unreachable),
        ([line(S.registered, on_device=True)], None, W.no_owner),
    ],
)
def test_the_reason_that_no_call_reaches_an_agent(
    lines: list[Line], owner: Owner | None, why: Unreachable | None
) -> None:
    found = reach(lines, owner)
    assert (found.why, found.reachable, found.lines_down) == (why, why is None, ())


@pytest.mark.parametrize(
    ("first", "second", "microphone", "why", "down"),
    [
        (line(S.registered), line(S.registered, "Two"), "ok", None, ()),
        (line(S.registered), line(S.disconnected, "Two"), "ok", None, ("Two",)),
        (line(S.refused), line(S.registered, "Two"), "ok", None, ("One",)),
        (line(S.unregistered), line(S.registered, "Two"), "ok", None, ("One",)),
        (line(S.elsewhere), line(S.registered, "Two"), "ok", None, ("One",)),
        (line(S.starting), line(S.registered, "Two"), "ok", None, ()),
        (line(S.connected), line(S.registered, "Two"), "ok", None, ()),
        (line(S.refused), line(S.starting, "Two"), "ok", W.connecting, ()),
        (line(S.refused), line(S.unregistered, "Two"), "ok", W.not_registered, ()),
        (line(S.refused), line(S.disconnected, "Two"), "ok", W.disconnected, ()),
        (line(S.registered, on_device=True), line(S.registered, "Two"), "denied", None, ("Two",)),
        (
            line(S.refused, on_device=True),
            line(S.registered, "Two"),
            "denied",
            W.microphone_denied,
            (),
        ),
    ],
)
def test_one_working_line_is_enough(
    first: Line, second: Line, microphone: str, why: Unreachable | None, down: tuple[str, ...]
) -> None:
    found = reach([first, second], Owner(microphone=microphone))
    assert (found.why, found.lines_down) == (why, down)


@pytest.mark.parametrize("why", list(Unreachable))
def test_only_a_waiting_phone_lets_an_agent_become_available(why: Unreachable) -> None:
    assert Reach(why).may_become_available is (why is W.not_registered)
    assert Reach().may_become_available


def test_unreachable_server_is_no_refused_registration() -> None:
    failed = event(
        EventType.registration_failed, cause=Cause.unreachable, provider_code="unreachable"
    )
    assert line_state(S.starting, failed) is S.disconnected


def event(type: EventType, **facts: Any) -> CallEvent:
    return CallEvent(type=type, at=0, organisation="o", connection="c", agent="a", **facts)


@pytest.mark.parametrize(
    ("before", "news", "now"),
    [
        (S.starting, event(EventType.connected), S.connected),
        (S.connected, event(EventType.registered), S.registered),
        (S.registered, event(EventType.unregistered), S.unregistered),
        (S.registered, event(EventType.disconnected), S.disconnected),
        (S.disconnected, event(EventType.unregistered), S.disconnected),
        (S.disconnected, event(EventType.connected), S.connected),
        (S.connected, event(EventType.registration_failed, sip_code=403), S.refused),
        (S.connected, event(EventType.registration_failed), S.refused),
        (S.connected, event(EventType.registration_failed, sip_code=408), S.disconnected),
        (S.connected, event(EventType.registration_failed, sip_code=503), S.disconnected),
        (S.refused, event(EventType.unregistered), S.refused),
        (S.refused, event(EventType.registered), S.registered),
        (S.registered, event(EventType.ownership_changed, raw={"owner": False}), S.elsewhere),
        (S.elsewhere, event(EventType.unregistered), S.elsewhere),
        (S.elsewhere, event(EventType.ownership_changed, raw={"owner": True}), S.connected),
        (S.registered, event(EventType.ownership_changed, raw={"owner": True}), S.registered),
    ],
)
def test_line_state_is_the_last_report(before: LineState, news: CallEvent, now: LineState) -> None:
    assert line_state(before, news) is now
