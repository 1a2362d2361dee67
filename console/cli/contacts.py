"""The `flask` command that imports contacts."""

from __future__ import annotations

from typing import BinaryIO

import click

from ..domain.contact_file import UnreadableFile
from ..services import contact_import
from ..storage import organisations
from .context import CliContext, with_cli_context


@click.command("import-contacts")
@click.argument("organisation")
@click.argument("file", type=click.File("rb"))
@click.option("--skip-bad", is_flag=True, help="Import the good rows although others are bad.")
@with_cli_context
def import_contacts(context: CliContext, organisation: str, file: BinaryIO, skip_bad: bool) -> None:
    """Import customers' names and numbers from a CSV file (docs/contacts.md).

    Importing a file again updates.
    """
    with context.change() as session:
        whose = organisations.organisation_named(session, organisation)
    try:
        counts, bad = contact_import.import_contacts(
            context.database, context.services.units, whose, file.read(), skip_bad=skip_bad
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


CONTACT_COMMANDS: tuple[click.Command, ...] = (import_contacts,)
