"""The `flask` commands: the database, organisations, outcomes, connections, accounts, contacts,
lists.
"""

from __future__ import annotations

from flask import Flask

from .accounts import ACCOUNT_COMMANDS
from .alerts import ALERT_COMMANDS
from .connections import CONNECTION_COMMANDS
from .contacts import CONTACT_COMMANDS
from .database import DATABASE_COMMANDS
from .lists import LIST_COMMANDS
from .organisations import ORGANISATION_COMMANDS
from .outcomes import OUTCOME_COMMANDS
from .secrets import SECRET_COMMANDS


def init_cli(app: Flask) -> None:
    for command in (
        *DATABASE_COMMANDS,
        *ORGANISATION_COMMANDS,
        *OUTCOME_COMMANDS,
        *ALERT_COMMANDS,
        *CONNECTION_COMMANDS,
        *CONTACT_COMMANDS,
        *ACCOUNT_COMMANDS,
        *SECRET_COMMANDS,
        *LIST_COMMANDS,
    ):
        app.cli.add_command(command)
