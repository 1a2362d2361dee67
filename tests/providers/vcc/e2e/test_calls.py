"""Facts that VCC's scripts leave out or report differently, as the page and the history show
them.
"""

from __future__ import annotations

from typing import Any

from tests.providers.vcc.e2e.agent_page import MOBILE, OpenAgentPage, VccAgentPage, switches
from tests.servers.simulator import Simulator

BUSY = "0912345486"


def history(alice: VccAgentPage, console: Any) -> list[dict[str, str]]:
    """The rows of the history page, newest first."""
    page = alice.context.new_page()
    page.goto(f"{console.url}/history", wait_until="domcontentloaded", timeout=30_000)
    rows: list[dict[str, str]] = page.eval_on_selector_all(
        "tr[data-call]",
        "rows => rows.map(row => ({...row.dataset, text: row.innerText.replace(/\\s+/g, ' ')}))",
    )
    page.close()
    return rows


def test_a_busy_customer_is_busy_on_the_card_and_in_the_history(
    agent_page: OpenAgentPage, exchange: Simulator, console: Any
) -> None:
    """The agent's leg is up for a while before VCC reports it; nobody has answered meanwhile."""
    alice = agent_page().ready()
    alice.vendor("void setInterval(() => (window.ownLegWasUp ||= csVoice.isAnswering), 5)")
    alice.dial(BUSY)
    alice.call("dialing")
    alice.shows(".call[data-state=ended] [data-field=outcome]", "The customer is busy.")
    assert alice.vendor("ownLegWasUp") is True
    row, *others = history(alice, console)
    assert (row["outcome"], row["endedBy"]) == ("busy", "remote")
    assert "The customer is busy." in row["text"]
    assert not [other for other in others if "345 486" in other["text"]]


def test_on_an_ip_phone_too_a_busy_customer_is_busy(
    agent_page: OpenAgentPage, exchange: Simulator, console: Any
) -> None:
    alice = agent_page().ready()
    alice.device("ip_phone")
    alice.is_on("ip_phone")
    alice.page.keyboard.press("Escape")
    alice.dial(BUSY)
    alice.shows(".call[data-state=ended] [data-field=outcome]", "The customer is busy.")
    assert history(alice, console)[0]["outcome"] == "busy"
    alice.device("browser")
    alice.is_on("browser")


def test_a_colleague_in_a_call_is_busy_and_not_a_silent_failure(
    agent_page: OpenAgentPage, exchange: Simulator, console: Any
) -> None:
    alice, bob = agent_page().ready(), agent_page("bob").ready()
    bob.answers()
    alice.dial("5002")
    alice.shows(".call[data-state=ended] [data-field=outcome]", "They are on another call.")
    row = history(alice, console)[0]
    assert (row["outcome"], "5002" in row["text"]) == ("busy", True)
    bob.press("hangup")
    bob.no_call()


def test_called_hotline_is_on_the_card_and_in_the_history(
    agent_page: OpenAgentPage, console: Any
) -> None:
    alice = agent_page().ready()
    alice.called_by()
    alice.shows(".call[data-state=ringing] [data-field=hotline]", "Hotline 19001234")
    alice.press("answer")
    alice.call("active")
    alice.press("hangup")
    alice.no_call()
    assert "Hotline 19001234" in history(alice, console)[0]["text"]


def test_offered_call_is_one_call_with_its_number_at_the_ring(
    agent_page: OpenAgentPage, exchange: Simulator, console: Any
) -> None:
    alice, bob = agent_page().ready(), agent_page("bob").ready()
    before = len(history(alice, console))
    bob.answers(MOBILE)
    bob.page.locator(".call [data-command=transfer]:visible").click()
    bob.page.fill(".call input[name=to]", "5001")
    bob.page.locator(".call button[value=transfer_blind]").click()
    alice.call("ringing")
    alice.shows(".call .call-who", "Unknown number")
    alice.press("answer")
    alice.call("active", timeout=20)
    alice.shows(".call .call-who", "0912 345 200")
    alice.hears()
    bob.no_call(timeout=20)
    assert bob.last_call("transferred")
    alice.press("hangup")
    alice.no_call()
    assert len(history(alice, console)) == before + 1


def test_ip_phone_call_that_ended_unseen_has_an_unknown_end(
    agent_page: OpenAgentPage, exchange: Simulator, console: Any
) -> None:
    switches(exchange, retry_ms=3000, forced_browser=False)
    alice = agent_page().ready()
    alice.device("ip_phone")
    alice.is_on("ip_phone")
    alice.page.keyboard.press("Escape")
    call = alice.called_by()
    exchange.device_answers(call)
    alice.call("active")
    exchange.cut("5001")
    alice.wait("document.querySelector('#phone-chip').dataset.phone !== 'ready'")
    exchange.customer_hangs_up(call)
    alice.wait("document.querySelector('#phone-chip').dataset.phone === 'ready'", timeout=20)
    assert (
        alice.page.locator(".call[data-state=active]").count() == 1
    )  # as far as Console knows it goes on
    alice.called_by("0977123456")
    alice.wait_until(
        lambda: [
            row for row in history(alice, console) if "VCC reported nothing more" in row["text"]
        ]
    )
    alice.press("reject")
    alice.no_call(timeout=20)
    switches(exchange)
    alice.device("browser")
    alice.is_on("browser")
