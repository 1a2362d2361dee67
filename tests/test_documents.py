"""The documents name what exists, and leave out no route, message, command or event."""

from __future__ import annotations

import inspect
import re
from collections import defaultdict
from pathlib import Path
from typing import get_type_hints

import pytest

from console import create_app
from console.config import load_settings
from console.domain.enums import Command, EventType
from console.realtime import messages
from console.services.commands import _SERVER_SIDE

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
INTERFACES = (ROOT / "docs/interfaces.md").read_text(encoding="utf-8")
PROTOCOL = (ROOT / "docs/realtime-protocol.md").read_text(encoding="utf-8")
PLACE = re.compile(
    r"(?<![\w/.-])((?:console|static|templates|tests|scripts|docs|pbx)/[\w./-]*[\w/])(?!\w*[…<*])"
)

# A command of a vendor's table: its name, its states if it is about a call, its parameters.
COMMAND = re.compile(r"^  (\w+): (\[.*?, )?\(([^)]*)\) =>", re.MULTILINE | re.DOTALL)
# The page and tests give these to a phone directly; they never come in by HTTP.
BETWEEN_PAGE_AND_PHONE = {"by", "take"}


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def first_column(document: str, heading: str) -> set[str]:
    """The names in backticks in the first column of the table under a heading."""
    table = document.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (`[^|]*) \|", table, re.MULTILINE)
    return {word for row in rows for word in re.findall(r"`([^`]+)`", row)}


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_places_that_a_document_names_exist(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    named = {place.rstrip("/.") for place in PLACE.findall(text)}
    assert sorted(place for place in named if not (ROOT / place).exists()) == []


def test_every_route_is_documented_and_no_other(tmp_path: Path) -> None:
    app = create_app(
        load_settings({"CONSOLE_ENV": "development", "CONSOLE_INSTANCE": str(tmp_path)})
    )
    routes = {
        f"{method} {rule.rule}"
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert first_column(INTERFACES, "Routes") == routes


def test_every_command_is_documented_and_no_other() -> None:
    assert first_column(INTERFACES, "Commands") == set(Command)


def arguments_of_phones() -> dict[str, set[str]]:
    """The arguments that the vendors' tables of commands read; commands with states have a call."""
    read: dict[str, set[str]] = defaultdict(set)
    for path in sorted((ROOT / "static/js/providers").glob("*/*.js")):
        table = path.read_text(encoding="utf-8").partition("COMMANDS = {")[2].partition("\n};")[0]
        for command, states, parameters in COMMAND.findall(table):
            taken = re.findall(r"\{[^}]*\}|\w+", parameters)[2 if states else 1 :]
            read[command] |= {"call"} if states else set()
            read[command] |= {word for each in taken for word in re.findall(r"\w+", each)}
    return read


def arguments_of_the_server() -> dict[str, set[str]]:
    return {
        command: set(re.findall(r'args\.get\("(\w+)"', inspect.getsource(function)))
        for command, function in _SERVER_SIDE.items()
    }


def test_arguments_of_commands_are_documented_as_they_are_read() -> None:
    phones, server = arguments_of_phones(), arguments_of_the_server()
    table = INTERFACES.partition("## Commands\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (`[^|]*) \|([^|]*)\|", table, re.MULTILINE)
    documented = {
        command: set(re.findall(r"`(\w+)\??`", arguments)) - {"connection"}
        for commands, arguments in rows
        for command in re.findall(r"`(\w+)`", commands)
    }
    read = {**phones, **server, "rate": documented["rate"]}
    assert {name: taken - BETWEEN_PAGE_AND_PHONE for name, taken in read.items()} == documented


def test_every_event_is_documented_and_no_other() -> None:
    assert first_column(INTERFACES, "Events") == set(EventType)


@pytest.mark.parametrize("message", sorted({*messages.FROM_BROWSER, *messages.FROM_SERVER}))
def test_every_websocket_message_is_documented_with_its_fields(message: str) -> None:
    assert re.search(rf"[`\"]{re.escape(message)}[`\" {{]", PROTOCOL)
    types = [
        table[message]
        for table in (messages.FROM_BROWSER, messages.FROM_SERVER)
        if message in table
    ]
    fields = {field for each in types for field in get_type_hints(each)}
    assert [field for field in fields if not re.search(rf"\b{field}\b", PROTOCOL)] == []
