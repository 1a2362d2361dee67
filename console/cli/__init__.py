"""The `flask` commands: the database, the demo, secrets, and what an administrator sets up."""

from __future__ import annotations

from typing import Any, BinaryIO, cast

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from ..config import Settings
from ..demo import PASSWORD, create_demo
from ..domain.contact_file import UnreadableFile
from ..domain.enums import Role
from ..domain.languages import DEFAULT_LANGUAGE, LANGUAGES
from ..providers import PROVIDERS
from ..providers.base import ICE_CREDENTIAL
from ..registry import Services
from ..security.passwords import hash_password
from ..services import contact_import
from ..storage import organisations, schema
from ..storage.database import Database
from ..storage.database_purpose import Unanswered, mark_for_development
from .accounts import ACCOUNT_COMMANDS
from .context import Desk, ask_secret, at_desk, new_password
from .lists import LISTS


def join_commands(app: Flask, settings: Settings, database: Database) -> None:
    app.extensions["commands"] = Desk(settings, database)
    for command in _COMMANDS:
        app.cli.add_command(command)


def _pairs(given: tuple[str, ...]) -> dict[str, str]:
    wrong = [each for each in given if "=" not in each]
    if wrong:
        raise click.ClickException(f"A setting is written name=value, not {wrong[0]!r}.")
    return {name: value for name, _, value in (each.partition("=") for each in given)}


@click.command("db-upgrade")
@at_desk
def db_upgrade(desk: Desk) -> None:
    """Bring the database's tables up to date, and bind secrets of earlier versions to
    their rows.
    """
    _bring_up_to_date(desk)


_UNBOUND = (
    "The tables are up to date, but no secret was changed. Add the key and run the command again;"
    " do not start Console before."
)
_NOT_PREPARED = (
    "The database is not made ready for this version of Console. Stop all servers that use it, run:"
    " flask --app app prepare, and start them again."
)


def _bring_up_to_date(desk: Desk) -> bool:
    """Answers whether the database is empty.

    An empty one that development finds is development's for good.
    """
    schema.upgrade(desk.database)
    desk.refuse_foreign()
    with desk.change(_UNBOUND) as session:
        organisations.change_secrets(session, desk.vault.bind)
        empty = organisations.is_empty(session)
        if empty and desk.settings.development:
            mark_for_development(session)
    return empty


@click.command("check-database")
@with_appcontext
def check_database() -> None:
    """End with a sentence where production may not be served from this database.

    A PostgreSQL that is away may come back.
    """
    desk = cast(Desk, current_app.extensions["commands"])
    try:
        desk.refuse_foreign()
    except Unanswered:
        click.echo("The database does not answer. Console waits for it and asks again.", err=True)
        return
    if not _is_ready(desk):
        raise click.ClickException(_NOT_PREPARED)


def _is_ready(desk: Desk) -> bool:
    if not schema.is_current(desk.database):
        return False
    with desk.look() as session:
        return all(map(desk.vault.is_bound, organisations.secrets(session)))


@click.command("demo")
@at_desk
def demo(desk: Desk) -> None:
    """Create the demo organisation (development only)."""
    if not desk.settings.development:
        raise click.ClickException(
            "The demo has well-known passwords and is for development only"
            " (CONSOLE_ENV=development)."
        )
    from ..simulator.demo_connections import demo_connections

    password_hash = hash_password(PASSWORD)
    clouds = demo_connections(desk.settings.simulator_origin) if desk.settings.simulating else ()
    with desk.change() as session:
        mark_for_development(session)
        create_demo(session, desk.vault, password_hash, desk.settings.demo_sip_url, clouds)
    click.echo(f"Created alice, bob, sam, ada and olga; password {PASSWORD}")


@click.command("prepare")
@click.pass_context
@at_desk
def prepare(desk: Desk, context: click.Context) -> None:
    """Bring the database up to date and, in development, put the demo into an empty one."""
    if _bring_up_to_date(desk) and desk.settings.development:
        context.invoke(demo)


@click.command("rotate-secrets")
@at_desk
def rotate_secrets(desk: Desk) -> None:
    """Encrypt all secrets with the first of CONSOLE_ENCRYPTION_KEYS.

    The older keys can be removed afterwards.
    """
    with desk.change() as session:
        count = organisations.change_secrets(session, desk.vault.rotate)
    click.echo(f"{count} secrets are encrypted with the newest key.")


@click.command("create-organisation")
@click.argument("name")
@click.option(
    "--region", default="VN", show_default=True, help="How numbers without a country code are read."
)
@click.option("--timezone", default="Asia/Ho_Chi_Minh", show_default=True)
@click.option(
    "--locale",
    type=click.Choice(LANGUAGES),
    default=DEFAULT_LANGUAGE,
    show_default=True,
)
@at_desk
def create_organisation(desk: Desk, name: str, **choices: str) -> None:
    """Create an organisation."""
    with desk.change() as session:
        organisations.create_organisation(session, name, **choices)


@click.command("create-team")
@click.argument("organisation")
@click.argument("name")
@at_desk
def create_team(desk: Desk, organisation: str, name: str) -> None:
    """Create a team of an organisation."""
    with desk.change() as session:
        organisations.create_team(
            session, organisations.organisation_named(session, organisation), name
        )


@click.command("set-wrap-up")
@click.argument("organisation")
@click.argument("seconds", type=click.IntRange(0, organisations.LONGEST_WRAP_UP))
@click.option("--team", help="Only this team; its choice goes before the organisation's.")
@at_desk
def set_wrap_up(desk: Desk, organisation: str, seconds: int, team: str | None) -> None:
    """Set how long agents have to finish up after a call; 0: not at all."""
    with desk.change() as session:
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
@at_desk
def create_user(
    desk: Desk,
    organisation: str,
    username: str,
    name: str | None,
    role: str,
    team: str | None,
    supervises: tuple[str, ...],
) -> None:
    """Create a user. The password is asked for, or read from standard input."""
    password_hash = new_password(username, name or "", organisation)
    with desk.change() as session:
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
@at_desk
def create_connection(
    desk: Desk,
    organisation: str,
    provider: str,
    name: str,
    setting: tuple[str, ...],
    secret: tuple[str, ...],
) -> None:
    """Create a connection to a provider."""
    sealed = desk.vault.seal(
        {each: ask_secret(each) for each in secret or PROVIDERS[provider].secrets}
    )
    with desk.change() as session:
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
@at_desk
def set_ice_servers(
    desk: Desk, organisation: str, connection: str, url: tuple[str, ...], username: str
) -> None:
    """Set the STUN and TURN servers of a connection. The credential is kept as a secret."""
    credential = ask_secret("Credential") if username else ""
    server = {"urls": list(url), **({"username": username} if username else {})}
    with desk.change() as session:
        row = organisations.connection_named(
            session, organisations.organisation_named(session, organisation), connection
        )
        if not PROVIDERS[row.provider].takes_ice_servers:
            raise organisations.SetUpError(f"{row.name} uses the servers of its vendor.")
        row.settings = {**row.settings, "ice_servers": [server] if url else []}
        _check_settings(row.provider, row.settings)
        kept = desk.vault.open(row.secrets, organisations.place_of(row)) | {
            ICE_CREDENTIAL: credential
        }
        secrets = {name: secret for name, secret in kept.items() if secret}
        row.secrets = desk.vault.seal(secrets)(organisations.place_of(row))


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
@at_desk
def create_line(
    desk: Desk,
    organisation: str,
    connection: str,
    username: str,
    extension: str,
    secret: tuple[str, ...],
) -> None:
    """Give an agent an extension of a connection."""
    with desk.change() as session:
        provider = organisations.connection_named(
            session, organisations.organisation_named(session, organisation), connection
        ).provider
    sealed = desk.vault.seal(
        {each: ask_secret(each) for each in secret or PROVIDERS[provider].line_secrets}
    )
    with desk.change() as session:
        whose = organisations.organisation_named(session, organisation)
        through = organisations.connection_named(session, whose, connection)
        organisations.create_line(
            session, through, organisations.user_named(session, username), extension, secrets=sealed
        )


@click.command("import-contacts")
@click.argument("organisation")
@click.argument("file", type=click.File("rb"))
@click.option("--skip-bad", is_flag=True, help="Import the good rows although others are bad.")
@at_desk
def import_contacts(desk: Desk, organisation: str, file: BinaryIO, skip_bad: bool) -> None:
    """Import customers' names and numbers from a CSV file (docs/contacts.md).

    Importing a file again updates.
    """
    with desk.change() as session:
        whose = organisations.organisation_named(session, organisation)
    switchboard = cast(Services, current_app.extensions["console"]).switchboard
    try:
        counts, bad = contact_import.import_contacts(
            switchboard, whose, file.read(), skip_bad=skip_bad
        )
    except UnreadableFile as problem:
        raise click.ClickException(f"{problem} Nothing was changed.") from None
    for row in bad:
        click.echo(
            f"Line {row.line}: {contact_import.REASONS[row.fault]}: {_visible(row.about) or '–'}",
            err=True,
        )
    if counts is None:
        raise click.ClickException(
            f"{len(bad)} bad rows. Nothing was changed; --skip-bad imports the others."
        )
    click.echo(
        f"{counts.added} added, {counts.updated} updated, {counts.unchanged} unchanged, {len(bad)}"
        " skipped."
    )


def _visible(text: str) -> str:
    """The text without control codes: a file must not steer the terminal."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text)


_COMMANDS: tuple[click.Command, ...] = (
    db_upgrade, check_database, prepare, demo, rotate_secrets, create_organisation, create_team, set_wrap_up, create_user,
    create_connection, set_ice_servers, create_line, import_contacts, *ACCOUNT_COMMANDS, *LISTS,
)  # fmt: skip
