"""The `flask` commands that replace a secret of a connection or a line."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from ..storage import organisations
from ..storage.models import Connection, Line
from .context import CliContext, with_cli_context
from .typed_secrets import ask_secret

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@click.command("set-connection-secret")
@click.argument("organisation")
@click.argument("connection")
@click.argument("name")
@with_cli_context
def set_connection_secret(
    context: CliContext, organisation: str, connection: str, name: str
) -> None:
    """Replace a secret of a connection, such as the token of its account.

    It is asked for, or read from standard input.
    """
    _replace_secret(context, name, lambda session: _connection(session, organisation, connection))


@click.command("set-line-secret")
@click.argument("organisation")
@click.argument("connection")
@click.argument("extension")
@click.argument("name")
@with_cli_context
def set_line_secret(
    context: CliContext, organisation: str, connection: str, extension: str, name: str
) -> None:
    """Replace a secret of a line, such as its SIP password.

    It is asked for, or read from standard input.
    """
    _replace_secret(
        context,
        name,
        lambda session: organisations.line_of(
            session, _connection(session, organisation, connection), extension
        ),
    )


def _connection(session: Session, organisation: str, connection: str) -> Connection:
    return organisations.connection_named(
        session, organisations.organisation_named(session, organisation), connection
    )


def _replace_secret(
    context: CliContext, name: str, row: Callable[[Session], Connection | Line]
) -> None:
    """Looks up the row first, so that an unknown row is refused before the secret is typed."""
    with context.read() as session:
        row(session)
    value = ask_secret(name)
    if not value:
        raise click.ClickException("A secret must not be empty. Nothing was changed.")
    with context.change() as session:
        found = row(session)
        place = organisations.place_of(found)
        secrets = context.vault.open(found.secrets, place)
        found.secrets = context.vault.seal(secrets | {name: value})(place)
    click.echo(
        f"{name} is {'replaced' if name in secrets else 'added'}. Phones use it from their next"
        " sign-in on."
    )


SECRET_COMMANDS: tuple[click.Command, ...] = (set_connection_secret, set_line_secret)
