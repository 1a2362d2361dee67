"""The rules of a lease: which client owns an agent's phone.

Each rule is a pure function of a lease and its context. It returns the next lease with the signals
to send.

    free ──claim──▶ held ──leaving──▶ left ── 2 s ──▶ epoch + 1: the requester, else the best
      ▲             │ ▲ ▲              │              client that stands by, else free
      │             │ │ └──the same────┘                ▲ ▲ ▲
      │             │ │    client is back               │ │ │
      │             │ └────confirm───────┐              │ │ │
      │             ├──take_over──▶ asked ──released, 3 s─┘ │ │
      │             ├──no answer with the new epoch, 3 s────┘ │
      │             ├──silent 35 s────────────────────────────┘
      └──signed out─┘

A silent holder keeps the lease while it talks, up to 10 min. A holder that was notified that it
has no peers loses it only to a client of its own browser.

Invariants
1. A lease has at most one holder. Epochs only grow: each grant is a new one, and an epoch belongs
   to one client for ever.
2. While an able client stands by, the lease is without a live holder for at most 35 s, and 3 s
   after a clean leave (but a silent holder keeps it while it talks, and one that was notified that
   it has no peers keeps it until a person clicks).
3. A holder that was notified of peers has fenced itself (30 s) before it expires (35 s). One that
   was notified that it has none is never replaced from elsewhere without a person's click.
4. Only a person's click takes a phone from a holder that answers.
5. A client that was signed out holds nothing until it says hello in a new session.

All times are milliseconds of the database's clock.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace

from .lease_conditions import (
    denial_of_claim,
    has_holder_died,
    has_left_for_good,
    holds,
    is_expired,
    is_grant_unanswered,
    is_request_overdue,
    is_silent,
)
from .lease_model import (
    CallsOver,
    DenialReason,
    Granted,
    LeaseContext,
    LeaseView,
    OnCall,
    Outcome,
    Revoke,
)
from .lease_transitions import (
    answer_requester,
    confirmed,
    denied,
    denied_requester,
    grant,
    pass_on,
    pass_on_from_holder,
    replace_silent,
    replace_unconfirmed,
    successor,
)


class LeaseMovedOn(Exception):
    """A command or a start for an epoch that is over. Nothing was changed."""

    def __init__(self, epoch: int) -> None:
        super().__init__(f"the lease is at epoch {epoch}")
        self.epoch = epoch


def claim(lease: LeaseView, context: LeaseContext, client: str, lock_free: bool = False) -> Outcome:
    """A workspace opens. It gets a free phone, keeps its own, and never takes another's.

    `lock_free`: the client found the lock free that every phone of its browser holds.
    """
    if not context.may_hold(client):
        return denied(lease, client, DenialReason.VIEW)
    if lease.holder == client:
        return returned(lease, context, client)
    if lock_free and has_holder_died(lease, context, client):
        over = CallsOver(str(lease.holder), lease.epoch, by_person=False)
        granted = grant(lease, context, client, answered=True)
        return replace(granted, signals=(*granted.signals, over))
    why = denial_of_claim(lease, context, client)
    return denied(lease, client, why) if why else grant(lease, context, client, answered=True)


def take_over(
    lease: LeaseView, context: LeaseContext, client: str, call: str | None = None
) -> Outcome:
    """A person clicked. A holder that answers is asked first; one that left or is silent is not."""
    if not context.may_hold(client):
        return denied(lease, client, DenialReason.VIEW)
    if lease.holder == client and not lease.asked_by:
        return returned(lease, context, client)
    chosen = replace(lease, asked_call=call)
    # A holder that wants the phone back gets a new epoch: its answer to the first request is void.
    absent = lease.left_at is not None or is_silent(lease, context)
    if lease.holder in (None, client) or absent:
        return grant(chosen, context, client, answered=True)
    if context.on_call is not OnCall.NO and call not in ("move", "end"):
        return denied(lease, client, DenialReason.ON_CALL)
    asked_at = context.now if lease.asked_at is None else lease.asked_at
    replaced = denied_requester(lease, client, lease.epoch, lease.holder)
    revoke = Revoke(str(lease.holder), lease.epoch, client, call)
    return Outcome(replace(chosen, asked_by=client, asked_at=asked_at), (*replaced, revoke))


def returned(lease: LeaseView, context: LeaseContext, client: str) -> Outcome:
    """A client says hello. A holder keeps the phone unless it was granted elsewhere meanwhile."""
    if lease.holder != client:
        return Outcome(lease)
    revoked = (Revoke(client, lease.epoch, lease.asked_by),) if lease.asked_by else ()
    again = lease.left_at is None and not is_silent(lease, context)
    return Outcome(confirmed(lease, context), (Granted(client, lease.epoch, again), *revoked))


def confirm(lease: LeaseView, context: LeaseContext, client: str, epoch: int) -> Outcome:
    """The holder answered with its epoch."""
    return Outcome(confirmed(lease, context) if holds(lease, client, epoch) else lease)


def released(lease: LeaseView, context: LeaseContext, client: str, epoch: int) -> Outcome:
    """The holder has stopped its phone, asked or not."""
    if not holds(lease, client, epoch):
        return Outcome(lease)
    return pass_on(lease, context, without=() if lease.asked_by else (client,))


def leaving(
    lease: LeaseView, context: LeaseContext, client: str, epoch: int, closed: bool = False
) -> Outcome:
    """The holder's page goes away with its phone stopped: it may be a reload.

    `closed`: its browser has not asked for the page again, so another client need not wait for it.
    """
    if not holds(lease, client, epoch):
        return Outcome(lease)
    if lease.asked_by or (closed and successor(lease, context, (client,))):
        return pass_on(lease, context, without=(client,))
    return Outcome(replace(lease, left_at=context.now if lease.left_at is None else lease.left_at))


def signed_out(lease: LeaseView, context: LeaseContext, clients: Collection[str]) -> Outcome:
    """These clients were signed out: they do not come back."""
    if lease.holder not in clients:
        return Outcome(lease)
    return pass_on(lease, context, without=clients)


def set_no_peers(
    lease: LeaseView, _context: LeaseContext, client: str, epoch: int, no_peers: bool
) -> Outcome:
    """Stores whether the holder may believe that it has no peers; see `PeerNotice`."""
    return Outcome(replace(lease, no_peers=no_peers) if holds(lease, client, epoch) else lease)


def tick(lease: LeaseView, context: LeaseContext) -> Outcome:
    """Time passed: the first rule that applies decides."""
    lease = _without_future(lease, context.now)
    for applies, then in _RULES:
        if applies(lease, context):
            return then(lease, context)
    return Outcome(lease)


def check_command(lease: LeaseView, epoch: int, *, new_call: bool = False) -> None:
    """Refuses a command of an earlier epoch, and a new call while a take-over is pending."""
    if epoch != lease.epoch or (new_call and lease.asked_by):
        raise LeaseMovedOn(lease.epoch)


def check_start(lease: LeaseView, client: str, epoch: int) -> None:
    """Lets only the owner start a phone; not during a take-over or after its page went away."""
    if not holds(lease, client, epoch) or lease.asked_by or lease.left_at is not None:
        raise LeaseMovedOn(lease.epoch)


def _without_future(lease: LeaseView, now: int) -> LeaseView:
    """The clock may have been put back: a time in the future becomes now."""
    times = {
        name: now
        for name in ("since", "heard_at", "left_at", "asked_at")
        if (getattr(lease, name) or 0) > now
    }
    return replace(lease, **times) if times else lease  # type: ignore[arg-type]


Condition = Callable[[LeaseView, LeaseContext], bool]
Transition = Callable[[LeaseView, LeaseContext], Outcome]
_RULES: tuple[tuple[Condition, Transition], ...] = (
    (lambda lease, _context: lease.holder is None, pass_on_from_holder),
    (is_request_overdue, answer_requester),
    (has_left_for_good, pass_on_from_holder),
    (is_grant_unanswered, replace_unconfirmed),
    (is_expired, replace_silent),
)
