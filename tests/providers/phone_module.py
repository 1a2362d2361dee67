"""A provider's browser module in a page without Console, with an imitation of its vendor."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, Route

from console.domain.events import CallEvent, parse_phone_event
from console.views.page_data import frame_data
from tests.pages import PATIENCE

HERE = Path(__file__).resolve().parent


class PhoneModule:
    """`<provider>/fake_vendor.js` holds what the vendor puts into a page, and `vendor.rings` and
    `vendor.callerLeaves` for the test. No request of the page leaves the machine.
    """

    def __init__(self, page: Page, site: str, provider: str) -> None:
        self.page = page
        data = json.dumps(frame_data(provider))
        body = f'<!doctype html><script type="application/json" id="page-data">{data}</script>'
        page.route(f"{site}/", lambda route: route.fulfill(body=body, content_type="text/html"))
        page.route(re.compile(f"^(?!{re.escape(site)}/)"), self._nothing)
        page.add_init_script(path=HERE / provider / "fake_vendor.js")
        page.add_init_script(path=HERE / "phone_module.js")
        page.goto(f"{site}/")
        page.evaluate("provider => load(provider)", provider)

    @staticmethod
    def _nothing(route: Route) -> None:
        route.fulfill(body="", content_type="text/javascript")

    def start(self, session: dict[str, Any]) -> None:
        self.page.evaluate("session => phone.start(session)", session)
        self.expect("registered")

    def command(self, command: str, **args: Any) -> dict[str, Any]:
        result: dict[str, Any] = self.page.evaluate(
            "([name, args]) => phone.command(name, args)", [command, args]
        )
        return result

    def vendor(self, what: str, *args: Any) -> None:
        self.page.evaluate("([what, args]) => void vendor[what](...args)", [what, list(args)])

    @property
    def status(self) -> dict[str, Any]:
        found: dict[str, Any] = self.page.evaluate("phone.status()")
        return found

    @property
    def events(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.page.evaluate("events")
        return found

    def expect(self, kind: str) -> CallEvent:
        """The last event of this type, as the server reads it, as soon as there is one."""
        deadline = time.monotonic() + PATIENCE
        while not (found := [event for event in self.events if event["type"] == kind]):
            assert time.monotonic() < deadline, f"no {kind} in {self.events}"
            self.page.wait_for_timeout(20)
        return read(found[-1])


def read(event: dict[str, Any]) -> CallEvent:
    sent = {**event, "connection": "test", "at": int(time.time() * 1000)}
    return parse_phone_event(sent, organisation="test", agent="test", client="test", epoch=1)
