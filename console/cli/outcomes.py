"""The `flask outcomes` commands: what agents may choose as the outcome of a call."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click

from ..domain.outcomes import LONGEST_OUTCOME, MOST_OUTCOMES
from ..storage import organisations
from ..storage.outcome_lists import OutcomeList, listing
from .context import CliContext, with_cli_context
from .lists import show_table

_REQUIRED = {"yes": True, "no": False, "inherit": None}


@click.group("outcomes")
def outcomes() -> None:
    """Set what agents may choose as the outcome of a call."""


def _of_list(command: Callable[..., None]) -> Callable[..., None]:
    """The organisation as the first argument, and the team whose own list is meant."""
    with_team = click.option(
        "--team", help="The team's own list, which goes before the organisation's."
    )
    return click.argument("organisation")(with_team(with_cli_context(command)))


@contextmanager
def _changed(context: CliContext, organisation: str, team: str | None) -> Iterator[OutcomeList]:
    """One transaction, after which the agents' open pages show the list as it is then."""
    with context.read() as session:
        whose = organisations.organisation_named(session, organisation).id
    with context.services.units.begin(whose) as unit:
        changed = OutcomeList(unit.session, organisation, team)
        yield changed
        for agent in changed.agents:
            unit.agent_changed(agent, history=True)


@outcomes.command("list")
@click.argument("organisation", default="")
@with_cli_context
def list_outcomes(context: CliContext, organisation: str) -> None:
    """List the outcomes, of all organisations or one."""
    with context.read() as session:
        rows = [
            (
                whose,
                team,
                "-" if row.retired else row.position,
                row.name,
                "retired" if row.retired else "offered",
            )
            for whose, team, row in listing(session, organisation)
        ]
    show_table("ORGANISATION TEAM PLACE NAME STATE", rows)


@outcomes.command(
    "add",
    help=f"Add an outcome (1 to {LONGEST_OUTCOME} characters, at most {MOST_OUTCOMES} on a list),"
    " or offer a retired one again.",
)
@_of_list
@click.argument("name")
def add(context: CliContext, organisation: str, team: str | None, name: str) -> None:
    with _changed(context, organisation, team) as changed:
        changed.add(name)


@outcomes.command("rename")
@_of_list
@click.argument("name")
@click.argument("new_name")
def rename(
    context: CliContext, organisation: str, team: str | None, name: str, new_name: str
) -> None:
    """Rename an outcome, also on the calls that have it."""
    with _changed(context, organisation, team) as changed:
        changed.rename(name, new_name)


@outcomes.command("move")
@_of_list
@click.argument("name")
@click.argument("place", type=int)
def move(context: CliContext, organisation: str, team: str | None, name: str, place: int) -> None:
    """Move an outcome to a place of the list, counted from 1."""
    with _changed(context, organisation, team) as changed:
        changed.move(name, place)


@outcomes.command("retire")
@_of_list
@click.argument("name")
def retire(context: CliContext, organisation: str, team: str | None, name: str) -> None:
    """Offer an outcome no longer. Calls that have it keep it."""
    with _changed(context, organisation, team) as changed:
        changed.retire(name)


@outcomes.command("require")
@_of_list
@click.argument("required", type=click.Choice(list(_REQUIRED)))
def require(context: CliContext, organisation: str, team: str | None, required: str) -> None:
    """Set whether calls with customers need an outcome. A team may follow its organisation
    (inherit).
    """
    with _changed(context, organisation, team) as changed:
        changed.require(_REQUIRED[required])


OUTCOME_COMMANDS: tuple[Any, ...] = (outcomes,)
