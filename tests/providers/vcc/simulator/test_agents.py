"""The voice, presence, devices and transfers at the pretend VCC cloud."""

from __future__ import annotations

import pytest

from console.simulator.clouds.vcc.codes import Id
from tests.providers.vcc.simulator.simulation import (
    ALICE,
    BOB,
    CHI,
    CUSTOMER,
    MOBILE,
    SOFTPHONE,
    FakeTab,
    VccSimulation,
)

# The voice
# ----------------------------------------------------------------------------------------


def test_the_first_tab_that_logs_in_has_the_voice(simulation: VccSimulation) -> None:
    first, second = simulation.tab(key="first"), simulation.tab(key="second")
    assert [tab.last(Id.LOGIN)["enableVoice"] for tab in (first, second)] == [True, False]
    assert second.last(Id.LOGIN) == {
        "code": 200,
        "callStatus": "Online",
        "enableVoice": False,
        "deviceType": 1,
    }


def test_a_tab_takes_the_voice_and_its_holder_is_notified(simulation: VccSimulation) -> None:
    first, second, third = (simulation.tab(key=key) for key in ("first", "second", "third"))
    second.sends(Id.VOICE)
    lost, has = ({"enableVoice": on, "deviceType": 1} for on in (False, True))
    assert [tab.all(Id.VOICE) for tab in (first, second, third)] == [[lost], [has], []]


def test_the_voice_of_a_closed_page_is_free_for_the_next(simulation: VccSimulation) -> None:
    simulation.tab(key="first").closes()
    simulation.clock.advance(0)
    assert simulation.tab(key="second").last(Id.LOGIN)["enableVoice"] is True


def test_a_broken_connection_keeps_the_voice_for_30_seconds(simulation: VccSimulation) -> None:
    simulation.tab(key="first")
    simulation.faults.drop_all()
    simulation.clock.advance(29)
    assert simulation.tab(key="second").last(Id.LOGIN)["enableVoice"] is False
    assert simulation.tab(key="first").last(Id.LOGIN)["enableVoice"] is True
    simulation.faults.drop_all()
    simulation.clock.advance(31)
    assert simulation.tab(key="third").last(Id.LOGIN)["enableVoice"] is True


# Presence and devices
# ----------------------------------------------------------------------------------------


def test_a_presence_is_sent_to_all_tabs(simulation: VccSimulation) -> None:
    first, second = simulation.tab(key="first"), simulation.tab(key="second")
    first.sends(Id.STATUS, callStatus="Offline")
    assert [tab.last(Id.STATUS) for tab in (first, second)] == [{"callStatus": "Offline"}] * 2
    assert not simulation.exchange.agents[ALICE].reachable


def test_a_refused_presence_is_reported_unchanged(simulation: VccSimulation) -> None:
    tab, _ = simulation.signed_in()
    simulation.faults.set({"presence_refused": 1})
    tab.sends(Id.STATUS, callStatus="Offline")
    assert tab.last(Id.STATUS) == {"callStatus": "Online"}


def test_no_answer_is_left_by_going_online(simulation: VccSimulation) -> None:
    tab, _ = simulation.signed_in()
    simulation.exchange.customer_calls(CUSTOMER, ALICE)
    simulation.clock.advance(21)
    tab.sends(Id.STATUS, callStatus="Online")
    assert tab.last(Id.STATUS) == {"callStatus": "Online"}


def switch(tab: FakeTab, type: object, phone: str = "") -> tuple[int, int]:
    """The result, and the device after it."""
    tab.sends(Id.DEVICE, deviceType=type, phone=phone)
    answer = tab.last(Id.DEVICE)
    return answer["result"], answer["newDeviceType" if answer["result"] else "oldDeviceType"]


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
    simulation: VccSimulation, extension: str, type: object, phone: str, result: tuple[int, int]
) -> None:
    assert switch(simulation.tab(extension), type, phone) == result


def test_a_switch_may_be_refused_on_request(simulation: VccSimulation) -> None:
    simulation.faults.set({"device_refused": 1})
    assert switch(simulation.tab(), 2) == (0, 1)


def test_an_unanswered_device_switch_changes_nothing(simulation: VccSimulation) -> None:
    simulation.faults.set({"device_unanswered": 1})
    tab = simulation.tab()
    tab.sends(Id.DEVICE, deviceType=2)
    assert (tab.all(Id.DEVICE), simulation.exchange.agents[ALICE].device) == ([], 1)


@pytest.mark.parametrize(
    ("extension", "device"), [(ALICE, 1), (CHI, 4), (MOBILE, 3), (SOFTPHONE, 6)]
)
def test_each_role_begins_on_its_own_device(
    simulation: VccSimulation, extension: str, device: int
) -> None:
    assert simulation.tab(extension).last(Id.LOGIN)["deviceType"] == device


def test_a_browser_without_a_media_leg_is_not_rung(simulation: VccSimulation) -> None:
    simulation.tab()
    assert simulation.exchange.customer_calls(CUSTOMER, ALICE).cause == "unreachable"
    leg = simulation.media_leg()
    assert simulation.exchange.customer_calls(CUSTOMER, ALICE).state == "ringing"
    leg.sends("UNREGISTER")
    assert not simulation.exchange.agents[ALICE].reachable


def test_a_refused_registration_answers_403(simulation: VccSimulation) -> None:
    simulation.faults.set({"registration_refused": 1})
    simulation.tab()
    leg = simulation.media_leg()
    assert leg.last("REFUSED")["code"] == 403
    assert not simulation.exchange.agents[ALICE].registered


def test_an_invitation_reports_a_missing_microphone(simulation: VccSimulation) -> None:
    _, leg = simulation.signed_in()
    simulation.faults.set({"no_microphone": 1})
    simulation.exchange.customer_calls(CUSTOMER, ALICE)
    assert leg.last("INVITE")["microphone"] is False


# Transfers
# ----------------------------------------------------------------------------------------


def test_only_free_agents_are_offered_for_a_transfer(simulation: VccSimulation) -> None:
    tab, _, _ = simulation.talking()
    simulation.signed_in(BOB)
    tab.sends(Id.AGENTS)
    assert [agent["ipPhone"] for agent in tab.last(Id.AGENTS)["agents"]] == [
        BOB,
        CHI,
        MOBILE,
        SOFTPHONE,
    ]
    simulation.exchange.set_presence(CHI, "offline")
    tab.sends(Id.AGENTS)
    assert CHI not in [agent["ipPhone"] for agent in tab.last(Id.AGENTS)["agents"]]


def test_a_transfer_needs_the_colleagues_consent_and_answer(simulation: VccSimulation) -> None:
    tab, leg, call = simulation.talking()
    theirs, their_leg = simulation.signed_in(BOB)
    tab.sends(Id.TRANSFER_AGENT, ipphone=BOB)
    request = theirs.last(Id.TRANSFER_ASKED)["request"]
    assert request == {"callId": call.id, "dropAgentId": ALICE, "newAgentId": BOB}, (
        "the offer does not name the customer"
    )
    theirs.sends(Id.TRANSFER_RESPONSE, callId=call.id, accepted=True)
    assert tab.last(Id.TRANSFER_RESPONSE) == {"status": "OK"}
    their_leg.sends("ANSWER", simulation.call_of(BOB).id)
    assert tab.last(Id.TRANSFER_SUCCESS)["agent"] == {"superAgent": ALICE, "ipphone": BOB}
    assert (leg.methods[-1], call.cause) == ("BYE", "transferred")


@pytest.mark.parametrize("how", ["refuses", "is silent for 10 s"])
def test_a_colleague_refuses(simulation: VccSimulation, how: str) -> None:
    tab, _, call = simulation.talking()
    theirs, _ = simulation.signed_in(BOB)
    tab.sends(Id.TRANSFER_AGENT, ipphone=BOB)
    if how == "refuses":
        theirs.sends(Id.TRANSFER_RESPONSE, callId=call.id, accepted=False)
    simulation.clock.advance(10)
    assert tab.all(Id.TRANSFER_RESPONSE) == [{"status": "NOK"}]
    theirs.sends(Id.TRANSFER_RESPONSE, callId=call.id, accepted=True)
    assert (call.state, simulation.exchange.calls_of(BOB)) == ("active", [])


def test_a_transfer_to_nobody_fails(simulation: VccSimulation) -> None:
    tab, _, call = simulation.talking()
    for nobody in (BOB, "4711", ALICE):
        tab.sends(Id.TRANSFER_AGENT, ipphone=nobody)
        assert tab.last(Id.TRANSFER_ERROR)["error"] == "TRANSFER_CALL_FAILED"
    assert call.state == "active"


def test_a_transfer_without_a_call_has_its_error(simulation: VccSimulation) -> None:
    tab, _ = simulation.signed_in()
    tab.sends(Id.TRANSFER_AGENT, ipphone=BOB)
    assert tab.last(Id.TRANSFER_ERROR)["error"] == "COULD_NOT_GET_CALL_INFO"
    simulation.exchange.customer_calls(CUSTOMER, ALICE)
    tab.sends(Id.TRANSFER_AGENT, ipphone=BOB)
    assert tab.last(Id.TRANSFER_ERROR)["error"] == "NOT_IN_A_CALL"


def test_a_call_transferred_to_the_queue_is_a_new_call_there(simulation: VccSimulation) -> None:
    tab, leg, call = simulation.talking()
    simulation.signed_in(BOB)
    tab.sends(Id.TRANSFER_ACD, queueId=1)
    assert (tab.last(Id.TRANSFER_RESPONSE), leg.methods[-1], call.cause) == (
        {"status": "OK"},
        "BYE",
        "transferred",
    )
    assert CUSTOMER in [call.number for call in simulation.exchange.truth()[-1:]]
    assert tab.all(Id.TRANSFER_SUCCESS) == []
    assert simulation.exchange.truth()[-1].direction == "inbound"


def test_a_survey_ends_the_agents_part(simulation: VccSimulation) -> None:
    tab, _, call = simulation.talking()
    tab.sends(Id.SURVEY, id=1, sipurl="sip:survey@vcc.test")
    assert (tab.last(Id.SURVEY), call.live) == ({"status": "OK"}, False)
    tab.sends(Id.SURVEY, id=1, sipurl="sip:survey@vcc.test")
    assert tab.last(Id.SURVEY) == {"status": "NOK"}
