"""Retention: rows older than a setting allows are found first, then deleted in short transactions.

Rows of an open conversation stay, and rows that a page still needs which is open or may come back.
The journal's numbers continue: the organisation's row counts them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import Select, and_, case, delete, exists, func, or_, select, tuple_, update
from sqlalchemy.orm import Session, aliased

from ..domain.vocabulary import OPEN_STATES
from . import journal
from .lease_context import RECENT_EPOCHS
from .models import (
    AgentStatus,
    AvailabilityChange,
    Call,
    Callback,
    CallbackAudience,
    Client,
    ContactChange,
    ExternalId,
    JournalRow,
    Lease,
    LeaseEpoch,
    LineState,
    Organisation,
    UnknownEvent,
    Whisper,
)

Key = tuple[Any, ...]

FOUND = 2_000  # rows that one search returns
# The index of open calls begins with the organisation: without it all calls would be read.
_IS_OPEN = and_(Call.organisation_id.in_(select(Organisation.id)), Call.state.in_(OPEN_STATES))
_SAME = aliased(Call)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of rows. `find`: keys of some old rows; `remove`: deletes those that are still old."""

    find: Callable[[Session, int], Sequence[Key]]
    remove: Callable[[Session, Sequence[Key], int], None]


def batches(keys: Sequence[Key], size: int) -> Iterator[Sequence[Key]]:
    """Keys in batches; a batch holds keys with the same first part (the organisation) only."""
    for _, some in groupby(keys, key=lambda key: key[0]):
        whole = list(some)
        yield from (whole[first : first + size] for first in range(0, len(whole), size))


def _rows(session: Session, query: Any) -> Sequence[Key]:
    return [tuple(row) for row in session.execute(query.limit(FOUND))]


# ---- calls and their notes


def _over(before: int) -> Select[str, str]:
    """Calls of ended conversations whose calls all began before that moment."""
    goes_on = exists().where(
        _SAME.conversation_id == Call.conversation_id,
        (_SAME.state.in_(OPEN_STATES)) | (_SAME.started_at >= before),
    )
    wrapped_up = exists().where(
        AgentStatus.agent_id == Call.agent_id, AgentStatus.wrap_up_call == Call.id
    )
    old = and_(Call.organisation_id.in_(select(Organisation.id)), Call.started_at < before)
    return (
        select(Call.organisation_id, Call.id)
        .where(old, Call.state == "ended", ~goes_on, ~wrapped_up)
        .order_by(Call.organisation_id)
    )


def _still(session: Session, keys: Sequence[Key], before: int) -> list[str]:
    journal.take_turn(session, keys[0][0])
    return [
        id for _, id in session.execute(_over(before).where(Call.id.in_([id for _, id in keys])))
    ]


def _remove_calls(session: Session, keys: Sequence[Key], before: int) -> None:
    ids = _still(session, keys, before)
    for kind in (ExternalId, Whisper):
        session.execute(delete(kind).where(kind.call_id.in_(ids)))
    session.execute(delete(Call).where(Call.id.in_(ids)))


_HAS_NOTE = or_(Call.note != "", exists().where(Whisper.call_id == Call.id))


def _remove_notes(session: Session, keys: Sequence[Key], before: int) -> None:
    """Notes of the agent, and what supervisors wrote to the agent in the call."""
    ids = _still(session, keys, before)
    session.execute(update(Call).where(Call.id.in_(ids)).values(note="", note_at=None))
    session.execute(delete(Whisper).where(Whisper.call_id.in_(ids)))


# ---- the journal


def _find_entries(session: Session, before: int) -> Sequence[Key]:
    """The oldest entries of the first organisation that has old ones.

    Times grow with numbers, so the first entry decides.
    """
    entry = JournalRow
    for organisation in session.scalars(select(Organisation.id).order_by(Organisation.id)):
        oldest = (
            select(entry.seq, entry.at)
            .where(entry.organisation_id == organisation)
            .order_by(entry.seq)
        )
        first = session.execute(oldest.limit(1)).first()
        if first is not None and first.at < before:
            return [
                (organisation, seq)
                for seq, at in session.execute(oldest.limit(FOUND))
                if at < before
            ]
    return []


def _remove_entries(session: Session, keys: Sequence[Key], _before: int) -> None:
    entry = JournalRow
    numbers = [seq for _, seq in keys]
    session.execute(
        delete(entry).where(
            entry.organisation_id == keys[0][0], entry.seq.between(min(numbers), max(numbers))
        )
    )


# ---- clients and leases


def _disconnected(before: int) -> Select[str, str]:
    holds = exists().where(Lease.agent_id == Client.agent_id, Lease.holder == Client.id)
    carries = exists().where(_IS_OPEN, Call.agent_id == Client.agent_id, Call.carrier == Client.id)
    return select(Client.agent_id, Client.id).where(
        Client.worker == "", Client.heard_at < before, ~holds, ~carries
    )


def _remove_clients(session: Session, keys: Sequence[Key], before: int) -> None:
    these = tuple_(Client.agent_id, Client.id).in_(keys)
    in_order = _disconnected(before).where(these).order_by(Client.agent_id, Client.id)
    keys = [tuple(row) for row in session.execute(in_order.with_for_update(of=Client))]
    session.execute(
        delete(LineState).where(tuple_(LineState.agent_id, LineState.client_id).in_(keys))
    )
    session.execute(delete(Client).where(tuple_(Client.agent_id, Client.id).in_(keys)))


def _past_epochs(before: int) -> Select[str, int]:
    carries = exists().where(
        _IS_OPEN, Call.agent_id == LeaseEpoch.agent_id, Call.epoch == LeaseEpoch.epoch
    )
    past = (
        LeaseEpoch.granted_at < before,
        LeaseEpoch.epoch <= Lease.epoch - RECENT_EPOCHS,
        ~carries,
    )
    return (
        select(LeaseEpoch.agent_id, LeaseEpoch.epoch)
        .join(Lease, Lease.agent_id == LeaseEpoch.agent_id)
        .where(*past)
    )


def _remove_epochs(session: Session, keys: Sequence[Key], _before: int) -> None:
    session.execute(
        delete(LeaseEpoch).where(tuple_(LeaseEpoch.agent_id, LeaseEpoch.epoch).in_(keys))
    )


# ---- changes of contacts


def _past_changes(session: Session, before: int) -> Sequence[Key]:
    old = select(ContactChange.organisation_id, ContactChange.id).where(ContactChange.at < before)
    return _rows(session, old.order_by(ContactChange.organisation_id))


def _remove_changes(session: Session, keys: Sequence[Key], _before: int) -> None:
    session.execute(delete(ContactChange).where(ContactChange.id.in_([id for _, id in keys])))


# ---- changes of availability


def _past_availability(before: int) -> Select[str, str]:
    """Changes that a later one follows: the last one holds until today."""
    later = aliased(AvailabilityChange)
    follows = exists().where(
        later.agent_id == AvailabilityChange.agent_id,
        later.at > AvailabilityChange.at,
        later.at < before,
    )
    old = and_(
        AvailabilityChange.organisation_id.in_(select(Organisation.id)),
        AvailabilityChange.at < before,
    )
    return (
        select(AvailabilityChange.organisation_id, AvailabilityChange.id)
        .where(old, follows)
        .order_by(AvailabilityChange.organisation_id)
    )


def _remove_availability(session: Session, keys: Sequence[Key], _before: int) -> None:
    ids = [id for _, id in keys]
    session.execute(delete(AvailabilityChange).where(AvailabilityChange.id.in_(ids)))


# ---- numbers to call back


def _past_callbacks(before: int) -> Select[str, str]:
    """Missed calls that nobody called back in time, and dismissals of such calls."""
    last = case((Callback.waiting, Callback.at), else_=func.coalesce(Callback.dismissed_at, 0))
    return select(Callback.organisation_id, Callback.number).where(last < before)


def _remove_callbacks(session: Session, keys: Sequence[Key], before: int) -> None:
    journal.take_turn(session, keys[0][0])
    these = tuple_(Callback.organisation_id, Callback.number).in_(keys)
    old = [tuple(row) for row in session.execute(_past_callbacks(before).where(these))]
    shared = tuple_(CallbackAudience.organisation_id, CallbackAudience.number)
    session.execute(delete(CallbackAudience).where(shared.in_(old)))
    session.execute(
        delete(Callback).where(tuple_(Callback.organisation_id, Callback.number).in_(old))
    )


# ---- unknown events


def _remove_events(session: Session, keys: Sequence[Key], _before: int) -> None:
    session.execute(delete(UnknownEvent).where(UnknownEvent.id.in_([id for _, id in keys])))


_EVENTS = select(UnknownEvent.organisation_id, UnknownEvent.id)
KINDS: dict[str, Kind] = {
    "journal": Kind(_find_entries, _remove_entries),
    "unknown_event": Kind(
        lambda session, before: _rows(
            session, _EVENTS.where(UnknownEvent.at < before).order_by(UnknownEvent.organisation_id)
        ),
        _remove_events,
    ),
    "client": Kind(
        lambda session, before: _rows(session, _disconnected(before).order_by(Client.agent_id)),
        _remove_clients,
    ),
    "lease_history": Kind(
        lambda session, before: _rows(session, _past_epochs(before).order_by(LeaseEpoch.agent_id)),
        _remove_epochs,
    ),
    "call": Kind(lambda session, before: _rows(session, _over(before)), _remove_calls),
    "note": Kind(
        lambda session, before: _rows(session, _over(before).where(_HAS_NOTE)), _remove_notes
    ),
    "callback": Kind(
        lambda session, before: _rows(
            session, _past_callbacks(before).order_by(Callback.organisation_id)
        ),
        _remove_callbacks,
    ),
    "availability_change": Kind(
        lambda session, before: _rows(session, _past_availability(before)), _remove_availability
    ),
    "contact_change": Kind(_past_changes, _remove_changes),
}
