"""Who has the voice at the pretend VCC cloud, presence, devices and transfers, on a clock that only
the test moves.
"""

from __future__ import annotations

import pytest

from console.simulator.vcc_words import Id
from tests.simulator.vcc_office import (
    ALICE,
    BOB,
    CHI,
    CUSTOMER,
    MOBILE,
    SOFTPHONE,
    FakeTab,
    VccOffice,
)


@pytest.fixture
def office() -> VccOffice:
    return VccOffice()


# The voice
# -----------------------------------------------------------------------------------------------------------


def test_the_first_tab_that_logs_in_has_the_voice(office: VccOffice) -> None:
    first, second = office.tab(key="first"), office.tab(key="second")
    assert [tab.last(Id.LOGIN)["enableVoice"] for tab in (first, second)] == [True, False]
    assert second.last(Id.LOGIN) == {
        "code": 200,
        "callStatus": "Online",
        "enableVoice": False,
        "deviceType": 1,
    }


def test_a_tab_may_take_the_voice_and_the_one_that_had_it_is_told(office: VccOffice) -> None:
    first, second, third = (office.tab(key=key) for key in ("first", "second", "third"))
    second.asks(Id.VOICE)
    lost, has = ({"enableVoice": on, "deviceType": 1} for on in (False, True))
    assert [tab.all(Id.VOICE) for tab in (first, second, third)] == [[lost], [has], []]


def test_the_voice_of_a_closed_page_is_free_for_the_next(office: VccOffice) -> None:
    office.tab(key="first").closes()
    office.clock.advance(0)
    assert office.tab(key="second").last(Id.LOGIN)["enableVoice"] is True


def test_the_voice_of_a_broken_connection_is_kept_for_half_a_minute(office: VccOffice) -> None:
    office.tab(key="first")
    office.faults.drop_all()
    office.clock.advance(29)
    assert office.tab(key="second").last(Id.LOGIN)["enableVoice"] is False
    assert office.tab(key="first").last(Id.LOGIN)["enableVoice"] is True
    office.faults.drop_all()
    office.clock.advance(31)
    assert office.tab(key="third").last(Id.LOGIN)["enableVoice"] is True


# Presence and devices
# ------------------------------------------------------------------------------------------------


def test_a_presence_is_told_to_all_tabs(office: VccOffice) -> None:
    first, second = office.tab(key="first"), office.tab(key="second")
    first.asks(Id.STATUS, callStatus="Offline")
    assert [tab.last(Id.STATUS) for tab in (first, second)] == [{"callStatus": "Offline"}] * 2
    assert not office.exchange.agents[ALICE].reachable


def test_a_presence_that_is_refused_is_told_as_it_was(office: VccOffice) -> None:
    tab, _ = office.signed_in()
    office.faults.set({"presence_refused": 1})
    tab.asks(Id.STATUS, callStatus="Offline")
    assert tab.last(Id.STATUS) == {"callStatus": "Online"}


def test_no_answer_is_left_by_going_online(office: VccOffice) -> None:
    tab, _ = office.signed_in()
    office.exchange.customer_calls(CUSTOMER, ALICE)
    office.clock.advance(21)
    tab.asks(Id.STATUS, callStatus="Online")
    assert tab.last(Id.STATUS) == {"callStatus": "Online"}


def switch(tab: FakeTab, type: object, phone: str = "") -> tuple[int, int]:
    """Result, and the device after it."""
    tab.asks(Id.DEVICE, deviceType=type, phone=phone)
    told = tab.last(Id.DEVICE)
    return told["result"], told["newDeviceType" if told["result"] else "oldDeviceType"]


@pytest.mark.parametrize(
    ("extension", "type", "phone", "result"),
    [
        (ALICE, 2, "", (1, 2)),
        (ALICE, 3, "0931234567", (1, 3)),
        (ALICE, 3, "", (0, 1)),
        (ALICE, 4, "", (0, 1)),
        (ALICE, 6, "", (0, 1)),
        (ALICE, 5, "", (0, 1)),
        (ALICE, None, "", (0, 1)),
        (CHI, 1, "", (1, 1)),
        (CHI, 4, "", (1, 4)),
        (MOBILE, 3, "", (1, 3)),
        (SOFTPHONE, 6, "", (1, 6)),
    ],
)
def test_a_switch_of_the_device(
    office: VccOffice, extension: str, type: object, phone: str, result: tuple[int, int]
) -> None:
    assert switch(office.tab(extension), type, phone) == result


def test_a_switch_may_be_refused_on_request(office: VccOffice) -> None:
    office.faults.set({"device_refused": 1})
    assert switch(office.tab(), 2) == (0, 1)


def test_a_switch_may_never_be_answered_and_then_nothing_has_changed(office: VccOffice) -> None:
    office.faults.set({"device_unanswered": 1})
    tab = office.tab()
    tab.asks(Id.DEVICE, deviceType=2)
    assert (tab.all(Id.DEVICE), office.exchange.agents[ALICE].device) == ([], 1)


@pytest.mark.parametrize(
    ("extension", "device"), [(ALICE, 1), (CHI, 4), (MOBILE, 3), (SOFTPHONE, 6)]
)
def test_each_role_begins_on_its_own_device(office: VccOffice, extension: str, device: int) -> None:
    assert office.tab(extension).last(Id.LOGIN)["deviceType"] == device


def test_a_browser_without_a_media_leg_is_not_rung(office: VccOffice) -> None:
    office.tab()
    assert office.exchange.customer_calls(CUSTOMER, ALICE).cause == "unreachable"
    browser = office.browser()
    assert office.exchange.customer_calls(CUSTOMER, ALICE).state == "ringing"
    browser.says("UNREGISTER")
    assert not office.exchange.agents[ALICE].reachable


def test_a_refused_registration_says_403(office: VccOffice) -> None:
    office.faults.set({"registration_refused": 1})
    office.tab()
    browser = office.browser()
    assert browser.last("REFUSED")["code"] == 403
    assert not office.exchange.agents[ALICE].registered


def test_a_missing_microphone_is_told_with_the_invitation(office: VccOffice) -> None:
    _, browser = office.signed_in()
    office.faults.set({"no_microphone": 1})
    office.exchange.customer_calls(CUSTOMER, ALICE)
    assert browser.last("INVITE")["microphone"] is False


# Transfers
# -----------------------------------------------------------------------------------------------------------


def test_the_agents_to_hand_a_call_to_are_those_who_are_free(office: VccOffice) -> None:
    tab, _, _ = office.talking()
    office.signed_in(BOB)
    tab.asks(Id.AGENTS)
    assert [agent["ipPhone"] for agent in tab.last(Id.AGENTS)["agents"]] == [
        BOB,
        CHI,
        MOBILE,
        SOFTPHONE,
    ]
    office.exchange.set_presence(CHI, "offline")
    tab.asks(Id.AGENTS)
    assert CHI not in [agent["ipPhone"] for agent in tab.last(Id.AGENTS)["agents"]]


def test_a_call_is_handed_on_when_the_colleague_agrees_and_answers(office: VccOffice) -> None:
    tab, browser, call = office.talking()
    theirs, their_browser = office.signed_in(BOB)
    tab.asks(Id.TRANSFER_AGENT, ipphone=BOB)
    request = theirs.last(Id.TRANSFER_ASKED)["request"]
    assert request == {
        "callId": call.id,
        "dropAgentId": ALICE,
        "newAgentId": BOB,
    }, "who is on the line is not said"
    theirs.asks(Id.TRANSFER_RESPONSE, callId=call.id, accepted=True)
    assert tab.last(Id.TRANSFER_RESPONSE) == {"status": "OK"}
    their_browser.says("ANSWER", office.call_of(BOB).id)
    assert tab.last(Id.TRANSFER_SUCCESS)["agent"] == {"superAgent": ALICE, "ipphone": BOB}
    assert (browser.methods[-1], call.cause) == ("BYE", "transferred")


@pytest.mark.parametrize("how", ["says no", "says nothing for 10 s"])
def test_a_colleague_refuses(office: VccOffice, how: str) -> None:
    tab, _, call = office.talking()
    theirs, _ = office.signed_in(BOB)
    tab.asks(Id.TRANSFER_AGENT, ipphone=BOB)
    if how == "says no":
        theirs.asks(Id.TRANSFER_RESPONSE, callId=call.id, accepted=False)
    office.clock.advance(10)
    assert tab.all(Id.TRANSFER_RESPONSE) == [{"status": "NOK"}]
    theirs.asks(Id.TRANSFER_RESPONSE, callId=call.id, accepted=True)
    assert (call.state, office.exchange.calls_of(BOB)) == ("active", [])


def test_a_transfer_to_nobody_fails(office: VccOffice) -> None:
    tab, _, call = office.talking()
    for nobody in (BOB, "4711", ALICE):
        tab.asks(Id.TRANSFER_AGENT, ipphone=nobody)
        assert tab.last(Id.TRANSFER_ERROR)["error"] == "TRANSFER_CALL_FAILED"
    assert call.state == "active"


def test_a_transfer_without_a_call_has_its_error(office: VccOffice) -> None:
    tab, _ = office.signed_in()
    tab.asks(Id.TRANSFER_AGENT, ipphone=BOB)
    assert tab.last(Id.TRANSFER_ERROR)["error"] == "COULD_NOT_GET_CALL_INFO"
    office.exchange.customer_calls(CUSTOMER, ALICE)
    tab.asks(Id.TRANSFER_AGENT, ipphone=BOB)
    assert tab.last(Id.TRANSFER_ERROR)["error"] == "NOT_IN_A_CALL"


def test_a_call_handed_to_the_queue_is_a_fresh_call_there(office: VccOffice) -> None:
    tab, browser, call = office.talking()
    theirs, _ = office.signed_in(BOB)
    tab.asks(Id.TRANSFER_ACD, queueId=1)
    assert (tab.last(Id.TRANSFER_RESPONSE), browser.methods[-1], call.cause) == (
        {"status": "OK"},
        "BYE",
        "transferred",
    )
    assert CUSTOMER in [call.number for call in office.exchange.truth()[-1:]]
    assert tab.all(Id.TRANSFER_SUCCESS) == []
    assert theirs.agent.exchange.truth()[-1].direction == "inbound"


def test_a_survey_takes_the_customer_away(office: VccOffice) -> None:
    tab, _, call = office.talking()
    tab.asks(Id.SURVEY, id=1, sipurl="sip:survey@vcc.test")
    assert (tab.last(Id.SURVEY), call.live) == ({"status": "OK"}, False)
    tab.asks(Id.SURVEY, id=1, sipurl="sip:survey@vcc.test")
    assert tab.last(Id.SURVEY) == {"status": "NOK"}
