"""The `flask` commands about the database: its tables, the demo, and the keys of its secrets."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from ..app_services import services
from ..demo import PASSWORD, create_demo
from ..security.passwords import hash_password
from ..storage import organisations, schema
from ..storage.database_purpose import Unanswered, mark_for_development
from .context import CliContext, with_cli_context

_UNBOUND = (
    "The tables are up to date, but no secret was changed. Add the key and run the command again;"
    " do not start Console before."
)
_NOT_PREPARED = (
    "The database is not made ready for this version of Console. Stop all servers that use it, run:"
    " flask --app app prepare, and start them again."
)


@click.command("db-upgrade")
@with_cli_context
def db_upgrade(context: CliContext) -> None:
    """Bring the database's tables up to date, and bind secrets of earlier versions to
    their rows.
    """
    _bring_up_to_date(context)


def _bring_up_to_date(context: CliContext) -> bool:
    """Answers whether the database is empty.

    Development marks an empty database as its own for good.
    """
    schema.upgrade(context.database)
    context.refuse_foreign()
    with context.change(_UNBOUND) as session:
        organisations.change_secrets(session, context.vault.bind)
        empty = organisations.is_empty(session)
        if empty and context.settings.development:
            mark_for_development(session)
    return empty


@click.command("check-database")
@with_appcontext
def check_database() -> None:
    """Ends the command with a sentence if production may not use this database. An unreachable
    PostgreSQL may come back.
    """
    context = CliContext(services())
    try:
        context.refuse_foreign()
    except Unanswered:
        click.echo("The database does not answer. Console waits for it and asks again.", err=True)
        return
    if not _is_ready(context):
        raise click.ClickException(_NOT_PREPARED)


def _is_ready(context: CliContext) -> bool:
    if not schema.is_current(context.database):
        return False
    with context.read() as session:
        return all(map(context.vault.is_bound, organisations.secrets(session)))


@click.command("demo")
@with_cli_context
def demo(context: CliContext) -> None:
    """Create the demo organisation (development only)."""
    if not context.settings.development:
        raise click.ClickException(
            "The demo has well-known passwords and is for development only"
            " (CONSOLE_ENV=development)."
        )
    from ..simulator.demo_connections import demo_connections

    password_hash = hash_password(PASSWORD)
    clouds = (
        demo_connections(context.settings.simulator_origin) if context.settings.simulating else ()
    )
    with context.change() as session:
        mark_for_development(session)
        create_demo(session, context.vault, password_hash, context.settings.demo_sip_url, clouds)
    click.echo(f"Created alice, bob, sam, ada and olga; password {PASSWORD}")


@click.command("prepare")
@click.pass_context
@with_cli_context
def prepare(context: CliContext, click_context: click.Context) -> None:
    """Bring the database up to date and, in development, put the demo into an empty one."""
    if _bring_up_to_date(context) and context.settings.development:
        click_context.invoke(demo)


@click.command("rotate-secrets")
@with_cli_context
def rotate_secrets(context: CliContext) -> None:
    """Encrypt all secrets with the first of CONSOLE_ENCRYPTION_KEYS.

    The older keys can be removed afterwards.
    """
    with context.change() as session:
        count = organisations.change_secrets(session, context.vault.rotate)
    click.echo(f"{count} secrets are encrypted with the newest key.")


DATABASE_COMMANDS: tuple[click.Command, ...] = (
    db_upgrade,
    check_database,
    prepare,
    demo,
    rotate_secrets,
)
