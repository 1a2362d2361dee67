"""One agent's part in a conversation, derived from the facts that were reported about it.

    dialing ──┐                 ┌──held──▶ held ──┐
              ├──answered──▶ active               │
    ringing ──┘                 ◀──resumed────────┘
       └───────────────┴──ended, failed, missed, transferred──▶ ended

    ended (by the system) ──a later sign of life──▶ the state that the other facts give

Reports come twice, late and in any order, so no event moves a call from state to state: the state
is derived from the facts. `call_events` makes a call of one event, and `call_merge` joins two
reports of one call.
"""

from __future__ import annotations

from dataclasses import dataclass

from .enums import CallState, Cause, Direction, EndedBy
from .holds import Holds, holds_of
from .quality import Quality


@dataclass(frozen=True, slots=True)
class Call:
    id: str
    conversation: str
    organisation: str
    connection: str
    agent: str
    started_at: int
    # the id from the client's phone, else the row's: identifies the card on the page
    client_call_id: str
    direction: Direction = Direction.inbound
    outgoing: bool = False  # dialled by the agent; the direction of an internal call does not say
    number: str = ""
    name: str = ""
    hotline: str = ""  # the organisation's own number that the customer has called
    line: int = 1
    consults: str = ""  # client_call_id of the call that this consultation is about
    answered_at: int | None = None
    ended_at: int | None = None
    last_seen_at: int = 0  # the latest sign of life
    hold_marks: tuple[tuple[int, bool, str], ...] = ()  # at, held or resumed, by whom
    mute_marks: tuple[tuple[int, bool], ...] = ()
    ended_by: EndedBy | None = None
    reported_cause: Cause | None = None
    provider_code: str | None = None
    sip_code: int | None = None
    epoch: int = 0  # the lease epoch that carries it; 0: no browser does
    carrier: str | None = None  # the client that holds its audio
    quality: Quality | None = None  # the whole call's once it is over, until then the last report
    note: str = ""
    note_at: int | None = None
    outcome_id: str | None = None  # what it came to, from the organisation's list
    outcome_at: int | None = None  # when the agent chose it, or took it back
    calls_today: int = 1  # its rank among that day's calls from this number to the organisation

    @property
    def state(self) -> CallState:
        if self.ended_at is not None:
            return CallState.ended
        if self.answered_at is None:
            return CallState.dialing if self.outgoing else CallState.ringing
        return CallState.held if self._holds.sides else CallState.active

    @property
    def held_since(self) -> int | None:
        return self._holds.since if self.state is CallState.held else None

    @property
    def held_by(self) -> str | None:
        return min(self._holds.sides) if self.state is CallState.held else None

    @property
    def hold_seconds(self) -> int:
        """Seconds of the holds that are over; the page adds a running one from `held_since`."""
        return self._holds.total // 1000

    @property
    def muted(self) -> bool:
        return self.ended_at is None and bool(self.mute_marks) and self.mute_marks[-1][1]

    @property
    def cause(self) -> Cause | None:
        """The reported cause, else the one that follows from the other facts."""
        if self.ended_at is None or self.reported_cause is not None:
            return self.reported_cause
        if self.answered_at is not None:
            return Cause.completed
        return _UNEXPLAINED[self.outgoing, self.ended_by is EndedBy.agent]

    @property
    def missed(self) -> bool:
        """An incoming call that ended unanswered."""
        return (
            self.ended_at is not None
            and not self.outgoing
            and self.answered_at is None
            and self.cause not in _NOT_MISSED
        )

    @property
    def wants_outcome(self) -> bool:
        """Customers have talked: there is something to choose an outcome for."""
        return self.answered_at is not None and self.direction is not Direction.internal

    @property
    def _holds(self) -> Holds:
        return holds_of(self.hold_marks, self.ended_at)


_NOT_MISSED = frozenset(
    {Cause.answered_elsewhere, Cause.rejected, Cause.completed, Cause.transferred}
)
_UNEXPLAINED = {  # (dialled by the agent, ended by the agent)
    (True, True): Cause.cancelled,
    (True, False): Cause.no_answer,
    (False, True): Cause.rejected,
    (False, False): Cause.missed,
}
