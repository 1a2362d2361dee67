"""Phones in real browsers, driven through the frame's own protocol."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Frame, Page, WebSocket

from tests.frame.site import PhoneSite
from tests.pages import PATIENCE
from tests.servers import DOMAIN


def until(check: Callable[[], Any], what: str, within: float = PATIENCE) -> Any:
    """The first true answer of `check`. (page.wait_for_function takes a promise for true, and a
    killed page for ever.)
    """
    deadline = time.monotonic() + within
    while not (value := check()):
        assert time.monotonic() < deadline, f"not within {within} s: {what}"
        time.sleep(0.05)
    return value


@dataclass
class Phone:
    page: Page
    name: str

    def _ask(self, expression: str, *args: Any) -> Any:
        return self.page.evaluate(
            f"([name, ...args]) => {{ const phone = phones[name]; return {expression} }}",
            [self.name, *args],
        )

    @property
    def frame(self) -> Frame:
        return next(
            frame for frame in self.page.frames if frame.url.endswith(f"/phone/{self.name}")
        )

    @property
    def status(self) -> dict[str, Any]:
        found: dict[str, Any] = self._ask("phone.host.status")
        return found

    def events(self, *types: str) -> list[dict[str, Any]]:
        return [event for event in self._ask("phone.events") if not types or event["type"] in types]

    def expect(self, kind: str, within: float = PATIENCE, **fields: Any) -> dict[str, Any]:
        """The event of this type with these fields, as soon as there is one."""

        def found() -> dict[str, Any] | None:
            fitting = (event for event in self.events(kind) if fields.items() <= event.items())
            return next(fitting, None)

        try:
            event: dict[str, Any] = until(found, f"{kind} {fields}", within)
        except AssertionError as error:
            raise AssertionError(f"{self.name}: {error}; seen: {self.events()}") from None
        return event

    def expect_status(self, within: float = PATIENCE, **fields: Any) -> None:
        until(
            lambda: fields.items() <= self.status.items(), f"{self.name}: status {fields}", within
        )

    def forget(self) -> None:
        self._ask("(phone.events.length = 0)")

    def command(self, command: str, **args: Any) -> str:
        """ "ok", or the code of the refusal."""
        result = self._ask("phone.host.command(...args)", command, args)
        return "ok" if result["ok"] else result["code"]

    def toggles(self, wait: int, *commands: str) -> list[str]:
        """Gives these commands `wait` ms after each other, without waiting for their answers."""
        results = self._ask(
            """Promise.all(args[1].map(async (command, n) => {
                await new Promise((resolve) => setTimeout(resolve, n * args[0]));
                return phone.host.command(command, {});
            }))""",
            wait,
            commands,
        )
        return ["ok" if result["ok"] else result["code"] for result in results]

    def all_stats(self) -> list[dict[str, Any]]:
        return [dict(found) for found in self._ask("phone.host.read('stats')")["items"]]

    def stats(self) -> dict[str, Any]:
        (found,) = self.all_stats()
        return found

    def hears(self, within: float = PATIENCE) -> None:
        """RTP comes in, and goes on coming in."""
        before = until(
            lambda: self.stats()["inbound_packets"], f"{self.name} hears something", within
        )
        until(
            lambda: self.stats()["inbound_packets"] > before + 20,
            f"{self.name} goes on hearing",
            within,
        )

    def fence(self, on: bool) -> None:
        self._ask("phone.host.fence(...args)", on)

    def stop(self) -> None:
        self._ask("phone.host.stop('left')")


def host_page(new_page: Callable[..., Page], site: PhoneSite, **options: Any) -> Page:
    page = new_page(site.host_page(), **options)
    page.wait_for_selector("body[data-loaded]", state="attached")
    return page


def session_for(line: str, url: str, connection: str, settings: dict[str, Any]) -> dict[str, Any]:
    sip: dict[str, Any] = {
        "uri": f"sip:{line}@{DOMAIN}",
        "sockets": [url],
        "password": f"pw-{line}",
        "authorization_user": line,
        "display_name": "",
    }
    sip.update(
        {"follow_transfers": True, **settings.pop("sip", {})}
    )  # the exchange of the tests is a plain proxy
    return {
        "provider": "sip",
        "connection": connection,
        "epoch": 1,
        "region": "VN",
        "ice_servers": [],
        "availability": "available",
        "ice_patience_ms": 3000,
        "sip": sip,
        **settings,
    }


class Refreshed:
    """Whether a re-INVITE is through, on a socket that is opened from now on: only then the far
    side's exchange finds this phone.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self._heard: list[str] = []
        page.on("websocket", self._listen)

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framereceived", lambda text: self._heard.append(str(text)))

    def wait(self) -> None:
        """Playwright delivers it only during another request."""
        until(
            lambda: self.page.evaluate("1") and any(map(_is_through, self._heard)),
            "the answer to the re-INVITE",
        )


def _is_through(message: str) -> bool:
    return (
        message.startswith("SIP/2.0 200")
        and re.search(r"^CSeq: \d+ INVITE\r?$", message, re.MULTILINE) is not None
    )


def call_of(phone: Phone) -> str:
    (found,) = phone.status["calls"]
    return str(found)


def loudness(phone: Phone) -> float:
    """The peak of what the frame plays within 1.5 s. (The fake microphone beeps once a second.)"""
    found: float = phone.frame.evaluate(LOUDNESS)
    return found


LOUDNESS = """async () => {
  const context = new AudioContext(), meter = new AnalyserNode(context), samples =
    new Float32Array(meter.fftSize);
  context.createMediaStreamSource(document.querySelector("audio").srcObject).connect(meter);
  let peak = 0;
  for (const end = performance.now() + 1500; performance.now() < end;) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    meter.getFloatTimeDomainData(samples);
    peak = Math.max(peak, ...samples.map(Math.abs));
  }
  await context.close();
  return peak;
}"""
