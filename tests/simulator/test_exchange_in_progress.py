"""A call in progress, and who comes and goes meanwhile: hold, devices, transfer, lost browsers, a
restart.
"""

from __future__ import annotations

from console.simulator.exchange import Device
from tests.simulator.office import ALICE, BOB, CAROL, Office

CUSTOMER = "0912345678"


def test_hold_and_resume_and_a_hold_that_is_refused(office: Office) -> None:
    call = office.exchange.customer_calls(CUSTOMER, ALICE)
    assert not office.exchange.hold(call), "it rings"
    office.exchange.answer(call)
    assert office.exchange.hold(call) and call.state == "held"
    assert not office.exchange.hold(call), "it is held already"
    assert office.exchange.unhold(call) and call.state == "active"
    office.faults.set({"hold_refused": 1})
    assert not office.exchange.hold(call) and call.state == "active"
    assert office.faces[ALICE].kinds[-4:] == ["held", "hold_refused", "resumed", "hold_refused"]


def test_a_device_is_changed_or_refused_and_the_answer_says_which(office: Office) -> None:
    exchange = office.exchange
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
    office.faults.set({"device_refused": 1})
    assert exchange.set_device(ALICE, 1) == Device.GSM
    assert office.faces[ALICE].last("device") == {
        "value": Device.GSM,
        "number": "0912000111",
        "asked": 1,
    }


def test_a_mobile_rings_though_the_browser_is_closed_and_an_ip_phone_does_not(
    office: Office,
) -> None:
    office.exchange.set_device(ALICE, 3, "0912000111")
    office.exchange.set_device(BOB, 2)
    for extension in (ALICE, BOB):
        office.exchange.disconnect(extension)
    assert [
        office.exchange.customer_calls(CUSTOMER, extension).state for extension in (ALICE, BOB)
    ] == ["ringing", "ended"]


def test_a_transfer_needs_the_colleagues_consent(office: Office) -> None:
    call = office.exchange.customer_calls(CUSTOMER, ALICE)
    office.exchange.answer(call)
    wish = office.exchange.transfer(call, BOB)
    assert office.faces[BOB].kinds == ["transfer_asked"] and call.state == "active"
    office.exchange.answer_transfer(wish, accept=True)
    his = office.call_of(BOB)
    assert office.faces[BOB].last("ringing") == {"transferred": True}
    office.exchange.answer(his)
    assert (call.cause, his.state, his.number, his.conversation, wish.state) == (
        "transferred",
        "active",
        CUSTOMER,
        call.conversation,
        "done",
    )
    assert office.faces[ALICE].kinds[-3:] == ["transfer_accepted", "transfer_done", "ended"]


def test_silence_is_a_no_and_the_call_stays(office: Office) -> None:
    call = office.exchange.customer_calls(CUSTOMER, ALICE)
    office.exchange.answer(call)
    wish = office.exchange.transfer(call, BOB)
    office.clock.advance(10)
    assert (wish.state, call.state, office.faces[ALICE].kinds[-1]) == (
        "refused",
        "active",
        "transfer_refused",
    )


def test_a_colleague_who_agrees_and_then_does_not_answer_leaves_the_call_where_it_was(
    office: Office,
) -> None:
    call = office.exchange.customer_calls(CUSTOMER, ALICE)
    office.exchange.answer(call)
    wish = office.exchange.transfer(call, BOB, ask=False)
    office.clock.advance(20)
    assert (wish.state, wish.code, call.state) == ("failed", "failed", "active")


def test_a_customer_who_hangs_up_ends_the_offered_transfer_too(office: Office) -> None:
    call = office.exchange.customer_calls(CUSTOMER, ALICE)
    office.exchange.answer(call)
    office.exchange.transfer(call, BOB, ask=False)
    his = office.call_of(BOB)
    office.exchange.customer_hangs_up(call)
    assert (his.cause, his.ended_by) == ("missed", "remote")


def test_a_call_is_handed_to_the_queue_or_outside_at_once(office: Office) -> None:
    for to in ("queue", "0987654321"):
        call = office.exchange.customer_calls(CUSTOMER, ALICE)
        office.exchange.answer(call)
        assert office.exchange.transfer(call, to).state == "done" and call.cause == "transferred"
    assert [call.conversation for call in office.exchange.truth()][:2] == [
        office.exchange.truth()[0].conversation
    ] * 2


def test_nothing_is_transferred_that_is_no_call(office: Office) -> None:
    ringing = office.exchange.customer_calls(CUSTOMER, ALICE)
    assert office.exchange.transfer(ringing, BOB).code == "not_in_a_call"
    office.exchange.answer(ringing)
    assert [office.exchange.transfer(ringing, to).code for to in (ALICE, "nobody", "")] == [
        "failed"
    ] * 3


def test_a_browser_that_is_away_too_long_loses_its_call_and_one_that_comes_back_keeps_it(
    office: Office,
) -> None:
    calls = [office.exchange.customer_calls(CUSTOMER, extension) for extension in (ALICE, BOB)]
    for call in calls:
        office.exchange.answer(call)
    for extension in (ALICE, BOB):
        office.exchange.disconnect(extension)
    office.clock.advance(44)
    office.exchange.connect(ALICE, office.faces[ALICE])
    office.clock.advance(44)
    assert [call.state for call in calls] == ["active", "ended"]
    assert (calls[1].cause, calls[1].ended_by) == ("failed", "system")


def test_a_browser_without_a_connection_for_sound_is_not_rung_until_it_has_one(
    office: Office,
) -> None:
    for extension in (ALICE, BOB, CAROL):
        office.exchange.set_registered(extension, False)
    assert office.exchange.customer_calls(CUSTOMER, ALICE).cause == "unreachable"
    assert office.exchange.customer_calls(CUSTOMER, CAROL).state == "ringing", (
        "a desk phone needs none"
    )
    waiting = office.exchange.customer_calls(CUSTOMER)
    office.exchange.set_registered(BOB, True)
    assert waiting.extension == BOB


def test_a_browser_that_refuses_its_own_leg_fails_the_call(office: Office) -> None:
    office.faces[ALICE].picks_up = False
    call = office.exchange.dial(ALICE, CUSTOMER)
    assert office.exchange.reject(call)
    assert (call.cause, call.code, call.ended_by) == ("failed", "agent_unreachable", "system")
    assert not office.exchange.reject(office.exchange.dial(BOB, CUSTOMER)), "his leg is up already"


def test_an_old_connection_that_closes_late_does_not_sign_the_new_one_out(office: Office) -> None:
    old, new = office.faces[ALICE], office.faces[BOB]
    office.exchange.connect(ALICE, new)
    office.exchange.disconnect(ALICE, old)
    assert office.exchange.agents[ALICE].connected
    office.exchange.disconnect(ALICE, new)
    assert not office.exchange.agents[ALICE].connected


def test_a_restart_ends_all_calls_and_repeats_what_was(office: Office) -> None:
    def run() -> list[object]:
        start = office.clock.now()
        call = office.exchange.dial(ALICE, CUSTOMER)
        office.clock.advance(5)
        return [call.id, round((call.answered or 0) - start, 6)]

    first = run()
    office.exchange.set_device(BOB, 2)
    call = office.call_of(ALICE)
    office.exchange.reset(1)
    office.faults.reset(1)
    assert (call.state, office.exchange.truth(), office.exchange.agents[BOB].device) == (
        "ended",
        [],
        Device.BROWSER,
    )
    assert office.faces[ALICE].kinds[-3:] == ["ended", "device", "presence"]
    assert run() == first


def test_tones_are_kept(office: Office) -> None:
    call = office.exchange.customer_calls(CUSTOMER, ALICE)
    assert not office.exchange.dtmf(call, "1")
    office.exchange.answer(call)
    office.exchange.dtmf(call, "1")
    office.exchange.dtmf(call, "#")
    assert call.tones == "1#"
