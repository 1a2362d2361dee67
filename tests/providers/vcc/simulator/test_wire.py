"""The sockets of the pretend VCC cloud on a bad wire, and their recovery."""

from __future__ import annotations

import pytest

from console.simulator.clouds.vcc.codes import Id
from tests.providers.vcc.simulator.simulation import ALICE, CHI, CUSTOMER, VccSimulation


@pytest.mark.parametrize("meanwhile", ["nothing", "answered", "over"])
def test_a_tab_that_comes_back_hears_nothing_of_its_call(
    simulation: VccSimulation, meanwhile: str
) -> None:
    chi = simulation.tab(CHI)
    call = simulation.exchange.customer_calls(CUSTOMER, CHI)
    simulation.faults.drop_all()
    if meanwhile == "answered":
        simulation.exchange.answer(call)
    elif meanwhile == "over":
        simulation.exchange.customer_hangs_up(call)
    assert (chi.dropped, simulation.tab(CHI).names) == (True, ["LOGIN"])
    assert simulation.tab(CHI, key="new").names == ["LOGIN"]


def test_the_keep_alive_is_only_echoed(simulation: VccSimulation) -> None:
    tab, _ = simulation.signed_in()
    tab.sends(Id.PING)
    assert tab.messages == [{"objectId": int(Id.PING)}]


def test_a_lost_agent_server_message_drops_its_socket(simulation: VccSimulation) -> None:
    tab, _ = simulation.signed_in()
    simulation.faults.set({"lost_alone": 1, "reordered": 1})
    tab.sends(Id.STATUS, callStatus="Offline")
    tab.sends(Id.PING)
    assert (tab.names, tab.dropped) == (["STATUS", "PING"], False)
    simulation.faults.set({"lost": 1})
    tab.sends(Id.PING)
    simulation.clock.advance(5)
    assert (tab.names, tab.dropped) == (["STATUS", "PING"], True)


def test_the_media_leg_repeats_what_was_not_acknowledged(simulation: VccSimulation) -> None:
    _, leg = simulation.signed_in()
    simulation.faults.set({"lost_alone": 1})
    simulation.exchange.customer_calls(CUSTOMER, ALICE)
    simulation.clock.advance(2)
    assert leg.messages == []
    simulation.faults.clear()
    simulation.clock.advance(0.5)
    assert leg.methods == ["INVITE"]
    simulation.clock.advance(5)
    assert leg.methods == ["INVITE"], "acknowledged, and not repeated"


def test_a_leg_that_comes_back_in_time_keeps_its_call(simulation: VccSimulation) -> None:
    _, _, call = simulation.talking()
    simulation.faults.drop_all()
    simulation.clock.advance(15)
    simulation.tab()
    back = simulation.media_leg(calls=[call.id])
    simulation.clock.advance(60)
    assert (call.state, back.methods) == ("active", ["REGISTERED"])


def test_an_answer_during_an_outage_counts_at_the_return(simulation: VccSimulation) -> None:
    simulation.signed_in()
    call = simulation.exchange.customer_calls(CUSTOMER, ALICE)
    simulation.faults.drop_all()
    simulation.tab()
    simulation.media_leg(calls=[call.id], answered=[call.id])
    assert call.state == "active"


def test_a_leg_that_does_not_come_back_ends_its_call(simulation: VccSimulation) -> None:
    _, _, call = simulation.talking()
    simulation.faults.drop_all()
    simulation.clock.advance(21)
    assert (call.live, call.ended_by) == (False, "agent")


def test_each_absence_of_a_leg_is_a_new_one(simulation: VccSimulation) -> None:
    _, _, call = simulation.talking()
    for _ in range(3):
        simulation.faults.drop_all()
        simulation.clock.advance(15)
        assert call.state == "active"
        simulation.tab()
        simulation.media_leg(calls=[call.id])


def test_a_page_that_is_closed_ends_its_call_at_once(simulation: VccSimulation) -> None:
    _, leg, call = simulation.talking()
    leg.closes()
    simulation.clock.advance(0)
    assert not call.live


def test_a_returning_browser_learns_of_ended_and_ringing_calls(simulation: VccSimulation) -> None:
    _, _, call = simulation.talking()
    simulation.faults.drop_all()
    simulation.exchange.customer_hangs_up(call)
    simulation.tab()
    back = simulation.media_leg(calls=[call.id])
    assert back.methods == ["REGISTERED", "BYE"]
    ringing = simulation.exchange.customer_calls(CUSTOMER, ALICE)
    simulation.faults.drop_all()
    simulation.tab()
    assert simulation.media_leg().last("INVITE")["call"] == ringing.id


def test_a_call_outlives_a_refused_registration(simulation: VccSimulation) -> None:
    _, _, call = simulation.talking()
    simulation.faults.drop_all()
    simulation.tab()
    simulation.faults.set({"registration_refused": 1})
    back = simulation.media_leg(calls=[call.id, "long-over"])
    assert back.methods == ["REFUSED", "BYE"] and back.last("BYE")["call"] == "long-over"
    assert not simulation.exchange.agents[ALICE].reachable
    simulation.clock.advance(30)
    assert call.state == "active"
    simulation.exchange.customer_hangs_up(call)
    assert back.last("BYE")["call"] == call.id
