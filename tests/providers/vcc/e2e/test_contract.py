"""The contract of VCC's scripts (3.3 to 3.7, 7.3, and the vectors of section 8), in a real browser
with real sockets.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.providers.vcc.e2e.bare_fixtures import ALICE, BOB, CHI, CUSTOMER, OpenBare, in_a_call
from tests.providers.vcc.e2e.bare_page import Bare, until
from tests.servers.simulator import Simulator

pytestmark = pytest.mark.browser

SIGNED_IN = ["csShowCallStatus", "csShowEnableVoice", "csShowDeviceType", "csInitComplete"]


def names(one: Bare) -> list[str]:
    return [name for name, *_ in one.heard]


def voice(one: Bare, *fields: str) -> list[Any]:
    found: list[Any] = one.do(f"[{', '.join(f'csVoice.{field}' for field in fields)}]")
    return found


def test_the_vectors_of_an_idle_agent(bare: OpenBare, simulator: Simulator) -> None:
    first = bare(ALICE)
    second = bare(ALICE, within=first.page.context)
    assert second.heard == [
        ["csShowCallStatus", "Online"],
        ["csShowEnableVoice", False],
        ["csShowDeviceType", 1],
        ["csInitComplete"],
    ]
    first.forget()
    second.do("csEnableCall()")
    second.expect("csShowEnableVoice", True)
    first.expect("csShowEnableVoice", False)
    second.forget()
    second.do("csEnableCall()")  # the voice is here already: it returns at once
    second.do("csCallout('+84912345678')")
    second.do("changeCallStatus()")
    second.expect("csShowCallStatus", "Offline")
    simulator.fails(device_refused=1)
    assert second.do("(changeDevice(2), csVoice.deviceType)") == 2, (
        "written down before the server has answered"
    )
    second.expect("csShowDeviceType", 1)
    assert names(second) == ["csShowCallStatus", "csShowDeviceType"]
    simulator.works()


def test_a_missed_call_ends_before_its_no_answer_report(
    bare: OpenBare, simulator: Simulator
) -> None:
    alice = bare(ALICE)
    alice.forget()
    simulator.place(CUSTOMER, ALICE)
    alice.expect("csShowCallStatus", "No Answer", within=40)
    assert names(alice)[-2:] == ["csEndCall", "csShowCallStatus"]


def test_only_the_customer_answers_an_outgoing_call(bare: OpenBare, simulator: Simulator) -> None:
    alice = bare(ALICE)
    alice.forget()
    at_once = "[csVoice.isConnectToAgent, csVoice.isRinging, csVoice.isAnswering]"
    assert alice.do(f"(csCallout('0912345180'), {at_once})") == [True, True, False]
    alice.expect("csCurrentCallId")
    assert voice(alice, "isConnectToAgent", "isRinging", "isAnswering") == [False, False, True]
    assert "csCustomerAccept" not in names(alice)
    simulator.customer_answers(simulator.truth()[-1]["id"])
    alice.expect("csCustomerAccept")
    alice.do("endCall()")
    alice.expect("csEndCall")


def test_end_is_forgotten_at_once_and_an_early_one_is_lost(
    bare: OpenBare, simulator: Simulator
) -> None:
    alice = bare(ALICE)
    call = in_a_call(alice, simulator)
    assert alice.do(
        "(endCall(), [csVoice.callInfo, csVoice.hasCall, csVoice.isConnectToAgent])"
    ) == [None, False, False]
    simulator.wait_for_state(call, "ended")
    alice.forget()
    alice.do("(csCallout('0912345180'), endCall())")
    alice.expect("csCallRinging", "0912345180")
    assert simulator.truth()[-1]["state"] == "dialing", (
        "the server was not asked: the agent's own leg rings"
    )
    alice.do("endCall()")
    simulator.wait_for_state(simulator.truth()[-1]["id"], "ended")


@pytest.mark.parametrize("forced_browser", [True, False])
def test_an_owner_on_another_device_is_put_on_the_browser(
    bare: OpenBare, forced_browser: bool
) -> None:
    chi = bare(CHI, forced_browser=forced_browser)
    if forced_browser:
        chi.expect("csShowDeviceType", 1)
    devices = [type for name, *rest in chi.heard for type in rest if name == "csShowDeviceType"]
    assert devices == ([4, 1] if forced_browser else [4])


def test_call_that_ended_without_the_socket_is_not_reported(
    bare: OpenBare, simulator: Simulator
) -> None:
    chi = bare(CHI, forced_browser=False)
    call = simulator.place(CUSTOMER, CHI)
    chi.expect("csCallRinging", CUSTOMER)
    simulator.fails(socket_refused=1)
    simulator.cut(CHI)
    simulator.customer_hangs_up(call)
    chi.expect("csNotifyReconnecting", 1, 20)
    chi.forget()
    simulator.works()
    chi.expect("csInitComplete")
    chi.page.wait_for_timeout(1500)  # a keep-alive
    assert [name for name in names(chi) if name != "csNotifyReconnecting"] == SIGNED_IN
    assert voice(chi, "hasCall", "isRinging") == [True, True]
    chi.do("csCallout('0912345200')")
    assert "showCalloutInfo" not in names(chi), "and nothing can be dialled"


def test_requests_on_a_closed_socket_do_not_reach_the_cloud(
    bare: OpenBare, simulator: Simulator
) -> None:
    """The first comes in the vendor's own notice of the loss: later a new socket may be opening."""
    alice = bare(ALICE)
    alice.do("""void (window.csNotifyReconnecting = () => {
        if (!csVoice.isCallout) heard.push(["closed", csPush.socket.readyState === 3]);
        csCallout("0912345200");
    })""")
    simulator.fails(socket_refused=1)
    simulator.cut(ALICE)
    alice.expect("showCalloutInfo")
    alice.expect("closed", True)
    assert (names(alice).count("showCalloutInfo"), simulator.truth()) == (1, [])
    error = (
        "new Promise((done) => { csPush.socket.onclose = null; clearTimeout(csPush.timer);"
        " csPush.open(); try { changeDevice(1); } catch (e) { done(e.name); } })"
    )
    assert alice.do(error) == "InvalidStateError"
    alice.forget()
    simulator.works()
    alice.expect("csInitComplete")  # the voice is free when the page is closed


@pytest.mark.parametrize("stray_nok", [True, False])
def test_an_offered_call_is_answered_after_the_callback(
    bare: OpenBare, simulator: Simulator, stray_nok: bool
) -> None:
    alice, bob = bare(ALICE), bare(BOB, stray_nok=stray_nok)
    call = in_a_call(alice, simulator)
    bob.do("""(window.inside = "", window.csNewCallTransferRequest = (...args) => {
        heard.push(["csNewCallTransferRequest", ...args]);
        try { responseTransferAgent(1); } catch (error) { inside = error.name; }
    })""")
    alice.do("csTransferCallAgent('5002')")
    bob.expect(
        "csNewCallTransferRequest", {"callId": call, "dropAgentId": ALICE, "newAgentId": BOB}
    )
    assert (bob.do("inside"), "csTransferCallResponse" in names(bob)) == ("TypeError", stray_nok)
    bob.do("responseTransferAgent(1)")
    alice.expect("csTransferCallResponse", "OK")
    bob.expect("csCallRinging", CUSTOMER)


def test_the_callers_hotline_comes_with_the_agent_servers_ring(
    bare: OpenBare, simulator: Simulator
) -> None:
    alice = bare(ALICE)
    simulator.place(CUSTOMER)
    alice.expect("csCurrentCallId")
    until(
        lambda: voice(alice, "callInfo.line", "callInfo.queueDescription") == ["19001234", "Sales"],
        "the hotline and the choice",
    )


@pytest.mark.parametrize(("refused_login", "told"), [("told", ["csInitError"]), ("silent", [])])
def test_a_login_is_refused_when_the_socket_is_back(
    bare: OpenBare, simulator: Simulator, refused_login: str, told: list[str]
) -> None:
    alice = bare(ALICE, refused_login=refused_login)
    simulator.fails(login_refused=1)
    alice.forget()
    simulator.cut(ALICE)
    alice.expect("csNotifyReconnecting")
    alice.page.wait_for_timeout(1200)
    assert [name for name in names(alice) if name != "csNotifyReconnecting"] == told
    simulator.works()
