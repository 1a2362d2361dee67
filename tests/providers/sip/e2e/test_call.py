"""A call between two agents' phones: sound both ways, and the effect of every button."""

from __future__ import annotations

import time
from collections.abc import Callable

from playwright.sync_api import Page

from tests.frame.phones import Phone, call_of, host_page, until
from tests.frame.site import PhoneSite

Talking = Callable[..., tuple[Phone, Phone]]


def test_alice_calls_bob_and_both_hear_each_other(
    phone: Callable[..., Phone], new_page: Callable[..., Page], site: PhoneSite
) -> None:
    alice = phone("1001", page=host_page(new_page, site), sip={"display_name": 'Alice "An" Nguyễn'})
    bob = phone("1002", page=host_page(new_page, site))
    assert alice.command("dial", number="1002") == "ok"
    dialing, ringing = alice.expect("dialing"), bob.expect("ringing")
    assert {"direction": "outbound", "number": "1002", "line": 1}.items() <= dialing.items()
    assert {"direction": "inbound", "number": "1001", "line": 1}.items() <= ringing.items()
    assert ringing["name"] == 'Alice "An" Nguyễn'
    assert dialing["external"] == ringing["external"] and dialing["external"][0][0] == "sip"
    assert dialing["call"] != ringing["call"]
    assert bob.command("answer", call=ringing["call"]) == "ok"
    for one in (alice, bob):
        one.expect("answered")
        one.hears()
    assert alice.command("hangup", call=dialing["call"]) == "ok"
    assert {"ended_by": "agent", "cause": "completed"}.items() <= alice.expect("ended").items()
    assert {"ended_by": "remote", "cause": "completed"}.items() <= bob.expect("ended").items()
    for one in (alice, bob):
        one.expect_status(calls=[])


def test_mute_matches_the_sent_track(talking: Talking) -> None:
    alice, bob = talking()
    until(lambda: alice.stats()["outbound_energy"] > 0, "the microphone's beep is sent")
    assert alice.events("muted", "unmuted") == []
    assert alice.command("mute", call=call_of(alice)) == "ok"
    alice.expect("muted", call=call_of(alice))
    time.sleep(0.5)  # what was said before is still on its way
    sent, heard = alice.stats(), bob.stats()["inbound_energy"]
    assert not sent["track_enabled"]
    time.sleep(1.5)  # the fake microphone beeps once a second
    assert alice.stats()["outbound_energy"] - sent["outbound_energy"] < 1e-5
    assert bob.stats()["inbound_energy"] - heard < 1e-4
    assert alice.command("unmute", call=call_of(alice)) == "ok"
    alice.expect("unmuted")
    until(
        lambda: alice.stats()["outbound_energy"] > sent["outbound_energy"] + 1e-3,
        "the beep is sent again",
    )
    assert len(alice.events("muted", "unmuted")) == 2 and bob.events("muted", "unmuted") == []


def test_hold_stops_the_sound_and_resume_starts_it_again(talking: Talking) -> None:
    alice, bob = talking()
    alice.hears()
    assert alice.command("hold", call=call_of(alice)) == "ok"
    alice.expect("held", by="agent")
    bob.expect("held", by="remote")
    until(lambda: hears_nothing(alice), "no packet in a second")
    assert alice.command("unhold", call=call_of(alice)) == "ok"
    alice.expect("resumed", by="agent")
    bob.expect("resumed", by="remote")
    alice.hears()
    bob.hears()
    assert alice.events("muted") == bob.events("muted") == []  # a hold is not a mute


def hears_nothing(phone: Phone) -> bool:
    packets = phone.stats()["inbound_packets"]
    time.sleep(1)
    return bool(phone.stats()["inbound_packets"] == packets)


def test_both_sides_may_hold_the_same_call(talking: Talking) -> None:
    alice, bob = talking()
    assert alice.command("hold", call=call_of(alice)) == "ok"
    bob.expect("held", by="remote")
    assert bob.command("hold", call=call_of(bob)) == "ok"
    alice.expect("held", by="remote")
    assert alice.command("unhold", call=call_of(alice)) == "ok"
    bob.expect("resumed", by="remote")
    assert bob.command("unhold", call=call_of(bob)) == "ok"
    alice.expect("resumed", by="remote")
    alice.hears()
    bob.hears()


def test_two_holds_at_the_same_moment_leave_the_call_alive(talking: Talking) -> None:
    alice, bob = talking()
    for one in (alice, bob):
        one.page.evaluate(
            "([name, call]) => { phones[name].host.command('hold', { call }).then(() => {"
            " phones[name].answered = true; }); }",
            [one.name, call_of(one)],
        )
    for one in (alice, bob):
        until(
            lambda name=one.name: alice.page.evaluate("name => phones[name].answered", name),
            "an answer",
            within=20,
        )  # type: ignore[misc]
    for one in (alice, bob):
        assert one.command("unhold", call=call_of(one)) == "ok"
    alice.hears()
    bob.hears()


def test_a_mute_outlives_a_hold(talking: Talking) -> None:
    alice, _ = talking()
    assert alice.command("mute", call=call_of(alice)) == "ok"
    assert alice.command("hold", call=call_of(alice)) == "ok"
    assert alice.command("unhold", call=call_of(alice)) == "ok"
    time.sleep(1.5)
    assert not alice.stats()["track_enabled"]
    assert alice.events("unmuted") == []


def test_dtmf_by_info_arrives(talking: Talking) -> None:
    alice, bob = talking()
    assert alice.command("dtmf", call=call_of(alice), tones="5#", by="info") == "ok"
    until(
        lambda: [event["raw"]["dtmf"] for event in bob.events("unknown")] == ["5", "#"],
        "both digits",
    )


def test_inband_dtmf_arrives_as_its_two_tones(talking: Talking) -> None:
    """RFC 4733: the receiver makes the tones of 5 (770 and 1336 Hz) out of the event packets."""
    alice, bob = talking()
    bob.hears()
    assert alice.command("mute", call=call_of(alice)) == "ok"
    bob.frame.evaluate(TONE_METER)
    assert alice.command("dtmf", call=call_of(alice), tones="55555") == "ok"
    until(lambda: bob.frame.evaluate("standsOut") > 15, "both tones of 5, and no others")


# By how many dB the two tones of 5 stood out from the other keys' tones, at best, in what the
# frame's element plays.
TONE_METER = """() => {
  const context = new AudioContext(), analyser = new AnalyserNode(context, { fftSize: 4096,
    smoothingTimeConstant: 0 });
  context.createMediaStreamSource(document.querySelector("audio").srcObject).connect(analyser);
  const bins = new Float32Array(analyser.frequencyBinCount);
  const level = (frequency) => bins[Math.round(frequency * analyser.fftSize / context.sampleRate)];
  globalThis.standsOut = -200;
  setInterval(() => {
    analyser.getFloatFrequencyData(bins);
    const five = Math.min(...[770, 1336].map(level)), margin = five - Math.max(...[697, 941, 1209,
      1477].map(level));
    if (five > -50) globalThis.standsOut = Math.max(globalThis.standsOut, margin);
  }, 20);
}"""
