"""Conditions of a lease: silent, talking, left, unanswered. Pure functions of lease and context."""

from __future__ import annotations

from .lease_model import DenialReason, LeaseContext, LeaseView, OnCall


def holds(lease: LeaseView, client: str, epoch: int) -> bool:
    return lease.holder == client and lease.epoch == epoch


def is_silent(lease: LeaseView, context: LeaseContext) -> bool:
    """After a start or an outage of the server no holder counts as silent during the grace."""
    return (
        lease.holder is not None
        and context.now >= context.grace_until
        and context.now - lease.heard_at >= context.timings.expire
    )


def is_talking(lease: LeaseView, context: LeaseContext) -> bool:
    silence = context.now - lease.heard_at
    return context.on_call is OnCall.TALKING and silence < context.timings.carry_max


def is_expired(lease: LeaseView, context: LeaseContext) -> bool:
    return is_silent(lease, context) and not is_talking(lease, context)


def has_left_for_good(lease: LeaseView, context: LeaseContext) -> bool:
    left_at = lease.left_at
    return left_at is not None and context.now - left_at >= context.timings.comeback


def is_request_overdue(lease: LeaseView, context: LeaseContext) -> bool:
    """The holder has not released the phone in time."""
    asked_at = lease.asked_at
    return asked_at is not None and context.now - asked_at >= context.timings.takeover


def is_grant_unanswered(lease: LeaseView, context: LeaseContext) -> bool:
    """A grant from before an outage of the server could not be answered: it has the grace too."""
    timings, grace_until = context.timings, context.grace_until
    counts = context.now >= grace_until or lease.since >= grace_until - timings.start_grace
    return (
        counts
        and not lease.confirmed
        and context.now - lease.since >= timings.confirm
        and not is_talking(lease, context)
    )


def has_holder_died(lease: LeaseView, context: LeaseContext, client: str) -> bool:
    """The holder is a page of the client's own browser, without a socket and without its lock.

    A reload looks the same for a moment, but a reloading page announces that it leaves.
    """
    holder = context.client(lease.holder)
    if holder is None or holder.connected or lease.left_at is not None:
        return False
    return lease.asked_by in (None, client) and not context.elsewhere(client, holder.id)


def denial_of_claim(lease: LeaseView, context: LeaseContext, client: str) -> DenialReason | None:
    """The reason why a claim of `client` leaves the lease where it is, else None."""
    if lease.holder is None or has_left_for_good(lease, context):
        return None
    if lease.left_at is not None:
        return DenialReason.LEAVING
    if not is_silent(lease, context):
        return DenialReason.HELD
    if is_talking(lease, context):
        return DenialReason.ON_CALL
    kept = lease.no_peers and context.elsewhere(client, lease.holder)
    return DenialReason.SILENT if kept else None
