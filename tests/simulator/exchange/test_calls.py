"""Calls of the pretend exchange, on a clock that only the test moves."""

from __future__ import annotations

import pytest

from console.simulator.exchange import Device
from tests.simulator.exchange.simulation import ALICE, BOB, CAROL, ExchangeSimulation

CUSTOMER = "0912345678"


def test_a_customer_rings_an_agent_who_answers_and_hangs_up(simulation: ExchangeSimulation) -> None:
    call = simulation.exchange.customer_calls(CUSTOMER, ALICE)
    assert (call.state, call.extension, call.direction) == ("ringing", ALICE, "inbound")
    simulation.clock.advance(3)
    assert simulation.exchange.answer(call)
    simulation.clock.advance(10)
    assert simulation.exchange.hang_up(call)
    assert (call.cause, call.ended_by, call.rang, call.answered, call.ended) == (
        "completed",
        "agent",
        0,
        3,
        13,
    )
    assert simulation.adapters[ALICE].kinds == ["ringing", "agent_answered", "ended"]
    assert simulation.adapters[BOB].kinds == []


def test_an_unanswered_call_is_missed_after_20_seconds(simulation: ExchangeSimulation) -> None:
    call = simulation.exchange.customer_calls(CUSTOMER, ALICE)
    simulation.clock.advance(19.9)
    assert call.state == "ringing"
    simulation.clock.advance(0.1)
    assert (call.state, call.cause) == ("ended", "missed")
    assert simulation.adapters[ALICE].kinds == ["ringing", "ring_stopped", "ended", "presence"]
    assert simulation.adapters[ALICE].last("presence") == {"value": "no_answer"}
    assert simulation.exchange.customer_calls(CUSTOMER, ALICE).cause == "unreachable"


def test_a_customer_giving_up_leaves_the_agents_presence(simulation: ExchangeSimulation) -> None:
    call = simulation.exchange.customer_calls(CUSTOMER, ALICE)
    assert simulation.exchange.customer_hangs_up(call)
    assert (call.cause, call.ended_by, simulation.exchange.agents[ALICE].presence) == (
        "missed",
        "remote",
        "online",
    )


def test_a_declined_call_is_rejected_with_480(simulation: ExchangeSimulation) -> None:
    call = simulation.exchange.customer_calls(CUSTOMER, ALICE)
    assert simulation.exchange.hang_up(call)
    assert (call.cause, call.sip_code, call.ended_by) == ("rejected", 480, "agent")


def test_absent_agents_are_not_rung(simulation: ExchangeSimulation) -> None:
    simulation.exchange.disconnect(ALICE)
    simulation.exchange.set_presence(BOB, "offline")
    assert [
        simulation.exchange.customer_calls(CUSTOMER, extension).cause
        for extension in (ALICE, BOB, "9999")
    ] == ["unreachable", "unreachable", "not_found"]


def test_a_desk_phone_rings_though_nobody_is_signed_in(simulation: ExchangeSimulation) -> None:
    simulation.exchange.disconnect(CAROL)
    call = simulation.exchange.customer_calls(CUSTOMER, CAROL)
    assert call.state == "ringing"
    simulation.clock.advance(20)
    assert simulation.exchange.agents[CAROL].presence == "online", (
        "there is nobody who could go online again"
    )


def test_an_agent_on_a_call_is_busy(simulation: ExchangeSimulation) -> None:
    simulation.exchange.answer(simulation.exchange.customer_calls(CUSTOMER, ALICE))
    before = [*simulation.adapters[ALICE].kinds]
    assert simulation.exchange.customer_calls(CUSTOMER, ALICE).sip_code == 486
    assert simulation.adapters[ALICE].kinds == before, "no event of it"


def test_an_agent_with_two_lines_gets_a_second_call(simulation: ExchangeSimulation) -> None:
    simulation.exchange.agents[ALICE].lines = 2
    first, second, third = (simulation.exchange.customer_calls(CUSTOMER, ALICE) for _ in range(3))
    assert [(call.state, call.line) for call in (first, second)] == [("ringing", 1), ("ringing", 2)]
    assert third.cause == "busy"
    simulation.exchange.hang_up(first)
    assert simulation.exchange.customer_calls(CUSTOMER, ALICE).line == 1


def test_the_queue_rings_the_longest_idle_agent_first(simulation: ExchangeSimulation) -> None:
    simulation.clock.advance(1)
    simulation.exchange.hang_up(simulation.exchange.customer_calls(CUSTOMER, ALICE))
    simulation.clock.advance(5)
    first = simulation.exchange.customer_calls(CUSTOMER)
    assert first.extension == BOB
    simulation.exchange.reject(first)
    second = simulation.exchange.truth()[-1]
    assert (second.extension, second.conversation, second.state) == (
        CAROL,
        first.conversation,
        "ringing",
    )
    simulation.exchange.answer(second)
    assert simulation.exchange.waiting == []


def test_a_queued_customer_waits_for_the_first_free_agent(simulation: ExchangeSimulation) -> None:
    busy = [
        simulation.exchange.customer_calls(CUSTOMER, extension) for extension in (ALICE, BOB, CAROL)
    ]
    for call in busy:
        simulation.exchange.answer(call)
    waiting = simulation.exchange.customer_calls("0987654321")
    simulation.clock.advance(30)
    assert waiting.state == "queued"
    simulation.exchange.hang_up(busy[1])
    simulation.clock.advance(1)
    assert (waiting.state, waiting.extension) == ("ringing", BOB)


def test_a_customer_in_the_queue_gives_up_after_a_while(simulation: ExchangeSimulation) -> None:
    for extension in simulation.adapters:
        simulation.exchange.set_presence(extension, "offline")
    waiting = simulation.exchange.customer_calls(CUSTOMER)
    simulation.clock.advance(120)
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
def test_the_last_digits_of_a_number_decide_the_outcome(
    simulation: ExchangeSimulation, number: str, cause: str, sip_code: int | None, code: str | None
) -> None:
    call = simulation.exchange.dial(ALICE, number)
    simulation.clock.advance(15)
    assert (call.cause, call.sip_code, call.code, call.answered) == (cause, sip_code, code, None)
    assert simulation.adapters[ALICE].kinds[-2:] == ["failed", "ended"]
    assert simulation.adapters[ALICE].last("failed") == {
        "cause": cause,
        "sip_code": sip_code,
        "code": code,
    }


def test_a_customer_answers_within_four_seconds(simulation: ExchangeSimulation) -> None:
    call = simulation.exchange.dial(ALICE, CUSTOMER)
    simulation.clock.advance(4)
    assert call.state == "active" and call.answered and 2 <= call.answered <= 4
    assert simulation.adapters[ALICE].kinds == [
        "dialing",
        "agent_ringing",
        "agent_answered",
        "customer_ringing",
        "customer_answered",
    ]


def test_a_number_that_only_rings_is_answered_by_hand(simulation: ExchangeSimulation) -> None:
    call = simulation.exchange.dial(ALICE, "0912345180")
    simulation.clock.advance(30)
    assert (call.state, call.customer_rang) == ("dialing", 0.6)
    assert simulation.exchange.customer_answers(call)
    assert (call.state, call.answered) == ("active", 30)


def test_a_customer_who_is_called_declines_by_hanging_up(simulation: ExchangeSimulation) -> None:
    call = simulation.exchange.dial(ALICE, "0912345180")
    simulation.exchange.customer_hangs_up(call)
    assert (call.cause, call.sip_code) == ("rejected", 603)


def test_an_agent_who_hangs_up_while_it_rings_cancels(simulation: ExchangeSimulation) -> None:
    call = simulation.exchange.dial(ALICE, CUSTOMER)
    simulation.exchange.hang_up(call)
    assert (call.cause, call.ended_by) == ("cancelled", "agent")
    assert "failed" not in simulation.adapters[ALICE].kinds


def test_an_own_leg_that_is_not_picked_up_fails_the_call(simulation: ExchangeSimulation) -> None:
    simulation.adapters[ALICE].picks_up = False
    call = simulation.exchange.dial(ALICE, CUSTOMER)
    simulation.clock.advance(10)
    assert (call.cause, call.code) == ("failed", "agent_unreachable")


def test_a_desk_phone_picks_up_its_own_leg_by_itself(simulation: ExchangeSimulation) -> None:
    simulation.adapters[CAROL].picks_up = False
    call = simulation.exchange.dial(CAROL, CUSTOMER)
    simulation.clock.advance(6)
    assert (call.state, call.device) == ("active", Device.DESK_PHONE)


def test_dialling_during_a_call_is_refused(simulation: ExchangeSimulation) -> None:
    simulation.exchange.answer(simulation.exchange.customer_calls(CUSTOMER, ALICE))
    assert simulation.exchange.dial(ALICE, "0987654321").code == "agent_busy"
    assert len(simulation.exchange.calls_of(ALICE)) == 1


def test_both_legs_of_an_internal_call_end_together(simulation: ExchangeSimulation) -> None:
    own = simulation.exchange.dial(ALICE, BOB)
    theirs = simulation.call_of(BOB)
    assert (own.direction, theirs.direction, theirs.number, theirs.conversation) == (
        "internal",
        "internal",
        ALICE,
        own.conversation,
    )
    simulation.clock.advance(2)
    assert not simulation.exchange.customer_answers(own), (
        "there is no customer: the colleague answers himself"
    )
    simulation.exchange.answer(theirs)
    assert (own.state, theirs.state, own.answered) == ("active", "active", 2)
    simulation.exchange.hang_up(theirs)
    assert [(call.cause, call.ended_by) for call in (own, theirs)] == [
        ("completed", "remote"),
        ("completed", "agent"),
    ]


def test_a_colleague_may_decline_miss_or_be_hung_up_on(simulation: ExchangeSimulation) -> None:
    simulation.exchange.dial(ALICE, BOB)
    simulation.exchange.reject(simulation.call_of(BOB))
    simulation.exchange.dial(ALICE, BOB)
    simulation.clock.advance(20)
    simulation.exchange.set_presence(BOB, "online")
    simulation.exchange.dial(ALICE, BOB)
    simulation.exchange.hang_up(simulation.call_of(ALICE))
    causes = [(call.cause, call.sip_code) for call in simulation.exchange.truth()]
    assert causes == [
        ("rejected", 603),
        ("rejected", 480),
        ("no_answer", 408),
        ("missed", None),
        ("cancelled", None),
        ("missed", None),
    ]


def test_absent_and_busy_colleagues_cannot_be_called(simulation: ExchangeSimulation) -> None:
    simulation.exchange.set_presence(BOB, "offline")
    simulation.exchange.answer(simulation.exchange.customer_calls(CUSTOMER, CAROL))
    assert [simulation.exchange.dial(ALICE, number).cause for number in (BOB, CAROL, ALICE)] == [
        "unreachable",
        "busy",
        "busy",
    ]
