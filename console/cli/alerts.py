"""The `flask set-alerts` command: when an agent on the wall needs attention."""

from __future__ import annotations

from typing import Any

import click

from ..domain.alert_limits import LONGEST, MOST_REPEATS, USUAL
from ..storage import agents, organisations
from .context import CliContext, with_cli_context

_SECONDS = click.IntRange(1, LONGEST)


@click.command("set-alerts")
@click.argument("organisation")
@click.argument("team")
@click.option("--hold", type=_SECONDS, help=f"Seconds on hold. Usual: {USUAL.hold}.")
@click.option("--ring", type=_SECONDS, help=f"Seconds of ringing. Usual: {USUAL.ring}.")
@click.option(
    "--repeat",
    type=click.IntRange(2, MOST_REPEATS),
    help=f"The call of a number on one day that is one too many. Usual: {USUAL.repeat}.",
)
@click.option("--sound/--no-sound", default=None, help="Poor sound is an alert. Usual: it is.")
@with_cli_context
def set_alerts(context: CliContext, organisation: str, team: str, **limits: Any) -> None:
    """Set when the wall marks an agent of a team; what is not given becomes the usual again.

    Open walls follow at once.
    """
    with context.read() as session:
        whose = organisations.organisation_named(session, organisation).id
    with context.services.units.begin(whose) as unit:
        row = organisations.team_named(
            unit.session, organisations.organisation_named(unit.session, organisation), team
        )
        for name, limit in limits.items():
            setattr(row, f"alert_{name}", limit)
        for agent in agents.of_teams(unit.session, whose, [row.id]):
            unit.agent_changed(agent)


ALERT_COMMANDS: tuple[Any, ...] = (set_alerts,)
