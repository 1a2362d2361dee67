"""Who owns an agent's phone. Pure rules: a lease and a moment in, the lease that follows and what
to tell whom out.

    free ──claim──▶ held ──leaving──▶ left ── 2 s ──▶ epoch + 1: the newcomer, else the best remaining client,
      ▲             │ ▲ ▲              │              else free
      │             │ │ └──the same────┘                ▲ ▲ ▲
      │             │ │    client is back               │ │ │
      │             │ └────heard─────────┐              │ │ │
      │             ├──take_over──▶ asked ──released, 3 s─┘ │ │
      │             ├──no answer with the new epoch, 3 s────┘ │
      │             ├──silent 35 s────────────────────────────┘  (not to a client elsewhere when the holder was told
      └──signed out─┘                                             that it is alone; not while it talks, up to 10 min)

Invariants
1. A lease has at most one holder. Epochs only grow: each grant is a new one, and an epoch belongs to one client for ever.
2. While an able client stands by, the lease is without a live holder for at most 35 s, and 3 s after a clean leave
   (but a silent holder that talks keeps it, and so does one that was told that it is alone, until a person clicks).
3. A holder that was told of others has fenced itself (30 s) before its silence is over (35 s).
   One that was told that it is alone is never replaced from elsewhere without a person's click.
4. Only a person's click takes a phone from a holder that answers.
5. A client that was signed out holds nothing until it says hello in a new session.

All times are milliseconds of the database's clock.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace

from .lease_model import (
    CallsOver,
    Denied,
    Freed,
    Granted,
    LeaseView,
    Moment,
    OnCall,
    Outcome,
    Revoke,
    Why,
)

__all__ = [
    "CallsOver",
    "Denied",
    "Freed",
    "Granted",
    "LeaseView",
    "Moment",
    "OnCall",
    "Outcome",
    "Revoke",
    "StaleEpoch",
    "Why",
]


class StaleEpoch(Exception):
    """Somebody acts on a lease that has moved on. Nothing was changed."""

    def __init__(self, epoch: int) -> None:
        super().__init__(f"the lease is at epoch {epoch}")
        self.epoch = epoch


def claim(lease: LeaseView, at: Moment, client: str, lock_free: bool = False) -> Outcome:
    """A workspace opens. It gets a free phone, keeps its own, and never takes another's.

    `lock_free`: the client has found the lock that every phone of its browser holds free.
    """
    if not at.may_hold(client):
        return _denied(lease, client, Why.VIEW)
    if lease.holder == client:
        return returned(lease, at, client)
    if lock_free and _died(lease, at, client):
        granted = _grant(lease, at, client, confirmed=True)
        return replace(
            granted,
            signals=(*granted.signals, CallsOver(str(lease.holder), lease.epoch, by_person=False)),
        )
    why = _kept(lease, at, client)
    return _denied(lease, client, why) if why else _grant(lease, at, client, confirmed=True)


def take_over(lease: LeaseView, at: Moment, client: str, call: str | None = None) -> Outcome:
    """A person clicked. A holder that answers is asked first; one that left or fell silent is not
    waited for.
    """
    if not at.may_hold(client):
        return _denied(lease, client, Why.VIEW)
    if lease.holder == client and not lease.asked_by:
        return returned(lease, at, client)
    # The holder itself wants it back: a new epoch, so that its answer to the first question no
    # longer counts.
    chosen = replace(lease, asked_call=call)
    if lease.holder in (None, client) or lease.left_at is not None or _silent(lease, at):
        return _grant(chosen, at, client, confirmed=True)
    if at.on_call is not OnCall.NO and call not in ("move", "end"):
        return _denied(lease, client, Why.ON_CALL)
    asked = replace(
        chosen, asked_by=client, asked_at=at.now if lease.asked_at is None else lease.asked_at
    )
    return Outcome(
        asked,
        (
            *_replaced(lease, client, lease.epoch, lease.holder),
            Revoke(str(lease.holder), lease.epoch, client, call),
        ),
    )


def returned(lease: LeaseView, at: Moment, client: str) -> Outcome:
    """A client says hello. Who held the phone holds it still, unless it was given away
    meanwhile.
    """
    if lease.holder != client:
        return Outcome(lease)
    revoked = (Revoke(client, lease.epoch, lease.asked_by),) if lease.asked_by else ()
    again = lease.left_at is None and not _silent(lease, at)
    return Outcome(_alive(lease, at), (Granted(client, lease.epoch, again), *revoked))


def heard(lease: LeaseView, at: Moment, client: str, epoch: int) -> Outcome:
    """The holder answered with its epoch."""
    return Outcome(_alive(lease, at) if _holds(lease, client, epoch) else lease)


def released(lease: LeaseView, at: Moment, client: str, epoch: int) -> Outcome:
    """The holder has stopped its phone, asked or not."""
    if not _holds(lease, client, epoch):
        return Outcome(lease)
    return _pass_on(lease, at, without=() if lease.asked_by else (client,))


def leaving(lease: LeaseView, at: Moment, client: str, epoch: int, closed: bool = False) -> Outcome:
    """The holder's page goes away, its phone is stopped: it may be a reload.

    `closed`: its browser has not asked for the page again, so another client need not wait for it.
    """
    if not _holds(lease, client, epoch):
        return Outcome(lease)
    if lease.asked_by or (closed and _heir(lease, at, (client,))):
        return _pass_on(lease, at, without=(client,))
    return Outcome(replace(lease, left_at=at.now if lease.left_at is None else lease.left_at))


def signed_out(lease: LeaseView, at: Moment, gone: Collection[str]) -> Outcome:
    """These clients were signed out: they do not come back."""
    return _pass_on(lease, at, without=gone) if lease.holder in gone else Outcome(lease)


def told_alone(lease: LeaseView, _at: Moment, client: str, epoch: int, alone: bool) -> Outcome:
    """What the holder may believe now; see `Told`."""
    return Outcome(replace(lease, alone=alone) if _holds(lease, client, epoch) else lease)


def tick(lease: LeaseView, at: Moment) -> Outcome:
    """Time passed: the first rule that fits decides."""
    lease = _without_future(lease, at.now)
    for applies, then in _RULES:
        if applies(lease, at):
            return then(lease, at)
    return Outcome(lease)


def check_command(lease: LeaseView, epoch: int, *, new_call: bool = False) -> None:
    """Refuses a command given to an earlier owner, and a new call while the phone is being handed
    over.
    """
    if epoch != lease.epoch or (new_call and lease.asked_by):
        raise StaleEpoch(lease.epoch)


def check_start(lease: LeaseView, client: str, epoch: int) -> None:
    """Refuses to start a phone anywhere but at the owner, while it is being handed over, or after
    its page went away.
    """
    if not _holds(lease, client, epoch) or lease.asked_by or lease.left_at is not None:
        raise StaleEpoch(lease.epoch)


def _holds(lease: LeaseView, client: str, epoch: int) -> bool:
    return lease.holder == client and lease.epoch == epoch


def _alive(lease: LeaseView, at: Moment) -> LeaseView:
    return replace(lease, heard_at=at.now, confirmed=True, left_at=None)


def _silent(lease: LeaseView, at: Moment) -> bool:
    """After a start or an outage of our own nobody counts as silent: we were the ones who did not
    listen.
    """
    return (
        lease.holder is not None
        and at.now >= at.grace_until
        and at.now - lease.heard_at >= at.waits.expire
    )


def _talks(lease: LeaseView, at: Moment) -> bool:
    return at.on_call is OnCall.TALKING and at.now - lease.heard_at < at.waits.carry_max


def _left_for_good(lease: LeaseView, at: Moment) -> bool:
    return lease.left_at is not None and at.now - lease.left_at >= at.waits.comeback


def _asked_in_vain(lease: LeaseView, at: Moment) -> bool:
    return lease.asked_at is not None and at.now - lease.asked_at >= at.waits.takeover


def _unanswered(lease: LeaseView, at: Moment) -> bool:
    """A grant from before our own outage could not be answered: that holder has the grace as any
    other.
    """
    heeded = at.now >= at.grace_until or lease.since >= at.grace_until - at.waits.start_grace
    return (
        heeded
        and not lease.confirmed
        and at.now - lease.since >= at.waits.confirm
        and not _talks(lease, at)
    )


def _expired(lease: LeaseView, at: Moment) -> bool:
    return _silent(lease, at) and not _talks(lease, at)


def _died(lease: LeaseView, at: Moment, client: str) -> bool:
    """The holder is a page of the client's own browser whose socket is closed and that holds no
    lock any more.

    A reload looks the same for a moment, but it says that it leaves.
    """
    holder = at.client(lease.holder)
    if holder is None or holder.connected or lease.left_at is not None:
        return False
    return lease.asked_by in (None, client) and not at.elsewhere(client, holder.id)


def _kept(lease: LeaseView, at: Moment, client: str) -> Why | None:
    """Why the lease stays where it is although `client` claims it."""
    if lease.holder is None or _left_for_good(lease, at):
        return None
    if lease.left_at is not None:
        return Why.LEAVING
    if not _silent(lease, at):
        return Why.HELD
    if _talks(lease, at):
        return Why.ON_CALL
    return Why.SILENT if lease.alone and at.elsewhere(client, lease.holder) else None


def _heir(
    lease: LeaseView, at: Moment, without: Collection[str | None] = (), near: bool = False
) -> str | None:
    """The newcomer that asked, else the best who stands by;

    `near`: only in the holder's own browser.
    """
    newcomer = at.client(lease.asked_by)
    if newcomer and newcomer.present(at) and newcomer.id not in without:
        return newcomer.id
    allowed = [
        one
        for one in at.clients
        if one.id not in without and not (near and at.elsewhere(one.id, lease.holder))
    ]
    return next(
        (
            one.id
            for one in sorted(allowed, key=lambda one: one.rank, reverse=True)
            if one.stands_by(at)
        ),
        None,
    )


def _grant(lease: LeaseView, at: Moment, client: str, *, confirmed: bool = False) -> Outcome:
    epoch = lease.epoch + 1
    knows = lease.holder in (None, client) or lease.asked_by or lease.left_at is not None
    revoke = () if knows else (Revoke(str(lease.holder), lease.epoch, client, lease.asked_call),)
    granted = LeaseView(
        epoch, lease.version, client, since=at.now, heard_at=at.now, confirmed=confirmed
    )
    return Outcome(
        granted,
        (
            *revoke,
            *_ended(lease, client),
            *_replaced(lease, client, epoch, client),
            Granted(client, epoch),
        ),
    )


def _ended(lease: LeaseView, client: str) -> tuple[CallsOver, ...]:
    """A click on *End the call* ends it, also where the old holder does not answer."""
    if lease.holder in (None, client) or lease.asked_call != "end":
        return ()
    return (CallsOver(str(lease.holder), lease.epoch, by_person=True),)


def _free(lease: LeaseView, at: Moment) -> Outcome:
    freed = LeaseView(lease.epoch, lease.version, since=at.now, heard_at=lease.heard_at)
    return Outcome(freed, (Freed(lease.holder, lease.epoch),)) if lease.holder else Outcome(lease)


def _denied(lease: LeaseView, client: str, why: Why) -> Outcome:
    return Outcome(lease, (Denied(client, lease.epoch, lease.holder, why),))


def _replaced(lease: LeaseView, by: str, epoch: int, holder: str | None) -> tuple[Denied, ...]:
    return (
        (Denied(lease.asked_by, epoch, holder, Why.REPLACED),)
        if lease.asked_by not in (None, by)
        else ()
    )


def _pass_on(lease: LeaseView, at: Moment, without: Collection[str | None]) -> Outcome:
    heir = _heir(lease, at, without)
    return _grant(lease, at, heir) if heir else _free(lease, at)


def _pass_on_from_holder(lease: LeaseView, at: Moment) -> Outcome:
    return _pass_on(lease, at, without=(lease.holder,))


def _answer_the_newcomer(lease: LeaseView, at: Moment) -> Outcome:
    heir = _heir(lease, at)
    return (
        _grant(lease, at, heir)
        if heir
        else Outcome(replace(lease, asked_by=None, asked_at=None, asked_call=None))
    )


def _try_the_next(lease: LeaseView, at: Moment) -> Outcome:
    heir = _heir(lease, at, without=(lease.holder,), near=lease.alone)
    return _grant(lease, at, heir) if heir else Outcome(lease)


def _replace_the_silent(lease: LeaseView, at: Moment) -> Outcome:
    """The holder itself may be the heir: it answers, but never learnt its epoch."""
    heir = _heir(lease, at, near=lease.alone)
    return _grant(lease, at, heir) if heir else Outcome(lease)


def _without_future(lease: LeaseView, now: int) -> LeaseView:
    """The clock was put back: what seems to come is now."""
    times = {
        name: now
        for name in ("since", "heard_at", "left_at", "asked_at")
        if (getattr(lease, name) or 0) > now
    }
    return replace(lease, **times) if times else lease  # type: ignore[arg-type]


_RULES: tuple[
    tuple[Callable[[LeaseView, Moment], bool], Callable[[LeaseView, Moment], Outcome]], ...
] = (
    (lambda lease, _at: lease.holder is None, _pass_on_from_holder),
    (_asked_in_vain, _answer_the_newcomer),
    (_left_for_good, _pass_on_from_holder),
    (_unanswered, _try_the_next),
    (_expired, _replace_the_silent),
)
