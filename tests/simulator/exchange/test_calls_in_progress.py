"""A call in progress: hold, devices, transfers, lost browsers, a restart."""

from __future__ import annotations

from console.simulator.exchange import Device
from tests.simulator.exchange.simulation import ALICE, BOB, CAROL, ExchangeSimulation

CUSTOMER = "0912345678"


def test_hold_resume_and_refused_hold(simulation: ExchangeSimulation) -> None:
    call = simulation.exchange.customer_calls(CUSTOMER, ALICE)
    assert not simulation.exchange.hold(call), "it rings"
    simulation.exchange.answer(call)
    assert simulation.exchange.hold(call) and call.state == "held"
    assert not simulation.exchange.hold(call), "it is held already"
    assert simulation.exchange.unhold(call) and call.state == "active"
    simulation.faults.set({"hold_refused": 1})
    assert not simulation.exchange.hold(call) and call.state == "active"
    assert simulation.adapters[ALICE].kinds[-4:] == [
        "held",
        "hold_refused",
        "resumed",
        "hold_refused",
    ]


def test_the_answer_to_a_device_change_is_the_device_after_it(
    simulation: ExchangeSimulation,
) -> None:
    exchange = simulation.exchange
    assert exchange.set_device(ALICE, 2) == Device.IP_PHONE
    assert (
        exchange.set_device(ALICE, 3, "0912000111") == Device.GSM
        and exchange.agents[ALICE].device_number == "0912000111"
    )
    assert (
        exchange.set_device(ALICE, 3) == Device.GSM
        and exchange.agents[ALICE].device_number == "0912000111"
    ), "no number: refused"
    assert exchange.set_device(ALICE, 5) == Device.GSM
    simulation.faults.set({"device_refused": 1})
    assert exchange.set_device(ALICE, 1) == Device.GSM
    assert simulation.adapters[ALICE].last("device") == {
        "value": Device.GSM,
        "number": "0912000111",
        "asked": 1,
    }


def test_a_mobile_rings_without_a_browser_an_ip_phone_does_not(
    simulation: ExchangeSimulation,
) -> None:
    simulation.exchange.set_device(ALICE, 3, "0912000111")
    simulation.exchange.set_device(BOB, 2)
    for extension in (ALICE, BOB):
        simulation.exchange.disconnect(extension)
    assert [
        simulation.exchange.customer_calls(CUSTOMER, extension).state for extension in (ALICE, BOB)
    ] == ["ringing", "ended"]


def test_a_transfer_needs_the_colleagues_consent(simulation: ExchangeSimulation) -> None:
    call = simulation.exchange.customer_calls(CUSTOMER, ALICE)
    simulation.exchange.answer(call)
    transfer = simulation.exchange.transfer(call, BOB)
    assert simulation.adapters[BOB].kinds == ["transfer_asked"] and call.state == "active"
    simulation.exchange.answer_transfer(transfer, accept=True)
    theirs = simulation.call_of(BOB)
    assert simulation.adapters[BOB].last("ringing") == {"transferred": True}
    simulation.exchange.answer(theirs)
    assert (call.cause, theirs.state, theirs.number, theirs.conversation, transfer.state) == (
        "transferred",
        "active",
        CUSTOMER,
        call.conversation,
        "done",
    )
    assert simulation.adapters[ALICE].kinds[-3:] == ["transfer_accepted", "transfer_done", "ended"]


def test_a_transfer_without_an_answer_is_refused(simulation: ExchangeSimulation) -> None:
    call = simulation.exchange.customer_calls(CUSTOMER, ALICE)
    simulation.exchange.answer(call)
    transfer = simulation.exchange.transfer(call, BOB)
    simulation.clock.advance(10)
    assert (transfer.state, call.state, simulation.adapters[ALICE].kinds[-1]) == (
        "refused",
        "active",
        "transfer_refused",
    )


def test_an_accepted_but_unanswered_transfer_fails(simulation: ExchangeSimulation) -> None:
    call = simulation.exchange.customer_calls(CUSTOMER, ALICE)
    simulation.exchange.answer(call)
    transfer = simulation.exchange.transfer(call, BOB, ask=False)
    simulation.clock.advance(20)
    assert (transfer.state, transfer.code, call.state) == ("failed", "failed", "active")


def test_a_customer_who_hangs_up_ends_the_offered_transfer_too(
    simulation: ExchangeSimulation,
) -> None:
    call = simulation.exchange.customer_calls(CUSTOMER, ALICE)
    simulation.exchange.answer(call)
    simulation.exchange.transfer(call, BOB, ask=False)
    theirs = simulation.call_of(BOB)
    simulation.exchange.customer_hangs_up(call)
    assert (theirs.cause, theirs.ended_by) == ("missed", "remote")


def test_a_transfer_to_the_queue_or_outside_needs_no_consent(
    simulation: ExchangeSimulation,
) -> None:
    for to in ("queue", "0987654321"):
        call = simulation.exchange.customer_calls(CUSTOMER, ALICE)
        simulation.exchange.answer(call)
        assert (
            simulation.exchange.transfer(call, to).state == "done" and call.cause == "transferred"
        )
    assert [call.conversation for call in simulation.exchange.truth()][:2] == [
        simulation.exchange.truth()[0].conversation
    ] * 2


def test_only_a_call_in_progress_is_transferred(simulation: ExchangeSimulation) -> None:
    ringing = simulation.exchange.customer_calls(CUSTOMER, ALICE)
    assert simulation.exchange.transfer(ringing, BOB).code == "not_in_a_call"
    simulation.exchange.answer(ringing)
    assert [simulation.exchange.transfer(ringing, to).code for to in (ALICE, "nobody", "")] == [
        "failed"
    ] * 3


def test_a_browser_away_for_45_seconds_loses_its_call(simulation: ExchangeSimulation) -> None:
    calls = [simulation.exchange.customer_calls(CUSTOMER, extension) for extension in (ALICE, BOB)]
    for call in calls:
        simulation.exchange.answer(call)
    for extension in (ALICE, BOB):
        simulation.exchange.disconnect(extension)
    simulation.clock.advance(44)
    simulation.exchange.connect(ALICE, simulation.adapters[ALICE])
    simulation.clock.advance(44)
    assert [call.state for call in calls] == ["active", "ended"]
    assert (calls[1].cause, calls[1].ended_by) == ("failed", "system")


def test_a_browser_without_media_is_not_rung(simulation: ExchangeSimulation) -> None:
    for extension in (ALICE, BOB, CAROL):
        simulation.exchange.set_registered(extension, False)
    assert simulation.exchange.customer_calls(CUSTOMER, ALICE).cause == "unreachable"
    assert simulation.exchange.customer_calls(CUSTOMER, CAROL).state == "ringing", (
        "a desk phone needs none"
    )
    waiting = simulation.exchange.customer_calls(CUSTOMER)
    simulation.exchange.set_registered(BOB, True)
    assert waiting.extension == BOB


def test_a_browser_that_refuses_its_own_leg_fails_the_call(simulation: ExchangeSimulation) -> None:
    simulation.adapters[ALICE].picks_up = False
    call = simulation.exchange.dial(ALICE, CUSTOMER)
    assert simulation.exchange.reject(call)
    assert (call.cause, call.code, call.ended_by) == ("failed", "agent_unreachable", "system")
    assert not simulation.exchange.reject(simulation.exchange.dial(BOB, CUSTOMER)), (
        "their leg is up already"
    )


def test_a_replaced_connection_does_not_sign_the_new_one_out(
    simulation: ExchangeSimulation,
) -> None:
    old, new = simulation.adapters[ALICE], simulation.adapters[BOB]
    simulation.exchange.connect(ALICE, new)
    simulation.exchange.disconnect(ALICE, old)
    assert simulation.exchange.agents[ALICE].connected
    simulation.exchange.disconnect(ALICE, new)
    assert not simulation.exchange.agents[ALICE].connected


def test_a_restart_ends_all_calls_and_repeats_what_was(simulation: ExchangeSimulation) -> None:
    def run() -> list[object]:
        start = simulation.clock.now()
        call = simulation.exchange.dial(ALICE, CUSTOMER)
        simulation.clock.advance(5)
        return [call.id, round((call.answered or 0) - start, 6)]

    first = run()
    simulation.exchange.set_device(BOB, 2)
    call = simulation.call_of(ALICE)
    simulation.exchange.reset(1)
    simulation.faults.reset(1)
    assert (call.state, simulation.exchange.truth(), simulation.exchange.agents[BOB].device) == (
        "ended",
        [],
        Device.BROWSER,
    )
    assert simulation.adapters[ALICE].kinds[-3:] == ["ended", "device", "presence"]
    assert run() == first


def test_tones_are_recorded_on_the_call(simulation: ExchangeSimulation) -> None:
    call = simulation.exchange.customer_calls(CUSTOMER, ALICE)
    assert not simulation.exchange.dtmf(call, "1")
    simulation.exchange.answer(call)
    simulation.exchange.dtmf(call, "1")
    simulation.exchange.dtmf(call, "#")
    assert call.tones == "1#"
