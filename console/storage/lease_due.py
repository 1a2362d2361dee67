"""The leases for which a tick may have something to do."""

from __future__ import annotations

from sqlalchemy import and_, false, not_, or_, select
from sqlalchemy.orm import Session

from ..domain.lease_model import LeaseTimings
from ..domain.vocabulary import NO_MICROPHONE
from .client_store import LIVING
from .lease_context import SIGNED_IN
from .models import Client, Lease, User


def due_leases(
    session: Session, now: int, grace_until: int, timings: LeaseTimings
) -> list[tuple[str, str]]:
    """(organisation, agent) of each lease that time may change.

    The query runs twice a second, and each result costs a transaction: a lease that only waits
    for its holder is no result.
    """
    fresh = (
        LIVING,
        Client.view != "wall",
        Client.heard_at > now - timings.suspect,
        Client.microphone.not_in(NO_MICROPHONE),
        SIGNED_IN,
    )
    stands_by = select(Client.id).where(Client.agent_id == Lease.agent_id, *fresh)
    another = stands_by.where(Client.id != Lease.holder).exists()
    heard_since_grant = stands_by.where(
        or_(Client.id != Lease.holder, Client.heard_at >= Lease.since)
    ).exists()
    silent = Lease.heard_at <= now - timings.expire if now >= grace_until else false()
    wanted = or_(
        and_(Lease.holder.is_(None), stands_by.exists()),
        and_(not_(Lease.confirmed), Lease.since <= now - timings.confirm, another),
        and_(silent, heard_since_grant),
    )
    overdue = or_(Lease.asked_at <= now - timings.takeover, Lease.left_at <= now - timings.comeback)
    times = (Lease.since, Lease.heard_at, Lease.left_at, Lease.asked_at)
    in_future = or_(*(time > now for time in times))
    agents = select(User.organisation_id, User.id).join(Lease, Lease.agent_id == User.id)
    return list(session.execute(agents.where(or_(overdue, in_future, wanted))))
