"""Changes of calls that people make: notes, outcomes, and the names of customers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ..domain.enums import CallState
from ..domain.outcomes import with_outcome
from ..storage import callbacks, calls, contacts, outcomes
from .unit_of_work import UnitOfWork

_OPEN = [state for state in CallState if state is not CallState.ended]


def write_note(unit: UnitOfWork, agent: str, call: str, text: str) -> bool:
    """Keeps the agent's note of their own call, named by its id or its key.

    Returns False when the agent has no such call.
    """
    found = calls.of_agent(unit.session, agent, call)
    if found is None:
        return False
    if found.note != text or found.note_at is None:
        calls.save(unit.session, replace(found, note=text, note_at=unit.now), found)
        unit.agent_changed(agent, history=found.state is CallState.ended)
    return True


class OutcomeGone(Exception):
    """The outcome is not offered to this agent."""


def choose_outcome(unit: UnitOfWork, agent: str, call: str, outcome: str | None, at: int) -> bool:
    """Keeps the outcome that the agent chose for their own call at `at`; None takes it back.

    Returns False when the agent has no such call. Raises OutcomeGone for an outcome that is not
    offered to the agent; a call that has it already keeps it.
    """
    found = calls.of_agent(unit.session, agent, call)
    if found is None:
        return False
    known = outcome in (None, found.outcome_id)
    if outcome and not known and not outcomes.is_offered(unit.session, agent, outcome):
        raise OutcomeGone
    changed = with_outcome(found, outcome, at, unit.now)
    if changed is not found:
        calls.save(unit.session, changed, found)
        unit.agent_changed(agent, history=found.state is CallState.ended)
    return True


def name_calls(
    unit: UnitOfWork,
    organisation: str,
    names: Mapping[str, tuple[str, str]],
    *,
    by_hand: bool = False,
) -> None:
    """Renames the calls with these numbers: number → (name before, name now).

    `by_hand`: open calls get the name even if they had one.
    """
    even = _OPEN if by_hand else []
    renamed = contacts.name_calls(unit.session, organisation, names, even=even)
    for agent, history in renamed.items():
        unit.agent_changed(agent, history=history)
    for number in callbacks.changed_numbers(unit.session, organisation, names) if renamed else ():
        unit.caller_changed(number, known_only=True)
