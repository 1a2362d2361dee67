"""An agent's workspace: one browser context, its tabs, and what can be read and measured there."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from typing import Any

from playwright.sync_api import BrowserContext, Frame, Page

from tests import pages
from tests.pages import PATIENCE
from tests.servers import ConsoleServer

# Runs before any script of the page: the tests look into real peer connections, which no script
# gives away.
WATCH_PEERS = """
if (!window.__peers) {
  window.__peers = [];
  const Peer = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Peer {
    constructor(...args) { super(...args); window.__peers.push(this); }
  };
}
"""
_STATS = """
async ([kind, field]) => {
  let sum = 0;
  for (const peer of window.__peers ?? []) {
    if (peer.connectionState === "closed") continue;
    for (const report of (await peer.getStats()).values())
      if (report.type === kind) sum += report[field] ?? 0;
  }
  return sum;
}
"""


class AgentPage:
    """`page` is the tab in use."""

    def __init__(self, context: BrowserContext, console: ConsoleServer, username: str) -> None:
        self.console, self.username, self.url = console, username, console.url
        self.context = context
        context.add_init_script(WATCH_PEERS)
        context.set_default_timeout(PATIENCE * 1000)
        self.page = pages.sign_in(context.new_page(), console, username)

    def beside(self) -> AgentPage:
        """The same browser, with a second tab in use."""
        other = copy(self)
        other.page = self.second_tab()
        return other

    def second_tab(self) -> Page:
        page = self.context.new_page()
        page.goto(self.url + "/")
        return page

    def available(self) -> AgentPage:
        if self.page.locator("#calls").get_attribute("data-availability") != "available":
            self.page.locator("#no-call [data-set-availability=available]").click()
        self.wait("document.querySelector('#phone-chip').dataset.phone === 'ready'")
        self.page.locator("#calls[data-availability=available]").wait_for(state="attached")
        return self

    def wait(
        self,
        expression: str,
        argument: Any = None,
        timeout: float = PATIENCE,
        page: Page | None = None,
    ) -> Any:
        return pages.until(page or self.page, expression, argument, timeout)

    def dial(self, number: str) -> None:
        self.page.fill("#dial-number", number)
        self.page.click("#dial-call")

    def press(self, command: str, page: Page | None = None, *, quiet: bool = False) -> None:
        """`quiet`: the button says that this cannot be done here, and is pressed to learn why."""
        button = (
            (page or self.page)
            .locator(f".call:not([data-state=ended]) [data-command={command}]:visible")
            .first
        )
        if quiet:
            self.wait_until(lambda: button.get_attribute("aria-disabled") == "true")
        button.click(force=quiet)

    def call(self, state: str, timeout: float = PATIENCE, page: Page | None = None) -> None:
        """Waits until a call is shown in this state."""
        (page or self.page).locator(f".call[data-state={state}]").first.wait_for(
            state="attached", timeout=timeout * 1000
        )

    def no_call(self, timeout: float = PATIENCE) -> None:
        self.wait("!document.querySelector('.call:not([data-state=ended])')", timeout=timeout)

    def talks_to(self, other: AgentPage, number: str) -> None:
        """Calls the other agent, who answers; both hear something."""
        self.dial(number)
        other.call("ringing")
        other.press("answer")
        for agent in (self, other):
            agent.call("active")
            agent.hears()

    @property
    def phone(self) -> Frame:
        return next(frame for frame in self.page.frames if ".phone.localhost" in frame.url)

    def sum(self, kind: str, field: str) -> float:
        """The sum of one field of getStats' reports of one type, over all peer connections."""
        return float(self.phone.evaluate(_STATS, [kind, field]))

    def received(self) -> float:
        return self.sum("inbound-rtp", "packetsReceived")

    def hears(self) -> None:
        """Inbound RTP grows."""
        before = self.received()
        self.wait_until(lambda: self.received() > before + 20)

    def hears_nothing(self) -> None:
        """Inbound RTP stands still for a second, once what was on its way has arrived."""
        self.page.wait_for_timeout(300)
        assert any(self._more("packetsReceived", 1000) <= 2 for _ in range(3)), (
            "packets go on coming in"
        )

    def hears_silence(self) -> None:
        """Silence for two seconds once packets in transit have arrived: the pretend microphone
        beeps once a second.
        """
        self.page.wait_for_timeout(400)
        assert any(self._more("totalAudioEnergy", 2000) < 1e-4 for _ in range(3)), (
            "sound goes on coming in"
        )

    def _more(self, field: str, ms: float) -> float:
        """By how much this grows of what comes in."""
        before = self.sum("inbound-rtp", field)
        self.page.wait_for_timeout(ms)
        return self.sum("inbound-rtp", field) - before

    def wait_until(self, check: Any, timeout: float = PATIENCE) -> None:
        for _ in range(int(timeout * 10)):
            if check():
                return
            self.page.wait_for_timeout(100)
        raise AssertionError(f"not within {timeout} s at {self.username}'s page")

    def last_call(self, *outcomes: str) -> dict[str, Any]:
        """The newest row of the recent calls, once it shows one of these outcomes."""
        self.wait_until(
            lambda: [row["outcome"] for row in self.recent()[:1] if row["outcome"] in outcomes]
        )
        return self.recent()[0]

    def recent(self) -> list[dict[str, Any]]:
        """The rows of the recent calls as a person reads them."""
        rows: list[dict[str, Any]] = self.page.eval_on_selector_all(
            "#recent .row",
            "rows => rows.map(row => ({...row.dataset, text: row.innerText.replace(/\\s+/g, '"
            " ')}))",
        )
        return rows


OpenAgentPage = Callable[..., AgentPage]
