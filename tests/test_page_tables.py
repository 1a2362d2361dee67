"""The browser modules' unit tests run with the tables that a page has from the server."""

from __future__ import annotations

import json
from pathlib import Path

from console.domain import vocabulary
from console.domain.languages import LANGUAGES
from console.providers import PROVIDERS

RECORDED = Path(__file__).parent / "js/page-tables.json"
TABLES = {
    "languages": list(LANGUAGES),
    "vocabulary": vocabulary.for_browser(),
    "causes": {name: provider.causes for name, provider in PROVIDERS.items()},
}


def test_unit_tests_of_browser_modules_have_the_servers_tables() -> None:
    assert json.loads(RECORDED.read_text(encoding="utf-8")) == TABLES
