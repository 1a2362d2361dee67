"""Compares the calls that phones name in their pongs with the open calls of the database."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from ..domain.call import Call
from ..domain.storable import ID
from ..services.carriers import Carriers
from .members import Member

_MISSED_PONGS = 2  # a call that so many pongs in a row do not name is not in its phone any more
_MOST_CALLS = 20  # that one pong may name

Pair = tuple[str, str]  # agent and client
PongOf = tuple[Member, dict[str, Any]]
CallsOf = dict[Pair, list[Call]]


class PhoneCalls:
    """The calls of the clients that pong together, read once.

    `carried`: their open calls; `named`: other calls that their phones have.
    """

    def __init__(self, carriers: Carriers, session: Session, pongs: Sequence[PongOf]) -> None:
        self._carriers = carriers
        self.carried = carriers.carried(session, {member.agent for member, _ in pongs})
        self.named = self._read_named(session, pongs)

    def _read_named(self, session: Session, pongs: Sequence[PongOf]) -> CallsOf:
        """Calls that phones name and that are not among their open ones; few pongs need a query."""
        found: CallsOf = {}
        for member, message in pongs:
            pair = member.agent, member.client
            keys = _keys(message) - {call.client_call_id for call in self.carried.get(pair, ())}
            if keys:
                found[pair] = self._carriers.named(session, *pair, keys)
        return found

    def of(self, member: Member) -> list[Call]:
        return self.carried.get((member.agent, member.client), [])

    def missing(self, member: Member, message: dict[str, Any]) -> set[str]:
        """The open calls that this pong does not name."""
        return {call.client_call_id for call in self.of(member)} - _keys(message)

    def report(self, organisation: str, pongs: list[PongOf]) -> None:
        """Ends the calls that their carrier does not know any more, so that a lost report does not
        keep them open, and brings back the calls that a phone still has.
        """
        over, alive = list[Call](), list[tuple[Call, str]]()
        for member, message in pongs:
            keys, open_calls = _keys(message), self.of(member)
            missing = member.heartbeat.missing_calls
            over += [
                call for call in open_calls if missing.get(call.client_call_id, 0) >= _MISSED_PONGS
            ]
            known = [call for call in open_calls if call.client_call_id in keys]
            named = self.named.get((member.agent, member.client), ())
            alive += [(call, member.client) for call in [*known, *named]]
        if over or alive:
            self._carriers.apply_pongs(organisation, over, alive)


def _keys(message: dict[str, Any]) -> set[str]:
    return {
        key for key in message["calls"][:_MOST_CALLS] if isinstance(key, str) and ID.fullmatch(key)
    }
