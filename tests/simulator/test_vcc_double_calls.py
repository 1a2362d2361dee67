"""What the pretend VCC cloud says on its two sockets about calls, on a clock that only the test
moves.
"""

from __future__ import annotations

import pytest

from console.simulator.vcc_words import Id
from tests.simulator.vcc_office import ALICE, BOB, CHI, CUSTOMER, FakeTab, VccOffice


@pytest.fixture
def office() -> VccOffice:
    return VccOffice()


def test_an_inbound_call_in_the_browser_rings_on_both_channels(office: VccOffice) -> None:
    tab, browser = office.signed_in()
    call = office.exchange.customer_calls(CUSTOMER, ALICE)
    assert browser.heard == [
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
    office.exchange.customer_hangs_up(call)
    office.clock.advance(5)
    office.exchange.customer_calls(CUSTOMER)
    assert tab.last(Id.RING)["queueDescription"] == "Sales"


def test_an_answered_call_ends_on_both_channels(office: VccOffice) -> None:
    tab, browser, call = office.talking()
    assert browser.methods == ["INVITE", "CONFIRMED"]
    office.exchange.customer_hangs_up(call)
    assert browser.methods[-1] == "BYE"
    assert tab.names == ["RING", "AGENT_ANSWER", "CALL_END"]


def test_a_missed_call_ends_and_then_the_agent_is_no_answer(office: VccOffice) -> None:
    tab, browser = office.signed_in()
    office.exchange.customer_calls(CUSTOMER, ALICE)
    office.clock.advance(20)
    assert (browser.methods[-1], tab.names) == ("BYE", ["RING", "CALL_END"])
    office.clock.advance(1)
    assert tab.last(Id.STATUS) == {"callStatus": "No Answer"}


def test_a_rejected_call_is_no_missed_call(office: VccOffice) -> None:
    tab, browser = office.signed_in()
    call = office.exchange.customer_calls(CUSTOMER, ALICE)
    browser.says("REJECT", call.id, code=480)
    office.clock.advance(5)
    assert (call.cause, call.ended_by, tab.all(Id.STATUS)) == ("rejected", "agent", [])


def test_an_inbound_call_on_a_desk_phone_is_the_agent_servers_alone(office: VccOffice) -> None:
    chi = office.tab(CHI)
    chi.heard.clear()
    call = office.exchange.customer_calls(CUSTOMER, CHI)
    office.exchange.answer(call)
    office.exchange.customer_hangs_up(call)
    assert chi.names == ["RING", "AGENT_ANSWER", "CALL_END"]


def test_an_outbound_call_brings_the_agents_leg_first_and_then_its_statuses(
    office: VccOffice,
) -> None:
    tab, browser = office.signed_in()
    tab.asks(Id.CALLOUT, number=CUSTOMER)
    assert browser.heard[0]["quiet"] is True
    office.clock.advance(5)
    assert tab.names == ["CALLOUT STARTING", "CALLOUT RINGING", "CALLOUT ANSWER"]
    assert browser.methods == ["INVITE", "CONFIRMED", "SPEAK"]
    assert {message["callId"] for message in tab.all(Id.CALLOUT)} == {office.call_of().id}
    office.exchange.customer_hangs_up(office.call_of())
    assert (tab.names[-1], browser.methods[-1]) == ("CALLOUT ENDCALL", "BYE")


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
def test_every_row_of_the_error_table_can_be_had(office: VccOffice, number: str) -> None:
    tab, browser = office.signed_in()
    tab.asks(Id.CALLOUT, number=number)
    office.clock.advance(15)
    error = next(message for message in tab.all(Id.CALLOUT) if message["status"] == "ERROR")
    assert (error["errorCode"], error.get("sipCode")) == ERRORS[number]
    assert tab.names[-1] == "CALLOUT ENDCALL"
    if "INVITE" in browser.methods:
        assert browser.methods[-1] == "BYE"


def test_the_reason_of_a_failure_comes_before_the_end_of_the_leg(office: VccOffice) -> None:
    tab, browser = office.signed_in()
    tab.asks(Id.CALLOUT, number="0912345486")
    office.clock.advance(1.05)
    assert ("CALLOUT ERROR" in tab.names, browser.methods[-1]) == (True, "CONFIRMED")
    office.clock.advance(0.2)
    assert browser.methods[-1] == "BYE"


def test_an_agent_in_a_call_who_dials_is_busy(office: VccOffice) -> None:
    tab, _, _ = office.talking()
    tab.asks(Id.CALLOUT, number=CUSTOMER)
    assert (
        next(message for message in tab.all(Id.CALLOUT) if message["status"] == "ERROR")[
            "errorCode"
        ]
        == "CALLOUT_AGENT_BUSY"
    )
    assert office.call_of().state == "active"


def test_a_browser_that_is_not_registered_cannot_be_connected(office: VccOffice) -> None:
    tab = office.tab()
    tab.asks(Id.CALLOUT, number=CUSTOMER)
    office.clock.advance(10)
    assert tab.all(Id.CALLOUT)[-2]["errorCode"] == "IPCC_NOT_CONNECT_AGENT_ID"


def test_a_browser_that_refuses_its_own_leg_cannot_be_connected(office: VccOffice) -> None:
    tab, browser = office.tab(), office.browser(picks_up=False)
    tab.asks(Id.CALLOUT, number=CUSTOMER)
    browser.says("REJECT", office.call_of().id, code=480)
    assert tab.all(Id.CALLOUT)[-2]["errorCode"] == "IPCC_NOT_CONNECT_AGENT_ID"


def test_a_tab_without_the_voice_cannot_dial(office: VccOffice) -> None:
    office.signed_in()
    office.tab(key="second").asks(Id.CALLOUT, number=CUSTOMER)
    assert office.exchange.truth() == []


def test_an_outbound_call_can_be_cancelled_on_either_channel(office: VccOffice) -> None:
    tab, browser = office.signed_in()
    for cancel in (
        lambda: tab.asks(Id.CALL_END, callId=office.call_of().id),
        lambda: browser.says("BYE", office.call_of().id),
    ):
        tab.asks(Id.CALLOUT, number="0912345180")
        office.clock.advance(2)
        cancel()
        assert office.exchange.calls_of(ALICE) == []
        assert (office.exchange.truth()[-1].cause, tab.names[-1]) == (
            "cancelled",
            "CALLOUT TERMINATE",
        )


def test_an_internal_call_is_sip_alone_for_who_dials(office: VccOffice) -> None:
    (tab, browser), (theirs, their_browser) = office.signed_in(ALICE), office.signed_in(BOB)
    browser.says("INVITE", "leg-1", user=BOB)
    call = office.call_of(BOB)
    assert their_browser.last("INVITE")["user"] == ALICE
    assert theirs.last(Id.RING)["callDirection"] == 3
    their_browser.says("ANSWER", call.id)
    their_browser.says("BYE", call.id)
    assert browser.heard == [
        {"n": 2, "method": "RINGING", "call": "leg-1"},
        {"n": 3, "method": "ACCEPTED", "call": "leg-1"},
        {"n": 4, "method": "BYE", "call": "leg-1", "code": None},
    ]
    assert tab.heard == []


def test_an_internal_call_that_is_declined_fails_with_its_sip_code(office: VccOffice) -> None:
    (_, browser), (_, their_browser) = office.signed_in(ALICE), office.signed_in(BOB)
    browser.says("INVITE", "leg-1", user=BOB)
    their_browser.says("REJECT", office.call_of(BOB).id, code=480)
    assert browser.last("FAILED") == {"n": 3, "method": "FAILED", "call": "leg-1", "code": 603}


# Hold and mute
# -------------------------------------------------------------------------------------------------------


def hold(tab: FakeTab, wanted: bool) -> dict[str, object]:
    tab.asks(Id.HOLD, hold=wanted)
    return tab.last(Id.HOLD)


def test_hold_takes_the_sound_off_and_gives_it_back(office: VccOffice) -> None:
    tab, browser, call = office.talking()
    assert hold(tab, True) == {"result": "OK", "hold": True}
    assert (call.state, browser.last("HOLD")["on"]) == ("held", True)
    assert hold(tab, False) == {"result": "OK", "hold": False}
    assert (call.state, browser.last("HOLD")["on"]) == ("active", False)


def test_a_hold_that_is_refused_changes_nothing(office: VccOffice) -> None:
    tab, browser, call = office.talking()
    office.faults.set({"hold_refused": 1})
    assert hold(tab, True) == {"result": "IPCCERR0001", "hold": True}
    assert (call.state, browser.methods) == ("active", ["INVITE", "CONFIRMED"])


def test_hold_has_its_codes(office: VccOffice) -> None:
    tab, browser = office.signed_in()
    assert hold(tab, True)["result"] == "IPCCERR0000"
    call = office.exchange.customer_calls(CUSTOMER, ALICE)
    assert hold(tab, True)["result"] == "IPCCERR0008"
    browser.says("ANSWER", call.id)
    assert hold(tab, False)["result"] == "IPCCERR0005"
    hold(tab, True)
    assert hold(tab, True)["result"] == "IPCCERR0003"


def mute(tab: FakeTab, wanted: object) -> dict[str, object]:
    tab.asks(Id.MUTE, mute=wanted)
    return tab.last(Id.MUTE) if tab.all(Id.MUTE) else {}


def test_a_muted_agent_is_not_heard_by_the_customer(office: VccOffice) -> None:
    tab, browser, _ = office.talking()
    for wanted in (True, False):
        assert mute(tab, wanted) == {"result": "OK", "mute": wanted}
        assert browser.last("HEARD")["on"] is not wanted


def test_mute_is_refused_while_it_rings_and_on_hold(office: VccOffice) -> None:
    tab, browser = office.signed_in()
    call = office.exchange.customer_calls(CUSTOMER, ALICE)
    assert mute(tab, True)["result"] == "IPCCERR0009"
    browser.says("ANSWER", call.id)
    hold(tab, True)
    assert mute(tab, True)["result"] == "IPCCERR0003"


def test_mute_is_refused_for_an_outbound_call_and_its_malformed_message_passed_over(
    office: VccOffice,
) -> None:
    tab, browser = office.signed_in()
    tab.asks(Id.CALLOUT, number=CUSTOMER)
    office.clock.advance(5)
    assert mute(tab, None) == {}
    assert mute(tab, True)["result"] == "IPCCERR0000"
    assert "HEARD" not in browser.methods


def test_tones_arrive_at_the_exchange(office: VccOffice) -> None:
    _, browser, call = office.talking()
    browser.says("DTMF", call.id, tones="42")
    assert call.tones == "42"


def test_an_end_without_a_call_is_a_call_error(office: VccOffice) -> None:
    tab, _ = office.signed_in()
    tab.asks(Id.CALL_END, callId="gone")
    assert tab.names == ["CALL_ERROR"]
