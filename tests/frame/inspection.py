"""Reads a phone frame's sent tracks and output devices, and unplugs a headset."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page

from tests.frame.phones import Phone, until
from tests.frame.site import PhoneSite

MICROPHONES = ("Fake Audio Input 1", "Fake Audio Input 2")  # Chromium's fake devices
SPEAKERS = ("Fake Audio Output 1", "Fake Audio Output 2")

# Remembers what the frame makes, and makes devices go that the browser still has.
_SPY = """
globalThis.made = { peers: [], contexts: [], gains: [], buttons: {} };
for (const [name, list] of [["RTCPeerConnection", made.peers], ["AudioContext", made.contexts]]) {
  globalThis[name] = class extends globalThis[name] { constructor(...args) { super(...args);
    list.push(this); } };
}
globalThis.GainNode = class extends GainNode {
  constructor(context, options) { super(context, options); made.gains.push(options?.gain ?? 1); }
};
const listen = navigator.mediaSession.setActionHandler.bind(navigator.mediaSession);
navigator.mediaSession.setActionHandler = (action, press) => {
  listen(action, press);
  made.buttons[action] = press;
};
made.pulled = [];
const list = navigator.mediaDevices?.enumerateDevices.bind(navigator.mediaDevices);
if (list) MediaDevices.prototype.enumerateDevices = async () =>
  (await list()).filter(({ label }) => !made.pulled.includes(label));
"""


def spied_page(new_page: Callable[..., Page], site: PhoneSite) -> Page:
    page = new_page()
    page.add_init_script(_SPY)
    page.goto(site.host_page())
    page.wait_for_selector("body[data-loaded]", state="attached")
    return page


def tell(phone: Phone, type: str, **fields: Any) -> None:
    phone.page.evaluate(
        "([name, message]) => phones[name].host.send(message)",
        [phone.name, {"type": type, **fields}],
    )


def read(phone: Phone, what: str) -> Any:
    return phone.page.evaluate("([name, what]) => phones[name].host.read(what)", [phone.name, what])


def news(phone: Phone, type: str) -> list[dict[str, Any]]:
    """The frame's messages other than events."""
    heard: list[dict[str, Any]] = phone.page.evaluate("name => phones[name].news", phone.name)
    return [message for message in heard if message["type"] == type]


def choose(phone: Phone, **labels: str) -> None:
    """choose(alice, microphone="Fake Audio Input 1"), once the devices have names."""
    until(lambda: news(phone, "devices"), "the devices' names")
    tell(phone, "devices", labels=labels)


def sent_labels(phone: Phone) -> list[str]:
    """Labels of the microphone tracks of all calls."""
    labels: list[str] = phone.frame.evaluate(
        "made.peers.filter((peer) => peer.signalingState !== 'closed').flatMap((peer) =>"
        " peer.getSenders().map(({ track }) => track?.readyState === 'live' ? track.label :"
        " 'dead'))"
    )
    return labels


def label_of_sink(phone: Phone, expression: str) -> str:
    """The label of the device under the id that the expression gives; "" is the system's."""
    find = (
        "async () => { const id = "
        + expression
        + "; const all = await navigator.mediaDevices.enumerateDevices();"
    )
    label: str = phone.frame.evaluate(
        find + "return all.find(({ deviceId }) => deviceId === id)?.label ?? id ?? '' }"
    )
    return label


def pull(phone: Phone, *labels: str) -> None:
    """The headset is gone: its tracks end, and it is in no list any more."""
    phone.frame.evaluate(
        """labels => {
            made.pulled.push(...labels);
            for (const { track } of made.peers.flatMap((peer) => peer.getSenders())) {
                if (!labels.includes(track?.label)) continue;
                track.stop();
                track.dispatchEvent(new Event("ended"));
            }
            navigator.mediaDevices.dispatchEvent(new Event("devicechange"));
        }""",
        list(labels),
    )


def plug_in(phone: Phone) -> None:
    phone.frame.evaluate(
        "() => { made.pulled.length = 0; navigator.mediaDevices.dispatchEvent(new"
        " Event('devicechange')); }"
    )


def is_heard(by: Phone, within: float = 10) -> None:
    """Sound arrives: the fake microphone beeps once a second."""
    before = by.stats()["inbound_energy"]
    until(lambda: by.stats()["inbound_energy"] > before + 1e-3, f"{by.name} hears the beep", within)


def stays(check: Callable[[], bool], seconds: float, what: str) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        assert check(), what
        time.sleep(0.1)
