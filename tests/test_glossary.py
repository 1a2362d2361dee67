"""The words that the glossary forbids stand nowhere else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[1]
GLOSSARY = (ROOT / "docs/glossary.md").read_text(encoding="utf-8")
CATALOGUE = ROOT / "translations/vi/LC_MESSAGES/messages.po"
# The tables and enums that own a name which the glossary gives one meaning.
OWNERS = {
    "console/storage/models/organisations.py",
    "console/domain/enums.py",
    "console/domain/reachability.py",
    "console/simulator/exchange/enums.py",
}
FOLDERS = {"code": ("console", "templates", "static/js"), "tests": ("tests",)}


class Rule(NamedTuple):
    pattern: str
    where: str


def rules() -> Iterator[Rule]:
    table = GLOSSARY.partition("## Words that we do not use\n")[2]
    for patterns, places in re.findall(r"^\| (`.+?) \| ([a-z, ]+) \| .* \|$", table, re.MULTILINE):
        for pattern in re.findall(r"`([^`]+)`", patterns.replace(r"\|", "|")):
            for where in places.split(", "):
                yield Rule(pattern, where)


RULES = list(rules())


@cache
def texts(where: str) -> list[tuple[str, str]]:
    """The name and the text of each place where a rule holds."""
    return list(_texts(where))


def _texts(where: str) -> Iterator[tuple[str, str]]:
    if where in FOLDERS:
        kinds = {".py", ".js", ".mjs", ".html"}
        for folder in FOLDERS[where]:
            for path in sorted((ROOT / folder).rglob("*")):
                if path.suffix in kinds and path != Path(__file__):
                    yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")
        return
    with CATALOGUE.open("rb") as file:
        for message in read_po(file, locale="vi"):
            both = {"pages": message.id, "vietnamese": message.string}
            text = both[where]
            yield "messages.po", text if isinstance(text, str) else " ".join(text)


def test_the_glossary_lists_its_forbidden_words() -> None:
    assert len(RULES) > 25
    assert {rule.where for rule in RULES} <= {*FOLDERS, "pages", "vietnamese"}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.where}: {rule.pattern}")
def test_a_forbidden_word_is_not_used(rule: Rule) -> None:
    pattern = re.compile(rule.pattern, re.MULTILINE)
    found = {place for place, text in texts(rule.where) if pattern.search(text)}
    assert found - OWNERS == set()
