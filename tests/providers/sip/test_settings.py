"""The settings that a SIP connection accepts."""

from __future__ import annotations

from typing import Any

import pytest

from console.domain.enums import Command, Device
from console.outgoing_http import OutgoingHttp
from console.providers.base import Account, BadSettings
from console.providers.sip import SipProvider


def session(**settings: Any) -> dict[str, Any]:
    given = {"url": "wss://pbx.example/ws", "domain": "pbx.example", **settings}
    return SipProvider().phone_session(Account(given, {}, "1001", {}, "Alice", OutgoingHttp()))


def test_headers_reach_the_phone() -> None:
    assert session(headers={"X-Queue": "Bán hàng"})["sip"]["headers"] == {"X-Queue": "Bán hàng"}
    assert session()["sip"]["headers"] == {}


@pytest.mark.parametrize(
    "name",
    [
        "Via",
        "from",
        "CONTACT",
        "v",
        "Refer-To",
        "Content-Length",
        "X Queue",
        "X-Queue:",
        "",
        "X-\r\nVia",
        "Đ",
    ],
)
def test_a_header_that_is_the_phones_own_or_no_name_is_refused(name: str) -> None:
    with pytest.raises(BadSettings):
        session(headers={name: "1"})


@pytest.mark.parametrize("value", ["", "a\r\nVia: b", "a\nb", "\t", "a" * 501, 7, None])
def test_a_headers_value_is_one_printable_line(value: Any) -> None:
    with pytest.raises(BadSettings):
        session(headers={"X-Queue": value})


def test_ice_servers_reach_the_phone_as_a_browser_takes_them() -> None:
    servers = [
        {"urls": "stun:stun.example:3478"},
        {"urls": ["turns:turn.example"], "username": "u", "credential": "c", "note": "ours"},
    ]
    found = session(ice_servers=servers)["ice_servers"]
    assert found == [
        {"urls": ["stun:stun.example:3478"]},
        {"urls": ["turns:turn.example"], "username": "u", "credential": "c"},
    ]


@pytest.mark.parametrize(
    "servers",
    [
        "stun:a",
        [{"urls": "https://a"}],
        [{"urls": []}],
        [{}],
        ["stun:a"],
        [{"urls": "turn:a"}],
        [{"urls": "turn:a", "username": "u"}],
    ],
)
def test_an_ice_server_that_a_browser_would_not_take_is_refused(servers: Any) -> None:
    with pytest.raises(BadSettings):
        session(ice_servers=servers)


def test_the_choices_of_a_connection_reach_the_phone() -> None:
    sip = session(call_waiting=False, follow_transfers=False)["sip"]
    assert sip["call_waiting"] is sip["follow_transfers"] is False
    assert "follow_transfers" not in session()["sip"], (
        "a phone follows nobody unless that was chosen"
    )


def test_the_browser_phone_offers_transfers_and_a_second_line() -> None:
    offered = SipProvider().capabilities
    for command in (
        Command.transfer_blind,
        Command.consult,
        Command.transfer_attended,
        Command.mute_audio,
        Command.unmute_audio,
    ):
        assert offered.offers(Device.browser, command)
