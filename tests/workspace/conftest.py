"""Fixtures of the workspace's tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.pages.fixtures import agent_page, alice, bob, kept_page, kept_pages, with_carol
from tests.pages.kept import OnePage
from tests.servers import ConsoleServer
from tests.servers.scripted_phone import ScriptedPhone
from tests.servers.web_client import WebClient

__all__ = ["agent_page", "alice", "bob", "kept_page", "kept_pages", "with_carol"]


@pytest.fixture(scope="module")
def follower_script() -> str:
    """Runs before the scripts of `follower`."""
    return ""


@pytest.fixture(scope="module")
def kept_follower(
    browser: Browser, server: ConsoleServer, follower_script: str
) -> Iterator[OnePage]:
    kept = OnePage(browser, server, script=follower_script, reduced_motion="reduce")
    yield kept
    kept.close()


@pytest.fixture
def follower(kept_follower: OnePage) -> Iterator[Page]:
    """A page of Alice, whose phone is elsewhere; the same in each test of a file."""
    page = kept_follower.calm()
    page.locator("#banner[data-kind=follower]").wait_for()
    yield page
    assert kept_follower.errors == [], "uncaught script errors"


@pytest.fixture(scope="module")
def owner(server: ConsoleServer) -> Iterator[ScriptedPhone]:
    """Owns Alice's phone and is registered, so that Alice's pages are remote controls."""
    with ScriptedPhone(WebClient(server, "alice"), keeps=True) as phone:
        phone.socket.registered = True
        phone.tell("registered", "")
        yield phone
