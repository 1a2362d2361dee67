"""What a bad wire does to the pretend VCC cloud's sockets, and what puts it right, on a clock that
only the test moves.
"""

from __future__ import annotations

import pytest

from console.simulator.vcc_words import Id
from tests.simulator.vcc_office import ALICE, CHI, CUSTOMER, VccOffice


@pytest.fixture
def office() -> VccOffice:
    return VccOffice()


@pytest.mark.parametrize("meanwhile", ["nothing", "answered", "over"])
def test_a_tab_that_comes_back_hears_nothing_of_its_call(office: VccOffice, meanwhile: str) -> None:
    chi = office.tab(CHI)
    call = office.exchange.customer_calls(CUSTOMER, CHI)
    office.faults.drop_all()
    if meanwhile == "answered":
        office.exchange.answer(call)
    elif meanwhile == "over":
        office.exchange.customer_hangs_up(call)
    assert (chi.dropped, office.tab(CHI).names) == (True, ["LOGIN"])
    assert office.tab(CHI, key="new").names == ["LOGIN"]


def test_the_keep_alive_is_only_echoed(office: VccOffice) -> None:
    tab, _ = office.signed_in()
    tab.asks(Id.PING)
    assert tab.heard == [{"objectId": int(Id.PING)}]


def test_what_is_lost_on_the_agent_servers_socket_takes_the_socket_with_it(
    office: VccOffice,
) -> None:
    tab, _ = office.signed_in()
    office.faults.set({"lost_alone": 1, "reordered": 1})
    tab.asks(Id.STATUS, callStatus="Offline")
    tab.asks(Id.PING)
    assert (tab.names, tab.dropped) == (["STATUS", "PING"], False)
    office.faults.set({"lost": 1})
    tab.asks(Id.PING)
    office.clock.advance(5)
    assert (tab.names, tab.dropped) == (["STATUS", "PING"], True)


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
    office.tab()
    back = office.browser(calls=[call.id])
    office.clock.advance(60)
    assert (call.state, back.methods) == ("active", ["REGISTERED"])


def test_a_call_that_was_answered_while_the_connection_was_away_is_answered_when_it_is_back(
    office: VccOffice,
) -> None:
    office.signed_in()
    call = office.exchange.customer_calls(CUSTOMER, ALICE)
    office.faults.drop_all()
    office.tab()
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


def test_a_browser_that_comes_back_is_told_which_calls_are_over_and_which_ring(
    office: VccOffice,
) -> None:
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


def test_a_call_outlives_a_refused_registration_and_its_browser_hears_of_its_end(
    office: VccOffice,
) -> None:
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
