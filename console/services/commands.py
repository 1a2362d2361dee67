"""Commands: somebody asks.

What is the server's own is done here; what a phone must do is passed to the lease's owner.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext
from sqlalchemy.orm import Session

from ..domain.enums import Availability, Command, Device
from ..domain.lease import StaleEpoch as LeaseMovedOn
from ..domain.lease_model import LeaseView
from ..domain.reachability import Reach, Unreachable
from ..errors import BadRequest, NoOwner, NotFound, StaleEpoch, TooMany, Unsupported
from ..providers import PROVIDERS
from ..storage import accounts, agents, calls, command_args, lines, models, reachability
from .rate_limit import Allowances
from .reachability_texts import reach_words
from .switchboard import Switchboard
from .unit_of_work import UnitOfWork

_NEW_CALL = frozenset({Command.dial, Command.answer, Command.consult})
_REMEMBERED_MS = 60_000
_LONGEST_NOTE = 10_000
_RATE, _BURST = (
    20.0,
    200.0,
)  # commands of one user a second, and how many at once: far more than a person clicks
# The same for what costs more. A page saves a note when its writer pauses; a person types each
# customer's name, and clicks for each choice; each line of a phone asks once when it starts, and
# its page waits longer after each failure.
_DEARER = {
    "note": (2.0, 20.0),
    "customers": (1.0, 30.0),
    "phone_session": (2.0, 60.0),
    "preferences": (2.0, 60.0),
}
_CHOSEN = frozenset(
    {Availability.available, Availability.away, Availability.offline, Availability.wrap_up}
)


class Commands:
    """`lifetime`: ms after which a command that was passed on is too late to be carried out."""

    def __init__(self, switchboard: Switchboard, lifetime: int) -> None:
        self.switchboard = switchboard
        self.lifetime = lifetime
        self._asked = Allowances(_RATE, _BURST)
        self._dearer = {what: Allowances(*numbers) for what, numbers in _DEARER.items()}

    def admit(self, user: models.User, what: str) -> None:
        """Counts one more request: a command, or another name of `_DEARER`.

        Each worker counts for itself.
        """
        dearer = self._dearer.get(what)
        if not self._asked.take(user.id) or (dearer and not dearer.take(user.id)):
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
        """True when it was passed to the owner, False when it is done.

        A repeated id does nothing twice.
        """
        with self.switchboard.units.begin(user.organisation_id) as unit:
            lease = self._lease(unit, user.id, epoch, command)
            own = _SERVER_SIDE.get(command)
            if own is not None:
                own(self, unit, user, args)
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
            return self.switchboard.leases.check_command(
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
        """The id carries who asked, so that the outcome finds its way back through any worker."""
        message = {
            "type": "command",
            "id": id,
            "name": command,
            "args": dict(args),
            "epoch": epoch,
            "expires": unit.now + self.lifetime,
        }
        unit.pass_on(agent, message, to=holder)

    def result(self, organisation: str, agent: str, id: str, ok: bool, code: str | None) -> None:
        """The owner's phone has done what was asked, or not: whoever asked hears it."""
        asker, _, own_id = id.partition(":")
        with self.switchboard.units.begin(organisation) as unit:
            command_args.forget(unit.session, agent, id)
            unit.tell(
                agent,
                {
                    "type": "command.result",
                    "id": own_id,
                    "ok": ok,
                    **({"code": code} if code else {}),
                },
                to=asker,
            )

    def _set_availability(
        self, unit: UnitOfWork, user: models.User, args: Mapping[str, Any]
    ) -> None:
        chosen, reason = args.get("availability"), args.get("reason", "")
        if (
            not isinstance(chosen, str)
            or chosen not in _CHOSEN
            or not isinstance(reason, str)
            or len(reason) > 100
        ):
            raise BadRequest
        if chosen == Availability.available:
            _refuse_unreachable(unit, user.id)
        if chosen == Availability.offline:
            reachability.forget_failures(unit.session, user.id)
        self.switchboard.change_availability(unit, user.id, Availability(chosen), reason)

    def _note(self, unit: UnitOfWork, user: models.User, args: Mapping[str, Any]) -> None:
        call, text = args.get("call"), args.get("text")
        if not isinstance(call, str) or not isinstance(text, str) or len(text) > _LONGEST_NOTE:
            raise BadRequest
        if not self.switchboard.write_note(unit, user.id, call, text):
            raise NotFound


_SERVER_SIDE = {Command.set_availability: Commands._set_availability, Command.note: Commands._note}


def _refuse_unreachable(unit: UnitOfWork, agent: str) -> None:
    why = unit.views([agent])[0]["unreachable"]
    if not Reach(Unreachable(why) if why else None).may_become_available:
        raise Unsupported(gettext(reach_words(why).sentence), code=why)


def _refuse_unsupported(
    session: Session, user: models.User, command: Command, args: Mapping[str, Any]
) -> None:
    connection = _connection(session, user, args)
    if connection is None:
        raise NotFound
    capabilities = PROVIDERS[connection.provider].capabilities
    chosen = Device(agents.status_of(session, user.id).device)
    device = (
        chosen if chosen in capabilities.offered else Device.browser
    )  # chosen for a line of another phone system
    if not capabilities.offers(device, command):
        raise Unsupported(capabilities.reason(device, command))


def _connection(
    session: Session, user: models.User, args: Mapping[str, Any]
) -> models.Connection | None:
    """Of the call that the command names, else the one it names, else that of the user's first
    line.
    """
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
