"""Requests of a client about its agent's lease: claim, release, leave.

The rules of ownership are in domain/lease.py. Every answer that moves a lease is a journal entry,
so it reaches its client on whatever worker that is.
"""

from __future__ import annotations

from typing import Any

from ..services.batching import Batcher
from ..services.ownership import Ownership
from ..services.unit_of_work import UnitOfWork, UnitsOfWork
from ..storage import client_store
from .disconnects import Disconnects
from .members import Member

_RELOAD = 10_000  # ms within which the leave request of a reloaded page may still arrive

Claim = tuple[Member, dict[str, Any]]


class LeaseRequests:
    def __init__(self, units: UnitsOfWork, ownership: Ownership, disconnects: Disconnects) -> None:
        self._units = units
        self._ownership = ownership
        self._disconnects = disconnects
        self._batcher = Batcher[Claim, None](self._claim_all)

    def claim(self, member: Member, message: dict[str, Any]) -> None:
        if member.view != "wall":
            self._batcher((member, message))

    def _claim_all(self, claims: list[Claim]) -> list[None]:
        for organisation in {member.organisation for member, _ in claims}:
            with self._units.begin(organisation) as unit:
                for member, message in sorted(claims, key=_by_client):
                    if member.organisation == organisation and not _is_late(unit, member):
                        self._claim(unit, member, message)
        return [None] * len(claims)

    def _claim(self, unit: UnitOfWork, member: Member, message: dict[str, Any]) -> None:
        self._ownership.claim(
            unit,
            member.agent,
            member.client,
            confirm=bool(message.get("confirm")),
            call=message.get("call"),
            lock_free=bool(message.get("lock_free")),
        )

    def release(self, member: Member, message: dict[str, Any]) -> None:
        with self._units.begin(member.organisation) as unit:
            if not _is_late(unit, member):
                self._ownership.released(unit, member.agent, member.client, message["epoch"])

    def leave(self, member: Member, message: dict[str, Any]) -> None:
        """The page goes away, maybe for a reload."""
        self._disconnects.announced(member)
        with self._units.begin(member.organisation) as unit:
            if not _is_late(unit, member):
                self._ownership.leaving(unit, member.agent, member.client, message["epoch"])

    def leave_by_http(
        self, organisation: str, agent: str, client: str, epoch: int, serial: int
    ) -> None:
        """The same by HTTP. The request may arrive after the reload: a newer socket has said hello
        then.
        """
        with self._units.begin(organisation) as unit:
            if client_store.is_superseded(unit.session, agent, client, serial) or (
                not serial
                and client_store.said_hello_since(unit.session, agent, client, unit.now - _RELOAD)
            ):
                return
            self._ownership.leaving(unit, agent, client, epoch)
        self._disconnects.left_by_http(agent, client, serial)


def _by_client(claim: Claim) -> tuple[str, str]:
    """The order in which all transactions lock the rows of clients."""
    return claim[0].agent, claim[0].client


def _is_late(unit: UnitOfWork, member: Member) -> bool:
    return client_store.is_superseded(unit.session, member.agent, member.client, member.serial)
