"""The `flask` commands that answer a compromise: passwords, users, sessions, secrets of connections
and lines.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

import click
from flask import current_app

from ..registry import Services
from ..storage import accounts, organisations
from ..storage.models import Connection, Line, User
from .context import Desk, ask_secret, at_desk, new_password

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_SOON = "Open pages notice within a minute."


def _user_command(name: str) -> Callable[[Callable[[Desk, User], None]], click.Command]:
    """A command about one user, who is named."""

    def decorate(run: Callable[[Desk, User], None]) -> click.Command:
        @at_desk
        def of_username(desk: Desk, username: str) -> None:
            with desk.look() as session:
                user = organisations.user_named(session, username)
            run(desk, user)

        return click.command(name, help=run.__doc__)(click.argument("username")(of_username))

    return decorate


@_user_command("set-password")
def set_password(desk: Desk, user: User) -> None:
    """Set a user's password and end all their sessions.

    It is asked for, or read from standard input.
    """
    with desk.database.read() as session:
        organisation = accounts.organisation_name(session, user)
    password_hash = new_password(user.username, user.name, organisation)
    _change(user, lambda session: accounts.set_password(session, user.id, password_hash))


@_user_command("disable-user")
def disable_user(_desk: Desk, user: User) -> None:
    """Let a user in no more, and end all their sessions.

    A call that they are talking on goes on.
    """
    _change(user, lambda session: accounts.set_disabled(session, user.id, True))


@_user_command("enable-user")
def enable_user(desk: Desk, user: User) -> None:
    """Let a disabled user sign in again, with the password that they had."""
    with desk.change() as session:
        accounts.set_disabled(session, user.id, False)
    click.echo(f"{user.username} can sign in again.")


@_user_command("end-sessions")
def end_sessions(_desk: Desk, user: User) -> None:
    """Sign a user out of all browsers."""
    _change(user, lambda session: None)


def _change(user: User, change: Callable[[Session], object]) -> None:
    ownership = cast(Services, current_app.extensions["console"]).ownership
    count = ownership.change_account(user.organisation_id, user.id, change)
    click.echo(f"{user.username}: {count} sessions have ended. {_SOON}")


@click.command("set-connection-secret")
@click.argument("organisation")
@click.argument("connection")
@click.argument("name")
@at_desk
def set_connection_secret(desk: Desk, organisation: str, connection: str, name: str) -> None:
    """Replace a secret of a connection, such as the token of its account.

    It is asked for, or read from standard input.
    """
    _replace_secret(desk, name, lambda session: _connection(session, organisation, connection))


@click.command("set-line-secret")
@click.argument("organisation")
@click.argument("connection")
@click.argument("extension")
@click.argument("name")
@at_desk
def set_line_secret(
    desk: Desk, organisation: str, connection: str, extension: str, name: str
) -> None:
    """Replace a secret of a line, such as its SIP password.

    It is asked for, or read from standard input.
    """
    _replace_secret(
        desk,
        name,
        lambda session: organisations.line_of(
            session, _connection(session, organisation, connection), extension
        ),
    )


def _connection(session: Session, organisation: str, connection: str) -> Connection:
    return organisations.connection_named(
        session, organisations.organisation_named(session, organisation), connection
    )


def _replace_secret(desk: Desk, name: str, row: Callable[[Session], Connection | Line]) -> None:
    """The row is looked up first, so that nobody types a secret for nothing."""
    with desk.look() as session:
        row(session)
    value = ask_secret(name)
    if not value:
        raise click.ClickException("A secret must not be empty. Nothing was changed.")
    with desk.change() as session:
        found = row(session)
        place = organisations.place_of(found)
        secrets = desk.vault.open(found.secrets, place)
        found.secrets = desk.vault.seal(secrets | {name: value})(place)
    click.echo(
        f"{name} is {'replaced' if name in secrets else 'added'}. Phones use it from their next"
        " sign-in on."
    )


ACCOUNT_COMMANDS: tuple[click.Command, ...] = (
    set_password, disable_user, enable_user, end_sessions, set_connection_secret, set_line_secret,
)  # fmt: skip
