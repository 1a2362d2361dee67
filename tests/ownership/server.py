"""The server's side of the simulation: what realtime and services/ownership.py do with a lease."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from console.domain.lease_model import (
    Denied,
    Freed,
    Granted,
    LeaseView,
    Outcome,
    PeerNotice,
    Revoke,
)

from .page import TIMINGS, Message, Page

TICK = 1_000


@dataclass
class Member:
    """The server's side of a socket."""

    pings: int = 0
    ping_at: int = 0
    pong: int = 0
    claims_ownership: bool = False
    written: int = 0
    notice: PeerNotice = field(default_factory=lambda: PeerNotice(False))
    confirmed: int = 0


@dataclass
class Grant:
    """The origin of an epoch."""

    before: LeaseView
    by_click: bool
    at: int


class ServerSide:
    """The behaviour of the server."""

    def _tell(self, client: str, message: Message) -> None:
        page = self.pages[client]
        if client in self.members and page.open:
            page.inbox.append((self.time.true + page.delay, message))

    def _server_reads(self, page: Page, message: Message) -> None:
        kind = message["type"]
        if kind == "hello":
            self.signed_out.discard(page.id)
            member = self.members[page.id] = Member(ping_at=self.time.true)
            outcome = self.backend.hello(page.id, page.browser, page.view)
            lease = outcome.lease
            member.notice = PeerNotice(lease.no_peers if lease.holder == page.id else False)
            self._tell(page.id, {"type": "welcome", "epoch": lease.epoch, "holder": lease.holder})
            self._announce(
                replace(
                    outcome,
                    signals=tuple(one for one in outcome.signals if not isinstance(one, Granted)),
                )
            )
            if lease.holder == page.id:
                self._note_confirmed(page.id)
        elif page.id in self.members:
            getattr(self, f"_from_{kind}")(page, message)

    def _from_claim(self, page: Page, message: Message) -> None:
        self._act(False, "claim", page.id, bool(message.get("lock_free")))

    def _from_take_over(self, page: Page, message: Message) -> None:
        self._act(True, "take_over", page.id, message["call"])

    def _from_released(self, page: Page, message: Message) -> None:
        self._act(False, "released", page.id, message["epoch"])

    def _from_leaving(self, page: Page, message: Message) -> None:
        self._act(False, "leaving", page.id, message["epoch"])

    def _from_pong(self, page: Page, message: Message) -> None:
        member = self.members[page.id]
        member.pong, member.claims_ownership = message["n"], message["epoch"] > 0
        self.heard[page.id] = self.time.database
        lease = self.backend.current()
        if lease.holder == page.id and lease.epoch == message["epoch"]:
            if member.confirmed != lease.epoch or lease.left_at is not None:
                member.confirmed = lease.epoch
                self._act(False, "confirm", page.id, message["epoch"])
                member.written = message["n"]
                member.ping_at = self.time.true  # confirms the pong at once
            self._store_no_peers(page.id, member, lease, answered=message["n"])

    def _store_no_peers(self, client: str, member: Member, lease: LeaseView, answered: int) -> None:
        member.notice.answered(answered)
        if member.notice.no_peers != lease.no_peers:
            self.backend.set_no_peers(client, lease.epoch, member.notice.no_peers)

    def _act(self, by_click: bool, verb: str, client: str, *args: Any) -> None:
        before = self.backend.current()
        self._apply(before, self.backend.act(verb, client, *args), by_click)
        lease = self.backend.current()
        if verb not in ("released", "leaving") and lease.holder == client:
            self._note_confirmed(client)

    def _apply(self, before: LeaseView, outcome: Outcome, by_click: bool = False) -> None:
        if outcome.lease.epoch != before.epoch:
            self.grants[outcome.lease.epoch] = Grant(
                before, by_click or before.asked_by is not None, self.time.true
            )
            self._note_confirmed(str(outcome.lease.holder))
        self._announce(outcome)

    def _announce(self, outcome: Outcome) -> None:
        for signal in outcome.signals:
            match signal:
                case Granted(client, epoch):
                    if client in self.members and self.members[client].confirmed != epoch:
                        self.members[client].notice = PeerNotice(False)
                        self.members[client].ping_at = self.time.true
                    self._tell(client, {"type": "granted", "epoch": epoch})
                    for other in self.members.keys() - {client}:
                        self._tell(other, {"type": "denied", "epoch": epoch, "holder": client})
                case Denied(client, epoch, holder):
                    self._tell(client, {"type": "denied", "epoch": epoch, "holder": holder})
                case Revoke(holder, epoch):
                    self._tell(holder, {"type": "revoked", "epoch": epoch})
                case Freed(_, epoch):
                    for client in self.members:
                        self._tell(client, {"type": "denied", "epoch": epoch, "holder": None})

    def _server_timers(self) -> None:
        if self.time.true >= self.renew_at:
            self.renew_at = self.time.true + 5_000
            self._renew()
        for client, member in self.members.items():
            if self.time.true >= member.ping_at:
                self._ping(client, member)
        if self.time.true >= self.tick_at:
            self.tick_at = self.time.true + TICK
            before = self.backend.current()
            self._apply(before, self.backend.tick())

    def _renew(self) -> None:
        heard, self.heard = (
            {client: at for client, at in self.heard.items() if client in self.members},
            {},
        )
        said = {client: at - self.time.database for client, at in heard.items()}
        self.backend.pongs(heard)
        renewed = self.backend.renew()
        for client in renewed & said.keys():
            self.confirmed_at[client] = max(
                self.confirmed_at.get(client, 0), self.time.true + min(0, said[client])
            )
        for client in heard:
            member = self.members[client]
            if client in renewed or not member.claims_ownership:
                member.written = member.pong

    def _ping(self, client: str, member: Member) -> None:
        member.pings += 1
        member.ping_at = self.time.true + TIMINGS.ping
        lease = self.backend.current()
        ping = {
            "type": "ping",
            "n": member.pings,
            "heard": member.written,
            "others": False,
            "epoch": 0,
        }
        if lease.holder == client:
            ping |= {"others": self.backend.has_peers(client), "epoch": lease.epoch}
            member.notice.sending(member.pings, bool(ping["others"]))
            self._store_no_peers(client, member, lease, answered=0)  # stored before it is sent
        self._tell(client, ping)

    def _note_confirmed(self, client: str) -> None:
        self.confirmed_at[client] = self.time.true
