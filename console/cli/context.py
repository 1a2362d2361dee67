"""The frame of every `flask` command: the database, the vault, one transaction each, and secrets
that are typed.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, Any, cast

import click
from flask import current_app
from flask.cli import with_appcontext

from ..config import Settings
from ..security.password_rules import SHORTEST, Weakness, weakness
from ..security.passwords import LONGEST, hash_password
from ..security.secrets_at_rest import UnreadableSecret, Vault
from ..security_log import SecurityEvent, security_event
from ..storage import organisations
from ..storage.database import Database
from ..storage.database_purpose import Unanswered, is_for_development

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

_WEAK = {
    Weakness.short: f"A password needs at least {SHORTEST} characters.",
    Weakness.long: f"A password has at most {LONGEST} characters.",
    Weakness.guessable: (
        "This password would soon be guessed: it is known from leaks, or made of common words or of"
        " the user's and the organisation's names. Use several words that do not belong together."
    ),
}
_READING = ("list-", "check-")
_FOREIGN = (
    "This database was made for development: its passwords are well known. Name another one in"
    " CONSOLE_DATABASE_URL, or a new directory in CONSOLE_INSTANCE, and run: flask --app app"
    " prepare"
)

_AWAY = (
    "The database does not answer. Look whether it runs and whether CONSOLE_DATABASE_URL names it."
    " Nothing was changed."
)


@contextmanager
def _said(state: str = "Nothing was changed.") -> Iterator[None]:
    """A known error ends the command with a sentence. `state`: what is true then."""
    try:
        yield
    except organisations.SetUpError as problem:
        raise click.ClickException(str(problem)) from None
    except UnreadableSecret:
        raise click.ClickException(
            f"CONSOLE_ENCRYPTION_KEYS lacks a key that is still in use. {state}"
        ) from None
    except Unanswered:
        raise click.ClickException(_AWAY) from None


class Desk:
    """The settings, the database and the vault of a command."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self.settings = settings
        self.database = database
        self.vault = Vault(settings.encryption_keys)

    @contextmanager
    def change(self, state: str = "Nothing was changed.") -> Iterator[Session]:
        """One transaction; what cannot be done ends the command with a sentence and changes
        nothing.
        """
        with _said(state), self.database.write() as session:
            yield session

    @contextmanager
    def look(self) -> Iterator[Session]:
        with _said(), self.database.read() as session:
            yield session

    def refuse_foreign(self) -> None:
        """Production does not work with what development has made.

        Unanswered where the database does not say what it is.
        """
        if not self.settings.development and is_for_development(self.database):
            raise click.ClickException(_FOREIGN)


def at_desk(work: Callable[..., None]) -> Callable[..., None]:
    @wraps(work)
    def with_desk(*args: Any, **kwargs: Any) -> None:
        desk = cast(Desk, current_app.extensions["commands"])
        with _said():
            desk.refuse_foreign()
            work(desk, *args, **kwargs)
        _log_change(kwargs)

    return with_appcontext(with_desk)


def _log_change(arguments: dict[str, Any]) -> None:
    """The security log gets the command and its plain arguments. Secrets are never arguments."""
    command = click.get_current_context().info_name or ""
    if not command.startswith(_READING):
        told = {name: value for name, value in arguments.items() if isinstance(value, str)}
        security_event(
            SecurityEvent.settings_changed,
            command=command,
            **{f"of_{name}": value for name, value in told.items()},
        )


def ask_secret(label: str) -> str:
    """Never an argument: those can be read in the list of processes.

    A script pipes it in, one line each.
    """
    if sys.stdin.isatty():
        return str(click.prompt(label, hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\n")


def new_password(*about: str) -> str:
    """The hash of the password that was typed. `about`: what others know of the person."""
    password = ask_secret("Password")
    if weak := weakness(password, about):
        raise click.ClickException(_WEAK[weak])
    return hash_password(password)
