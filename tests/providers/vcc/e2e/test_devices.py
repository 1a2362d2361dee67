"""A VCC agent's calls on devices, tabs and machines, and a page that leaves or lacks its
scripts.
"""

from __future__ import annotations

from tests.providers.vcc.e2e.agent_page import MOBILE, OpenAgentPage, VccAgentPage, comes_sooner
from tests.servers import ConsoleServer
from tests.servers.agents import create_agent
from tests.servers.simulator import Simulator
from tests.servers.web_client import WebClient


def test_calls_come_to_a_chosen_ip_phone_and_are_shown(
    alice: VccAgentPage, exchange: Simulator
) -> None:
    alice.device("ip_phone")
    alice.device_words("Calls ring on your IP phone")
    alice.is_on("ip_phone")
    assert exchange.agent("5001")["device"] == 2
    alice.page.keyboard.press("Escape")
    alice.shows("#no-call", "Incoming calls ring on your IP phone")
    call = alice.called_by()
    alice.press("answer", quiet=True)
    alice.shows(".call [data-field=problem]", "on the phone itself")
    exchange.device_answers(call)
    alice.call("active")
    alice.press("hold")
    alice.call("held")
    alice.press("hangup")
    alice.no_call()
    alice.wait_until(lambda: alice.truth(call)["state"] == "ended")
    alice.device("browser")
    alice.is_on("browser")


def test_an_outgoing_ip_phone_call_ends_without_a_vcc_event(
    alice: VccAgentPage, exchange: Simulator
) -> None:
    alice.device("ip_phone")
    alice.is_on("ip_phone")
    alice.page.keyboard.press("Escape")
    alice.dial(MOBILE)
    alice.call("active")
    exchange.customer_hangs_up(exchange.truth()[-1]["id"])
    alice.no_call()
    alice.device("browser")
    alice.is_on("browser")


def test_calls_go_to_a_mobile_phone_with_its_number(
    alice: VccAgentPage, exchange: Simulator
) -> None:
    alice.device("gsm", "+84 987 654 321")
    alice.is_on("gsm")
    found = exchange.agent("5001")
    assert (found["device"], found["device_number"]) == (3, "0987654321")
    alice.device("browser")
    alice.is_on("browser")


def test_chosen_mobile_phone_waits_for_its_number(
    alice: VccAgentPage, console: ConsoleServer
) -> None:
    alice.open_menu()
    alice.page.locator("#device label", has=alice.page.locator("input[value=gsm]")).click()
    alice.page.focus("#device input[value=gsm]")  # what has the focus is left alone anyhow
    elsewhere = WebClient(console, "alice")
    epoch = elsewhere.hello("elsewhere").seen[0]["lease"]["epoch"]
    for choice, why in (
        ("away", "meal"),
        ("available", ""),
    ):  # when the second is seen, all of the first has been applied
        answer = elsewhere.post(
            "/commands/set_availability",
            id=choice,
            client="elsewhere",
            epoch=epoch,
            availability=choice,
            reason=why,
        )
        assert answer.status_code == 204, answer.text
        alice.page.locator(f"#calls[data-availability={choice}]").wait_for(state="attached")
    elsewhere.close()
    assert alice.page.locator("#device input[value=gsm]").is_checked()
    assert alice.page.locator("#device-number").is_visible()
    alice.page.keyboard.press("Escape")
    alice.open_menu()
    assert alice.page.locator("#device input[value=browser]").is_checked()


def test_a_refused_device_is_shown_as_refused(alice: VccAgentPage, exchange: Simulator) -> None:
    exchange.fails(device_refused=1)
    alice.device("ip_phone")
    alice.device_words("refused this device")
    alice.page.locator("#device input[value=browser]:checked").wait_for(state="attached")
    alice.is_on("browser")


def test_chosen_device_outlives_a_reload(alice: VccAgentPage, exchange: Simulator) -> None:
    alice.device("ip_phone")
    alice.is_on("ip_phone")
    alice.page.reload()
    alice.available()
    alice.wait_until(lambda: exchange.agent("5001")["device"] == 2)
    alice.is_on("ip_phone")
    alice.device("browser")
    alice.is_on("browser")


def test_second_tab_takes_over_and_the_first_lets_go(
    alice: VccAgentPage, exchange: Simulator
) -> None:
    second = alice.second_tab()
    second.locator("#banner[data-kind=follower] #take-over-button").click()
    alice.wait("document.querySelector('#phone-chip').dataset.phone === 'ready'", page=second)
    alice.wait("document.querySelector('#banner').dataset.kind === 'follower'")
    alice.wait_until(
        lambda: not [frame for frame in alice.page.frames if ".phone.localhost" in frame.url]
    )
    exchange.wait_for_agent("5001")
    exchange.place(MOBILE, "5001")
    for page in (alice.page, second):
        alice.call("ringing", page=page)
    alice.page.locator(
        ".call [data-command=answer]:visible"
    ).click()  # the first one is a remote control now
    for page in (alice.page, second):
        alice.call("active", page=page)
    alice.press("hangup")
    alice.no_call()
    assert not second.locator("#banner[data-kind=elsewhere]").is_visible()


def test_agent_returns_to_their_own_phone_on_leaving_the_page(
    agent_page: OpenAgentPage, exchange: Simulator, console: ConsoleServer
) -> None:
    """Kim's role at VCC has a desk phone.

    Kim takes calls in the browser while signed in here, and on the desk phone afterwards.
    """
    create_agent(console, "kim", "5003", "Demo VCC")
    kim = agent_page("kim").ready()
    kim.wait_until(lambda: exchange.agent("5003")["device"] == 1)
    kim.page.goto("about:blank")
    kim.wait_until(lambda: exchange.agent("5003")["device"] == 4)
    kim.wait_until(lambda: exchange.agent("5003")["connected"] is False)


def test_a_script_that_does_not_load_is_named_and_tried_again(
    alice: VccAgentPage, exchange: Simulator
) -> None:
    exchange.fails(script_missing=1)
    alice.page.reload()
    alice.open_menu()
    alice.shows("#fact-phone", f"does not load from localhost:{exchange.port}")
    exchange.works()
    alice.page.keyboard.press("Escape")
    alice.wait("document.querySelector('#phone-chip').dataset.phone === 'ready'", timeout=40)


def test_a_failed_sip_registration_at_vcc_is_reported(
    alice: VccAgentPage, exchange: Simulator
) -> None:
    exchange.fails(registration_refused=1)
    comes_sooner(alice, "kit/registration-watch.js", "PATIENCE_MS", 2)
    alice.page.reload()
    banner = alice.page.locator(
        "#banner[data-kind=phone]:visible", has_text="VCC does not register your phone"
    )
    banner.wait_for()
    exchange.works()
    alice.page.locator("#phone-again-button").click()
    alice.ready()
