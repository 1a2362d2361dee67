"""The quality of a call with a plain phone: another codec, and other reports of the far side."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.frame.phones import Phone, call_of
from tests.servers import Baresip, Kamailio, Rtpengine, wait_for


@pytest.fixture(scope="module")
def kamailio() -> Iterator[Kamailio]:
    with Rtpengine() as relay, Kamailio(rtpengine_port=relay.port) as server:
        yield server


def test_a_call_with_a_plain_phone_is_measured_and_summed_up(
    kamailio: Kamailio, phone: Callable[..., Phone]
) -> None:
    with Baresip("1005", kamailio.port) as plain:
        wait_for(lambda: kamailio.registered("1005"), 15, "the plain phone's registration")
        alice = phone("1001")
        alice.command("dial", number="1005")
        alice.expect("answered")
        alice.hears()
        measured = alice.expect("quality", within=15, loss_pct=0)
        assert measured["codec"] in {"pcmu", "pcma", "opus", "g722"}
        assert measured["candidate"] in {"host", "prflx"} and 1 <= measured["mos"] <= 4.5
        call = call_of(alice)
        plain.command("hangup")
        alice.expect("ended", ended_by="remote")
        alert = alice.expect("quality_alert", whole=True)
        assert alert["call"] == call
