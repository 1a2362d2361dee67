"""Pages with a VCC line that stay open from test to test, on the build that a test asks for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Browser

from console.simulator.clouds.vcc.script_files import SWITCHES
from tests.pages.kept import KeptPages
from tests.providers.vcc.e2e.agent_page import QUICK_RETRIES, VccAgentPage, end_calls, switches
from tests.servers import ConsoleServer
from tests.servers.simulator import Simulator


class KeptVccPages(KeptPages[VccAgentPage]):
    """A page is reloaded for a test that asks for another build of the vendor's scripts, and after
    a test that changed something in its frame.
    """

    def __init__(self, browser: Browser, console: ConsoleServer, exchange: Simulator) -> None:
        super().__init__(
            browser,
            lambda context, username: VccAgentPage(context, console, username, exchange).ready(),
        )
        self.exchange = exchange

    def get(self, username: str, *, reloads: bool = False, **build: Any) -> VccAgentPage:
        """`reloads`: the test reloads the page itself before it needs the build."""
        switches(self.exchange, **(QUICK_RETRIES | build))
        wanted = SWITCHES | QUICK_RETRIES | build
        kept = self._pages.get(username)
        if kept and kept.build != wanted and not reloads:
            kept.page.reload()
            kept.ready()
        page = super().get(username)
        page.build = None if reloads else wanted
        return page

    def rest(self) -> None:
        self.exchange.works()
        end_calls(self.exchange)
        switches(self.exchange)
        super().rest()

    def _is_as_opened(self, username: str, page: VccAgentPage) -> bool:
        is_opened = super()._is_as_opened(username, page)
        return is_opened and self.exchange.rings_in_browser(page.extension)


KeptVccPage = Callable[..., VccAgentPage]
