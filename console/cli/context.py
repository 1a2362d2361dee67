"""The context of every `flask` command: services, one transaction each, errors as sentences."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, Any

import click
from flask.cli import with_appcontext

from ..app_services import Services, services
from ..security.secrets_at_rest import UnreadableSecret
from ..security_log import SecurityEvent, security_event
from ..storage import organisations
from ..storage.database_purpose import Unanswered, is_for_development

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

_READING = ("list-", "check-", "outcomes list")
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
def _errors_as_sentences(state: str = "Nothing was changed.") -> Iterator[None]:
    """Ends the command with a sentence on a known error. `state`: the state that it leaves."""
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


class CliContext:
    """The services that a command uses, and its transactions."""

    def __init__(self, services: Services) -> None:
        self.settings = services.settings
        self.database = services.database
        self.vault = services.vault
        self.services = services

    @contextmanager
    def change(self, state: str = "Nothing was changed.") -> Iterator[Session]:
        """One transaction. A known error changes nothing and ends the command with a sentence."""
        with _errors_as_sentences(state), self.database.write() as session:
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        with _errors_as_sentences(), self.database.read() as session:
            yield session

    def refuse_foreign(self) -> None:
        """Production does not use a database that was made for development.

        Raises Unanswered when the database's purpose cannot be read.
        """
        if not self.settings.development and is_for_development(self.database):
            raise click.ClickException(_FOREIGN)


def with_cli_context(command: Callable[..., None]) -> Callable[..., None]:
    """Passes the CliContext as the first argument, and logs what the command changed."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> None:
        context = CliContext(services())
        with _errors_as_sentences():
            context.refuse_foreign()
            command(context, *args, **kwargs)
        _log_change(kwargs)

    return with_appcontext(run)


def _name(context: click.Context) -> str:
    """The command without its program, with its group: `outcomes add`."""
    group, name = context.parent, context.info_name or ""
    inside = group and group.parent and isinstance(group.command, click.Group)
    return f"{group.info_name} {name}" if group and inside else name


def _log_change(arguments: dict[str, Any]) -> None:
    """Logs the command and its plain arguments for security. Secrets are never arguments."""
    command = _name(click.get_current_context())
    if not command.startswith(_READING):
        texts = {f"of_{name}": text for name, text in arguments.items() if isinstance(text, str)}
        security_event(SecurityEvent.settings_changed, command=command, **texts)
