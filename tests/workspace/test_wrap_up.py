"""During wrap-up the card of the call and its note stay, until the agent is done or the time is
over.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import update

from console.storage.database import Database
from console.storage.models import Organisation
from tests.pages.agent_page import AgentPage
from tests.servers import ConsoleServer, Kamailio

CARD = "#calls .call[data-state=ended]"


@pytest.fixture(scope="module")
def console(kamailio: Kamailio) -> Iterator[ConsoleServer]:
    with ConsoleServer(sip_url=kamailio.ws_url, wrap_up=True) as server:
        yield server


def finish_a_call(alice: AgentPage, bob: AgentPage) -> None:
    alice.talks_to(bob, "1002")
    alice.press("hangup")
    for one in (alice, bob):
        one.page.locator("#calls[data-availability=wrap_up]").wait_for(state="attached")


def test_card_and_note_outlive_a_reload_and_done_ends_wrap_up(
    alice: AgentPage, bob: AgentPage
) -> None:
    finish_a_call(alice, bob)
    alice.page.locator(f"{CARD} textarea").press_sequentially("Call back at five")
    alice.page.locator(f"{CARD} .note-status", has_text="Saved").wait_for()
    alice.page.reload()
    assert alice.page.locator(f"{CARD} textarea").input_value() == "Call back at five"
    alice.wait(
        "/^00:[0-2][0-9]$/.test(document.querySelector('#no-call [data-wrap-up]').textContent)"
    )
    alice.page.locator(f"{CARD} [data-command=close]").click()
    alice.page.locator("#calls[data-availability=available]").wait_for(state="attached")
    assert alice.page.locator(".call").count() == 0
    assert bob.page.locator("#no-call [data-set-availability=available]:visible").count() == 0
    bob.page.locator(CARD).get_by_role("button", name="Done, I am available").click()
    bob.page.locator("#calls[data-availability=available]").wait_for(state="attached")


def test_server_ends_wrap_up_and_typed_text_stays(
    alice: AgentPage, bob: AgentPage, console: ConsoleServer
) -> None:
    finish_a_call(alice, bob)
    note = alice.page.locator(".call[data-state=ended] textarea")
    note.press_sequentially("Half a sent")
    database = Database(console.database_url)
    with database.write() as session:
        session.execute(update(Organisation).values(wrap_up_seconds=0))
    for one in (alice, bob):
        one.page.locator("#calls[data-availability=available]").wait_for(state="attached")
    note.press_sequentially("ence")
    assert note.input_value() == "Half a sentence"
    with database.write() as session:
        session.execute(update(Organisation).values(wrap_up_seconds=30))
    database.close()
