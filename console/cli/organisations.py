"""The `flask` commands that set up organisations, teams and users."""

from __future__ import annotations

import click

from ..domain.enums import Role
from ..domain.languages import DEFAULT_LANGUAGE, LANGUAGES
from ..storage import organisations
from .context import CliContext, with_cli_context
from .typed_secrets import new_password


@click.command("create-organisation")
@click.argument("name")
@click.option(
    "--region", default="VN", show_default=True, help="How numbers without a country code are read."
)
@click.option("--timezone", default="Asia/Ho_Chi_Minh", show_default=True)
@click.option("--locale", type=click.Choice(LANGUAGES), default=DEFAULT_LANGUAGE, show_default=True)
@with_cli_context
def create_organisation(context: CliContext, name: str, **choices: str) -> None:
    """Create an organisation."""
    with context.change() as session:
        organisations.create_organisation(session, name, **choices)


@click.command("create-team")
@click.argument("organisation")
@click.argument("name")
@with_cli_context
def create_team(context: CliContext, organisation: str, name: str) -> None:
    """Create a team of an organisation."""
    with context.change() as session:
        organisations.create_team(
            session, organisations.organisation_named(session, organisation), name
        )


@click.command("set-wrap-up")
@click.argument("organisation")
@click.argument("seconds", type=click.IntRange(0, organisations.LONGEST_WRAP_UP))
@click.option("--team", help="Only this team; its choice goes before the organisation's.")
@with_cli_context
def set_wrap_up(context: CliContext, organisation: str, seconds: int, team: str | None) -> None:
    """Set the seconds of wrap-up after a call; 0 turns wrap-up off."""
    with context.change() as session:
        whose = organisations.organisation_named(session, organisation)
        row = organisations.team_named(session, whose, team) if team else whose
        row.wrap_up_seconds = seconds


@click.command("create-user")
@click.argument("organisation")
@click.argument("username")
@click.option("--name", help="As shown to others; the user name unless given.")
@click.option(
    "--role",
    type=click.Choice([role.value for role in Role]),
    default=Role.agent.value,
    show_default=True,
)
@click.option("--team", help="The team that an agent is in.")
@click.option("--supervises", multiple=True, help="A team that a supervisor sees; may be repeated.")
@with_cli_context
def create_user(
    context: CliContext,
    organisation: str,
    username: str,
    name: str | None,
    role: str,
    team: str | None,
    supervises: tuple[str, ...],
) -> None:
    """Create a user. The password is asked for, or read from standard input."""
    password_hash = new_password(username, name or "", organisation)
    with context.change() as session:
        whose = organisations.organisation_named(session, organisation)
        teams = {
            each: organisations.team_named(session, whose, each)
            for each in {*supervises, *filter(None, [team])}
        }
        organisations.create_user(
            session,
            whose,
            username,
            name=name or username,
            role=role,
            password_hash=password_hash,
            team=teams[team] if team else None,
            supervises=[teams[each] for each in dict.fromkeys(supervises)],
        )


ORGANISATION_COMMANDS: tuple[click.Command, ...] = (
    create_organisation,
    create_team,
    set_wrap_up,
    create_user,
)
