"""Meters, the call with oneself, the alarm of a mute that is none, the soft knock, and the buttons
of a headset.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.phone.audio_desk import SPEAKERS, choose, news, pull, read, spied_page, stays, tell
from tests.phone.conftest import Phone, call_of, until
from tests.phone.site import PhoneSite

NewPhone = Callable[..., Phone]
NewPage = Callable[..., Page]
Talking = Callable[..., tuple[Phone, Phone]]


@pytest.fixture
def desk(new_page: NewPage, site: PhoneSite, phone: NewPhone) -> Phone:
    """Alice, into whose phone one can look."""
    return phone("1001", page=spied_page(new_page, site))


def test_the_meters_move_while_somebody_looks_and_only_then(desk: Phone) -> None:
    tell(desk, "levels", on=True)
    until(
        lambda: any(level["in"] > 0.3 for level in news(desk, "levels")),
        "the beep of the microphone",
    )
    assert all(0 <= level["in"] <= 1 and level["out"] == 0 for level in news(desk, "levels"))
    tell(desk, "levels", on=False)
    time.sleep(0.3)
    seen = len(news(desk, "levels"))
    time.sleep(0.5)
    assert len(news(desk, "levels")) == seen
    assert seen > 2


def test_during_a_call_both_sides_are_metered_and_a_muted_microphone_shows_nothing(
    desk: Phone, talking: Talking
) -> None:
    talking(alice=desk)
    tell(desk, "levels", on=True)
    until(lambda: any(level["in"] > 0.3 for level in news(desk, "levels")), "one's own voice")
    until(lambda: any(level["out"] > 0.3 for level in news(desk, "levels")), "the far side's voice")
    assert desk.command("mute", call=call_of(desk)) == "ok"
    until(lambda: not news(desk, "levels")[-1]["in"], "nothing of what was said before")
    time.sleep(0.3)
    seen = len(news(desk, "levels"))
    time.sleep(1.5)  # the fake microphone beeps once a second
    assert {level["in"] for level in news(desk, "levels")[seen:]} == {0}


def test_a_call_with_oneself_records_and_plays_ones_own_voice(desk: Phone) -> None:
    choose(desk, speaker=SPEAKERS[0])
    answer = read(desk, "test_call")
    assert answer["ok"], answer
    assert answer["items"][0]["peak"] > 0.3
    assert [message["stage"] for message in news(desk, "test")] == [
        "tone",
        "record",
        "play",
        "done",
    ]


def test_no_test_beside_a_call(desk: Phone, talking: Talking) -> None:
    talking(alice=desk)
    assert read(desk, "test_call") == {"ok": False, "code": "not_allowed_now"}
    assert read(desk, "test_ring") == {"ok": False, "code": "not_allowed_now"}


def test_the_ring_can_be_tried_out(desk: Phone) -> None:
    tell(desk, "devices", ring_volume=0.25)
    assert read(desk, "test_ring")["ok"]
    assert 0.03 in desk.frame.evaluate("made.gains")


def test_a_mute_that_the_track_does_not_obey_is_an_alarm_within_a_second(
    desk: Phone, talking: Talking
) -> None:
    talking(alice=desk)
    assert desk.command("mute", call=call_of(desk)) == "ok"
    disobeyed = desk.frame.evaluate(
        "() => { made.peers[0].getSenders()[0].track.enabled = true; return Date.now(); }"
    )
    alarm = desk.expect("mute_mismatch")
    assert (
        alarm["at"] - disobeyed < 1300
    )  # by the frame's own clock: the alarm's second, and a timer that is late
    assert (alarm["call"], alarm["asked"], alarm.get("over")) == (call_of(desk), True, None)
    desk.expect("unmuted")
    desk.frame.evaluate("() => { made.peers[0].getSenders()[0].track.enabled = false; }")
    desk.expect("mute_mismatch", over=True)


def test_mute_hold_and_resume_raise_no_alarm(desk: Phone, talking: Talking) -> None:
    talking(alice=desk)
    for command in ("mute", "hold", "unhold", "unmute", "hold", "unhold", "mute"):
        assert desk.command(command, call=call_of(desk)) == "ok", command
        time.sleep(0.8)
    assert desk.events("mute_mismatch") == []


def test_a_refused_mute_asks_nothing_of_the_track(desk: Phone) -> None:
    desk.command("dial", number="1002")
    assert desk.command("mute", call="no such call") == "no_call"
    stays(lambda: not desk.events("mute_mismatch"), 1, "no alarm")


def test_the_headsets_buttons_mute_and_hang_up(desk: Phone, talking: Talking) -> None:
    talking(alice=desk)
    for heard in ("muted", "unmuted"):
        desk.frame.evaluate("made.buttons.togglemicrophone()")
        desk.expect(heard)
    desk.frame.evaluate("made.buttons.hangup()")
    desk.expect("ended", ended_by="agent")
    until(lambda: desk.frame.evaluate("made.buttons.hangup") is None, "the buttons are let go")


def test_a_second_caller_knocks_softly_and_rings_out_when_the_talk_is_over(
    desk: Phone, phone: NewPhone, talking: Talking
) -> None:
    talking(alice=desk)
    first = call_of(desk)
    carol = phone("1003")
    carol.command("dial", number="1001")
    assert desk.expect("ringing")["waiting"] is True
    until(lambda: desk.frame.evaluate("made.gains").count(0.02), "the soft tone")
    assert 0.12 not in desk.frame.evaluate("made.gains")
    assert desk.command("hangup", call=first) == "ok"
    until(lambda: 0.12 in desk.frame.evaluate("made.gains"), "the ring")


def test_a_meter_without_a_microphone_shows_nothing_and_harms_nothing(desk: Phone) -> None:
    tell(desk, "levels", on=True)
    until(lambda: news(desk, "levels"), "the meter")
    pull(desk, "Fake Default Audio Input", "Fake Audio Input 1", "Fake Audio Input 2")
    desk.expect_status(microphone="none")
    assert news(desk, "levels")
