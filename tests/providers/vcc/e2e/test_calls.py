"""Facts that VCC's scripts leave out or report differently, as the page and the history show
them.
"""

from __future__ import annotations

from tests.providers.vcc.e2e.agent_page import MOBILE, VccAgentPage
from tests.providers.vcc.e2e.kept_pages import KeptVccPage
from tests.servers.simulator import Simulator

BUSY = "0912345486"


_ROWS = """
async () => {
  const html = await (await fetch("/history")).text();
  const page = new DOMParser().parseFromString(html, "text/html");
  return [...page.querySelectorAll("tr[data-call]")].map(
    row => ({...row.dataset, text: row.textContent.replace(/\\s+/g, " ")}));
}
"""


def history(alice: VccAgentPage) -> list[dict[str, str]]:
    """The rows of the history page, newest first."""
    rows: list[dict[str, str]] = alice.page.evaluate(_ROWS)
    return rows


def test_a_busy_customer_is_busy_on_the_card_and_in_the_history(
    alice: VccAgentPage, exchange: Simulator
) -> None:
    """The agent's leg is up for a while before VCC reports it; nobody has answered meanwhile."""
    before = history(alice)
    alice.vendor(
        "window.ownLegWasUp = false,"
        " window.look = setInterval(() => (window.ownLegWasUp ||= csVoice.isAnswering), 5)"
    )
    alice.dial(BUSY)
    alice.call("dialing")
    alice.shows(".call[data-state=ended] [data-field=outcome]", "The customer is busy.")
    assert alice.vendor("clearInterval(look), ownLegWasUp") is True
    alice.last_call("busy")
    row, *others = history(alice)
    assert (row["outcome"], row["endedBy"]) == ("busy", "remote")
    assert "The customer is busy." in row["text"]
    assert [other["call"] for other in others] == [other["call"] for other in before]


def test_on_an_ip_phone_too_a_busy_customer_is_busy(
    alice: VccAgentPage, exchange: Simulator
) -> None:
    alice.device("ip_phone")
    alice.is_on("ip_phone")
    alice.page.keyboard.press("Escape")
    alice.dial(BUSY)
    alice.shows(".call[data-state=ended] [data-field=outcome]", "The customer is busy.")
    assert alice.last_call("busy")
    assert history(alice)[0]["outcome"] == "busy"
    alice.device("browser")
    alice.is_on("browser")


def test_a_colleague_in_a_call_is_busy_and_not_a_silent_failure(
    alice: VccAgentPage, bob: VccAgentPage, exchange: Simulator
) -> None:
    bob.answers()
    alice.dial("5002")
    alice.shows(".call[data-state=ended] [data-field=outcome]", "They are on another call.")
    alice.last_call("busy")
    row = history(alice)[0]
    assert (row["outcome"], "5002" in row["text"]) == ("busy", True)
    bob.press("hangup")
    bob.no_call()


def test_called_hotline_is_on_the_card_and_in_the_history(alice: VccAgentPage) -> None:
    alice.called_by()
    alice.shows(".call[data-state=ringing] [data-field=hotline]", "Hotline 19001234")
    alice.press("answer")
    alice.call("active")
    alice.press("hangup")
    alice.no_call()
    assert "Hotline 19001234" in history(alice)[0]["text"]


def test_offered_call_is_one_call_with_its_number_at_the_ring(
    alice: VccAgentPage, bob: VccAgentPage, exchange: Simulator
) -> None:
    before = len(history(alice))
    bob.answers(MOBILE)
    bob.page.locator(".call [data-command=transfer]:visible").click()
    bob.page.fill(".call input[name=to]", "5001")
    bob.page.locator(".call button[value=transfer_blind]").click()
    alice.call("ringing")
    alice.shows(".call .call-who", "Unknown number")
    alice.press("answer")
    alice.call("active")
    alice.shows(".call .call-who", "0912 345 200")
    alice.hears()
    bob.no_call()
    assert bob.last_call("transferred")
    alice.press("hangup")
    alice.no_call()
    assert len(history(alice)) == before + 1


def test_ip_phone_call_that_ended_unseen_has_an_unknown_end(
    kept_page: KeptVccPage, exchange: Simulator
) -> None:
    alice = kept_page("alice", retry_ms=3000, forced_browser=False)
    alice.device("ip_phone")
    alice.is_on("ip_phone")
    alice.page.keyboard.press("Escape")
    call = alice.called_by()
    exchange.device_answers(call)
    alice.call("active")
    exchange.cut("5001")
    alice.wait("document.querySelector('#phone-chip').dataset.phone !== 'ready'")
    exchange.customer_hangs_up(call)
    alice.wait("document.querySelector('#phone-chip').dataset.phone === 'ready'")
    assert (
        alice.page.locator(".call[data-state=active]").count() == 1
    )  # as far as Console knows it goes on
    alice.called_by("0977123456")
    alice.wait_until(
        lambda: [row for row in history(alice) if "VCC reported nothing more" in row["text"]]
    )
    alice.press("reject")
    alice.no_call()
    alice.device("browser")
    alice.is_on("browser")
