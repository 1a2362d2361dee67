"""A simulation of pages with clocks and fences, a network that delays and stalls, and a server."""

from __future__ import annotations

from console.domain.enums import CallState

from .clock import Time
from .database_backend import DatabaseBackend
from .invariants import Invariants
from .memory_backend import MemoryBackend
from .page import Page, PageSide
from .server import Grant, Member, ServerSide

STEP = 500
LeaseBackend = MemoryBackend | DatabaseBackend


class Simulation(PageSide, ServerSide, Invariants):
    def __init__(self, backend: LeaseBackend, time: Time, pages: list[Page]) -> None:
        self.backend, self.time, self.pages = backend, time, {page.id: page for page in pages}
        self.up = True
        self.members: dict[str, Member] = {}
        self.heard: dict[str, int] = {}
        self.renew_at = self.tick_at = 0
        self.calls: dict[str, CallState] = {}
        self.confirmed_at: dict[
            str, int
        ] = {}  # true time at which the server last confirmed this holder
        self.grants: dict[int, Grant] = {}
        self.since: dict[str, int] = {}
        self.signed_out: set[str] = set()  # and did not say hello again

    # ---- time and network

    def advance(self, duration: int) -> None:
        for _ in range(duration // STEP):
            self.time.true += STEP
            for page in self.pages.values():
                if page.open and not page.awake:
                    page.slept += STEP
            self.settle()
            if self.up:
                self._server_timers()
            for page in self.pages.values():
                self._page_timer(page)
            self.settle()
            self.check()

    def settle(self) -> None:
        while any(self._deliver(page) for page in self.pages.values()):
            pass

    def _deliver(self, page: Page) -> bool:
        if page.stalled or not page.open:
            return False
        moved = False
        while page.awake and page.inbox and page.inbox[0][0] <= self.time.true:
            self._page_reads(page, page.inbox.popleft()[1])
            moved = True
        while self.up and page.unsent and page.unsent[0][0] <= self.time.true:
            self._server_reads(page, page.unsent.popleft()[1])
            moved = True
        return moved

    # ---- accidents

    def crash(self, page: Page, noticed: bool) -> None:
        page.open, page.phone, page.owner, page.connected = False, None, False, False
        page.inbox.clear()
        page.unsent.clear()
        self.calls.pop(page.id, None)
        if noticed:
            self._hang_up(page)

    def _hang_up(self, page: Page) -> None:
        if self.members.pop(page.id, None) and self.up:
            self.backend.gone(page.id)

    def cut(self, page: Page) -> None:
        """Both ends see that the socket is closed; the page comes back by itself."""
        page.connected = False
        page.inbox.clear()
        page.unsent.clear()
        self._hang_up(page)

    def leave(self, page: Page, closing: bool = False) -> None:
        """pagehide: the phone stops, and the page reports it. `closing`: it does not come back."""
        epoch, owner = page.epoch, page.owner
        reached = self.up and not page.stalled and page.id in self.members
        self.crash(page, noticed=False)
        if reached and owner:
            self._act(False, "leaving", page.id, epoch, closing)
        if reached:
            self._hang_up(page)

    def sign_out(self, pages: list[Page], noticed: bool) -> None:
        """`noticed`: their sockets end at once, and not some time later."""
        for page in pages:
            self.crash(page, noticed=noticed and not page.stalled)
        before = self.backend.current()
        self.signed_out |= {page.id for page in pages}
        self._apply(before, self.backend.sign_out({page.id for page in pages}))

    def kill_server(self) -> None:
        self.up = False
        self.members.clear()
        self.heard.clear()
        for page in self.pages.values():
            page.connected = False if not page.stalled else page.connected
            page.inbox.clear()
            page.unsent.clear()

    def start_server(self) -> None:
        self.up = True
        self.since.clear()
        self.backend.restart()
        for page in self.pages.values():
            page.connected = False

    def set_call(self, page: Page, state: CallState | None) -> None:
        self.calls = {page.id: state} if state else {}
        if self.up and not page.stalled:
            self.backend.call(page.id, state)
