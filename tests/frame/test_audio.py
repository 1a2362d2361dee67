"""Meters, the test call, the alarm of a mute that does not hold, the soft knock, and headset
buttons.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from playwright.sync_api import Page

from tests.frame.inspection import SPEAKERS, choose, news, pull, read, stays, tell
from tests.frame.phones import Phone, call_of, until

NewPhone = Callable[..., Phone]
NewPage = Callable[..., Page]
Talking = Callable[..., tuple[Phone, Phone]]


def test_the_meters_run_only_while_shown(inspected: Phone) -> None:
    tell(inspected, "levels", on=True)
    until(
        lambda: any(level["in"] > 0.3 for level in news(inspected, "levels")),
        "the beep of the microphone",
    )
    assert all(0 <= level["in"] <= 1 and level["out"] == 0 for level in news(inspected, "levels"))
    tell(inspected, "levels", on=False)
    time.sleep(0.3)
    seen = len(news(inspected, "levels"))
    time.sleep(0.5)
    assert len(news(inspected, "levels")) == seen
    assert seen > 2


def test_both_sides_are_metered_and_a_muted_microphone_is_silent(
    inspected: Phone, talking: Talking
) -> None:
    talking(alice=inspected)
    tell(inspected, "levels", on=True)
    until(lambda: any(level["in"] > 0.3 for level in news(inspected, "levels")), "one's own voice")
    until(
        lambda: any(level["out"] > 0.3 for level in news(inspected, "levels")),
        "the far side's voice",
    )
    assert inspected.command("mute", call=call_of(inspected)) == "ok"
    until(lambda: not news(inspected, "levels")[-1]["in"], "nothing of what was said before")
    time.sleep(0.3)
    seen = len(news(inspected, "levels"))
    time.sleep(1.5)  # the fake microphone beeps once a second
    assert {level["in"] for level in news(inspected, "levels")[seen:]} == {0}


def test_a_call_with_oneself_records_and_plays_ones_own_voice(inspected: Phone) -> None:
    choose(inspected, speaker=SPEAKERS[0])
    answer = read(inspected, "test_call")
    assert answer["ok"], answer
    assert answer["items"][0]["peak"] > 0.3
    assert [message["stage"] for message in news(inspected, "test")] == [
        "tone",
        "record",
        "play",
        "done",
    ]


def test_no_test_beside_a_call(inspected: Phone, talking: Talking) -> None:
    talking(alice=inspected)
    assert read(inspected, "test_call") == {"ok": False, "code": "not_allowed_now"}
    assert read(inspected, "test_ring") == {"ok": False, "code": "not_allowed_now"}


def test_the_ring_can_be_tried_out(inspected: Phone) -> None:
    tell(inspected, "devices", ring_volume=0.25)
    assert read(inspected, "test_ring")["ok"]
    assert 0.03 in inspected.frame.evaluate("made.gains")


def test_mute_that_the_track_disobeys_is_an_alarm_at_once(
    inspected: Phone, talking: Talking
) -> None:
    talking(alice=inspected)
    assert inspected.command("mute", call=call_of(inspected)) == "ok"
    disobeyed = inspected.frame.evaluate(
        "() => { made.peers[0].getSenders()[0].track.enabled = true; return Date.now(); }"
    )
    alarm = inspected.expect("mute_mismatch")
    assert (
        alarm["at"] - disobeyed < 1300
    )  # by the frame's own clock: the alarm's second, and a timer that is late
    assert (alarm["call"], alarm["asked"], alarm.get("over")) == (call_of(inspected), True, None)
    inspected.expect("unmuted")
    inspected.frame.evaluate("() => { made.peers[0].getSenders()[0].track.enabled = false; }")
    inspected.expect("mute_mismatch", over=True)


def test_mute_hold_and_resume_raise_no_alarm(inspected: Phone, talking: Talking) -> None:
    talking(alice=inspected)
    for command in ("mute", "hold", "unhold", "unmute", "hold", "unhold", "mute"):
        assert inspected.command(command, call=call_of(inspected)) == "ok", command
        time.sleep(0.8)
    assert inspected.events("mute_mismatch") == []


def test_a_refused_mute_asks_nothing_of_the_track(inspected: Phone) -> None:
    inspected.command("dial", number="1002")
    assert inspected.command("mute", call="no such call") == "no_call"
    stays(lambda: not inspected.events("mute_mismatch"), 1, "no alarm")


def test_the_headsets_buttons_mute_and_hang_up(inspected: Phone, talking: Talking) -> None:
    talking(alice=inspected)
    for heard in ("muted", "unmuted"):
        inspected.frame.evaluate("made.buttons.togglemicrophone()")
        inspected.expect(heard)
    inspected.frame.evaluate("made.buttons.hangup()")
    inspected.expect("ended", ended_by="agent")
    until(lambda: inspected.frame.evaluate("made.buttons.hangup") is None, "the buttons are let go")


def test_second_caller_knocks_softly_and_rings_after_the_call(
    inspected: Phone, phone: NewPhone, talking: Talking
) -> None:
    talking(alice=inspected)
    first = call_of(inspected)
    carol = phone("1003")
    carol.command("dial", number="1001")
    assert inspected.expect("ringing")["waiting"] is True
    until(lambda: inspected.frame.evaluate("made.gains").count(0.02), "the soft tone")
    assert 0.12 not in inspected.frame.evaluate("made.gains")
    assert inspected.command("hangup", call=first) == "ok"
    until(lambda: 0.12 in inspected.frame.evaluate("made.gains"), "the ring")


def test_meter_without_a_microphone_shows_nothing(inspected: Phone) -> None:
    tell(inspected, "levels", on=True)
    until(lambda: news(inspected, "levels"), "the meter")
    pull(inspected, "Fake Default Audio Input", "Fake Audio Input 1", "Fake Audio Input 2")
    inspected.expect_status(microphone="none")
    assert news(inspected, "levels")
