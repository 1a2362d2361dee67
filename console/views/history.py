"""The history of calls: searched, filtered, and downloaded as a file.

An agent sees their own calls, a supervisor those of their teams. The address holds the filter.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy.orm import Session

from ..app_services import services
from ..domain.callbacks import is_customer
from ..domain.history_filter import (
    FIELDS,
    FilterFault,
    HistoryFilter,
    ReadFilter,
    presets,
    read_filter,
)
from ..errors import BadRequest
from ..security.guards import signed_in
from ..storage import agents, callbacks, calls, models, outcomes
from ..storage.outcomes import OfferedView
from .history_csv import Columns, csv_lines

blueprint = Blueprint("history", __name__)

_PAGE = 50
_DAY = 86_400_000  # ms
FAULT_SENTENCES: Mapping[FilterFault, Any] = {
    FilterFault.date: lazy_gettext("This is no date. Choose one, or write it as 2026-01-31."),
    FilterFault.order: lazy_gettext("The last day is before the first. Choose a later one."),
    FilterFault.direction: lazy_gettext("Choose one of the directions in the list."),
    FilterFault.result: lazy_gettext("Choose one of the results in the list."),
    FilterFault.outcome: lazy_gettext("You cannot choose this outcome. Choose another one."),
    FilterFault.agent: lazy_gettext("You cannot see the calls of this agent. Choose another one."),
}


class _Reader(NamedTuple):
    """The person who reads, what they may see (agent id → name), and the outcomes of that."""

    user: models.User
    zone: ZoneInfo
    visible: dict[str, str]
    known: list[outcomes.KnownOutcome]
    asked: ReadFilter


@blueprint.get("/history")
@signed_in()
def history() -> ResponseReturnValue:
    reader = _reader()
    before = cursor_in(request.args.get("before", ""))
    found, cursor = ([], None) if reader.asked.faults else _page(reader, before)
    given = {name: value for name, value in reader.asked.given.items() if value}
    html = render_template(
        "history.html",
        calls=found,
        agents=reader.visible,
        outcomes=_offered(reader.user),
        known_outcomes=_outcome_options(reader.known),
        given=reader.asked.given,
        faults={name: FAULT_SENTENCES[fault] for name, fault in reader.asked.faults.items()},
        is_filtered=bool(given),
        address=_address(given),
        presets=_preset_addresses(reader, given),
        next_page=_address({**given, "before": cursor}) if cursor else None,
        title=_("History"),
    )
    return html, 400 if reader.asked.faults else 200


@blueprint.get("/history.csv")
@signed_in()
def download() -> ResponseReturnValue:
    """The calls of the filter as a file. It is read and sent piece by piece."""
    services().commands.admit(g.user, "history_csv")
    reader = _reader()
    if reader.asked.faults:
        raise BadRequest(
            " ".join(str(FAULT_SENTENCES[one]) for one in reader.asked.faults.values())
        )
    chosen = _within_retention(reader.asked.filter)

    def read(before: calls.Cursor | None, limit: int) -> list[agents.CallView]:
        def work(session: Session) -> list[agents.CallView]:
            return _read(session, reader, chosen, before, limit)

        return services().database.long_read(work)

    return Response(
        csv_lines(read, Columns.of_request(reader.zone, reader.visible)),
        mimetype="text/csv",
        headers={
            "Content-Disposition": "attachment; filename=console-calls.csv",
            "Cache-Control": "no-store",
        },
    )


def _offered(user: models.User) -> OfferedView | None:
    with services().database.read() as session:
        return outcomes.offered(session, [user.id]).get(user.id)


def _outcome_options(known: list[outcomes.KnownOutcome]) -> list[tuple[str, str]]:
    """(id, words) of each outcome. The team is named where several lists share a name."""
    times = Counter(outcome.name for outcome in known if not outcome.retired)
    return [
        (
            outcome.id,
            _("%(name)s (no longer offered)", name=outcome.name)
            if outcome.retired
            else f"{outcome.name} · {outcome.team}"
            if outcome.team and times[outcome.name] > 1
            else outcome.name,
        )
        for outcome in known
    ]


def _reader() -> _Reader:
    user: models.User = g.user
    with services().database.read() as session:
        visible = _visible_agents(session, user)
        known = outcomes.known(session, user.organisation_id, visible)
    zone = ZoneInfo(services().accounts.timezone_of(user))
    asked = read_filter(request.args, zone, visible, [outcome.id for outcome in known])
    return _Reader(user, zone, visible, known, asked)


def _read(
    session: Session,
    reader: _Reader,
    chosen: HistoryFilter,
    before: calls.Cursor | None,
    limit: int,
) -> list[agents.CallView]:
    user = reader.user
    wanted = [chosen.agent] if chosen.agent else list(reader.visible)
    found = calls.history(session, user.organisation_id, wanted, chosen, before=before, limit=limit)
    return agents.call_views(session, found, agents.region_of(session, user.id))


def _page(reader: _Reader, before: calls.Cursor | None) -> tuple[list[dict[str, Any]], str | None]:
    """The rows of one page, and the place from which the next one begins."""

    def work(session: Session) -> tuple[list[agents.CallView], dict[str, Any]]:
        found = _read(session, reader, reader.asked.filter, before, _PAGE + 1)
        numbers = {call["number"] for call in found if is_customer(call["number"])}
        organisation = reader.user.organisation_id
        return found, dict(callbacks.states_of(session, organisation, numbers) if numbers else {})

    found, states = services().database.long_read(work)
    rows = [
        {
            **call,
            "agent_name": reader.visible.get(call["agent"], ""),
            "is_own": call["agent"] == reader.user.id,
            "callback": callback_of(call, states.get(call["number"])),
        }
        for call in found[:_PAGE]
    ]
    last = found[_PAGE - 1] if len(found) > _PAGE else None
    return rows, f"{last['started']}.{last['id']}" if last else None


def callback_of(call: agents.CallView, state: callbacks.CallbackState | None) -> dict[str, str]:
    """What became of a missed call: `waits`, `claimed` or `dismissed`, and by whom or why."""
    is_missed = call["direction"] == "inbound" and not call["answered"] and call["ended"]
    if state is None or not is_missed:
        return {}
    if state.waiting and call["started"] >= state.since:
        return {"claimed": state.claimed_name} if state.claimed_name else {"waits": "waits"}
    if call["started"] <= state.dismissed_at:
        return {"dismissed": state.dismissed_why}
    return {}


def _visible_agents(session: Session, user: models.User) -> dict[str, str]:
    """agent id → name of the agents whose calls the user may see: their own and their teams'."""
    seen = agents.of_teams(session, user.organisation_id, agents.teams_seen_by(session, user))
    names = agents.names(session, seen)
    return {**({user.id: user.name} if user.role == "agent" or not names else {}), **names}


def _within_retention(chosen: HistoryFilter) -> HistoryFilter:
    """Calls that are kept too long already, because the nightly deletion is still due, stay out."""
    kept = services().settings.keep_call_days
    if not kept:
        return chosen
    with services().database.read() as session:
        oldest = services().database.now(session) - round(kept * _DAY)
    return replace(chosen, since=max(oldest, chosen.since or 0))


def _preset_addresses(reader: _Reader, given: Mapping[str, str]) -> list[dict[str, Any]]:
    with services().database.read() as session:
        now = services().database.now(session)
    words = {"today": _("Today"), "yesterday": _("Yesterday"), "week": _("7 days")}
    return [
        {
            "word": words[name],
            "address": _address({**given, "from": first, "to": last}),
            "chosen": (given.get("from"), given.get("to")) == (first, last),
        }
        for name, (first, last) in presets(now, reader.zone).items()
    ]


def _address(values: Mapping[str, str]) -> str:
    """The query of an address, with the fields in their order."""
    return urlencode({name: values[name] for name in (*FIELDS, "before") if values.get(name)})


def cursor_in(text: str) -> calls.Cursor | None:
    at, dot, id = text.partition(".")
    return (int(at), id) if dot and at.isascii() and at.isdigit() and len(at) < 16 else None
