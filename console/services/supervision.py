"""What supervisors may read of an agent and do for them."""

from __future__ import annotations

from flask_babel import gettext
from sqlalchemy.orm import Session

from ..domain.enums import CallState
from ..domain.storable import is_storable_text
from ..domain.whispers import BadWhisper, read_whisper
from ..errors import NotAllowed, NotFound, Unsupported
from ..security_log import SecurityEvent, security_event
from ..storage import agents, calls, models, whispers
from .unit_of_work import UnitOfWork, UnitsOfWork


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
        line = _checked(text)
        found = calls.get(unit.session, call)
        if found is None or found.agent != agent.id or found.state is CallState.ended:
            raise _no_call(unit, agent)
        whispers.add(unit.session, found.id, user.id, id, line, unit.now)
        unit.agent_changed(agent.id)
    security_event(SecurityEvent.acted_for_agent, agent.id, what="whisper", call=found.id)


def _checked(text: str) -> str:
    try:
        return read_whisper(text)
    except BadWhisper as error:
        raise Unsupported(gettext(_BAD_WHISPER[error.code]), code=error.code) from None


def _no_call(unit: UnitOfWork, agent: models.User) -> Unsupported:
    """The call is over, and the agent may be in another one."""
    others = calls.open_of_agents(unit.session, [agent.id])
    code = "call_over" if others else "no_call"
    return Unsupported(gettext(_NO_CALL[code]), code=code)


def N_(sentence: str) -> str:  # noqa: N802 (the name that Babel extracts)
    return sentence


_BAD_WHISPER = {
    "empty": N_("Write a message first."),
    "too_long": N_("A message has at most 280 characters. Make it shorter."),
}
_NO_CALL = {
    "no_call": N_("Not sent: this agent is not on a call."),
    "call_over": N_("Not sent: that call is over. Send it again for the current call."),
}
