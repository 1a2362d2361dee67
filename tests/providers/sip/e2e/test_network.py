"""ICE servers, and a change of the network."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from tests.frame.phones import Phone, Refreshed, call_of
from tests.servers import LOCAL, Kamailio, Wire

BINDING, ALLOCATE = 0x0001, 0x0003  # RFC 8489, RFC 8656


class Listener:
    """A UDP port that keeps the kinds of the STUN requests that reach it and answers none."""

    def __init__(self) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((LOCAL, 0))
        self.address = f"{LOCAL}:{self.socket.getsockname()[1]}"
        self.heard: set[int] = set()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        try:
            while data := self.socket.recv(2048):
                self.heard.add(int.from_bytes(data[:2]))
        except OSError:
            return


@pytest.fixture
def listener() -> Iterator[Listener]:
    found = Listener()
    yield found
    found.socket.close()


@pytest.mark.parametrize("kind", ["stun", "turn"])
def test_ice_servers_are_asked_and_a_silent_one_delays_little(
    phone: Callable[..., Phone], listener: Listener, kind: str
) -> None:
    server = {
        "urls": [f"{kind}:{listener.address}"],
        **({"username": "u", "credential": "c"} if kind == "turn" else {}),
    }
    alice = phone("1001", ice_servers=[server])
    bob = phone("1002")
    begun = time.monotonic()
    alice.command("dial", number="1002")
    bob.expect("ringing")
    assert time.monotonic() - begun < 6
    assert {"stun": BINDING, "turn": ALLOCATE}[kind] in listener.heard


def test_network_change_is_noticed_at_once(
    kamailio: Kamailio, phone: Callable[..., Phone], talking: Callable[..., tuple[Phone, Phone]]
) -> None:
    """The browser only says that the network has changed; the call goes on and its signalling comes
    back on a new socket.
    """
    with Wire(kamailio.port) as wire:
        alice, bob = talking(alice=phone("1001", sip={"sockets": [f"ws://{LOCAL}:{wire.port}"]}))
        alice.forget()
        refreshed = Refreshed(alice.page)
        wire.stall()
        alice.frame.evaluate("navigator.connection.dispatchEvent(new Event('change'))")
        alice.expect("disconnected", within=8)
        wire.restore()
        alice.expect("registered", within=15)
        refreshed.wait()
        assert bob.command("hold", call=call_of(bob)) == "ok"
        alice.expect("held", by="remote")
