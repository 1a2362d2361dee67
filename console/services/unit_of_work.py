"""One transaction that ends with journal entries, and the announcement after its commit.

Every change of state goes through here: rows and journal entries are committed together or not at
all, and only committed changes are announced. Transactions about one organisation are serial on
both databases: each takes its turn before it reads, so it sees all commits of the earlier ones.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import Lock
from typing import Any

from sqlalchemy.orm import Session

from ..providers import takes_calls_on
from ..storage import agents, callbacks, command_args, journal
from ..storage.database import Database

Announce = Callable[[list[journal.JournalEntry]], None]


class UnitOfWork:
    """The open transaction: its `session`, and the journal entries that its commit adds."""

    def __init__(
        self, session: Session, organisation: str, now: int, silent_after: int, callbacks_kept: int
    ) -> None:
        self.session = session
        self.organisation = organisation
        self.now = now
        self._silent_after = silent_after
        self._callbacks_since = now - callbacks_kept if callbacks_kept else 0
        self._agents: dict[str, bool] = {}
        self._callers: dict[str, bool] = {}  # number → whether only a known callback can change
        self._callbacks: dict[str, frozenset[str]] = {}  # number → the audiences that showed it
        self._entries: list[tuple[str, dict[str, Any]]] = []

    def agent_changed(self, agent: str, *, history: bool = False) -> None:
        """The agent's view has changed. `history`: the list of recent calls too."""
        self._agents[agent] = self._agents.get(agent, False) or history

    def caller_changed(self, number: str, *, known_only: bool = False) -> None:
        """A call with this number has changed, and the callback that follows from its calls with
        it. `known_only`: only one that waits already.
        """
        self._callers[number] = self._callers.get(number, True) and known_only

    def callback_changed(self, change: callbacks.CallbackChange) -> None:
        """A person has changed a callback."""
        before = self._callbacks.get(change.number, frozenset())
        self._callbacks[change.number] = before | change.before

    def notify(
        self, agent: str, message: dict[str, Any], *, to: str | None = None, but: str | None = None
    ) -> None:
        """A message for one client of the agent, or for all of them but one."""
        self._entries.append(("signal", {"agent": agent, "to": to, "but": but, "message": message}))

    def pass_on(self, agent: str, message: dict[str, Any], *, to: str) -> None:
        """A command for one client. The journal keeps it without its arguments."""
        command_args.keep(self.session, agent, message["id"], message["args"], message["expires"])
        self.notify(agent, {**message, "args": {}}, to=to)

    def replaced(self, agent: str, client: str, *, by: str) -> None:
        """The client has a new socket, `by`. Every worker closes the older ones."""
        self._entries.append(("replaced", {"agent": agent, "client": client, "by": by}))

    def close_session(self, session_id: str, but: Sequence[str] = ()) -> None:
        """A sign-in session is over. Every worker closes its sockets.

        `but`: clients that carry a call. Their sockets stay open for its events until it is over.
        """
        self._entries.append(("session_ended", {"session": session_id, "but": list(but)}))

    def views(self, wanted: Sequence[str]) -> list[agents.AgentView]:
        return agents.views(self.session, wanted, self.now, self._silent_after, takes_calls_on)

    def entries(self) -> list[tuple[str, dict[str, Any]]]:
        views = self.views(list(self._agents)) if self._agents else []
        changed: list[tuple[str, dict[str, Any]]] = [
            ("agent", {"agent": view, "history": self._agents[view["id"]]}) for view in views
        ]
        return [*changed, *self._callback_entries(), *self._entries]

    def _callback_entries(self) -> list[tuple[str, dict[str, Any]]]:
        for number, known_only in self._callers.items():
            change = callbacks.refresh(
                *(self.session, self.organisation, number, self._callbacks_since),
                known_only=known_only,
            )
            if change is not None:
                self.callback_changed(change)
        if not self._callbacks:
            return []
        views = callbacks.views(self.session, self.organisation, list(self._callbacks))
        return [
            ("callback", _callback_payload(number, before, views.get(number)))
            for number, before in self._callbacks.items()
        ]


def _callback_payload(
    number: str, before: frozenset[str], view: callbacks.CallbackView | None
) -> dict[str, Any]:
    """`before`, `after`: the audiences that showed the callback, and that show it now."""
    return {
        "number": number,
        "before": sorted(before),
        "after": view["audiences"] if view else [],
        "callback": view,
    }


class UnitsOfWork:
    """`silent_after`: ms without news after which a call's carrier counts as silent;
    `callbacks_kept`: ms for which a missed call waits for a call back; 0: for ever.
    """

    def __init__(
        self, database: Database, silent_after: int, callbacks_kept: int = 30 * 86_400_000
    ) -> None:
        self.database = database
        self.silent_after = silent_after
        self.callbacks_kept = callbacks_kept
        self.announce: Announce = lambda entries: None  # create_app sets the hub
        # The waiting transactions of this process hold one connection of the pool, not all.
        self._turns: dict[str, Lock] = defaultdict(Lock)

    def views(self, session: Session, wanted: Sequence[str], now: int) -> list[agents.AgentView]:
        return agents.views(session, wanted, now, self.silent_after, takes_calls_on)

    @contextmanager
    def begin(self, organisation: str) -> Iterator[UnitOfWork]:
        entries: list[journal.JournalEntry] = []
        with self._turns[organisation], self.database.write() as session:
            journal.take_turn(session, organisation)
            now = self.database.now(session)
            unit = UnitOfWork(session, organisation, now, self.silent_after, self.callbacks_kept)
            yield unit
            added = unit.entries()
            if added:
                entries = journal.append(session, organisation, unit.now, added)
        if entries:
            self.announce(entries)
