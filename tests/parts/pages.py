"""What the browser tests do on every page."""

from __future__ import annotations

import contextlib
import re
import time
from typing import Any

from playwright.sync_api import APIRequestContext, BrowserContext, Error, Frame, Page

from tests.parts.console_server import ConsoleServer
from tests.parts.sessions import COOKIE, start_sessions


def sign_in(page: Page, server: ConsoleServer, username: str) -> Page:
    """Her session is there already, and the page is where Console leads. (The sign-in page itself has its own tests.)"""
    (token,) = start_sessions(server, username)
    page.context.add_cookies([{"name": COOKIE, "value": token, "url": server.url, "httpOnly": True, "sameSite": "Lax"}])
    page.goto(f"{server.url}/sign-in")
    return page


def leave(context: BrowserContext, url: str) -> None:
    """Signs out and closes this browser: her phone is free at once for whoever signs in as her next.

    A browser that is only closed says nothing, and its lease would live on into the next test. A server that is gone
    is not asked; any other that does not answer is an error here, and not in the test that comes after.
    """
    for page in context.pages:
        with contextlib.suppress(Error):  # so that no page is on its way to the sign-in when its browser is closed
            page.goto("about:blank", timeout=3000)
    try:
        _sign_out(context.request, url)
    except Error as error:
        if "ECONNREFUSED" not in str(error):
            raise
    finally:
        context.close()


def _sign_out(http: APIRequestContext, url: str) -> None:
    """The server closes idle connections, maybe just as one of them is used again: such a request is sent again."""
    sessions = http.get(f"{url}/sessions", max_retries=3)
    form = re.search(r'name="csrf_token" value="([^"]+)"', sessions.text())
    if sessions.url.endswith("/sessions") and form:  # else nobody is signed in
        answer = http.post(f"{url}/sign-out", form={"csrf_token": form[1]}, max_redirects=0, max_retries=3)
        assert answer.status == 303, f"signing out answered {answer.status}: {answer.text()[:300]}"


def set_availability(page: Page, availability: str = "available") -> None:
    page.click("#availability > button")
    page.click(f"[data-set-availability={availability}]")
    page.wait_for_selector(f"#availability[data-availability={availability}]")


def until(where: Page | Frame, expression: str, argument: Any = None, timeout: float = 10.0) -> Any:
    """The first true value of a JavaScript expression, which may be a promise.

    page.wait_for_function takes the promise itself for true; so this asks again and again, and lets Playwright's own
    events in between the questions.
    """
    page = where if isinstance(where, Page) else where.page
    deadline = time.monotonic() + timeout
    while not (value := where.evaluate(expression, argument)):
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {timeout} s: {expression}")
        page.wait_for_timeout(50)
    return value


def crash(page: Page) -> None:
    """The page's renderer dies at once, without a word to anybody. The page object is of no use afterwards."""
    with contextlib.suppress(Error):
        page.goto("chrome://crash", timeout=3000)


def history_rows(html: str) -> list[dict[str, str]]:
    """The calls on a history page, by what their rows carry: outcome, state, ended_by, conversation."""
    rows = re.findall(r"<tr (data-call=.*?)>", html)
    return [{name.replace("-", "_"): value for name, value in re.findall(r'data-([a-z-]+)="([^"]*)"', row)} for row in rows]
