"""Numbers to call back: what a call changes in them, and what people do with them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext

from ..domain.call import Call
from ..domain.callbacks import LONGEST_REASON, effect, is_customer
from ..errors import BadRequest, Unsupported
from ..storage import agents, callbacks, models
from ..storage.callbacks import CallbackChange, KnownCallback
from .unit_of_work import UnitOfWork


def change_callback(unit: UnitOfWork, before: Call | None, after: Call) -> None:
    """Marks the numbers whose callbacks may follow this change of a call.

    Another leg of the conversation may have the number that this one lacks.
    """
    changes = effect(before, after)
    if changes is None:
        return
    number = after.number
    if not is_customer(number):
        number = callbacks.number_of(unit.session, after.conversation)
    for one in {number, before.number if before else ""}:
        if is_customer(one):
            unit.caller_changed(one, known_only=changes.settles_only)


def claim_callback(unit: UnitOfWork, user: models.User, args: Mapping[str, Any]) -> None:
    """The user will call. A claim of their own stays as it is."""
    known = _free(unit, user, args.get("number"))
    if known.columns["claimed_by"] == user.id:
        return
    number = known.columns["number"]
    callbacks.claim(unit.session, user.organisation_id, number, user.id, unit.now)
    unit.callback_changed(CallbackChange(number, known.audiences))


def release_callback(unit: UnitOfWork, user: models.User, args: Mapping[str, Any]) -> None:
    """The user will not call after all."""
    known = _waiting(unit, user, args.get("number"))
    if known.columns["claimed_by"] == user.id:
        end_claim(unit, user.organisation_id, known)


def dismiss_callback(unit: UnitOfWork, user: models.User, args: Mapping[str, Any]) -> None:
    """Nobody needs to call: the user says why."""
    reason = args.get("reason")
    if not isinstance(reason, str) or len(reason) > LONGEST_REASON:
        raise BadRequest
    why = " ".join(reason.split())
    known = _free(unit, user, args.get("number"))
    if not why:
        raise Unsupported(gettext("Say why nobody needs to call back."), code="no_reason")
    number = known.columns["number"]
    callbacks.dismiss(unit.session, user.organisation_id, number, by=user.id, at=unit.now, why=why)
    unit.caller_changed(number)


def end_claim(unit: UnitOfWork, organisation: str, known: KnownCallback) -> None:
    number = known.columns["number"]
    callbacks.release(unit.session, organisation, number)
    unit.callback_changed(CallbackChange(number, known.audiences))


def _waiting(unit: UnitOfWork, user: models.User, number: object) -> KnownCallback:
    """The row that the user sees, or the answer that nothing waits any more."""
    if not isinstance(number, str) or len(number) > 64:
        raise BadRequest
    known = callbacks.find(unit.session, user.organisation_id, number)
    seen = known and known.audiences.intersection(callbacks.audiences_of(unit.session, user))
    if not known or not seen:
        raise Unsupported(
            gettext("This number no longer waits for a call back."), code="callback_gone"
        )
    return known


def _free(unit: UnitOfWork, user: models.User, number: object) -> KnownCallback:
    """The row, unless a colleague has claimed it and may still call."""
    known = _waiting(unit, user, number)
    if callbacks.claimed_by_other(known, user.id, unit.now):
        by = known.columns["claimed_by"]
        name = agents.names(unit.session, [by]).get(by, "")
        raise Unsupported(
            gettext("%(name)s is already calling this number back.", name=name),
            code="callback_taken",
        )
    return known
