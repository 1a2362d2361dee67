"""What the pretend exchange does, on a clock that only the test moves."""

from __future__ import annotations

import pytest

from console.simulator.exchange import Device
from tests.simulator.office import ALICE, BOB, CAROL, Office

CUSTOMER = "0912345678"


def test_a_customer_rings_an_agent_who_answers_and_hangs_up(office: Office) -> None:
    call = office.exchange.customer_calls(CUSTOMER, ALICE)
    assert (call.state, call.extension, call.direction) == ("ringing", ALICE, "inbound")
    office.clock.advance(3)
    assert office.exchange.answer(call)
    office.clock.advance(10)
    assert office.exchange.hang_up(call)
    assert (call.cause, call.ended_by, call.rang, call.answered, call.ended) == (
        "completed",
        "agent",
        0,
        3,
        13,
    )
    assert office.faces[ALICE].kinds == ["ringing", "agent_answered", "ended"]
    assert office.faces[BOB].kinds == []


def test_a_call_that_nobody_answers_is_missed_after_20_seconds_and_the_agent_is_no_longer_rung(
    office: Office,
) -> None:
    call = office.exchange.customer_calls(CUSTOMER, ALICE)
    office.clock.advance(19.9)
    assert call.state == "ringing"
    office.clock.advance(0.1)
    assert (call.state, call.cause) == ("ended", "missed")
    assert office.faces[ALICE].kinds == ["ringing", "ring_stopped", "ended", "presence"]
    assert office.faces[ALICE].last("presence") == {"value": "no_answer"}
    assert office.exchange.customer_calls(CUSTOMER, ALICE).cause == "unreachable"


def test_a_customer_who_gives_up_does_not_change_the_agents_presence(office: Office) -> None:
    call = office.exchange.customer_calls(CUSTOMER, ALICE)
    assert office.exchange.customer_hangs_up(call)
    assert (call.cause, call.ended_by, office.exchange.agents[ALICE].presence) == (
        "missed",
        "remote",
        "online",
    )


def test_a_declined_call_is_rejected_with_480(office: Office) -> None:
    call = office.exchange.customer_calls(CUSTOMER, ALICE)
    assert office.exchange.hang_up(call)
    assert (call.cause, call.sip_code, call.ended_by) == ("rejected", 480, "agent")


def test_nobody_is_rung_who_is_not_there(office: Office) -> None:
    office.exchange.disconnect(ALICE)
    office.exchange.set_presence(BOB, "offline")
    assert [
        office.exchange.customer_calls(CUSTOMER, extension).cause
        for extension in (ALICE, BOB, "9999")
    ] == [
        "unreachable",
        "unreachable",
        "not_found",
    ]


def test_a_desk_phone_rings_though_nobody_is_signed_in(office: Office) -> None:
    office.exchange.disconnect(CAROL)
    call = office.exchange.customer_calls(CUSTOMER, CAROL)
    assert call.state == "ringing"
    office.clock.advance(20)
    assert office.exchange.agents[CAROL].presence == "online", (
        "there is nobody who could go online again"
    )


def test_an_agent_on_a_call_is_busy(office: Office) -> None:
    office.exchange.answer(office.exchange.customer_calls(CUSTOMER, ALICE))
    heard = [*office.faces[ALICE].kinds]
    assert office.exchange.customer_calls(CUSTOMER, ALICE).sip_code == 486
    assert office.faces[ALICE].kinds == heard, "she hears nothing of it"


def test_an_agent_with_two_lines_gets_a_second_call(office: Office) -> None:
    office.exchange.agents[ALICE].lines = 2
    first, second, third = (office.exchange.customer_calls(CUSTOMER, ALICE) for _ in range(3))
    assert [(call.state, call.line) for call in (first, second)] == [("ringing", 1), ("ringing", 2)]
    assert third.cause == "busy"
    office.exchange.hang_up(first)
    assert office.exchange.customer_calls(CUSTOMER, ALICE).line == 1


def test_the_queue_rings_who_has_been_idle_longest_and_then_the_next(office: Office) -> None:
    office.clock.advance(1)
    office.exchange.hang_up(office.exchange.customer_calls(CUSTOMER, ALICE))
    office.clock.advance(5)
    first = office.exchange.customer_calls(CUSTOMER)
    assert first.extension == BOB
    office.exchange.reject(first)
    second = office.exchange.truth()[-1]
    assert (second.extension, second.conversation, second.state) == (
        CAROL,
        first.conversation,
        "ringing",
    )
    office.exchange.answer(second)
    assert office.exchange.waiting == []


def test_a_customer_in_the_queue_waits_for_the_first_who_is_free(office: Office) -> None:
    busy = [
        office.exchange.customer_calls(CUSTOMER, extension) for extension in (ALICE, BOB, CAROL)
    ]
    for call in busy:
        office.exchange.answer(call)
    waiting = office.exchange.customer_calls("0987654321")
    office.clock.advance(30)
    assert waiting.state == "queued"
    office.exchange.hang_up(busy[1])
    office.clock.advance(1)
    assert (waiting.state, waiting.extension) == ("ringing", BOB)


def test_a_customer_in_the_queue_gives_up_after_a_while(office: Office) -> None:
    for extension in office.faces:
        office.exchange.set_presence(extension, "offline")
    waiting = office.exchange.customer_calls(CUSTOMER)
    office.clock.advance(120)
    assert (waiting.cause, waiting.ended_by, waiting.extension) == ("missed", "remote", None)


@pytest.mark.parametrize(
    ("number", "cause", "sip_code", "code"),
    [
        ("0912345486", "busy", 486, None),
        ("0912345404", "not_found", 404, None),
        ("0912345408", "no_answer", 408, None),
        ("0912345480", "unreachable", 480, None),
        ("0912345487", "no_answer", 487, None),
        ("0912345403", "forbidden", 403, None),
        ("0912345603", "rejected", 603, None),
        ("0912345488", "failed", 488, None),
        ("0912345786", "failed", None, "agent_busy"),
        ("0912345777", "failed", None, "permission_denied"),
        ("0912345503", "failed", None, "agent_unreachable"),
        ("0912345500", "failed", None, "error"),
    ],
)
def test_the_last_digits_of_a_number_decide_what_becomes_of_it(
    office: Office, number: str, cause: str, sip_code: int | None, code: str | None
) -> None:
    call = office.exchange.dial(ALICE, number)
    office.clock.advance(15)
    assert (call.cause, call.sip_code, call.code, call.answered) == (cause, sip_code, code, None)
    assert office.faces[ALICE].kinds[-2:] == ["failed", "ended"]
    assert office.faces[ALICE].last("failed") == {
        "cause": cause,
        "sip_code": sip_code,
        "code": code,
    }


def test_a_customer_answers_within_four_seconds(office: Office) -> None:
    call = office.exchange.dial(ALICE, CUSTOMER)
    office.clock.advance(4)
    assert call.state == "active" and call.answered and 2 <= call.answered <= 4
    assert office.faces[ALICE].kinds == [
        "dialing",
        "agent_ringing",
        "agent_answered",
        "customer_ringing",
        "customer_answered",
    ]


def test_a_number_that_only_rings_is_answered_by_hand(office: Office) -> None:
    call = office.exchange.dial(ALICE, "0912345180")
    office.clock.advance(30)
    assert (call.state, call.customer_rang) == ("dialing", 0.6)
    assert office.exchange.customer_answers(call)
    assert (call.state, call.answered) == ("active", 30)


def test_a_customer_who_is_called_declines_by_hanging_up(office: Office) -> None:
    call = office.exchange.dial(ALICE, "0912345180")
    office.exchange.customer_hangs_up(call)
    assert (call.cause, call.sip_code) == ("rejected", 603)


def test_an_agent_who_hangs_up_while_it_rings_cancels(office: Office) -> None:
    call = office.exchange.dial(ALICE, CUSTOMER)
    office.exchange.hang_up(call)
    assert (call.cause, call.ended_by) == ("cancelled", "agent")
    assert "failed" not in office.faces[ALICE].kinds


def test_a_browser_that_does_not_pick_up_its_own_leg_fails_the_call(office: Office) -> None:
    office.faces[ALICE].picks_up = False
    call = office.exchange.dial(ALICE, CUSTOMER)
    office.clock.advance(10)
    assert (call.cause, call.code) == ("failed", "agent_unreachable")


def test_a_desk_phone_picks_up_its_own_leg_by_itself(office: Office) -> None:
    office.faces[CAROL].picks_up = False
    call = office.exchange.dial(CAROL, CUSTOMER)
    office.clock.advance(6)
    assert (call.state, call.device) == ("active", Device.DESK_PHONE)


def test_dialling_during_a_call_is_refused(office: Office) -> None:
    office.exchange.answer(office.exchange.customer_calls(CUSTOMER, ALICE))
    assert office.exchange.dial(ALICE, "0987654321").code == "agent_busy"
    assert len(office.exchange.calls_of(ALICE)) == 1


def test_two_colleagues_talk_and_both_parts_end_together(office: Office) -> None:
    hers = office.exchange.dial(ALICE, BOB)
    his = office.call_of(BOB)
    assert (hers.direction, his.direction, his.number, his.conversation) == (
        "internal",
        "internal",
        ALICE,
        hers.conversation,
    )
    office.clock.advance(2)
    assert not office.exchange.customer_answers(hers), (
        "there is no customer: the colleague answers himself"
    )
    office.exchange.answer(his)
    assert (hers.state, his.state, hers.answered) == ("active", "active", 2)
    office.exchange.hang_up(his)
    assert [(call.cause, call.ended_by) for call in (hers, his)] == [
        ("completed", "remote"),
        ("completed", "agent"),
    ]


def test_a_colleague_may_decline_miss_or_be_hung_up_on(office: Office) -> None:
    office.exchange.dial(ALICE, BOB)
    office.exchange.reject(office.call_of(BOB))
    office.exchange.dial(ALICE, BOB)
    office.clock.advance(20)
    office.exchange.set_presence(BOB, "online")
    office.exchange.dial(ALICE, BOB)
    office.exchange.hang_up(office.call_of(ALICE))
    causes = [(call.cause, call.sip_code) for call in office.exchange.truth()]
    assert causes == [
        ("rejected", 603),
        ("rejected", 480),
        ("no_answer", 408),
        ("missed", None),
        ("cancelled", None),
        ("missed", None),
    ]


def test_a_colleague_who_is_away_or_busy_or_oneself_cannot_be_called(office: Office) -> None:
    office.exchange.set_presence(BOB, "offline")
    office.exchange.answer(office.exchange.customer_calls(CUSTOMER, CAROL))
    assert [office.exchange.dial(ALICE, number).cause for number in (BOB, CAROL, ALICE)] == [
        "unreachable",
        "busy",
        "busy",
    ]
