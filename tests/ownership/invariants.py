"""The invariants of ownership, which hold at every moment."""

from __future__ import annotations

from console.domain.enums import CallState
from console.domain.lease_model import LeaseView

from .page import TIMINGS, Page
from .server import TICK

NOTICED = 5_000  # ms until another tab of its browser notices the death of a page


class Invariants:
    def check(self) -> None:
        lease = self.backend.current()
        assert lease.holder not in self.signed_out, f"signed out, and given the phone: {lease}"
        self._one_phone(lease)
        self._fences(lease)
        if self.up:
            self._has_live_holder(lease)
        else:
            self.since.clear()

    def _one_phone(self, lease: LeaseView) -> None:
        """1: an epoch belongs to one client. 4: an automatic grant never makes two phones ring."""
        ringing = [page for page in self.pages.values() if page.rings(self.time)]
        for page in self.pages.values():
            assert page.epoch <= lease.epoch
        for page in ringing:
            assert page.phone is not None
            assert self.backend.held(page.id, page.phone)
            moved = self.grants.get(page.phone + 1)
            if moved is None or moved.by_click:
                continue
            successor = self.pages[self.backend.history[page.phone + 1]]
            near = page.browser and page.browser == successor.browser
            assert near or successor is page, (
                f"{page.id} can still ring, but {successor.id} was given its phone, elsewhere"
                " and without a click"
            )

    def _fences(self, lease: LeaseView) -> None:
        """4: a page with peers does nothing new 30 s after the last confirmation of its lease."""
        for page in self.pages.values():
            if page.rings(self.time) and page.others:
                late = self.time.true - self.confirmed_at[page.id]
                assert late < TIMINGS.fence, (
                    f"{page.id} can still ring {late} ms after its lease was confirmed"
                )

    def _live(self, page: Page) -> bool:
        return (
            page.open
            and page.awake
            and page.connected
            and page.id in self.members
            and not page.stalled
        )

    def _can_take_phone(self, page: Page) -> bool:
        """Whether the page receives a grant and answers it in time."""
        return self._live(page) and page.delay <= 1_000 and page.view != "wall"

    def _longest(self, name: str, condition: bool) -> int:
        """Milliseconds since the condition became true."""
        self.since[name] = self.since.get(name, self.time.true) if condition else self.time.true
        return self.time.true - self.since[name]

    def _has_live_holder(self, lease: LeaseView) -> None:
        """2: with another able client, a live holder within 35 s, or 3 s after a clean leave."""
        fine = {
            page.id: self._longest(page.id, self._can_take_phone(page))
            for page in self.pages.values()
        }
        able = [self.pages[id] for id in fine if self._can_take_phone(self.pages[id])]
        holder = self.pages[lease.holder] if lease.holder else None
        left = self._longest("left", lease.left_at is not None)
        free = self._longest(
            "free", holder is None and any(fine[page.id] > 15_000 for page in able)
        )
        dead = self._longest(
            "dead",
            not (holder and self._live(holder)) and not self._excused(lease, able) and bool(able),
        )
        waited = min(dead, max(fine.values()))
        unanswered = sum(page not in able for page in self.pages.values()) * (
            TIMINGS.confirm + TICK
        )
        orphaned = self._longest("orphaned", self._died_beside(holder, lease, fine))
        assert orphaned <= NOTICED, f"its page died {orphaned} ms ago, beside another tab: {lease}"
        assert left <= TIMINGS.comeback + TICK, f"its holder left {left} ms ago: {lease}"
        assert free <= TICK, f"free although a client stands by: {lease}"
        assert waited <= TIMINGS.expire + TICK + unanswered, (
            f"no live holder for {waited} ms: {lease}"
        )

    def _died_beside(self, holder: Page | None, lease: LeaseView, fine: dict[str, int]) -> bool:
        """Whether the holder died without a socket while a tab knew it as the holder."""
        if holder is None or holder.open or holder.id in self.members or lease.left_at is not None:
            return False
        tabs = [
            one
            for one in self.pages.values()
            if one.view == "workspace" and one.browser == holder.browser
        ]
        return bool(holder.browser) and any(
            fine[one.id] > NOTICED and one.holder == holder.id for one in tabs
        )

    def _excused(self, lease: LeaseView, able: list[Page]) -> bool:
        """The holder is on a call or believes to have no peers, or an outage's grace lasts."""
        holder = self.pages[lease.holder] if lease.holder else None
        if self.backend.clock.grace_until > self.time.database:
            return True
        near = holder and any(page.browser and page.browser == holder.browser for page in able)
        return holder is not None and (
            self.backend.call_of(holder.id) not in (None, CallState.ringing)
            or (lease.no_peers and not near)
        )
