"""Calls as templates and the journal carry them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict, cast

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from ...domain.call import Call
from ...domain.numbers import shown
from .. import calls, models, outcomes
from ..statements import OneOrMany

_CONNECTION = cast(Table, models.Connection.__table__)
_CONNECTION_NAMES = OneOrMany(
    lambda among: select(_CONNECTION.c.id, _CONNECTION.c.name, _CONNECTION.c.provider).where(
        among(_CONNECTION.c.id)
    )
)


class QualityView(TypedDict):
    """The sound quality of a call. `cause`: the side that is at fault where it is not good."""

    level: str
    cause: str
    mos: float


class CallView(TypedDict):
    """A call for templates and the journal: plain JSON, times in ms UTC.

    `whisper`: the supervisors' last message to the agent, while the call is open.
    """

    id: str
    client_call_id: str
    outgoing: bool
    conversation: str
    agent: str
    direction: str
    number: str
    shown: str
    name: str
    hotline: str
    connection: str
    provider: str
    line: int
    consults: str
    state: str
    started: int
    answered: int | None
    ended: int | None
    held_since: int | None
    held_by: str | None
    hold_seconds: int
    muted: bool
    missed: bool
    ended_by: str | None
    cause: str | None
    sip_code: int | None
    provider_code: str | None
    note: str
    note_at: int | None
    outcome: str
    outcome_id: str
    wants_outcome: bool
    silent_since: int | None
    calls_today: int
    whisper: str
    whisper_by: str
    quality: QualityView | None


def call_view(
    call: Call,
    connection: str,
    provider: str,
    region: str,
    outcome: str = "",
    silent_since: int | None = None,
    whisper: str | None = None,
    whisper_by: str | None = None,
) -> CallView:
    """`outcome`: the name of the call's outcome."""
    return CallView(
        id=call.id,
        client_call_id=call.client_call_id,
        conversation=call.conversation,
        agent=call.agent,
        direction=call.direction,
        outgoing=call.outgoing,
        number=call.number,
        shown=shown(call.number, region),
        name=call.name,
        hotline=call.hotline,
        connection=connection,
        provider=provider,
        line=call.line,
        consults=call.consults,
        state=call.state,
        started=call.started_at,
        answered=call.answered_at,
        ended=call.ended_at,
        held_since=call.held_since,
        held_by=call.held_by,
        hold_seconds=call.hold_seconds,
        muted=call.muted,
        missed=call.missed,
        ended_by=call.ended_by,
        cause=call.cause,
        sip_code=call.sip_code,
        provider_code=call.provider_code,
        note=call.note,
        note_at=call.note_at,
        outcome=outcome,
        outcome_id=call.outcome_id or "",
        wants_outcome=call.wants_outcome,
        silent_since=silent_since,
        calls_today=call.calls_today,
        whisper=whisper or "",
        whisper_by=whisper_by or "",
        quality=_quality(call),
    )


def _quality(call: Call) -> QualityView | None:
    quality = call.quality
    if quality is None:
        return None
    return QualityView(level=quality.level.value, cause=quality.cause.value, mos=quality.mos)


def call_views(session: Session, found: Sequence[Call], region: str) -> list[CallView]:
    wanted = {call.connection for call in found}
    named = (
        {id: (name, provider) for id, name, provider in _CONNECTION_NAMES.ask(session, wanted)}
        if wanted
        else {}
    )
    chosen = outcomes.names(session, {call.outcome_id for call in found if call.outcome_id})
    return [
        call_view(
            call,
            *named.get(call.connection, ("", "")),
            region,
            chosen.get(call.outcome_id or "", ""),
        )
        for call in found
    ]


def recent(session: Session, agent: str, region: str, limit: int = 20) -> list[CallView]:
    """The agent's last ended calls, newest first."""
    return call_views(session, calls.ended_of_agent(session, agent, limit), region)
