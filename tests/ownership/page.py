"""A page of the simulation, with its fence.

The fence closes 30 s, by the larger of two clocks, after the page read the last ping whose pong the
server has confirmed.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Any

from console.domain.lease import LeaseMovedOn
from console.domain.lease_model import LeaseTimings

from .clock import Time

TIMINGS = LeaseTimings()
Message = dict[str, Any]


@dataclass
class Page:
    id: str
    browser: str
    view: str = "workspace"
    open: bool = False
    awake: bool = True
    stalled: bool = False  # the network passes nothing, and closes nothing
    delay: int = 0
    connected: bool = False  # as the page sees it
    inbox: deque[tuple[int, Message]] = field(default_factory=deque)
    unsent: deque[tuple[int, Message]] = field(default_factory=deque)
    epoch: int = 0
    owner: bool = False
    holder: str | None = None  # as last reported
    phone: int | None = None  # the epoch with which its phone was started
    others: bool = True  # until a ping reports none
    read_at: dict[int, tuple[int, int]] = field(default_factory=dict)
    heard: int = 0
    base: tuple[int, int] = (0, 0)
    said_hello_at: tuple[int, int] = (0, 0)
    wall_ahead: int = 0
    slept: int = 0

    def clocks(self, time: Time) -> tuple[int, int]:
        return time.true + self.wall_ahead, time.true - self.slept

    def fenced(self, time: Time) -> bool:
        wall, monotonic = self.clocks(time)
        return self.others and max(wall - self.base[0], monotonic - self.base[1]) >= TIMINGS.fence

    def rings(self, time: Time) -> bool:
        return self.open and self.awake and self.phone is not None and not self.fenced(time)


class PageSide:
    """The behaviour of pages."""

    def open(self, page: Page) -> None:
        page.open, page.awake, page.epoch, page.owner, page.phone, page.others = (
            True,
            True,
            0,
            False,
            None,
            True,
        )
        page.holder = None
        page.base = page.said_hello_at = (0, 0)
        self._connect(page)

    def _connect(self, page: Page) -> None:
        if not self.up or page.stalled or not page.awake:
            return
        self.members.pop(page.id, None)  # messages to the previous socket are lost
        page.connected, page.heard = True, 0
        page.read_at.clear()
        page.inbox.clear()
        page.unsent.clear()
        self._say(page, {"type": "hello"})
        page.said_hello_at = page.clocks(self.time)

    def _page_timer(self, page: Page) -> None:
        if not page.open or not page.awake or page.stalled or not self.up:
            return
        if not page.connected:
            self._connect(page)
        elif page.owner and page.phone != page.epoch:
            try:
                self.backend.start_phone(page.id, page.epoch)
            except LeaseMovedOn:
                return
            page.phone = page.epoch
            self._note_confirmed(page.id)
        elif self._lock_is_free(page):
            self._say(page, {"type": "claim", "lock_free": True})
            page.said_hello_at = page.clocks(self.time)

    def _lock_is_free(self, page: Page) -> bool:
        """Whether the holder, a page of the same browser, has died."""
        holder = self.pages.get(page.holder or "")
        if page.view != "workspace" or holder is None or holder is page:
            return False
        return bool(page.browser) and page.browser == holder.browser and not holder.open

    def _page_reads(self, page: Page, message: Message) -> None:
        getattr(self, f"_on_{message['type']}")(page, message)

    def _on_welcome(self, page: Page, message: Message) -> None:
        if message["holder"] == page.id:
            self._on_granted(page, message)
        else:
            self._on_denied(page, message)
            if page.view == "workspace":
                self._say(page, {"type": "claim"})
                page.said_hello_at = page.clocks(self.time)

    def _on_granted(self, page: Page, message: Message) -> None:
        """The page counts as confirmed since its request, which precedes the grant."""
        if message["epoch"] != page.epoch or not page.owner:
            page.others = page.others or message["epoch"] != page.epoch
            page.epoch, page.owner = message["epoch"], True
        if page.said_hello_at[1] > page.base[1]:
            page.base = page.said_hello_at
        page.said_hello_at = (0, 0)

    def _on_denied(self, page: Page, message: Message) -> None:
        page.holder = message["holder"]
        if message["epoch"] >= page.epoch and message["holder"] != page.id:
            page.epoch, page.owner, page.phone = message["epoch"], False, None

    def _on_revoked(self, page: Page, message: Message) -> None:
        if page.owner and message["epoch"] == page.epoch:
            page.owner, page.phone = False, None
            self.calls.pop(page.id, None)
            self._say(page, {"type": "released", "epoch": message["epoch"]})

    def _on_ping(self, page: Page, message: Message) -> None:
        page.read_at[message["n"]] = page.clocks(self.time)
        if message["heard"] > page.heard:
            page.heard = message["heard"]
            if page.read_at[page.heard][1] > page.base[1]:
                page.base = page.read_at[page.heard]
        if page.owner and message["epoch"] == page.epoch:
            page.others = message["others"]
        self._say(
            page, {"type": "pong", "n": message["n"], "epoch": page.epoch if page.owner else 0}
        )

    def _say(self, page: Page, message: Message) -> None:
        page.unsent.append((self.time.true + page.delay, message))

    def click_take_over(self, page: Page, call: str | None) -> None:
        if page.awake and page.connected:
            self._say(page, {"type": "take_over", "call": call})
            page.said_hello_at = page.clocks(self.time)
            self.settle()
