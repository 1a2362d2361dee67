"""What a bad wire does to the pretend VCC cloud's sockets, and what puts it right, on a clock that only the test moves."""

from __future__ import annotations

import pytest

from console.simulator.vcc_words import Id
from tests.simulator.vcc_office import ALICE, CHI, CUSTOMER, VccOffice


@pytest.fixture
def office() -> VccOffice:
    return VccOffice()


def test_a_tab_that_comes_back_hears_how_its_call_stands(office: VccOffice) -> None:
    chi = office.tab(CHI)
    call = office.exchange.customer_calls(CUSTOMER, CHI)
    office.faults.drop_all()
    office.exchange.answer(call)
    back = office.tab(CHI, hasCall=True, isRinging=True, callId=call.id)
    assert back.names == ["LOGIN", "AGENT_ANSWER"]
    assert chi.dropped


def test_a_tab_that_comes_back_after_the_end_hears_of_no_call(office: VccOffice) -> None:
    office.tab(CHI)
    call = office.exchange.customer_calls(CUSTOMER, CHI)
    office.faults.drop_all()
    office.exchange.customer_hangs_up(call)
    back = office.tab(CHI, hasCall=True, isRinging=True, callId=call.id)
    assert (back.names, back.last(Id.LOGIN)["callId"]) == (["LOGIN"], "")


def test_a_page_that_is_new_hears_of_the_whole_call(office: VccOffice) -> None:
    office.tab(CHI)
    call = office.exchange.customer_calls(CUSTOMER, CHI)
    office.exchange.answer(call)
    office.exchange.hold(call)
    assert office.tab(CHI, key="new").names == ["LOGIN", "RING", "AGENT_ANSWER", "HOLD"]


def test_the_keep_alive_brings_what_the_wire_has_lost(office: VccOffice) -> None:
    tab, _ = office.signed_in()
    tab.asks(Id.CALLOUT, number=CUSTOMER)
    office.faults.set({"lost_alone": 1})
    office.clock.advance(5)
    office.faults.clear()
    assert tab.names == ["CALLOUT STARTING"]
    tab.heard.clear()
    tab.asks(Id.PING, hasCall=True, isRinging=False, isAnswering=False, isHold=False, callId="", sent=7)
    assert tab.names == ["PING", "CALLOUT ANSWER"]
    assert (tab.last(Id.PING)["sent"], tab.last(Id.PING)["callId"]) == (7, office.call_of().id)


def test_the_media_leg_repeats_what_was_not_acknowledged(office: VccOffice) -> None:
    _, browser = office.signed_in()
    office.faults.set({"lost_alone": 1})
    office.exchange.customer_calls(CUSTOMER, ALICE)
    office.clock.advance(2)
    assert browser.heard == []
    office.faults.clear()
    office.clock.advance(0.5)
    assert browser.methods == ["INVITE"]
    office.clock.advance(5)
    assert browser.methods == ["INVITE"], "acknowledged, and not said again"


def test_a_leg_that_comes_back_in_time_keeps_its_call(office: VccOffice) -> None:
    _, _, call = office.talking()
    office.faults.drop_all()
    office.clock.advance(15)
    office.tab(hasCall=True, isAnswering=True, callId=call.id)
    back = office.browser(calls=[call.id])
    office.clock.advance(60)
    assert (call.state, back.methods) == ("active", ["REGISTERED"])


def test_a_call_that_was_answered_while_the_connection_was_away_is_answered_when_it_is_back(office: VccOffice) -> None:
    office.signed_in()
    call = office.exchange.customer_calls(CUSTOMER, ALICE)
    office.faults.drop_all()
    office.tab(hasCall=True, isAnswering=True)
    office.browser(calls=[call.id], answered=[call.id])
    assert call.state == "active"


def test_a_leg_that_does_not_come_back_ends_its_call(office: VccOffice) -> None:
    _, _, call = office.talking()
    office.faults.drop_all()
    office.clock.advance(21)
    assert (call.live, call.ended_by) == (False, "agent")


def test_a_page_that_is_closed_ends_its_call_at_once(office: VccOffice) -> None:
    _, browser, call = office.talking()
    browser.leaves()
    office.clock.advance(0)
    assert not call.live


def test_a_browser_that_comes_back_is_told_which_calls_are_over_and_which_ring(office: VccOffice) -> None:
    _, _, call = office.talking()
    office.faults.drop_all()
    office.exchange.customer_hangs_up(call)
    office.tab()
    back = office.browser(calls=[call.id])
    assert back.methods == ["REGISTERED", "BYE"]
    ringing = office.exchange.customer_calls(CUSTOMER, ALICE)
    office.faults.drop_all()
    office.tab()
    assert office.browser().last("INVITE")["call"] == ringing.id


def test_a_call_outlives_a_refused_registration_and_its_browser_hears_of_its_end(office: VccOffice) -> None:
    _, _, call = office.talking()
    office.faults.drop_all()
    office.tab()
    office.faults.set({"registration_refused": 1})
    back = office.browser(calls=[call.id, "long-over"])
    assert back.methods == ["REFUSED", "BYE"] and back.last("BYE")["call"] == "long-over"
    assert not office.exchange.agents[ALICE].reachable
    office.clock.advance(30)
    assert call.state == "active"
    office.exchange.customer_hangs_up(call)
    assert back.last("BYE")["call"] == call.id
