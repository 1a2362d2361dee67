"""The `flask` commands that import and export contacts."""

from __future__ import annotations

import csv
from typing import BinaryIO, TextIO

import click

from ..domain.contact_file import UnreadableFile
from ..domain.spreadsheet_cells import marked_cell
from ..services import contact_import
from ..storage import contact_book, contacts, organisations
from .context import CliContext, with_cli_context

HEADINGS = ("name", "numbers", "owner", "company", "email", "tags", "link", "note")


@click.command("import-contacts")
@click.argument("organisation")
@click.argument("file", type=click.File("rb"))
@click.option("--skip-bad", is_flag=True, help="Import the good rows although others are bad.")
@with_cli_context
def import_contacts(context: CliContext, organisation: str, file: BinaryIO, skip_bad: bool) -> None:
    """Import customers' names, numbers and fields from a CSV file (docs/contacts.md).

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


@click.command("export-contacts")
@click.argument("organisation")
@click.argument("file", type=click.File("w", encoding="utf-8-sig"), default="-")
@with_cli_context
def export_contacts(context: CliContext, organisation: str, file: TextIO) -> None:
    """Write all contacts with their fields to a CSV file, or to the terminal.

    `import-contacts` reads the file back.
    """
    rows = csv.writer(file, lineterminator="\r\n")
    rows.writerow(HEADINGS)
    with context.read() as session:
        whose = organisations.organisation_named(session, organisation).id
        usernames = {id: name for name, id in contacts.possible_owners(session, whose).items()}
        for contact in contact_book.all_of(session, whose):
            cells = (
                *(contact.name, "; ".join(contact.numbers)),
                *(usernames.get(contact.owner_id or "", ""), contact.company, contact.email),
                *("; ".join(contact.tags), contact.link, contact.note),
            )
            rows.writerow([marked_cell(cell) for cell in cells])


CONTACT_COMMANDS: tuple[click.Command, ...] = (import_contacts, export_contacts)
