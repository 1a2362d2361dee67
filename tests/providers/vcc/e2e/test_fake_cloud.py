"""The pretend VCC cloud under a bare page without Console: sound both ways, the voice, and a bad
network.
"""

from __future__ import annotations

from functools import partial

import pytest

from tests.providers.vcc.e2e.bare_fixtures import ALICE, BOB, CHI, CUSTOMER, OpenBare, in_a_call
from tests.providers.vcc.e2e.bare_page import until
from tests.servers.simulator import Simulator

pytestmark = pytest.mark.browser
RETRY_S = 30.0  # seconds: lost messages are repeated, and may be lost again


def dialled_last(simulator: Simulator, number: str) -> bool:
    calls = simulator.truth()
    return bool(calls) and calls[-1]["number"] == number


def test_a_call_comes_in_and_both_sides_hear_each_other(
    bare: OpenBare, simulator: Simulator
) -> None:
    alice = bare(ALICE)
    call = in_a_call(alice, simulator)
    alice.hears_and_is_heard()
    until(lambda: alice.do("loudness()") > 0.01, "the customer's voice")
    energy = alice.do("received()")["customer"]["energy"]
    until(
        lambda: alice.do("received()")["customer"]["energy"] > energy,
        "the customer hears the microphone",
    )
    simulator.customer_hangs_up(call)
    alice.expect("csEndCall")
    assert alice.do(
        "[state.session, csVoice.hasCall, document.getElementById('peer-video').srcObject]"
    ) == [None, False, None]


def test_hold_stops_audio_both_ways_until_resume(bare: OpenBare, simulator: Simulator) -> None:
    alice = bare(ALICE)
    call = in_a_call(alice, simulator)
    alice.hears_and_is_heard()
    alice.do("holdCall()")
    alice.expect("csHoldCall")
    assert alice.do("csVoice.isHold")
    simulator.wait_for_state(call, "held")
    alice.is_still()
    alice.do("holdCall()")
    alice.expect("csUnHoldCall")
    alice.hears_and_is_heard()
    until(lambda: alice.do("loudness()") > 0.01, "the customer's voice")


def test_a_refused_hold_leaves_the_audio_on(bare: OpenBare, simulator: Simulator) -> None:
    alice = bare(ALICE)
    in_a_call(alice, simulator)
    simulator.fails(hold_refused=1)
    alice.do("holdCall()")
    alice.expect("csHoldCall")
    assert alice.do("csVoice.isHold") is False
    alice.hears_and_is_heard()


def test_a_muted_agent_is_silent_at_the_customer_and_hears_on(
    bare: OpenBare, simulator: Simulator
) -> None:
    alice = bare(ALICE)
    in_a_call(alice, simulator)
    alice.do("muteCall()")
    alice.expect("csMuteCall")
    until(
        lambda: (
            not alice.do("state.session.pretendCustomer.connection.getReceivers()[0].track.enabled")
        ),
        "silent at the customer",
    )
    alice.hears_and_is_heard()
    alice.do("muteCall()")
    alice.expect("csUnMuteCall")
    until(
        lambda: alice.do(
            "state.session.pretendCustomer.connection.getReceivers()[0].track.enabled"
        ),
        "heard again",
    )


def test_customer_speaks_only_after_they_answer(bare: OpenBare, simulator: Simulator) -> None:
    alice = bare(ALICE)
    alice.forget()
    alice.do("csCallout('0912345180')")
    alice.expect("csCallRinging", "0912345180")
    assert alice.do("loudness()") < 0.005
    simulator.customer_answers(simulator.truth()[-1]["id"])
    alice.expect("csCustomerAccept")
    until(lambda: alice.do("loudness()") > 0.01, "the customer's voice")
    alice.do("endCall()")
    alice.expect("csEndCall")
    assert [name for name, *_ in alice.heard] == [
        "showCalloutInfo",
        "csCallRingingAgent",
        "csCurrentCallId",
        "csCallRinging",
        "csCustomerAccept",
        "csEndCall",
    ]
    assert simulator.truth()[-1]["cause"] == "completed"


def test_a_busy_customer_is_an_error_and_then_the_end(bare: OpenBare) -> None:
    alice = bare(ALICE)
    alice.forget()
    alice.do("csCallout('0912345486')")
    alice.expect("csEndCall")
    assert alice.heard == [
        ["showCalloutInfo", "0912345486"],
        ["csCallRingingAgent"],
        ["showCalloutError", "IPCC_NOT_CONNECT_CUSTOMER", 486],
        ["csEndCall"],
    ]


def test_colleagues_call_each_other(bare: OpenBare) -> None:
    alice, bob = bare(ALICE), bare(BOB)
    alice.do("csCallout('5002')")
    bob.expect("csCallRinging", ALICE)
    alice.expect("csCallRinging", BOB)
    bob.do("onAcceptCall()")
    for one in (alice, bob):
        one.expect("csAcceptCall")
        one.hears_and_is_heard()
    bob.do("endCall()")
    alice.expect("csEndCall")


def test_a_call_is_transferred_to_a_colleague(bare: OpenBare, simulator: Simulator) -> None:
    alice, bob = bare(ALICE), bare(BOB)
    in_a_call(alice, simulator)
    alice.do("csTransferCallAgent('5002')")
    bob.expect("csNewCallTransferRequest")
    bob.do("responseTransferAgent(1)")
    alice.expect("csTransferCallResponse", "OK")
    bob.expect("csCallRinging", CUSTOMER)
    bob.do("onAcceptCall()")
    bob.expect("csAcceptCall")
    bob.hears_and_is_heard()
    alice.expect("csTransferCallSuccess")
    alice.expect("csEndCall")


def test_one_tab_has_the_voice_and_the_other_may_take_it(
    bare: OpenBare, simulator: Simulator
) -> None:
    first = bare(ALICE)
    second = bare(ALICE, within=first.page.context)
    assert [one.do("csVoice.enableVoice") for one in (first, second)] == [True, False]
    second.do("csEnableCall()")
    first.expect("csShowEnableVoice", False)
    second.expect("csShowEnableVoice", True)
    until(
        lambda: second.do("ua?.isRegistered()") and not first.do("ua.isRegistered()"),
        "the registration has moved",
    )
    in_a_call(second, simulator)
    assert "csCallRinging" not in [name for name, *_ in first.heard]


def test_another_machine_may_take_the_voice_too(bare: OpenBare, simulator: Simulator) -> None:
    first, laptop = bare(ALICE), bare(ALICE)
    laptop.do("csEnableCall()")
    first.expect("csShowEnableVoice", False)
    until(lambda: laptop.do("ua?.isRegistered()"), "the registration has moved")
    in_a_call(laptop, simulator)


def test_taking_the_voice_during_a_call_ends_the_losers_call(
    bare: OpenBare, simulator: Simulator
) -> None:
    first, second = bare(ALICE), bare(ALICE)
    in_a_call(first, simulator)
    second.do("csEnableCall()")
    first.expect("csEndCall")


def test_a_desk_phone_is_answered_at_the_desk(bare: OpenBare, simulator: Simulator) -> None:
    chi = bare(CHI, forced_browser=False)
    assert chi.do("[csVoice.deviceType, ua]") == [4, None]
    call = simulator.place(CUSTOMER, CHI)
    chi.expect("csCallRinging", CUSTOMER)
    simulator.device_answers(call)
    chi.expect("csAcceptCall")
    chi.do("endCall()")
    chi.expect("csEndCall")
    assert simulator.wait_for_state(call, "ended")["ended_by"] == "agent"


def test_a_switch_of_the_device_moves_the_next_call(bare: OpenBare, simulator: Simulator) -> None:
    alice = bare(ALICE)
    alice.do("changeDevice(3, '0931234567')")
    alice.expect("csShowDeviceType", 3)
    until(lambda: not alice.do("ua.isRegistered()"), "unregistered")
    call = simulator.place(CUSTOMER, ALICE)
    assert simulator.call(call)["device"] == 3
    simulator.device_answers(call)
    alice.expect("csAcceptCall")
    assert alice.do("state.session") is None


def test_closing_the_page_ends_its_call_and_frees_the_voice(
    bare: OpenBare, simulator: Simulator
) -> None:
    first = bare(ALICE)
    call = in_a_call(first, simulator)
    first.page.close()
    simulator.wait_for_state(call, "ended")
    until(lambda: not simulator.agent(ALICE)["reachable"], "not rung any more")
    assert bare(ALICE).do("csVoice.enableVoice") is True


def test_both_sockets_break_and_the_call_goes_on(bare: OpenBare, simulator: Simulator) -> None:
    alice = bare(ALICE)
    call = in_a_call(alice, simulator)
    alice.forget()
    assert simulator.cut(ALICE) == 2
    alice.expect("csNotifyReconnecting", 1, 20)
    alice.expect("csInitComplete")
    until(lambda: alice.do("ua.isRegistered()"), "registered again")
    alice.hears_and_is_heard()
    assert [
        name for name, *_ in alice.heard if name in ("csEndCall", "csCallRinging", "csAcceptCall")
    ] == []
    simulator.customer_hangs_up(call)
    alice.expect("csEndCall")


def test_a_call_that_cannot_have_the_microphone_ends(bare: OpenBare, simulator: Simulator) -> None:
    alice = bare(ALICE)
    simulator.fails(no_microphone=1)
    call = simulator.place(CUSTOMER, ALICE)
    alice.expect("csCallRinging", CUSTOMER)
    alice.do("onAcceptCall()")
    alice.expect("csEndCall")
    assert simulator.wait_for_state(call, "ended")["cause"] == "rejected"


def test_no_call_gets_stuck_on_a_bad_network(bare: OpenBare, simulator: Simulator) -> None:
    alice = bare(ALICE)
    simulator.fails(lost_alone=0.3, late=0.3, late_seconds=1, doubled=0.4, reordered=0.4)
    for _ in range(3):
        call = simulator.place(CUSTOMER, ALICE)
        until(lambda: alice.do("state.session?.isInProgress()"), "it rings", RETRY_S)
        alice.do("onAcceptCall()")
        simulator.wait_for_state(call, "active", within=RETRY_S)
        simulator.customer_hangs_up(call)
        until(lambda: alice.do("!state.session"), "it is over", RETRY_S)
        simulator.wait_for_agent(ALICE)
    simulator.works()
    # a ring may be reported after its call's end, but before events of the next call
    # call
    alice.forget()
    call = simulator.place(CUSTOMER, ALICE)
    alice.expect("csCurrentCallId", call, within=RETRY_S)
    until(lambda: alice.do("state.session?.isInProgress()"), "the next one rings", RETRY_S)
    alice.do("onAcceptCall()")
    simulator.wait_for_state(call, "active", within=RETRY_S)
    simulator.customer_hangs_up(call)
    until(
        lambda: alice.do("!csVoice.hasCall && !csVoice.isRinging && !csVoice.isAnswering"),
        "nothing is left of it",
    )


@pytest.mark.parametrize("extension", [ALICE, CHI])
def test_no_dialled_call_gets_stuck_on_a_bad_network(
    bare: OpenBare, simulator: Simulator, extension: str
) -> None:
    agent = bare(extension)
    simulator.fails(lost_alone=0.3, late=0.3, late_seconds=1, doubled=0.4, reordered=0.4)
    for number in ("0912345486", CUSTOMER, "0912345404"):
        until(lambda: agent.do("!csVoice.hasCall && !csVoice.isCallout"), "free to dial", RETRY_S)
        agent.do(f"csCallout('{number}')")
        until(partial(dialled_last, simulator, number), "the call", RETRY_S)
        call = simulator.truth()[-1]["id"]
        if simulator.wait_for_state(call, "active", "ended", within=RETRY_S)["state"] == "active":
            simulator.customer_hangs_up(call)
    simulator.works()
    until(
        lambda: agent.do("!csVoice.hasCall && !csVoice.isCallout && !state.session"),
        "nothing is left of it",
        RETRY_S,
    )
