"""The epochs of a lease: the client that held each one, and whether a person ended its calls."""

from __future__ import annotations

from sqlalchemy import insert
from sqlalchemy.orm import Session

from ..domain.lease_model import LeaseView
from .models import Client, LeaseEpoch


def add_epoch(session: Session, agent: str, lease: LeaseView) -> None:
    session.execute(
        insert(LeaseEpoch).values(
            agent_id=agent, epoch=lease.epoch, client_id=lease.holder, granted_at=lease.since
        )
    )


def has_held(session: Session, agent: str, client: str, epoch: int) -> bool:
    """Whether this client has held this epoch, under its present id or its previous one."""
    row = session.get(LeaseEpoch, (agent, epoch))
    if row is None or row.client_id == client:
        return row is not None
    one = session.get(Client, (agent, client))
    return one is not None and one.previous_id == row.client_id


def mark_calls_over(session: Session, agent: str, epoch: int) -> None:
    """A person ended the calls of this epoch: its holder is notified when it comes back."""
    row = session.get(LeaseEpoch, (agent, epoch))
    if row is not None:
        row.calls_over = True


def are_calls_over(session: Session, agent: str, client: str, epoch: int) -> bool:
    """Whether a person has ended the calls that this client carried under an earlier epoch."""
    row = session.get(LeaseEpoch, (agent, epoch))
    return row is not None and row.calls_over and has_held(session, agent, client, epoch)
