"""Page objects, and the actions that every page has."""

from __future__ import annotations

import contextlib
import re
import socket
import time
from collections.abc import Callable
from typing import Any

import httpx
from playwright.sync_api import BrowserContext, Error, Frame, Page

from tests.servers.console_server import ConsoleServer
from tests.servers.server_process import LOCAL, ROOT
from tests.servers.sessions import COOKIE, start_sessions

# Seconds that a page of a busy machine gets. A rule about time states its own.
PATIENCE = 30.0

# The modules outside the workspace's first load, which the first gesture fetches too.
REST_IS_THERE = """performance.getEntriesByType("resource").some(
  ({ name, responseEnd }) => responseEnd && name.endsWith("/workspace/shortcuts.js"))"""

NewContext = Callable[..., BrowserContext]
NewPage = Callable[..., Page]

# A real call has an id: the page also holds an empty card, without one, for the next call that is
# dialled.
OPEN_CALL = re.compile(r'<article id="call-[^"][^>]*data-state="(?!ended)')


def sign_in(page: Page, server: ConsoleServer, username: str) -> Page:
    """The session exists already, and the page opens where Console leads. (The sign-in page has its
    own tests.)
    """
    start_session(page.context, server, username)
    page.goto(f"{server.url}/sign-in")
    return page


def start_session(context: BrowserContext, server: ConsoleServer, username: str) -> None:
    (token,) = start_sessions(server, username)
    context.add_cookies(
        [{"name": COOKIE, "value": token, "url": server.url, "httpOnly": True, "sameSite": "Lax"}]
    )


def leave(context: BrowserContext, url: str) -> None:
    """Signs out and closes this browser: the phone is free at once for the next browser.

    A browser that is only closed sends nothing, and a sole holder keeps its phone until a person
    takes it over. A server that is gone is not asked; any other that does not answer
    is an error here, and not in the next test.
    """
    tokens = [cookie["value"] for cookie in context.cookies(url) if cookie["name"] == COOKIE]
    for page in context.pages:
        with contextlib.suppress(Error):  # its last messages leave before its session ends
            page.close()
    try:
        for token in tokens:
            _sign_out(url, token)
    finally:
        context.close()


def _sign_out(url: str, token: str) -> None:
    try:
        socket.create_connection((LOCAL, httpx.URL(url).port or 80), 5).close()
    except ConnectionRefusedError:
        return
    with httpx.Client(base_url=url, cookies={COOKIE: token}, timeout=20) as http:
        sessions = http.get("/sessions")
        if sessions.is_redirect:  # this session has ended already
            return
        form = re.search(r'name="csrf_token" value="([^"]+)"', sessions.text)
        assert form, f"GET /sessions answered {sessions.status_code}: {sessions.text[:300]}"
        _hear_out(http)
        answer = http.post("/sign-out", data={"csrf_token": form[1]})
        assert answer.headers.get("location") == "/sign-in", (
            f"signing out answered {answer.status_code}: {answer.text[:300]}"
        )


def _hear_out(http: httpx.Client, seconds: float = 3.0) -> None:
    """Waits for the ends of calls that a closed page sends: a session that has ended cannot deliver
    them.
    """
    deadline = time.monotonic() + seconds
    while OPEN_CALL.search(http.get("/").text) and time.monotonic() < deadline:
        time.sleep(0.05)


def set_availability(page: Page, availability: str = "available") -> None:
    page.click("#availability > button")
    page.click(f"[data-set-availability={availability}]")
    page.wait_for_selector(f"#availability[data-availability={availability}]")


def until(
    where: Page | Frame, expression: str, argument: Any = None, timeout: float = PATIENCE
) -> Any:
    """The first true value of a JavaScript expression, which may be a promise.

    page.wait_for_function takes the promise itself for true; so this asks again and again, and lets
    Playwright's own events in between the questions.
    """
    page = where if isinstance(where, Page) else where.page
    deadline = time.monotonic() + timeout
    while not (value := where.evaluate(expression, argument)):
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {timeout} s: {expression}")
        page.wait_for_timeout(100)
    return value


def shorten(context: BrowserContext, module: str, limit: str, seconds: float) -> None:
    """A long wait of this module in static/js is a short one from the next load on."""
    source = (ROOT / "static/js" / module).read_text(encoding="utf-8")
    shorter, found = re.subn(
        rf"^const {limit} = [0-9_]+;",
        f"const {limit} = {round(seconds * 1000)};",
        source,
        flags=re.MULTILINE,
    )
    assert found == 1, f"{module} has no {limit}"
    context.route(
        f"**/js/{module}", lambda route: route.fulfill(body=shorter, content_type="text/javascript")
    )


def crash(page: Page) -> None:
    """The page's renderer crashes without an event. The page object is unusable afterwards."""
    with contextlib.suppress(Error):
        page.goto("chrome://crash", timeout=3000)


def history_rows(html: str) -> list[dict[str, str]]:
    """The calls on a history page, by what their rows carry: outcome, state, ended_by,
    conversation.
    """
    rows = re.findall(r"<tr\s+(data-call=[^>]*)>", html)
    return [
        {
            name.replace("-", "_"): value
            for name, value in re.findall(r'data-([a-z-]+)="([^"]*)"', row)
        }
        for row in rows
    ]
