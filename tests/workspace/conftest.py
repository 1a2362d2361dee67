"""Fixtures of the workspace's tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

from tests import pages
from tests.pages import NewContext
from tests.pages.fixtures import agent_page, alice, bob, kept_page, kept_pages, with_carol
from tests.servers import ConsoleServer
from tests.servers.scripted_phone import ScriptedPhone
from tests.servers.web_client import WebClient

__all__ = ["agent_page", "alice", "bob", "kept_page", "kept_pages", "with_carol"]
OpenPage = Callable[..., Page]


@pytest.fixture
def follower_page(new_context: NewContext, server: ConsoleServer) -> OpenPage:
    """follower_page(**context options): a page of Alice, whose phone is elsewhere."""

    def open_page(script: str = "", **options: Any) -> Page:
        context = new_context(**options)
        context.set_default_timeout(8000)
        if script:
            context.add_init_script(script)
        page = pages.sign_in(context.new_page(), server, "alice")
        page.locator("#banner[data-kind=follower]").wait_for()
        return page

    return open_page


@pytest.fixture(scope="module")
def owner(server: ConsoleServer) -> Iterator[ScriptedPhone]:
    """Owns Alice's phone and is registered, so that Alice's pages are remote controls."""
    with ScriptedPhone(WebClient(server, "alice"), keeps=True) as phone:
        phone.socket.registered = True
        phone.tell("registered", "")
        yield phone
