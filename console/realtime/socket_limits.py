"""The limits of one user on this worker: open websockets, and the rate of new ones.

The newest socket is refused, because it carries nothing yet. The page that holds the phone or
carries a call is always let in. So nobody loses a call by opening pages, and no two pages push each
other out in turn.
"""

from __future__ import annotations

from collections import Counter

from ..services.rate_limit import RateLimits
from ..storage import calls
from ..storage.database import Database
from ..storage.leases import Leases
from .hub import Hub

_MOST = 20  # sockets that have said hello; as many more may be about to
# sockets a second, and how many at once: all pages come back together, maybe more than once
_RATE, _BURST = 2.0, 100.0


class SocketLimits:
    def __init__(self, hub: Hub, database: Database, leases: Leases) -> None:
        self._hub = hub
        self._database = database
        self._leases = leases
        self._opened = RateLimits(_RATE, _BURST)
        self._before_hello: Counter[str] = Counter()  # sockets that have not said hello, by user

    def opens(self, user: str) -> bool:
        """Admits a socket that was opened; `said_hello` follows once, unless it is refused here."""
        if not self._opened.take(user) or self._before_hello[user] >= _MOST:
            return False
        self._before_hello[user] += 1
        return True

    def said_hello(self, user: str) -> None:
        """The socket has said hello, or has ended."""
        self._before_hello[user] -= 1
        if not self._before_hello[user]:
            del self._before_hello[user]

    def has_room(self, agent: str, client: str) -> bool:
        others = [member for member in self._hub.of_agent(agent) if member.client != client]
        return len(others) < _MOST or self._needed(agent, client)

    def _needed(self, agent: str, client: str) -> bool:
        with self._database.read() as session:
            holder = self._leases.current(session, agent).holder
            return client in {
                holder,
                *(call.carrier for call in calls.open_of_agents(session, [agent])),
            }
