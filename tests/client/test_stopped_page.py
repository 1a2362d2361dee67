"""A stopped page reports nothing: its phone, which runs in another process, does not ring for
it.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.client.test_one_phone import contacts
from tests.pages.agent_page import AgentPage, OpenAgentPage
from tests.pages.stopped_page import Watched, watched
from tests.providers.sip.e2e.test_losses import renderers
from tests.servers import ConsoleServer, Kamailio, wait_for


@pytest.fixture(scope="module")
def console(kamailio: Kamailio) -> Iterator[ConsoleServer]:
    with ConsoleServer(sip_url=kamailio.ws_url, ping_seconds=1, fence_seconds=4) as server:
        yield server


@pytest.fixture
def alice(browser: Browser, agent_page: OpenAgentPage) -> Watched:
    before = renderers(browser)
    return watched(browser, agent_page("alice").available(), before)


def test_stopped_page_is_unregistered_until_it_runs(alice: Watched, kamailio: Kamailio) -> None:
    assert contacts(kamailio, "1001") == 1
    with alice.stopped():
        wait_for(lambda: contacts(kamailio, "1001") == 0, 20, "the frame unregisters")
    alice.agent.wait("document.querySelector('#phone-chip').dataset.phone === 'ready'")
    wait_for(lambda: contacts(kamailio, "1001") == 1, 20, "the frame registers again")


def test_ring_at_a_stopped_page_ends_and_caller_is_refused(
    alice: Watched, bob: AgentPage, kamailio: Kamailio
) -> None:
    bob.dial("1001")
    alice.agent.call("ringing")
    with alice.stopped():
        bob.no_call()
        bob.last_call("no_answer")
        wait_for(lambda: contacts(kamailio, "1001") == 0, 20, "the frame unregisters")
    alice.agent.no_call()


def test_a_call_outlives_a_stopped_page_that_unregisters_late(
    alice: Watched, bob: AgentPage, kamailio: Kamailio
) -> None:
    alice.agent.talks_to(bob, "1002")
    with alice.stopped():
        bob.page.wait_for_timeout(6000)  # longer than the fence's time, whatever else happens
        bob.hears()
        assert contacts(kamailio, "1001") == 1
        bob.press("hangup")
        bob.no_call()
        wait_for(lambda: contacts(kamailio, "1001") == 0, 20, "the frame unregisters")
    alice.agent.no_call()


def test_a_crashed_frame_is_created_again(alice: Watched, kamailio: Kamailio) -> None:
    """The browser says nothing of it to the page."""
    before = contact(kamailio)
    os.kill(alice.frame, signal.SIGKILL)
    wait_for(lambda: contact(kamailio) not in ("", before), 40, "another registration")


def contact(kamailio: Kamailio) -> str:
    answer = kamailio.cmd("ul.lookup", "location", "s:1001")
    return "".join(line for line in answer.splitlines() if "Address:" in line)
