"""The pure rules of a lease over records in memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from console.domain import lease as rules
from console.domain.enums import CallState
from console.domain.lease_model import (
    ClientView,
    LeaseContext,
    LeaseTimings,
    LeaseView,
    OnCall,
    Outcome,
)
from console.storage.clock import Clock

from .clock import Time


class MemoryBackend:
    def __init__(self, time: Time) -> None:
        self.time, self.timings = time, LeaseTimings()
        self.lease, self.clients, self.history = (
            LeaseView(),
            dict[str, ClientView](),
            dict[int, str](),
        )
        self.calls = dict[str, CallState]()
        self.restart()

    def now(self, _session: object = None) -> int:
        return self.time.database

    def restart(self) -> None:
        self.clock = Clock(self, self.timings, self.time.monotonic)  # type: ignore[arg-type]
        self.clients = {id: replace(one, connected=False) for id, one in self.clients.items()}

    def hello(self, client: str, browser: str, view: str) -> Outcome:
        known = self.clients.get(client)
        now = self.clock.read(None)  # type: ignore[arg-type]
        self.clients[client] = ClientView(
            client,
            browser,
            view,
            True,
            True,
            True,
            True,
            now,
            now,
            known.granted_at if known else 0,
        )
        return self.act("returned", client)

    def gone(self, client: str) -> None:
        self.clients[client] = replace(self.clients[client], connected=False)

    def pongs(self, heard: dict[str, int]) -> None:
        for client, at in heard.items():
            self.clients[client] = replace(self.clients[client], heard_at=at)

    def renew(self) -> set[str]:
        moment, lease = self.context(), self.lease
        one = moment.client(lease.holder)
        if not (one and one.connected and lease.confirmed and lease.left_at is None):
            return set()
        if not (lease.heard_at < one.heard_at or lease.heard_at > moment.now):
            return set()
        self.lease = replace(lease, heard_at=one.heard_at)
        return {one.id}

    def act(self, verb: str, client: str, *args: Any) -> Outcome:
        if verb != "leaving":
            now = self.clock.read(None)  # type: ignore[arg-type]
            self.clients[client] = replace(self.clients[client], heard_at=now)
        return self._change(getattr(rules, verb), client, *args)

    def start_phone(self, client: str, epoch: int) -> None:
        rules.check_start(self.lease, client, epoch)
        self.act("confirm", client, epoch)

    def check_command(self, epoch: int) -> None:
        rules.check_command(self.lease, epoch)

    def set_no_peers(self, client: str, epoch: int, no_peers: bool) -> None:
        self._change(rules.set_no_peers, client, epoch, no_peers)

    def sign_out(self, clients: set[str]) -> Outcome:
        self.clients |= {
            id: replace(self.clients[id], signed_in=False) for id in clients & self.clients.keys()
        }
        return self._change(rules.signed_out, clients)

    def tick(self) -> Outcome:
        return self._change(rules.tick)

    def has_peers(self, holder: str) -> bool:
        return self.context().has_peers(holder)

    def current(self) -> LeaseView:
        return self.lease

    def held(self, client: str, epoch: int) -> bool:
        return self.history.get(epoch) == client

    def call(self, client: str, state: CallState | None) -> None:
        self.calls = {client: state} if state else {}

    def call_of(self, client: str) -> CallState | None:
        return self.calls.get(client)

    def context(self) -> LeaseContext:
        now = self.clock.read(None)  # type: ignore[arg-type]
        state = self.calls.get(self.lease.holder or "")
        on_call = (
            OnCall.NO
            if state is None
            else OnCall.RINGING
            if state is CallState.ringing
            else OnCall.TALKING
        )
        return LeaseContext(
            now, tuple(self.clients.values()), on_call, self.clock.grace_until, self.timings
        )

    def _change(self, rule: Callable[..., Outcome], *args: Any) -> Outcome:
        old, outcome = self.lease, rule(self.lease, self.context(), *args)
        self.lease = outcome.lease
        if self.lease.epoch != old.epoch:
            assert self.lease.epoch == old.epoch + 1 and self.lease.holder
            self.history[self.lease.epoch] = self.lease.holder
            self.clients[self.lease.holder] = replace(
                self.clients[self.lease.holder], granted_at=self.lease.since
            )
        return outcome
