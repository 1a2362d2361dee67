"""A tab that crashes or closes frees the phone and ends its calls long before its lease expires."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest

from console.storage import models
from console.storage.database import Database
from tests.client.test_lost_owner import READY, two_tabs
from tests.client.test_one_phone import contacts
from tests.client.test_server_loss import history
from tests.pages.agent_page import AgentPage
from tests.pages.fixtures import KeptPage
from tests.servers import ConsoleServer, Kamailio

__all__ = ["two_tabs"]

# Nobody here waits as long as that.
PATIENT = {"suspect_seconds": 100, "expire_seconds": 120}


@pytest.fixture(scope="module")
def console(kamailio: Kamailio) -> Iterator[ConsoleServer]:
    with ConsoleServer(sip_url=kamailio.ws_url, **PATIENT) as server:
        yield server


def test_second_tab_gets_the_phone_of_a_killed_one(
    two_tabs: tuple[AgentPage, int, AgentPage], kept_page: KeptPage, console: ConsoleServer
) -> None:
    first, process, second = two_tabs
    bob = kept_page("bob")
    first.talks_to(bob, "1002")
    os.kill(process, signal.SIGKILL)
    second.wait(READY)
    second.no_call()
    second.wait_until(lambda: history(console, "alice")[0]["state"] == "ended")
    bob.no_call()


def test_closed_tab_leaves_its_phone_to_the_next_at_once(
    two_tabs: tuple[AgentPage, int, AgentPage], kamailio: Kamailio
) -> None:
    first, _, second = two_tabs
    database = Database(first.console.database_url)
    with database.write() as session:  # long enough ago that the end of the tab is no reload
        session.query(models.SignInSession).update({"page_at": 1})
    database.close()
    first.page.close(run_before_unload=False)
    second.wait(READY)
    second.wait_until(lambda: contacts(kamailio, "1001") == 1)
