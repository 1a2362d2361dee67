"""The messages about calls on the two sockets of the pretend VCC cloud."""

from __future__ import annotations

import pytest

from console.simulator.clouds.vcc.codes import Id
from tests.providers.vcc.simulator.simulation import (
    ALICE,
    BOB,
    CHI,
    CUSTOMER,
    FakeTab,
    VccSimulation,
)


def test_an_inbound_call_in_the_browser_rings_on_both_channels(simulation: VccSimulation) -> None:
    tab, leg = simulation.signed_in()
    call = simulation.exchange.customer_calls(CUSTOMER, ALICE)
    assert leg.messages == [
        {
            "n": 2,
            "method": "INVITE",
            "call": call.id,
            "user": CUSTOMER,
            "quiet": False,
            "microphone": True,
        }
    ]
    ring = tab.last(Id.RING)
    assert (ring["callId"], ring["caller"], ring["callDirection"]) == (call.id, CUSTOMER, 1)
    assert (ring["line"], ring["queueDescription"]) == ("19001234", "")
    simulation.exchange.customer_hangs_up(call)
    simulation.clock.advance(5)
    simulation.exchange.customer_calls(CUSTOMER)
    assert tab.last(Id.RING)["queueDescription"] == "Sales"


def test_an_answered_call_ends_on_both_channels(simulation: VccSimulation) -> None:
    tab, leg, call = simulation.talking()
    assert leg.methods == ["INVITE", "CONFIRMED"]
    simulation.exchange.customer_hangs_up(call)
    assert leg.methods[-1] == "BYE"
    assert tab.names == ["RING", "AGENT_ANSWER", "CALL_END"]


def test_a_missed_call_ends_and_then_the_agent_is_no_answer(simulation: VccSimulation) -> None:
    tab, leg = simulation.signed_in()
    simulation.exchange.customer_calls(CUSTOMER, ALICE)
    simulation.clock.advance(20)
    assert (leg.methods[-1], tab.names) == ("BYE", ["RING", "CALL_END"])
    simulation.clock.advance(1)
    assert tab.last(Id.STATUS) == {"callStatus": "No Answer"}


def test_a_rejected_call_is_no_missed_call(simulation: VccSimulation) -> None:
    tab, leg = simulation.signed_in()
    call = simulation.exchange.customer_calls(CUSTOMER, ALICE)
    leg.sends("REJECT", call.id, code=480)
    simulation.clock.advance(5)
    assert (call.cause, call.ended_by, tab.all(Id.STATUS)) == ("rejected", "agent", [])


def test_a_desk_phones_call_uses_the_agent_server_alone(simulation: VccSimulation) -> None:
    chi = simulation.tab(CHI)
    chi.messages.clear()
    call = simulation.exchange.customer_calls(CUSTOMER, CHI)
    simulation.exchange.answer(call)
    simulation.exchange.customer_hangs_up(call)
    assert chi.names == ["RING", "AGENT_ANSWER", "CALL_END"]


def test_an_outbound_call_begins_with_the_agents_own_leg(simulation: VccSimulation) -> None:
    tab, leg = simulation.signed_in()
    tab.sends(Id.CALLOUT, number=CUSTOMER)
    assert leg.messages[0]["quiet"] is True
    simulation.clock.advance(5)
    assert tab.names == ["CALLOUT STARTING", "CALLOUT RINGING", "CALLOUT ANSWER"]
    assert leg.methods == ["INVITE", "CONFIRMED", "SPEAK"]
    assert {message["callId"] for message in tab.all(Id.CALLOUT)} == {simulation.call_of().id}
    simulation.exchange.customer_hangs_up(simulation.call_of())
    assert (tab.names[-1], leg.methods[-1]) == ("CALLOUT ENDCALL", "BYE")


ERRORS = {
    "0912345404": ("IPCC_NOT_CONNECT_CUSTOMER", 404),
    "0912345486": ("IPCC_NOT_CONNECT_CUSTOMER", 486),
    "0912345408": ("IPCC_NOT_CONNECT_CUSTOMER", 408),
    "0912345403": ("IPCC_NOT_CONNECT_CUSTOMER", 403),
    "0912345487": ("IPCC_NOT_CONNECT_CUSTOMER", 487),
    "0912345480": ("IPCC_NOT_CONNECT_CUSTOMER", 480),
    "0912345603": ("IPCC_NOT_CONNECT_CUSTOMER", 603),
    "0912345503": ("IPCC_NOT_CONNECT_AGENT_ID", None),
    "0912345786": ("CALLOUT_AGENT_BUSY", None),
    "0912345777": ("CALLOUT_PERMISSION_DENY", None),
    "0912345500": ("ERROR_CALLOUT_CONNECT", None),
}


@pytest.mark.parametrize("number", ERRORS)
def test_every_row_of_the_error_table_has_a_number(simulation: VccSimulation, number: str) -> None:
    tab, leg = simulation.signed_in()
    tab.sends(Id.CALLOUT, number=number)
    simulation.clock.advance(15)
    error = next(message for message in tab.all(Id.CALLOUT) if message["status"] == "ERROR")
    assert (error["errorCode"], error.get("sipCode")) == ERRORS[number]
    assert tab.names[-1] == "CALLOUT ENDCALL"
    if "INVITE" in leg.methods:
        assert leg.methods[-1] == "BYE"


def test_the_reason_of_a_failure_comes_before_the_end_of_the_leg(simulation: VccSimulation) -> None:
    tab, leg = simulation.signed_in()
    tab.sends(Id.CALLOUT, number="0912345486")
    simulation.clock.advance(1.05)
    assert ("CALLOUT ERROR" in tab.names, leg.methods[-1]) == (True, "CONFIRMED")
    simulation.clock.advance(0.2)
    assert leg.methods[-1] == "BYE"


def test_an_agent_in_a_call_who_dials_is_busy(simulation: VccSimulation) -> None:
    tab, _, _ = simulation.talking()
    tab.sends(Id.CALLOUT, number=CUSTOMER)
    assert (
        next(message for message in tab.all(Id.CALLOUT) if message["status"] == "ERROR")[
            "errorCode"
        ]
        == "CALLOUT_AGENT_BUSY"
    )
    assert simulation.call_of().state == "active"


def test_a_browser_that_is_not_registered_cannot_be_connected(simulation: VccSimulation) -> None:
    tab = simulation.tab()
    tab.sends(Id.CALLOUT, number=CUSTOMER)
    simulation.clock.advance(10)
    assert tab.all(Id.CALLOUT)[-2]["errorCode"] == "IPCC_NOT_CONNECT_AGENT_ID"


def test_a_browser_that_refuses_its_own_leg_cannot_be_connected(simulation: VccSimulation) -> None:
    tab, leg = simulation.tab(), simulation.media_leg(picks_up=False)
    tab.sends(Id.CALLOUT, number=CUSTOMER)
    leg.sends("REJECT", simulation.call_of().id, code=480)
    assert tab.all(Id.CALLOUT)[-2]["errorCode"] == "IPCC_NOT_CONNECT_AGENT_ID"


def test_a_tab_without_the_voice_cannot_dial(simulation: VccSimulation) -> None:
    simulation.signed_in()
    simulation.tab(key="second").sends(Id.CALLOUT, number=CUSTOMER)
    assert simulation.exchange.truth() == []


def test_an_outbound_call_can_be_cancelled_on_either_channel(simulation: VccSimulation) -> None:
    tab, leg = simulation.signed_in()
    for cancel in (
        lambda: tab.sends(Id.CALL_END, callId=simulation.call_of().id),
        lambda: leg.sends("BYE", simulation.call_of().id),
    ):
        tab.sends(Id.CALLOUT, number="0912345180")
        simulation.clock.advance(2)
        cancel()
        assert simulation.exchange.calls_of(ALICE) == []
        assert (simulation.exchange.truth()[-1].cause, tab.names[-1]) == (
            "cancelled",
            "CALLOUT TERMINATE",
        )


def test_the_dialling_side_of_an_internal_call_is_sip_alone(simulation: VccSimulation) -> None:
    (tab, leg), (theirs, their_leg) = simulation.signed_in(ALICE), simulation.signed_in(BOB)
    leg.sends("INVITE", "leg-1", user=BOB)
    call = simulation.call_of(BOB)
    assert their_leg.last("INVITE")["user"] == ALICE
    assert theirs.last(Id.RING)["callDirection"] == 3
    their_leg.sends("ANSWER", call.id)
    their_leg.sends("BYE", call.id)
    assert leg.messages == [
        {"n": 2, "method": "RINGING", "call": "leg-1"},
        {"n": 3, "method": "ACCEPTED", "call": "leg-1"},
        {"n": 4, "method": "BYE", "call": "leg-1", "code": None},
    ]
    assert tab.messages == []


def test_a_declined_internal_call_fails_with_its_sip_code(simulation: VccSimulation) -> None:
    (_, leg), (_, their_leg) = simulation.signed_in(ALICE), simulation.signed_in(BOB)
    leg.sends("INVITE", "leg-1", user=BOB)
    their_leg.sends("REJECT", simulation.call_of(BOB).id, code=480)
    assert leg.last("FAILED") == {"n": 3, "method": "FAILED", "call": "leg-1", "code": 603}


# Hold and mute
# ----------------------------------------------------------------------------------------


def hold(tab: FakeTab, wanted: bool) -> dict[str, object]:
    tab.sends(Id.HOLD, hold=wanted)
    return tab.last(Id.HOLD)


def test_hold_mutes_both_ways_and_resume_restores(simulation: VccSimulation) -> None:
    tab, leg, call = simulation.talking()
    assert hold(tab, True) == {"result": "OK", "hold": True}
    assert (call.state, leg.last("HOLD")["on"]) == ("held", True)
    assert hold(tab, False) == {"result": "OK", "hold": False}
    assert (call.state, leg.last("HOLD")["on"]) == ("active", False)


def test_a_hold_that_is_refused_changes_nothing(simulation: VccSimulation) -> None:
    tab, leg, call = simulation.talking()
    simulation.faults.set({"hold_refused": 1})
    assert hold(tab, True) == {"result": "IPCCERR0001", "hold": True}
    assert (call.state, leg.methods) == ("active", ["INVITE", "CONFIRMED"])


def test_hold_has_its_codes(simulation: VccSimulation) -> None:
    tab, leg = simulation.signed_in()
    assert hold(tab, True)["result"] == "IPCCERR0000"
    call = simulation.exchange.customer_calls(CUSTOMER, ALICE)
    assert hold(tab, True)["result"] == "IPCCERR0008"
    leg.sends("ANSWER", call.id)
    assert hold(tab, False)["result"] == "IPCCERR0005"
    hold(tab, True)
    assert hold(tab, True)["result"] == "IPCCERR0003"


def mute(tab: FakeTab, wanted: object) -> dict[str, object]:
    tab.sends(Id.MUTE, mute=wanted)
    return tab.last(Id.MUTE) if tab.all(Id.MUTE) else {}


def test_a_muted_agent_is_not_heard_by_the_customer(simulation: VccSimulation) -> None:
    tab, leg, _ = simulation.talking()
    for wanted in (True, False):
        assert mute(tab, wanted) == {"result": "OK", "mute": wanted}
        assert leg.last("HEARD")["on"] is not wanted


def test_mute_is_refused_while_it_rings_and_on_hold(simulation: VccSimulation) -> None:
    tab, leg = simulation.signed_in()
    call = simulation.exchange.customer_calls(CUSTOMER, ALICE)
    assert mute(tab, True)["result"] == "IPCCERR0009"
    leg.sends("ANSWER", call.id)
    hold(tab, True)
    assert mute(tab, True)["result"] == "IPCCERR0003"


def test_mute_of_an_outbound_call_is_refused(simulation: VccSimulation) -> None:
    tab, leg = simulation.signed_in()
    tab.sends(Id.CALLOUT, number=CUSTOMER)
    simulation.clock.advance(5)
    assert mute(tab, None) == {}
    assert mute(tab, True)["result"] == "IPCCERR0000"
    assert "HEARD" not in leg.methods


def test_tones_arrive_at_the_exchange(simulation: VccSimulation) -> None:
    _, leg, call = simulation.talking()
    leg.sends("DTMF", call.id, tones="42")
    assert call.tones == "42"


def test_an_end_without_a_call_is_a_call_error(simulation: VccSimulation) -> None:
    tab, _ = simulation.signed_in()
    tab.sends(Id.CALL_END, callId="gone")
    assert tab.names == ["CALL_ERROR"]
