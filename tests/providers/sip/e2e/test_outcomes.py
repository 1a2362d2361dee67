"""Calls that end without a conversation, and phones that cannot take one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.frame.phones import Phone, call_of, host_page, until
from tests.frame.site import PhoneSite
from tests.servers import Kamailio

NewPhone = Callable[..., Phone]
NewPage = Callable[..., Page]


@pytest.mark.parametrize(
    ("number", "sip_code", "cause"),
    [
        ("9486", 486, "busy"),
        ("9404", 404, "not_found"),
        ("9408", 408, "no_answer"),
        ("9410", 410, "not_found"),
        ("9484", 484, "not_found"),
        ("9487", 487, "cancelled"),
        ("9500", 500, "failed"),
        ("9504", 504, "unreachable"),
        ("9600", 600, "busy"),
        ("1999", 404, "not_found"),
        ("9603", 603, "rejected"),
        ("9480", 480, "no_answer"),
        ("9503", 503, "unreachable"),
        ("9403", 403, "forbidden"),
        ("9488", 488, "failed"),
    ],
)
def test_a_refused_call_shows_its_reason(
    phone: NewPhone, number: str, sip_code: int, cause: str
) -> None:
    alice = phone("1001")
    assert alice.command("dial", number=number) == "ok"
    failed = alice.expect("failed")
    assert {"ended_by": "remote", "cause": cause, "sip_code": sip_code}.items() <= failed.items()
    assert failed["call"] == alice.expect("dialing")["call"]


def test_a_declined_call_is_rejected_for_the_caller(phone: NewPhone) -> None:
    alice, bob = phone("1001"), phone("1002")
    alice.command("dial", number="1002")
    assert bob.command("reject", call=bob.expect("ringing")["call"]) == "ok"
    assert {"ended_by": "agent", "cause": "rejected"}.items() <= bob.expect("ended").items()
    assert {"ended_by": "remote", "cause": "rejected", "sip_code": 603}.items() <= alice.expect(
        "failed"
    ).items()


def test_a_call_given_up_by_the_caller_is_missed(phone: NewPhone) -> None:
    alice, bob = phone("1001"), phone("1002")
    alice.command("dial", number="1002")
    bob.expect("ringing")
    assert alice.command("hangup", call=call_of(alice)) == "ok"
    assert {"ended_by": "agent", "cause": "cancelled"}.items() <= alice.expect("ended").items()
    assert {"ended_by": "remote", "cause": "missed"}.items() <= bob.expect("missed").items()


def test_call_hung_up_at_once_leaves_nobody_ringing(phone: NewPhone) -> None:
    alice, bob = phone("1001"), phone("1002")
    alice.page.evaluate("() => { phones.line1001.host.command('dial', { number: '1002' }) }")
    assert alice.command("hangup", call=alice.expect("dialing")["call"]) == "ok"
    alice.expect("ended", cause="cancelled")
    until(lambda: not bob.status["calls"], "Bob's phone is quiet")


def test_a_call_that_another_phone_took_is_not_missed(phone: NewPhone) -> None:
    alice, first, second = phone("1001"), phone("1002"), phone("1002", name="second1002")
    alice.command("dial", number="1002")
    assert first.command("answer", call=first.expect("ringing")["call"]) == "ok"
    assert second.expect("missed")["cause"] == "answered_elsewhere"


def test_an_unanswered_call_ends_on_both_sides(phone: NewPhone) -> None:
    with Kamailio("RING_MS=2000") as impatient:
        alice = phone("1001", sip={"sockets": [impatient.ws_url]})
        bob = phone("1002", sip={"sockets": [impatient.ws_url]})
        alice.command("dial", number="1002")
        assert {"ended_by": "remote", "cause": "no_answer"}.items() <= alice.expect(
            "failed"
        ).items()
        assert bob.expect("missed")["cause"] == "missed"


def test_two_clicks_on_answer_answer_once(phone: NewPhone) -> None:
    alice, bob = phone("1001"), phone("1002")
    alice.command("dial", number="1002")
    call = bob.expect("ringing")["call"]
    both = "call => Promise.all([1, 2].map(() => phones.line1002.host.command('answer', { call })))"
    assert sorted(result["ok"] for result in bob.page.evaluate(both, call)) == [False, True]
    bob.expect("answered")
    alice.hears()


def test_without_call_waiting_a_second_call_is_busy_and_missed(
    phone: NewPhone, talking: Callable[..., tuple[Phone, Phone]]
) -> None:
    _, bob = talking(bob=phone("1002", sip={"call_waiting": False}))
    carol = phone("1003")
    carol.command("dial", number="1002")
    assert carol.expect("failed")["cause"] == "busy"
    missed = bob.expect("missed")
    assert {
        "number": "1003",
        "direction": "inbound",
        "cause": "missed",
        "sip_code": 486,
    }.items() <= missed.items()
    bob.hears()


@pytest.mark.parametrize("availability", ["away", "wrap_up"])
def test_an_away_agent_is_not_rung_but_may_dial(phone: NewPhone, availability: str) -> None:
    alice, bob = phone("1001"), phone("1002")
    assert bob.command("set_availability", availability=availability) == "ok"
    alice.command("dial", number="1002")
    assert alice.expect("failed")["sip_code"] == 480
    assert bob.events("ringing") == []
    assert bob.command("dial", number="9486") == "ok"
    assert bob.command("set_availability", availability="available") == "ok"
    bob.expect("failed")
    alice.command("dial", number="1002")
    bob.expect("ringing")


def test_an_offline_agent_is_not_registered(phone: NewPhone, kamailio: Kamailio) -> None:
    bob = phone("1012")
    assert kamailio.registered("1012") == 1
    assert bob.command("set_availability", availability="offline") == "ok"
    assert kamailio.registered("1012") == 0
    bob.expect_status(registered=False)
    assert bob.command("dial", number="1001") == "not_registered"
    assert bob.command("set_availability", availability="available") == "ok"
    until(lambda: kamailio.registered("1012"), "registered again")


def test_a_phone_that_starts_offline_waits(phone: NewPhone, kamailio: Kamailio) -> None:
    bob = phone("1013", registered=False, availability="offline")
    bob.expect("connected")
    assert bob.command("register") == "ok"
    bob.expect("registered")


@pytest.mark.parametrize(
    ("command", "args", "code"),
    [
        ("dial", {"number": "not a number"}, "bad_number"),
        ("dial", {"number": "1002@elsewhere.example"}, "bad_number"),
        ("hangup", {"call": "no such call"}, "no_call"),
        ("answer", {}, "no_call"),
        ("transfer_blind", {"call": "any", "number": "1003"}, "no_call"),
        ("choose_hotline", {}, "unsupported"),
        ("constructor", {}, "unsupported"),
    ],
)
def test_an_impossible_command_returns_its_reason(
    phone: NewPhone, command: str, args: dict[str, str], code: str
) -> None:
    assert phone("1001").command(command, **args) == code


def test_an_unanswered_call_cannot_be_held_or_muted(phone: NewPhone) -> None:
    alice, bob = phone("1001"), phone("1002")
    alice.command("dial", number="1002")
    call = bob.expect("ringing")["call"]
    assert [bob.command(name, call=call) for name in ("hold", "mute", "unhold")] == [
        "not_allowed_now"
    ] * 3


def sent_by(page: Page) -> list[str]:
    """Messages sent through sockets that are opened from now on."""
    sent: list[str] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda text: sent.append(str(text))))
    return sent


def invite_of(page: Page, sent: list[str]) -> str:
    """Playwright delivers it only during another request."""
    found: list[str] = until(
        lambda: page.evaluate("1") and [text for text in sent if text.startswith("INVITE")],
        "the INVITE",
    )
    return found[0]


def test_the_headers_of_a_connection_go_with_each_call(
    new_page: NewPage, site: PhoneSite, phone: NewPhone
) -> None:
    page = host_page(new_page, site)
    sent = sent_by(page)
    alice = phone("1001", page=page, sip={"headers": {"X-Queue": "Bán hàng", "X-Team": "7"}})
    alice.command("dial", number="9486")
    alice.expect("failed")
    invite = invite_of(page, sent)
    assert "\r\nX-Queue: Bán hàng\r\n" in invite and "\r\nX-Team: 7\r\n" in invite


@pytest.mark.parametrize(
    ("plan", "written"),
    [
        ("as_given", "+84912345678"),
        ("without_plus", "84912345678"),
        ("double_zero", "0084912345678"),
    ],
)
def test_international_number_is_written_for_the_exchange(
    new_page: NewPage, site: PhoneSite, phone: NewPhone, plan: str, written: str
) -> None:
    page = host_page(new_page, site)
    sent = sent_by(page)
    alice = phone("1001", page=page, sip={"dial_plan": plan})
    alice.command("dial", number="+84912345678")
    alice.expect("failed")
    assert alice.expect("dialing")["number"] == "+84912345678"
    assert invite_of(page, sent).startswith(f"INVITE sip:{written}@pbx.test SIP/2.0")
