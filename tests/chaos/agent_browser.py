"""One person's browser: its tabs, and its way to Console, which can be cut."""

from __future__ import annotations

import contextlib
import os
import signal
from typing import Any, Self

from playwright.sync_api import BrowserType, Error, Frame, Page

from tests import pages
from tests.pages.agent_page import WATCH_PEERS
from tests.servers import CHROMIUM_ARGS, LOCAL, ConsoleServer, Wire, start

OPEN_MS = 6000
LIVE_PEERS = "(window.__peers ?? []).filter((peer) => peer.connectionState !== 'closed').length"
LIVE = ".call:not([data-state=ended])"


class Tab:
    def __init__(self, page: Page) -> None:
        self.page = page
        self.dead = False
        page.on("crash", self._crashed)

    def _crashed(self, page: Page) -> None:
        self.dead = True

    @property
    def shown(self) -> bool:
        """Console's page, and not the browser's own that says why it could not be loaded."""
        try:
            return bool(self.page.locator("#phone-chip").count())
        except Error:
            return False

    @property
    def frames(self) -> list[Frame]:
        return [frame for frame in self.page.frames if ".phone.localhost" in frame.url]

    def peers(self) -> int:
        return sum(int(frame.evaluate(LIVE_PEERS)) for frame in self.frames)

    def click(self, selector: str) -> bool:
        """False: there is nothing to click, or the page does not answer."""
        try:
            self.page.locator(selector).first.click(timeout=1500)
        except Error:
            return False
        return True

    def close(self) -> None:
        with contextlib.suppress(Error):
            self.page.close()


class AgentBrowser:
    def __init__(self, chromium: BrowserType, name: str, user: str, server: ConsoleServer) -> None:
        self.name, self.user, self.server = name, user, server
        self.wire = Wire(server.port)
        self.stopped: set[int] = set()
        self.tabs: list[Tab] = []
        rules = f"--host-resolver-rules=MAP localhost:{server.port} {LOCAL}:{self.wire.port}"
        others = [one for one in CHROMIUM_ARGS if not one.startswith("--host-resolver-rules")]
        self.browser = start(chromium, [*others, rules])
        self.context = self.browser.new_context(permissions=["microphone"], locale="en-GB")
        self.context.add_init_script(WATCH_PEERS)
        self.processes = self.browser.new_browser_cdp_session()

    def sign_in(self) -> Self:
        tab = Tab(self.context.new_page())
        pages.sign_in(tab.page, self.server, self.user)
        self.tabs.append(tab)
        tab.page.set_default_timeout(OPEN_MS)
        self.available(tab)
        return self

    def renderers(self) -> list[int]:
        found: list[dict[str, Any]] = self.processes.send("SystemInfo.getProcessInfo")[
            "processInfo"
        ]
        return sorted(process["id"] for process in found if process["type"] == "renderer")

    @property
    def answers(self) -> list[Tab]:
        """Tabs that may be asked something: a stopped process would never answer."""
        return [] if self.stopped else [tab for tab in self.tabs if not tab.dead]

    def open(self) -> Tab:
        tab = Tab(self.context.new_page())
        self.tabs.append(tab)
        self.load(tab)
        return tab

    def load(self, tab: Tab) -> None:
        with contextlib.suppress(Error):
            tab.page.goto(self.server.url + "/", wait_until="commit", timeout=OPEN_MS)

    def close_tab(self, tab: Tab) -> None:
        self.tabs.remove(tab)
        tab.close()

    def stop(self, pid: int) -> None:
        self.stopped.add(pid)
        _signal(pid, signal.SIGSTOP)

    def go_on(self, pid: int) -> None:
        _signal(pid, signal.SIGCONT)
        self.stopped.discard(pid)

    def kill(self, pid: int) -> None:
        _signal(pid, signal.SIGKILL)
        self.stopped.discard(pid)

    def repair(self) -> None:
        """The agent closes dead tabs and reloads tabs that did not load."""
        for tab in [tab for tab in self.tabs if tab.dead]:
            self.close_tab(tab)
        for tab in self.answers:
            if not tab.shown:
                self.load(tab)
            elif tab.page.locator("#calls:not([data-availability=available])").count():
                self.available(tab)

    def available(self, tab: Tab) -> None:
        with contextlib.suppress(Error):
            pages.set_availability(tab.page)

    def close(self) -> None:
        for pid in [*self.stopped]:
            self.go_on(pid)
        with contextlib.suppress(Error):
            self.browser.close()
        self.wire.close()


def _signal(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)
