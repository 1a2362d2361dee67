"""A far side with early media ("the number you have dialled…") that supports no transfers."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.frame.phones import Phone, call_of, loudness, until
from tests.servers import Kamailio, Rtpengine, wait_for
from tests.servers.announcer import Announcer


@pytest.fixture(scope="module")
def kamailio() -> Iterator[Kamailio]:
    with Rtpengine() as relay, Kamailio(rtpengine_port=relay.port) as server:
        yield server


@pytest.fixture
def announcer(kamailio: Kamailio) -> Iterator[Announcer]:
    with Announcer("1007", kamailio.port) as found:
        wait_for(lambda: kamailio.registered("1007"), 15, "the announcer's registration")
        yield found


def test_an_announcement_is_heard_before_the_answer_and_after_it(
    announcer: Announcer, phone: Callable[..., Phone]
) -> None:
    alice = phone("1001")
    assert alice.command("dial", number="1007") == "ok"
    alice.hears()
    assert loudness(alice) > 0.05
    assert alice.events("answered") == []
    announcer.answer()
    alice.expect("answered")
    alice.hears()
    assert alice.command("hangup", call=call_of(alice)) == "ok"
    until(lambda: not announcer.talking.is_set(), "the announcer hears the goodbye")


def test_a_call_given_up_during_the_announcement_is_cancelled(
    announcer: Announcer, phone: Callable[..., Phone]
) -> None:
    alice = phone("1001")
    alice.command("dial", number="1007")
    alice.hears()
    assert alice.command("hangup", call=call_of(alice)) == "ok"
    alice.expect("ended", cause="cancelled")
    until(lambda: not announcer.talking.is_set(), "the announcer hears that it was given up")


def test_a_far_side_that_knows_no_transfers_is_still_there(
    announcer: Announcer, phone: Callable[..., Phone]
) -> None:
    alice = phone("1001")
    alice.command("dial", number="1007")
    alice.hears()
    announcer.answer()
    call = alice.expect("answered")["call"]
    assert alice.command("transfer_blind", call=call, number="1003") == "ok"
    assert alice.expect("transfer_failed", call=call)["sip_code"] == 405
    assert alice.command("unhold", call=call) == "ok"
    alice.hears()
    assert alice.command("hangup", call=call) == "ok"
