"""Microphone, speaker and ringer chosen separately, changed during a call, pulled and plugged in
again.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.phone.audio_desk import (
    MICROPHONES,
    SPEAKERS,
    choose,
    is_heard,
    label_of_sink,
    news,
    plug_in,
    pull,
    read,
    sent_labels,
    spied_page,
    tell,
)
from tests.phone.conftest import Phone, call_of, until
from tests.phone.site import PhoneSite

NewPhone = Callable[..., Phone]
NewPage = Callable[..., Page]
Talking = Callable[..., tuple[Phone, Phone]]


@pytest.fixture
def desk(new_page: NewPage, site: PhoneSite, phone: NewPhone) -> Phone:
    """Alice, into whose phone one can look."""
    return phone("1001", page=spied_page(new_page, site))


def test_the_devices_are_named_as_soon_as_the_microphone_is_allowed(desk: Phone) -> None:
    until(lambda: news(desk, "devices"), "the devices' names")
    items = read(desk, "devices")["items"]
    assert {item["label"] for item in items if item["kind"] == "audioinput"} == set(MICROPHONES)
    assert {item["label"] for item in items if item["kind"] == "audiooutput"} == set(SPEAKERS)
    assert all(item["id"] for item in items)


def test_a_call_begins_with_the_chosen_microphone_and_speaker(
    desk: Phone, talking: Talking
) -> None:
    choose(desk, microphone=MICROPHONES[1], speaker=SPEAKERS[1])
    _, bob = talking(alice=desk)
    assert sent_labels(desk) == [MICROPHONES[1]]
    until(
        lambda: label_of_sink(desk, "document.querySelector('audio').sinkId") == SPEAKERS[1],
        "the chosen speaker",
    )
    is_heard(by=bob)


def test_microphone_and_speaker_change_during_a_call_and_nobody_stops_hearing(
    desk: Phone, talking: Talking
) -> None:
    _, bob = talking(alice=desk)
    assert sent_labels(desk) == ["Fake Default Audio Input"]
    choose(desk, microphone=MICROPHONES[0], speaker=SPEAKERS[0])
    until(lambda: sent_labels(desk) == [MICROPHONES[0]], "the other microphone")
    until(
        lambda: label_of_sink(desk, "document.querySelector('audio').sinkId") == SPEAKERS[0],
        "the other speaker",
    )
    is_heard(by=bob)
    choose(desk, microphone="", speaker="")
    until(lambda: sent_labels(desk) == ["Fake Default Audio Input"], "the system's microphone")
    until(
        lambda: label_of_sink(desk, "document.querySelector('audio').sinkId") == "",
        "the system's speaker",
    )
    is_heard(by=bob)
    assert desk.events("muted", "unmuted", "ended") == []


def test_another_microphone_stays_muted_if_the_call_was(desk: Phone, talking: Talking) -> None:
    talking(alice=desk)
    assert desk.command("mute", call=call_of(desk)) == "ok"
    choose(desk, microphone=MICROPHONES[1])
    until(lambda: sent_labels(desk) == [MICROPHONES[1]], "the other microphone")
    assert not desk.stats()["track_enabled"]
    assert desk.events("unmuted", "mute_mismatch") == []
    assert desk.command("unmute", call=call_of(desk)) == "ok"
    desk.expect("unmuted")


def test_the_microphone_is_let_go_when_the_call_is_over(desk: Phone, talking: Talking) -> None:
    talking(alice=desk)
    desk.frame.evaluate(
        "() => { const [peer] = made.peers; globalThis.track = () => peer.getSenders()[0].track; }"
    )
    choose(desk, microphone=MICROPHONES[1])
    until(lambda: sent_labels(desk) == [MICROPHONES[1]], "the other microphone")
    desk.frame.evaluate("() => { globalThis.used = track(); }")
    assert desk.command("hangup", call=call_of(desk)) == "ok"
    until(
        lambda: desk.frame.evaluate("used.readyState") == "ended", "the microphone's light goes out"
    )


def test_what_is_done_to_the_voice_is_the_agents_choice(desk: Phone, talking: Talking) -> None:
    talking(alice=desk)
    settings = "made.peers[0].getSenders()[0].track.getSettings().echoCancellation"
    assert desk.frame.evaluate(settings) in {True, "all"}
    tell(desk, "devices", processing={"echo": False, "noise": False, "gain": False})
    until(lambda: desk.frame.evaluate(settings) is False, "no echo cancellation")


def test_the_ring_sounds_on_the_ringer_with_its_volume_and_the_talk_on_the_speaker(
    desk: Phone, phone: NewPhone
) -> None:
    choose(desk, speaker=SPEAKERS[0], ringer=SPEAKERS[1])
    tell(desk, "devices", ring_volume=0.5)
    bob = phone("1002")
    bob.command("dial", number="1001")
    call = desk.expect("ringing")["call"]
    until(lambda: label_of_sink(desk, "made.contexts[0].sinkId") == SPEAKERS[1], "the ringer")
    until(
        lambda: 0.06 in desk.frame.evaluate("made.gains"), "its volume"
    )  # half of the ring's own level
    assert desk.command("answer", call=call) == "ok"
    until(
        lambda: label_of_sink(desk, "document.querySelector('audio').sinkId") == SPEAKERS[0],
        "the speaker",
    )


def test_a_pulled_headset_is_told_and_the_call_goes_on_and_comes_back_to_it(
    desk: Phone, talking: Talking
) -> None:
    choose(desk, microphone=MICROPHONES[1], speaker=SPEAKERS[1])
    _, bob = talking(alice=desk)
    pull(desk, MICROPHONES[1], SPEAKERS[1])
    until(lambda: sent_labels(desk) == ["Fake Default Audio Input"], "another microphone")
    until(
        lambda: news(desk, "devices")[-1].get("lost") == ["microphone", "speaker"],
        "what was lost is told",
    )
    until(
        lambda: label_of_sink(desk, "document.querySelector('audio').sinkId") == "",
        "the system's speaker",
    )
    is_heard(by=bob)
    plug_in(desk)
    until(lambda: sent_labels(desk) == [MICROPHONES[1]], "the headset's microphone again")
    until(
        lambda: news(desk, "devices")[-1].get("back") == ["microphone", "speaker"],
        "what is back is told",
    )
    until(
        lambda: label_of_sink(desk, "document.querySelector('audio').sinkId") == SPEAKERS[1],
        "the headset's speaker again",
    )
    is_heard(by=bob)


def test_a_microphone_that_ends_by_itself_is_replaced(desk: Phone, talking: Talking) -> None:
    _, bob = talking(alice=desk)
    desk.frame.evaluate(
        "() => { const { track } = made.peers[0].getSenders()[0]; track.stop();"
        " track.dispatchEvent(new Event('ended')); }"
    )
    until(lambda: sent_labels(desk) == ["Fake Default Audio Input"], "a living track")
    is_heard(by=bob)


def test_a_call_in_progress_may_change_its_microphone_behind_the_fence(
    desk: Phone, talking: Talking
) -> None:
    _, bob = talking(alice=desk)
    choose(desk, microphone=MICROPHONES[0])
    until(lambda: sent_labels(desk) == [MICROPHONES[0]], "the other microphone")
    desk.fence(True)
    choose(desk, microphone=MICROPHONES[1])
    until(lambda: sent_labels(desk) == [MICROPHONES[1]], "the other microphone behind the fence")
    is_heard(by=bob)


def test_a_device_that_was_never_there_is_told_once(desk: Phone) -> None:
    choose(desk, ringer="The speaker at home")
    plug_in(desk)
    read(desk, "devices")
    assert not [message for message in news(desk, "devices") if message.get("lost")]
    assert desk.status["microphone"] == "ok"
