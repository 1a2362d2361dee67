"""The `flask` commands about one user's access: password, enabled or disabled, sessions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from ..storage import accounts, organisations
from ..storage.models import User
from .context import CliContext, with_cli_context
from .typed_secrets import new_password

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_SOON = "Open pages notice within a minute."


def _user_command(name: str) -> Callable[[Callable[[CliContext, User], None]], click.Command]:
    """A command about the user that its argument names."""

    def decorate(run: Callable[[CliContext, User], None]) -> click.Command:
        @with_cli_context
        def of_username(context: CliContext, username: str) -> None:
            with context.read() as session:
                user = organisations.user_named(session, username)
            run(context, user)

        return click.command(name, help=run.__doc__)(click.argument("username")(of_username))

    return decorate


@_user_command("set-password")
def set_password(context: CliContext, user: User) -> None:
    """Set a user's password and end all their sessions.

    It is asked for, or read from standard input.
    """
    with context.read() as session:
        organisation = accounts.organisation_name(session, user)
    password_hash = new_password(user.username, user.name, organisation)
    _change(context, user, lambda session: accounts.set_password(session, user.id, password_hash))


@_user_command("disable-user")
def disable_user(context: CliContext, user: User) -> None:
    """Disable a user, and end all their sessions. An answered call goes on."""
    _change(context, user, lambda session: accounts.set_disabled(session, user.id, True))


@_user_command("enable-user")
def enable_user(context: CliContext, user: User) -> None:
    """Let a disabled user sign in again, with the password that they had."""
    with context.change() as session:
        accounts.set_disabled(session, user.id, False)
    click.echo(f"{user.username} can sign in again.")


@_user_command("end-sessions")
def end_sessions(context: CliContext, user: User) -> None:
    """Sign a user out of all browsers."""
    _change(context, user, lambda session: None)


def _change(context: CliContext, user: User, change: Callable[[Session], object]) -> None:
    count = context.services.sign_outs.change_account(user.organisation_id, user.id, change)
    click.echo(f"{user.username}: {count} sessions have ended. {_SOON}")


ACCOUNT_COMMANDS: tuple[click.Command, ...] = (
    set_password,
    disable_user,
    enable_user,
    end_sessions,
)
