"""The supervisors' numbers of today: calls by half hours, service level, length of calls."""

from __future__ import annotations

from typing import NamedTuple

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from ..app_services import services
from ..domain.day_plot import Plot, plot, slots
from ..domain.enums import Role
from ..security.guards import signed_in
from ..storage import agents, team_day
from ..storage.team_day import HALF_HOUR, SOON, HalfHour, TeamDay

blueprint = Blueprint("wall_day", __name__)


class DayView(NamedTuple):
    """The totals, the plots, and the rows of the table that says the same."""

    calls: int
    answered: int
    missed: int
    soon: int  # per cent of the calls; they are answered within `soon_seconds`
    soon_seconds: int
    average: int  # ms of handling an answered call
    places: list[int]
    plots: dict[str, Plot]
    rows: list[HalfHour]


@blueprint.get("/wall/day")
@signed_in(Role.supervisor, Role.admin)
def wall_day() -> ResponseReturnValue:
    """As a fragment, of one of the person's teams (`team`) or of all."""
    asked = request.args.get("team", "")
    p = services()
    with p.database.read() as session:
        teams = agents.teams_seen_by(session, g.user)
        chosen = [team for team in teams if asked in ("", team)]
        now = p.database.now(session)
        day = team_day.of_teams(session, g.user.organisation_id, chosen, now)
    html = render_template("_wall_day.html", day=_view(day))
    return f'<hx-partial hx-target="#wall-day" hx-swap="outerMorph">{html}</hx-partial>', {
        "Cache-Control": "no-store"
    }


def _view(day: TeamDay) -> DayView:
    rows = day.half_hours
    calls, answered, soon, talks, talk, wrap_up = (
        sum(getattr(row, name) for row in rows) for name in HalfHour._fields[1:]
    )
    places = slots([row.at for row in rows], day.now, HALF_HOUR)
    return DayView(
        calls=calls,
        answered=answered,
        missed=calls - answered,
        soon=_per_cent(soon, calls),
        soon_seconds=SOON // 1000,
        average=(talk + wrap_up) // talks if talks else 0,
        places=places,
        plots=_plots(places, {row.at: row for row in rows}),
        rows=rows,
    )


def _per_cent(part: int, whole: int) -> int:
    return round(100 * part / whole) if whole else 0


def _plots(places: list[int], rows: dict[int, HalfHour]) -> dict[str, Plot]:
    return {
        "calls": plot(
            places, rows, {"answered": lambda row: row.answered, "missed": lambda row: row.missed}
        ),
        "soon": plot(
            places, rows, {"soon": lambda row: row.soon / row.calls if row.calls else 0}, most=1
        ),
        "average": plot(
            places, rows, {"average": lambda row: row.handling / row.talks if row.talks else 0}
        ),
    }
