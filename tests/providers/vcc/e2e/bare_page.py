"""A page such as VCC's document describes, without Console, in the hands of a test."""

from __future__ import annotations

import functools
import http.server
import threading
import time
from collections.abc import Callable
from typing import Any, Self

from playwright.sync_api import Page

from tests.pages import PATIENCE
from tests.servers import LOCAL, ROOT


def until(check: Callable[[], Any], what: str, within: float = PATIENCE) -> Any:
    deadline = time.monotonic() + within
    while not (value := check()):
        assert time.monotonic() < deadline, f"not within {within} s: {what}"
        time.sleep(0.05)
    return value


class Bare:
    """One bare page of an agent."""

    def __init__(self, page: Page, extension: str) -> None:
        self.page, self.extension = page, extension

    def do(self, expression: str) -> Any:
        return self.page.evaluate(expression)

    @property
    def heard(self) -> list[list[Any]]:
        found: list[list[Any]] = self.do("heard")
        return found

    def forget(self) -> None:
        self.do("void (heard.length = 0)")

    def expect(self, *told: Any, within: float = PATIENCE) -> None:
        """expect("csCallRinging", "0912345200"): this callback came."""
        try:
            until(
                lambda: any(tuple(one[: len(told)]) == told for one in self.heard),
                f"{told}",
                within,
            )
        except AssertionError as error:
            raise AssertionError(f"{error}; heard: {self.heard}") from None

    def received(self) -> tuple[int, int]:
        """Packets at the agent, packets at the customer."""
        found = self.do("received()")
        return found["agent"]["packets"], found["customer"]["packets"]

    def hears_and_is_heard(self) -> None:
        agent, customer = self.received()
        until(
            lambda: self.received() > (agent + 20, 0) and self.received()[1] > customer + 20,
            "packets go on coming in on both sides",
        )

    def is_still(self) -> None:
        """Nothing arrives any more, on neither side."""

        def nothing_came() -> bool:
            before = self.received()
            time.sleep(0.6)
            return self.received() == before

        until(nothing_came, "silence on both sides")


class BareSite:
    """Serves the page, at localhost: on a secure origin, as the microphone wants it."""

    def __init__(self) -> None:
        handler = functools.partial(_Quiet, directory=str(ROOT / "tests/providers/vcc/simulator"))
        self._server = http.server.ThreadingHTTPServer((LOCAL, 0), handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://localhost:{self._server.server_address[1]}/bare_page.html"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        return
