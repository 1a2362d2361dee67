"""Commands of people: carried out here, or passed to the client that owns the phone."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any, TypeGuard

from flask_babel import gettext
from sqlalchemy.orm import Session

from ..domain.enums import Availability, Command, Device
from ..domain.lease import LeaseMovedOn
from ..domain.lease_model import LeaseView
from ..domain.reachability import Reach, Unreachable
from ..domain.validation import LONGEST_NOTE
from ..errors import BadRequest, NoOwner, NotFound, StaleEpoch, TooMany, Unsupported
from ..providers import PROVIDERS
from ..providers.base import WITHOUT_PHONE
from ..storage import accounts, agents, calls, command_args, lines, models, reachability
from ..storage.leases import Leases
from .agent_status import LONGEST_REASON, change_availability, extend_wrap_up
from .call_edits import OutcomeGone, choose_outcome, write_note
from .callbacks import claim_callback, dismiss_callback, release_callback
from .rate_limit import RateLimits
from .reachability_texts import reachability_text
from .unit_of_work import UnitOfWork, UnitsOfWork

_NEW_CALL = frozenset({Command.dial, Command.answer, Command.consult})
# They change rows that no phone follows: any page may send them, also one that has no lease.
_ANY_EPOCH = frozenset({Command.outcome, Command.extend_wrap_up})
# Commands that change no phone.
_WITHOUT_PHONE = WITHOUT_PHONE | {Command.note}
_REMEMBERED_MS = 60_000
_Rate = tuple[float, float]  # requests of one user per second, and at once
_ANY: _Rate = (20.0, 200.0)  # far more than a person clicks
# Requests that cost more. A page saves a note when its writer pauses, people type each customer's
# name and click each preference, and a phone's line starts once, with longer pauses after failures.
_COSTLY: dict[str, _Rate] = {
    "note": (2.0, 20.0),
    "outcome": (2.0, 20.0),
    "extend_wrap_up": (1.0, 20.0),
    "customers": (1.0, 30.0),
    "contact_edits": (1.0, 30.0),
    "history_csv": (0.1, 10.0),
    "phone_session": (2.0, 60.0),
    "preferences": (2.0, 60.0),
    "whisper": (0.5, 10.0),
    "agent_availability": (0.5, 20.0),
}
_CHOSEN = frozenset(
    {Availability.available, Availability.away, Availability.offline, Availability.wrap_up}
)


class Commands:
    """`lifetime`: ms after which a command that was passed on has expired."""

    def __init__(self, units: UnitsOfWork, leases: Leases, lifetime: int) -> None:
        self._units = units
        self._leases = leases
        self._lifetime = lifetime
        self._any = RateLimits(*_ANY)
        self._costly = {what: RateLimits(*rate) for what, rate in _COSTLY.items()}

    def admit(self, user: models.User, what: str) -> None:
        """Counts one more request: a command, or another name of `_COSTLY`.

        Raises TooMany above the rate. Each worker counts for itself.
        """
        costly = self._costly.get(what)
        if not self._any.take(user.id) or (costly and not costly.take(user.id)):
            raise TooMany

    def receive(
        self,
        user: models.User,
        command: Command,
        *,
        id: str,
        client: str,
        epoch: int,
        args: Mapping[str, Any],
    ) -> bool:
        """Returns True when the command was passed to the owner, False when it is done.

        A repeated id has no effect.
        """
        with self._units.begin(user.organisation_id) as unit:
            own = _SERVER_SIDE.get(command)
            if own is not None and (
                command in _ANY_EPOCH or (command in _WITHOUT_PHONE and not epoch)
            ):
                own(unit, user, args)  # of a page without a phone, such as the history
                return False
            lease = self._lease(unit, user.id, epoch, command)
            if own is not None:
                own(unit, user, args)
                return False
            if lease.holder is None:
                raise NoOwner
            _refuse_unsupported(unit.session, user, command, args)
            if _first_time(unit, f"{user.id}:{id}"):
                self._pass_on(
                    unit,
                    user.id,
                    lease.holder,
                    lease.epoch,
                    command,
                    id=f"{client}:{id}",
                    args=args,
                )
            return True

    def _lease(self, unit: UnitOfWork, agent: str, epoch: int, command: Command) -> LeaseView:
        try:
            return self._leases.check_command(
                unit.session, agent, epoch, new_call=command in _NEW_CALL
            )
        except LeaseMovedOn as error:
            raise StaleEpoch from error

    def _pass_on(
        self,
        unit: UnitOfWork,
        agent: str,
        holder: str,
        epoch: int,
        command: Command,
        *,
        id: str,
        args: Mapping[str, Any],
    ) -> None:
        """The id carries the asking client, so that any worker can return the result to it."""
        message = {
            "type": "command",
            "id": id,
            "name": command,
            "args": dict(args),
            "epoch": epoch,
            "expires": unit.now + self._lifetime,
        }
        unit.pass_on(agent, message, to=holder)

    def result(self, organisation: str, agent: str, id: str, ok: bool, code: str | None) -> None:
        """Passes the result of the owner's phone to the client that sent the command."""
        asker, _, own_id = id.partition(":")
        with self._units.begin(organisation) as unit:
            command_args.forget(unit.session, agent, id)
            unit.notify(
                agent,
                {
                    "type": "command.result",
                    "id": own_id,
                    "ok": ok,
                    **({"code": code} if code else {}),
                },
                to=asker,
            )


def _set_availability(unit: UnitOfWork, user: models.User, args: Mapping[str, Any]) -> None:
    chosen, reason = args.get("availability"), args.get("reason", "")
    if (
        not isinstance(chosen, str)
        or chosen not in _CHOSEN
        or not isinstance(reason, str)
        or len(reason) > LONGEST_REASON
    ):
        raise BadRequest
    if chosen == Availability.available and not _is_confirmed(unit, user.id):
        _refuse_unreachable(unit, user.id)
    if chosen == Availability.offline:
        reachability.forget_failures(unit.session, user.id)
    change_availability(unit, user.id, Availability(chosen), reason)


def _is_confirmed(unit: UnitOfWork, agent: str) -> bool:
    """A supervisor has made the agent available: the agent only dismisses the notice of it."""
    status = agents.status_of(unit.session, agent)
    return bool(status.set_by) and status.availability == Availability.available


def _note(unit: UnitOfWork, user: models.User, args: Mapping[str, Any]) -> None:
    call, text = args.get("call"), args.get("text")
    if not isinstance(call, str) or not isinstance(text, str) or len(text) > LONGEST_NOTE:
        raise BadRequest
    if not write_note(unit, user.id, call, text):
        raise NotFound


def _outcome(unit: UnitOfWork, user: models.User, args: Mapping[str, Any]) -> None:
    call, outcome, at = args.get("call"), args.get("outcome"), args.get("at", unit.now)
    if not (isinstance(call, str) and isinstance(outcome, str) and _is_time(at)):
        raise BadRequest
    try:
        kept = choose_outcome(unit, user.id, call, outcome or None, at)
    except OutcomeGone:
        raise Unsupported(
            gettext("This outcome is no longer offered. Choose another one."), code="outcome_gone"
        ) from None
    if not kept:
        raise NotFound


def _extend_wrap_up(unit: UnitOfWork, user: models.User, args: Mapping[str, Any]) -> None:
    until = args.get("until")
    if not _is_time(until):
        raise BadRequest
    if not extend_wrap_up(unit, user.id, until):
        raise Unsupported(gettext("Wrap-up cannot last any longer."), code="wrap_up_limit")


def _is_time(value: Any) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


_SERVER_SIDE: Mapping[Command, Callable[[UnitOfWork, models.User, Mapping[str, Any]], None]] = {
    Command.set_availability: _set_availability,
    Command.note: _note,
    Command.outcome: _outcome,
    Command.extend_wrap_up: _extend_wrap_up,
    Command.callback_claim: claim_callback,
    Command.callback_release: release_callback,
    Command.callback_dismiss: dismiss_callback,
}


def _refuse_unreachable(unit: UnitOfWork, agent: str) -> None:
    why = unit.views([agent])[0]["unreachable"]
    if not Reach(Unreachable(why) if why else None).may_become_available:
        raise Unsupported(gettext(reachability_text(why).sentence), code=why)


def _refuse_unsupported(
    session: Session, user: models.User, command: Command, args: Mapping[str, Any]
) -> None:
    connection = _connection(session, user, args)
    if connection is None:
        raise NotFound
    capabilities = PROVIDERS[connection.provider].capabilities
    chosen = Device(agents.status_of(session, user.id).device)
    # The choice may be meant for a line of another phone system.
    device = chosen if chosen in capabilities.offered else Device.browser
    if not capabilities.offers(device, command):
        raise Unsupported(capabilities.reason(device, command))


def _connection(
    session: Session, user: models.User, args: Mapping[str, Any]
) -> models.Connection | None:
    """The connection of the named call, else the named one, else that of the user's first line."""
    named, of_call = args.get("connection"), args.get("call")
    if not isinstance(named, str | None) or not isinstance(of_call, str | None):
        raise BadRequest
    call = calls.of_agent(session, user.id, of_call) if of_call else None
    if call is not None:
        return lines.find_connection(session, call.connection)
    return lines.connection_of_agent(session, user.id, named)


def _first_time(unit: UnitOfWork, name: str) -> bool:
    key = hashlib.sha256(name.encode()).hexdigest()
    return accounts.use_key(unit.session, key, unit.now + _REMEMBERED_MS)
