"""A call with a plain phone: another kind of media, and a far side that reports the digits it
got.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.frame.phones import Phone, call_of, until
from tests.servers import DOMAIN, Baresip, Kamailio, Rtpengine, wait_for


@pytest.fixture(scope="module")
def relay() -> Iterator[Rtpengine]:
    with Rtpengine() as server:
        yield server


@pytest.fixture(scope="module")
def kamailio(relay: Rtpengine) -> Iterator[Kamailio]:
    with Kamailio(rtpengine_port=relay.port) as server:
        yield server


@pytest.fixture
def plain(kamailio: Kamailio) -> Iterator[Baresip]:
    """A plain phone with the number 1005 that answers by itself."""
    with Baresip("1005", kamailio.port) as found:
        wait_for(lambda: kamailio.registered("1005"), 15, "the plain phone's registration")
        yield found


def called_by(plain: Baresip, phone: Phone) -> str:
    """The plain phone calls this agent, who answers: the agent's call."""
    plain.command("dial", f"sip:{phone.name.removeprefix('line')}@{DOMAIN}")
    call: str = phone.expect("ringing", number="1005")["call"]
    assert phone.command("answer", call=call) == "ok"
    phone.expect("answered", call=call)
    return call


def test_a_plain_phone_talks_hears_digits_and_hangs_up(
    plain: Baresip, phone: Callable[..., Phone]
) -> None:
    alice = phone("1001")
    alice.command("dial", number="1005")
    alice.expect("answered")
    alice.hears()
    assert alice.command("dtmf", call=call_of(alice), tones="7") == "ok"
    assert plain.wait_event("CALL_DTMF_START")["param"] == "7"
    assert alice.command("hold", call=call_of(alice)) == "ok"
    assert alice.command("unhold", call=call_of(alice)) == "ok"
    alice.hears()
    plain.command("hangup")
    assert alice.expect("ended")["ended_by"] == "remote"


def test_a_plain_caller_is_transferred_to_another_agent(
    plain: Baresip, phone: Callable[..., Phone]
) -> None:
    bob, carol = phone("1002"), phone("1003")
    bobs = called_by(plain, bob)
    bob.hears()
    assert bob.command("transfer_blind", call=bobs, number="1003") == "ok"
    carols = carol.expect("ringing", number="1005")["call"]
    assert carol.command("answer", call=carols) == "ok"
    carol.hears()
    bob.expect("ended", call=bobs, cause="transferred")


def test_a_plain_caller_stays_after_a_failed_transfer(
    plain: Baresip, phone: Callable[..., Phone]
) -> None:
    bob = phone("1002")
    bobs = called_by(plain, bob)
    assert bob.command("transfer_blind", call=bobs, number="9486") == "ok"
    assert bob.expect("transfer_failed", call=bobs)["sip_code"] == 486
    assert bob.command("unhold", call=bobs) == "ok"
    bob.hears()
    assert bob.command("hangup", call=bobs) == "ok"


def test_an_agent_is_transferred_to_a_plain_phone(
    plain: Baresip, phone: Callable[..., Phone]
) -> None:
    alice, bob = phone("1001"), phone("1002")
    alice.command("dial", number="1002")
    bobs = bob.expect("ringing")["call"]
    assert bob.command("answer", call=bobs) == "ok"
    bob.expect("answered")
    assert bob.command("transfer_blind", call=bobs, number="1005") == "ok"
    bob.expect("ended", call=bobs, cause="transferred")
    plain.wait_event("CALL_ESTABLISHED")
    alice.hears()


def test_a_plain_phone_hands_an_agent_on(plain: Baresip, phone: Callable[..., Phone]) -> None:
    alice, carol = phone("1001"), phone("1003")
    first = called_by(plain, alice)
    plain.command("transfer", f"sip:1003@{DOMAIN}")
    second = alice.expect("dialing", line=2, number="1003", follows=first)["call"]
    assert carol.command("answer", call=carol.expect("ringing", number="1001")["call"]) == "ok"
    alice.expect("ended", call=first, ended_by="remote", cause="transferred")
    alice.expect_status(calls=[second])
    carol.hears()


def test_a_plain_phone_is_asked_first_and_then_joined(
    plain: Baresip, phone: Callable[..., Phone]
) -> None:
    """This plain phone lacks Replaces: the join is a new call, which it answers automatically."""
    alice, bob = phone("1001"), phone("1002")
    alice.command("dial", number="1002")
    bobs = bob.expect("ringing")["call"]
    assert bob.command("answer", call=bobs) == "ok"
    bob.expect("answered")
    assert bob.command("consult", call=bobs, number="1005") == "ok"
    asking = bob.expect("dialing", line=2)["call"]
    bob.expect("answered", call=asking)
    assert bob.command("transfer_attended", call=bobs) == "ok"
    bob.expect("ended", call=bobs, cause="transferred")
    bob.expect("ended", call=asking, cause="transferred")
    alice.hears()


def test_an_ice_restart_restores_audio_after_a_relay_restart(
    plain: Baresip, phone: Callable[..., Phone], relay: Rtpengine
) -> None:
    """The relay restarts with other ports: only an ICE restart restores the audio."""
    alice = phone("1001", ice_patience_ms=30_000)
    alice.command("dial", number="1005")
    alice.expect("answered")
    alice.hears()
    relay.kill()
    relay.start()
    alice.expect("media", within=20, ice="lost")
    alice.expect("media", within=20, ice="ok")
    alice.hears()
    assert alice.command("hangup", call=call_of(alice)) == "ok"


def test_a_plain_caller_is_joined_with_the_consulted_agent(
    plain: Baresip, phone: Callable[..., Phone]
) -> None:
    """It lacks Replaces: it calls the consulted agent again, who answers the waiting call."""
    bob, carol = phone("1002"), phone("1003")
    bobs = called_by(plain, bob)
    assert bob.command("consult", call=bobs, number="1003") == "ok"
    carols = carol.expect("ringing", number="1002")["call"]
    assert carol.command("answer", call=carols) == "ok"
    asking = bob.expect("answered", call=bob.expect("dialing", line=2)["call"])["call"]
    assert bob.command("transfer_attended", call=bobs) == "ok"
    fresh = carol.expect("ringing", number="1005", waiting=True)["call"]
    assert carol.command("answer", call=fresh) == "ok"
    bob.expect("ended", call=bobs, cause="transferred")
    bob.expect("ended", call=asking, cause="transferred")
    until(lambda: carol.status["calls"] == [fresh], "the call with Bob is over")
    carol.hears()
