"""Fragments are what a push replaces: each has one root with an id of its own."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import jinja2
import pytest

TEMPLATES = Path(__file__).resolve().parents[1] / "templates"
ALL = sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html"))
VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "use", "wbr"}
LIBRARIES = {
    "_components.html",
    "_words.html",
    "_texts.html",
    "_wall.html",
}  # macros and tables: nothing in them is pushed


class Roots(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.depth = 0
        self.ids: list[str | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.depth == 0:
            self.ids.append(dict(attrs).get("id"))
        self.depth += tag not in VOID

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        return

    def handle_endtag(self, tag: str) -> None:
        self.depth -= tag not in VOID


@pytest.mark.parametrize("template", ALL)
def test_a_template_is_valid(template: str) -> None:
    environment = jinja2.Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    environment.parse((TEMPLATES / template).read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "template",
    [name for name in ALL if Path(name).name.startswith("_") and Path(name).name not in LIBRARIES],
)
def test_a_fragment_has_one_root_with_a_stable_id(template: str) -> None:
    source = (TEMPLATES / template).read_text(encoding="utf-8")
    without_jinja = re.sub(r"{#.*?#}|{%.*?%}", "", source, flags=re.DOTALL)
    roots = Roots()
    roots.feed(re.sub(r"{{.*?}}", "x", without_jinja, flags=re.DOTALL))
    assert roots.depth == 0, "a tag is not closed"
    assert len(roots.ids) == 1 and roots.ids[0]
