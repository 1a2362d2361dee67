"""The `flask list-…` commands. They show the names of secrets, never their values."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

import click

from ..log_format import one_line
from ..storage import listings
from ..storage.models import Connection, Line
from ..storage.organisations import place_of
from .context import CliContext, with_cli_context

Row = Iterable[object]


def show_table(heads: str, rows: Iterable[Row]) -> None:
    """A table of columns that line up.

    Unprintable characters, such as a terminal's control codes, are escaped.
    """
    table = [heads.split(), *([_printable(cell) for cell in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for row in table:
        click.echo(
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        )


def _printable(cell: object) -> str:
    return "-" if cell in (None, "") else one_line(str(cell))


def _at(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds / 1000, UTC).strftime("%Y-%m-%dT%H:%MZ")


def _list(
    name: str, help: str, heads: str, rows: Callable[[CliContext, Any, str], Iterable[Row]]
) -> click.Command:
    @click.command(name, help=help)
    @click.argument("organisation", default="")
    @with_cli_context
    def show(context: CliContext, organisation: str) -> None:
        with context.read() as session:
            show_table(heads, rows(context, session, organisation))

    return show


def _organisations(context: CliContext, session: Any, name: str) -> Iterable[Row]:
    return (
        (row.name, row.region, row.timezone, row.locale)
        for row in listings.organisations(session, name)
    )


def _users(context: CliContext, session: Any, name: str) -> Iterable[Row]:
    for organisation, team, user in listings.users(session, name):
        yield (
            organisation,
            user.username,
            user.name,
            user.role,
            team,
            "disabled" if user.disabled else "enabled",
        )


def _sessions(context: CliContext, session: Any, name: str) -> Iterable[Row]:
    for organisation, username, one in listings.sessions(session, name):
        yield (
            organisation,
            username,
            one.browser,
            one.address,
            _at(one.created_at),
            _at(one.seen_at),
        )


def _connections(context: CliContext, session: Any, name: str) -> Iterable[Row]:
    for organisation, row in listings.connections(session, name):
        yield organisation, row.name, row.provider, row.id, _names(context, row)


def _lines(context: CliContext, session: Any, name: str) -> Iterable[Row]:
    for organisation, connection, username, row in listings.lines(session, name):
        yield organisation, connection, row.extension, username, _names(context, row)


def _names(context: CliContext, row: Connection | Line) -> str:
    return ",".join(sorted(context.vault.open(row.secrets, place_of(row))))


LIST_COMMANDS: tuple[click.Command, ...] = (
    _list(
        "list-organisations",
        "List the organisations.",
        "NAME REGION TIMEZONE LOCALE",
        _organisations,
    ),
    _list(
        "list-users",
        "List users, of all organisations or one.",
        "ORGANISATION USER NAME ROLE TEAM STATE",
        _users,
    ),
    _list(
        "list-sessions",
        "List signed-in browsers; times are UTC.",
        "ORGANISATION USER BROWSER ADDRESS SINCE USED",
        _sessions,
    ),
    _list(
        "list-connections",
        "List connections and their secrets' names.",
        "ORGANISATION CONNECTION PROVIDER ID SECRETS",
        _connections,
    ),
    _list(
        "list-lines",
        "List lines and their secrets' names.",
        "ORGANISATION CONNECTION EXTENSION USER SECRETS",
        _lines,
    ),
)
