"""The `flask` commands that set up connections to providers, and the lines on them."""

from __future__ import annotations

from typing import Any

import click

from ..providers import PROVIDERS
from ..providers.base import ICE_CREDENTIAL
from ..storage import organisations
from .context import CliContext, with_cli_context
from .typed_secrets import ask_secret


def _pairs(given: tuple[str, ...]) -> dict[str, str]:
    wrong = [each for each in given if "=" not in each]
    if wrong:
        raise click.ClickException(f"A setting is written name=value, not {wrong[0]!r}.")
    return {name: value for name, _, value in (each.partition("=") for each in given)}


@click.command("create-connection")
@click.argument("organisation")
@click.argument("provider", type=click.Choice(sorted(PROVIDERS)))
@click.argument("name")
@click.option("--setting", multiple=True, help="name=value; may be repeated.")
@click.option(
    "--secret",
    multiple=True,
    help="The name of a secret, asked for; by default those that the provider needs.",
)
@with_cli_context
def create_connection(
    context: CliContext,
    organisation: str,
    provider: str,
    name: str,
    setting: tuple[str, ...],
    secret: tuple[str, ...],
) -> None:
    """Create a connection to a provider."""
    sealed = context.vault.seal(
        {each: ask_secret(each) for each in secret or PROVIDERS[provider].secrets}
    )
    with context.change() as session:
        whose = organisations.organisation_named(session, organisation)
        made = organisations.create_connection(
            session, whose, provider, name, settings=_pairs(setting), secrets=sealed
        )
        _check_settings(provider, made.settings)


def _check_settings(provider: str, settings: dict[str, Any]) -> None:
    try:
        PROVIDERS[provider].sources(settings)
    except ValueError as problem:
        raise organisations.SetUpError(str(problem)) from None


@click.command("set-ice-servers")
@click.argument("organisation")
@click.argument("connection")
@click.option(
    "--url",
    multiple=True,
    help="stun:…, turn:… or turns:…; may be repeated. Without any, calls use none.",
)
@click.option(
    "--username",
    default="",
    help="For TURN. Its credential is asked for, or read from standard input.",
)
@with_cli_context
def set_ice_servers(
    context: CliContext, organisation: str, connection: str, url: tuple[str, ...], username: str
) -> None:
    """Set the STUN and TURN servers of a connection. The credential is kept as a secret."""
    credential = ask_secret("Credential") if username else ""
    server = {"urls": list(url), **({"username": username} if username else {})}
    with context.change() as session:
        row = organisations.connection_named(
            session, organisations.organisation_named(session, organisation), connection
        )
        if not PROVIDERS[row.provider].takes_ice_servers:
            raise organisations.SetUpError(f"{row.name} uses the servers of its vendor.")
        row.settings = {**row.settings, "ice_servers": [server] if url else []}
        _check_settings(row.provider, row.settings)
        kept = context.vault.open(row.secrets, organisations.place_of(row)) | {
            ICE_CREDENTIAL: credential
        }
        secrets = {name: secret for name, secret in kept.items() if secret}
        row.secrets = context.vault.seal(secrets)(organisations.place_of(row))


@click.command("create-line")
@click.argument("organisation")
@click.argument("connection")
@click.argument("username")
@click.argument("extension")
@click.option(
    "--secret",
    multiple=True,
    help="The name of a secret, asked for; by default those that the provider needs.",
)
@with_cli_context
def create_line(
    context: CliContext,
    organisation: str,
    connection: str,
    username: str,
    extension: str,
    secret: tuple[str, ...],
) -> None:
    """Give an agent an extension of a connection."""
    with context.change() as session:
        provider = organisations.connection_named(
            session, organisations.organisation_named(session, organisation), connection
        ).provider
    sealed = context.vault.seal(
        {each: ask_secret(each) for each in secret or PROVIDERS[provider].line_secrets}
    )
    with context.change() as session:
        whose = organisations.organisation_named(session, organisation)
        through = organisations.connection_named(session, whose, connection)
        organisations.create_line(
            session, through, organisations.user_named(session, username), extension, secrets=sealed
        )


CONNECTION_COMMANDS: tuple[click.Command, ...] = (create_connection, set_ice_servers, create_line)
