"""An agent whose page and frame are known by their processes, so that a test can stop one of
them.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Browser

from tests.pages.agent_page import AgentPage
from tests.providers.sip.e2e.test_losses import renderers

SESSION = "**/phone/*/session"


@dataclass
class Watched:
    agent: AgentPage
    page: int
    frame: int

    @contextmanager
    def stopped(self) -> Iterator[None]:
        os.kill(self.page, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(self.page, signal.SIGCONT)


def watched(browser: Browser, agent: AgentPage, before: set[int]) -> Watched:
    """`before`: the processes of the other pages. The agent has one line."""
    agent.context.route(SESSION, lambda route: route.abort())
    agent.page.reload()

    def grown(count: int) -> set[int]:
        agent.wait_until(lambda: len(renderers(browser) - before) == count)
        return renderers(browser) - before

    (page,) = grown(1)
    agent.context.unroute(SESSION)
    (frame,) = grown(2) - {page}
    return Watched(agent.available(), page, frame)
