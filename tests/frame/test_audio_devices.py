"""Microphone, speaker and ringer are chosen separately, changed during a call, unplugged and
plugged in again.
"""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

from tests.frame.inspection import (
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
    tell,
)
from tests.frame.phones import Phone, call_of, until

NewPhone = Callable[..., Phone]
NewPage = Callable[..., Page]
Talking = Callable[..., tuple[Phone, Phone]]


def test_devices_are_named_once_the_microphone_is_allowed(inspected: Phone) -> None:
    until(lambda: news(inspected, "devices"), "the devices' names")
    items = read(inspected, "devices")["items"]
    assert {item["label"] for item in items if item["kind"] == "audioinput"} == set(MICROPHONES)
    assert {item["label"] for item in items if item["kind"] == "audiooutput"} == set(SPEAKERS)
    assert all(item["id"] for item in items)


def test_a_call_begins_with_the_chosen_microphone_and_speaker(
    inspected: Phone, talking: Talking
) -> None:
    choose(inspected, microphone=MICROPHONES[1], speaker=SPEAKERS[1])
    _, bob = talking(alice=inspected)
    assert sent_labels(inspected) == [MICROPHONES[1]]
    until(
        lambda: label_of_sink(inspected, "document.querySelector('audio').sinkId") == SPEAKERS[1],
        "the chosen speaker",
    )
    is_heard(by=bob)


def test_devices_change_during_a_call_without_a_gap(inspected: Phone, talking: Talking) -> None:
    _, bob = talking(alice=inspected)
    assert sent_labels(inspected) == ["Fake Default Audio Input"]
    choose(inspected, microphone=MICROPHONES[0], speaker=SPEAKERS[0])
    until(lambda: sent_labels(inspected) == [MICROPHONES[0]], "the other microphone")
    until(
        lambda: label_of_sink(inspected, "document.querySelector('audio').sinkId") == SPEAKERS[0],
        "the other speaker",
    )
    is_heard(by=bob)
    choose(inspected, microphone="", speaker="")
    until(lambda: sent_labels(inspected) == ["Fake Default Audio Input"], "the system's microphone")
    until(
        lambda: label_of_sink(inspected, "document.querySelector('audio').sinkId") == "",
        "the system's speaker",
    )
    is_heard(by=bob)
    assert inspected.events("muted", "unmuted", "ended") == []


def test_another_microphone_stays_muted_if_the_call_was(inspected: Phone, talking: Talking) -> None:
    talking(alice=inspected)
    assert inspected.command("mute", call=call_of(inspected)) == "ok"
    choose(inspected, microphone=MICROPHONES[1])
    until(lambda: sent_labels(inspected) == [MICROPHONES[1]], "the other microphone")
    assert not inspected.stats()["track_enabled"]
    assert inspected.events("unmuted", "mute_mismatch") == []
    assert inspected.command("unmute", call=call_of(inspected)) == "ok"
    inspected.expect("unmuted")


def test_the_microphone_is_let_go_when_the_call_is_over(inspected: Phone, talking: Talking) -> None:
    talking(alice=inspected)
    inspected.frame.evaluate(
        "() => { const [peer] = made.peers; globalThis.track = () => peer.getSenders()[0].track; }"
    )
    choose(inspected, microphone=MICROPHONES[1])
    until(lambda: sent_labels(inspected) == [MICROPHONES[1]], "the other microphone")
    inspected.frame.evaluate("() => { globalThis.used = track(); }")
    assert inspected.command("hangup", call=call_of(inspected)) == "ok"
    until(
        lambda: inspected.frame.evaluate("used.readyState") == "ended",
        "the microphone's light goes out",
    )


def test_voice_processing_is_the_agents_choice(inspected: Phone, talking: Talking) -> None:
    talking(alice=inspected)
    settings = "made.peers[0].getSenders()[0].track.getSettings().echoCancellation"
    assert inspected.frame.evaluate(settings) in {True, "all"}
    tell(inspected, "devices", processing={"echo": False, "noise": False, "gain": False})
    until(lambda: inspected.frame.evaluate(settings) is False, "no echo cancellation")


def test_ringtone_plays_on_the_ringer_and_calls_on_the_speaker(
    inspected: Phone, phone: NewPhone
) -> None:
    choose(inspected, speaker=SPEAKERS[0], ringer=SPEAKERS[1])
    tell(inspected, "devices", ring_volume=0.5)
    bob = phone("1002")
    bob.command("dial", number="1001")
    call = inspected.expect("ringing")["call"]
    until(lambda: label_of_sink(inspected, "made.contexts[0].sinkId") == SPEAKERS[1], "the ringer")
    until(
        lambda: 0.06 in inspected.frame.evaluate("made.gains"), "its volume"
    )  # half of the ring's own level
    assert inspected.command("answer", call=call) == "ok"
    until(
        lambda: label_of_sink(inspected, "document.querySelector('audio').sinkId") == SPEAKERS[0],
        "the speaker",
    )


def test_pulled_headset_is_reported_and_used_again_when_back(
    inspected: Phone, talking: Talking
) -> None:
    choose(inspected, microphone=MICROPHONES[1], speaker=SPEAKERS[1])
    _, bob = talking(alice=inspected)
    pull(inspected, MICROPHONES[1], SPEAKERS[1])
    until(lambda: sent_labels(inspected) == ["Fake Default Audio Input"], "another microphone")
    until(
        lambda: news(inspected, "devices")[-1].get("lost") == ["microphone", "speaker"],
        "what was lost is told",
    )
    until(
        lambda: label_of_sink(inspected, "document.querySelector('audio').sinkId") == "",
        "the system's speaker",
    )
    is_heard(by=bob)
    plug_in(inspected)
    until(lambda: sent_labels(inspected) == [MICROPHONES[1]], "the headset's microphone again")
    until(
        lambda: news(inspected, "devices")[-1].get("back") == ["microphone", "speaker"],
        "what is back is told",
    )
    until(
        lambda: label_of_sink(inspected, "document.querySelector('audio').sinkId") == SPEAKERS[1],
        "the headset's speaker again",
    )
    is_heard(by=bob)


def test_a_microphone_track_that_ends_is_replaced(inspected: Phone, talking: Talking) -> None:
    _, bob = talking(alice=inspected)
    inspected.frame.evaluate(
        "() => { const { track } = made.peers[0].getSenders()[0]; track.stop();"
        " track.dispatchEvent(new Event('ended')); }"
    )
    until(lambda: sent_labels(inspected) == ["Fake Default Audio Input"], "a living track")
    is_heard(by=bob)


def test_fenced_call_may_change_its_microphone(inspected: Phone, talking: Talking) -> None:
    _, bob = talking(alice=inspected)
    choose(inspected, microphone=MICROPHONES[0])
    until(lambda: sent_labels(inspected) == [MICROPHONES[0]], "the other microphone")
    inspected.fence(True)
    choose(inspected, microphone=MICROPHONES[1])
    until(
        lambda: sent_labels(inspected) == [MICROPHONES[1]], "the other microphone behind the fence"
    )
    is_heard(by=bob)


def test_a_device_that_was_never_there_is_reported_once(inspected: Phone) -> None:
    choose(inspected, ringer="The speaker at home")
    plug_in(inspected)
    read(inspected, "devices")
    assert not [message for message in news(inspected, "devices") if message.get("lost")]
    assert inspected.status["microphone"] == "ok"
