"""Transitions of a lease: a grant, a release, a denial, the choice of a successor."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from .lease_model import (
    CallsOver,
    DenialReason,
    Denied,
    Freed,
    Granted,
    LeaseContext,
    LeaseView,
    Outcome,
    Revoke,
)


def confirmed(lease: LeaseView, context: LeaseContext) -> LeaseView:
    """The lease after an answer of its holder."""
    return replace(lease, heard_at=context.now, confirmed=True, left_at=None)


def grant(
    lease: LeaseView, context: LeaseContext, client: str, *, answered: bool = False
) -> Outcome:
    """A new epoch for `client`. `answered`: the client is the one that asked, so it knows."""
    epoch = lease.epoch + 1
    now = context.now
    notified = lease.holder in (None, client) or lease.asked_by or lease.left_at is not None
    revoke = () if notified else (Revoke(str(lease.holder), lease.epoch, client, lease.asked_call),)
    signals = (
        *revoke,
        *_calls_ended_by_request(lease, client),
        *denied_requester(lease, client, epoch, client),
        Granted(client, epoch),
    )
    granted = LeaseView(epoch, lease.version, client, since=now, heard_at=now, confirmed=answered)
    return Outcome(granted, signals)


def _calls_ended_by_request(lease: LeaseView, client: str) -> tuple[CallsOver, ...]:
    """*End the call* ends it, even if the old holder does not answer."""
    if lease.holder in (None, client) or lease.asked_call != "end":
        return ()
    return (CallsOver(str(lease.holder), lease.epoch, by_person=True),)


def free(lease: LeaseView, context: LeaseContext) -> Outcome:
    freed = LeaseView(lease.epoch, lease.version, since=context.now, heard_at=lease.heard_at)
    return Outcome(freed, (Freed(lease.holder, lease.epoch),)) if lease.holder else Outcome(lease)


def denied(lease: LeaseView, client: str, why: DenialReason) -> Outcome:
    return Outcome(lease, (Denied(client, lease.epoch, lease.holder, why),))


def denied_requester(
    lease: LeaseView, by: str, epoch: int, holder: str | None
) -> tuple[Denied, ...]:
    """The denial for a requester that another client, `by`, has replaced."""
    if lease.asked_by in (None, by):
        return ()
    return (Denied(str(lease.asked_by), epoch, holder, DenialReason.REPLACED),)


def successor(
    lease: LeaseView,
    context: LeaseContext,
    without: Collection[str | None] = (),
    same_browser: bool = False,
) -> str | None:
    """The requester if it is present, else the best client that stands by.

    `same_browser`: only clients in the holder's own browser.
    """
    requester = context.client(lease.asked_by)
    if requester and requester.present(context) and requester.id not in without:
        return requester.id
    allowed = [
        one
        for one in context.clients
        if one.id not in without
        and not (same_browser and context.elsewhere(one.id, lease.holder))
        and one.stands_by(context)
    ]
    return max(allowed, key=lambda one: one.rank).id if allowed else None


def pass_on(lease: LeaseView, context: LeaseContext, without: Collection[str | None]) -> Outcome:
    """Grants the lease to the successor, else frees it."""
    client = successor(lease, context, without)
    return grant(lease, context, client) if client else free(lease, context)


def pass_on_from_holder(lease: LeaseView, context: LeaseContext) -> Outcome:
    return pass_on(lease, context, without=(lease.holder,))


def answer_requester(lease: LeaseView, context: LeaseContext) -> Outcome:
    """Grants an overdue request; forgets it where nobody is left to take the phone."""
    client = successor(lease, context)
    if client:
        return grant(lease, context, client)
    return Outcome(replace(lease, asked_by=None, asked_at=None, asked_call=None))


def replace_unconfirmed(lease: LeaseView, context: LeaseContext) -> Outcome:
    """Grants to another client what the holder has not confirmed."""
    client = successor(lease, context, without=(lease.holder,), same_browser=lease.no_peers)
    return grant(lease, context, client) if client else Outcome(lease)


def replace_silent(lease: LeaseView, context: LeaseContext) -> Outcome:
    """The successor may be the holder itself: it answers, but never received its epoch."""
    client = successor(lease, context, same_browser=lease.no_peers)
    return grant(lease, context, client) if client else Outcome(lease)
