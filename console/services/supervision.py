"""Supervisors read an agent's day and act for the agent."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import partial

from flask_babel import gettext
from sqlalchemy.orm import Session

from ..domain.enums import Availability, CallState
from ..domain.one_line import BadLine, one_line, read_whisper
from ..domain.reachability import Reach, Unreachable
from ..domain.storable import is_storable_text
from ..errors import NotAllowed, NotFound, Unsupported
from ..security_log import SecurityEvent, security_event
from ..storage import accounts, agents, calls, models, reachability, whispers
from .agent_status import LONGEST_REASON, change_availability
from .reachability_texts import reachability_text
from .unit_of_work import UnitOfWork, UnitsOfWork

_REMEMBERED_MS = 600_000


def readable(session: Session, user: models.User, who: str) -> models.User:
    """The person with this id or user name, whose day `user` may read: their own, or that of an
    agent of a team they see.
    """
    found = _find(session, user, who)
    if found.id != user.id and not agents.supervises(session, user, found):
        raise NotAllowed
    return found


def _find(session: Session, user: models.User, who: str) -> models.User:
    found = agents.find(session, user.organisation_id, who) if is_storable_text(who) else None
    if found is None:
        raise NotFound
    return found


def supervised(session: Session, user: models.User, who: str) -> models.User:
    """The agent with this id or user name, whom `user` supervises."""
    found = _find(session, user, who)
    if not agents.supervises(session, user, found):
        raise NotAllowed
    return found


def send_whisper(
    units: UnitsOfWork, user: models.User, who: str, *, id: str, call: str, text: str
) -> None:
    """Shows the text to the agent beside their open call, on all their pages.

    A repeated id has no effect.
    """
    with units.begin(user.organisation_id) as unit:
        agent = supervised(unit.session, user, who)
        if whispers.is_sent(unit.session, user.id, id):
            return
        line = _checked(read_whisper, text)
        found = calls.get(unit.session, call)
        if found is None or found.agent != agent.id or found.state is CallState.ended:
            raise _no_call(unit, agent)
        whispers.add(unit.session, found.id, user.id, id, line, unit.now)
        unit.agent_changed(agent.id)
    security_event(SecurityEvent.acted_for_agent, agent.id, what="whisper", call=found.id)


def set_availability(
    units: UnitsOfWork,
    user: models.User,
    who: str,
    *,
    id: str,
    availability: Availability,
    reason: str,
) -> None:
    """Sets the agent's availability as the agent would, who sees by whom and may change it back.

    A repeated id has no effect.
    """
    with units.begin(user.organisation_id) as unit:
        agent = supervised(unit.session, user, who)
        is_away = availability is Availability.away
        known = _checked(partial(one_line, longest=LONGEST_REASON), reason) if is_away else ""
        if not _first_time(unit, f"availability:{user.id}:{id}"):
            return
        if availability is Availability.available:
            _refuse_unreachable(unit, agent.id)
        if availability is Availability.offline:
            reachability.forget_failures(unit.session, agent.id)
        change_availability(unit, agent.id, availability, known, by=user.id)
    security_event(SecurityEvent.acted_for_agent, agent.id, what="availability", to=availability)


def _first_time(unit: UnitOfWork, name: str) -> bool:
    key = hashlib.sha256(name.encode()).hexdigest()
    return accounts.use_key(unit.session, key, unit.now + _REMEMBERED_MS)


def _refuse_unreachable(unit: UnitOfWork, agent: str) -> None:
    why = unit.views([agent])[0]["unreachable"]
    if not Reach(Unreachable(why) if why else None).may_become_available:
        short = gettext(reachability_text(why).short)
        sentence = gettext("Calls cannot reach this agent: %(why)s.", why=short)
        raise Unsupported(sentence, code=why)


def _checked(read: Callable[[str], str], text: str) -> str:
    try:
        return read(text)
    except BadLine as error:
        raise Unsupported(gettext(_BAD_LINE[error.code]), code=error.code) from None


def _no_call(unit: UnitOfWork, agent: models.User) -> Unsupported:
    """The call is over, and the agent may be in another one."""
    others = calls.open_of_agents(unit.session, [agent.id])
    code = "call_over" if others else "no_call"
    return Unsupported(gettext(_NO_CALL[code]), code=code)


def N_(sentence: str) -> str:  # noqa: N802 (the name that Babel extracts)
    return sentence


_BAD_LINE = {
    "empty": N_("Write a message first."),
    "too_long": N_("This text is too long. Make it shorter."),
}
_NO_CALL = {
    "no_call": N_("Not sent: this agent is not on a call."),
    "call_over": N_("Not sent: that call is over. Send it again for the current call."),
}
