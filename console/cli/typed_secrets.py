"""Secrets that an administrator types, or that a script pipes in."""

from __future__ import annotations

import sys

import click

from ..security.password_rules import SHORTEST, Weakness, weakness
from ..security.passwords import LONGEST, hash_password

_WEAK = {
    Weakness.short: f"A password needs at least {SHORTEST} characters.",
    Weakness.long: f"A password has at most {LONGEST} characters.",
    Weakness.guessable: (
        "This password would soon be guessed: it is known from leaks, or made of common words or of"
        " the user's and the organisation's names. Use several words that do not belong together."
    ),
}


def ask_secret(label: str) -> str:
    """Reads a secret from the terminal, or one line of standard input.

    It is never an argument: arguments can be read in the list of processes.
    """
    if sys.stdin.isatty():
        return str(click.prompt(label, hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\n")


def new_password(*about: str) -> str:
    """The hash of the typed password. `about`: facts about the person that others know."""
    password = ask_secret("Password")
    if weak := weakness(password, about):
        raise click.ClickException(_WEAK[weak])
    return hash_password(password)
