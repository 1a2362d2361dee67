"""docs/security.md: every requirement of levels 1 and 2 has its line, and every proof that a line
names is there.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from console.config import SETTINGS

ROOT = Path(__file__).resolve().parents[1]
FIRST = (ROOT / "docs/security.md").read_text(encoding="utf-8")
PAGES = sorted((ROOT / "docs/security").glob("asvs-*.md"))

# OWASP ASVS 5.0.0, levels 1 and 2: chapter and section, then requirement and level.
REQUIREMENTS = """
V1.1 1=2 2=2
V1.2 1=1 2=1 3=1 4=1 5=1 6=2 7=2 8=2 9=2
V1.3 1=1 2=1 3=2 4=2 5=2 6=2 7=2 8=2 9=2 10=2 11=2
V1.4 1=2 2=2 3=2
V1.5 1=1 2=2
V2.1 1=1 2=2 3=2
V2.2 1=1 2=1 3=2
V2.3 1=1 2=2 3=2 4=2
V2.4 1=2
V3.2 1=1 2=1
V3.3 1=1 2=2 3=2 4=2
V3.4 1=1 2=1 3=2 4=2 5=2 6=2
V3.5 1=1 2=1 3=1 4=2 5=2
V3.7 1=2 2=2
V4.1 1=1 2=2 3=2
V4.2 1=2
V4.3 1=2 2=2
V4.4 1=1 2=2 3=2 4=2
V5.1 1=2
V5.2 1=1 2=1 3=2
V5.3 1=1 2=1
V5.4 1=2 2=2 3=2
V6.1 1=1 2=2 3=2
V6.2 1=1 2=1 3=1 4=1 5=1 6=1 7=1 8=1 9=2 10=2 11=2 12=2
V6.3 1=1 2=1 3=2 4=2
V6.4 1=1 2=1 3=2 4=2
V6.5 1=2 2=2 3=2 4=2 5=2
V6.6 1=2 2=2 3=2
V6.8 1=2 2=2 3=2 4=2
V7.1 1=2 2=2 3=2
V7.2 1=1 2=1 3=1 4=1
V7.3 1=2 2=2
V7.4 1=1 2=1 3=2 4=2 5=2
V7.5 1=2 2=2
V7.6 1=2 2=2
V8.1 1=1 2=2
V8.2 1=1 2=1 3=2
V8.3 1=1
V8.4 1=2
V9.1 1=1 2=1 3=1
V9.2 1=1 2=2 3=2 4=2
V10.1 1=2 2=2
V10.2 1=2 2=2
V10.3 1=2 2=2 3=2 4=2
V10.4 1=1 2=1 3=1 4=1 5=1 6=2 7=2 8=2 9=2 10=2 11=2
V10.5 1=2 2=2 3=2 4=2 5=2
V10.6 1=2 2=2
V10.7 1=2 2=2 3=2
V11.1 1=2 2=2
V11.2 1=2 2=2 3=2
V11.3 1=1 2=1 3=2
V11.4 1=1 2=2 3=2 4=2
V11.5 1=2
V11.6 1=2
V12.1 1=1 2=2 3=2
V12.2 1=1 2=1
V12.3 1=2 2=2 3=2 4=2
V13.1 1=2
V13.2 1=2 2=2 3=2 4=2 5=2
V13.3 1=2 2=2
V13.4 1=1 2=2 3=2 4=2 5=2
V14.1 1=2 2=2
V14.2 1=1 2=2 3=2 4=2
V14.3 1=1 2=2 3=2
V15.1 1=1 2=2 3=2
V15.2 1=1 2=2 3=2
V15.3 1=1 2=2 3=2 4=2 5=2 6=2 7=2
V16.1 1=2
V16.2 1=2 2=2 3=2 4=2 5=2
V16.3 1=2 2=2 3=2 4=2
V16.4 1=2 2=2 3=2
V16.5 1=2 2=2 3=2
V17.1 1=2
V17.2 1=2 2=2 3=2 4=2
V17.3 1=2 2=2
"""
ROW = re.compile(r"^\| (V[\d.]+) \| ([12]) \| (.*?) \| (.*?) \| (.*?) \|$", re.MULTILINE)
TEST = re.compile(r"`(tests/[\w./-]+)::([^`]+)`")
ABSENT = ("Not applicable: ", "Not applicable as ", "Not met: ", "Not met by Console itself: ")


class Line(NamedTuple):
    id: str
    level: str
    what: str
    how: str
    proof: str


def wanted() -> dict[str, str]:
    """id → level."""
    found = {}
    for section, _, rest in (line.partition(" ") for line in REQUIREMENTS.strip().splitlines()):
        for number, _, level in (each.partition("=") for each in rest.split()):
            found[f"{section}.{number}"] = level
    return found


LINES = [Line(*found) for page in PAGES for found in ROW.findall(page.read_text(encoding="utf-8"))]


def test_every_requirement_has_one_line_with_its_level() -> None:
    assert len(LINES) == len(wanted()) == 253
    assert {line.id: line.level for line in LINES} == wanted()


def is_right(line: Line) -> bool:
    absent = line.how.startswith(ABSENT)
    proved = TEST.search(line.proof) or line.proof.startswith(
        ("document", "set at the proxy", "`make ")
    )
    return bool(line.what) and (absent or (bool(proved) and not line.how.startswith("Not ")))


def test_each_requirement_has_a_proof_or_a_reason() -> None:
    assert [line.id for line in LINES if not is_right(line)] == []


@cache
def names_in(path: str) -> str | set[str]:
    """The tests of a Python file; the text of any other."""
    text = (ROOT / path).read_text(encoding="utf-8")
    return (
        {node.name for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)}
        if path.endswith(".py")
        else text
    )


def named_tests() -> Iterator[tuple[str, str]]:
    for page in [ROOT / "docs/security.md", *PAGES]:
        yield from TEST.findall(page.read_text(encoding="utf-8"))


def test_every_test_that_is_named_exists() -> None:
    named = sorted(set(named_tests()))
    assert len(named) > 100
    assert [
        f"{path}::{name}"
        for path, name in named
        if not (ROOT / path).exists() or name not in names_in(path)
    ] == []


def test_the_first_page_lists_all_unmet_requirements() -> None:
    unmet = {line.id for line in LINES if line.how.startswith("Not met")}
    elsewhere = [line.id for line in LINES if line.how.startswith("Not applicable")]
    assert (
        set(
            re.findall(
                r"^\| (V[\d.]+) \|", FIRST[FIRST.index("### Requirements not met") :], re.MULTILINE
            )
        )
        == unmet
    )
    met = len(LINES) - len(unmet) - len(elsewhere)
    counted = (
        f"Console meets {met} of the {len(LINES)} requirements of levels 1 and 2; {len(elsewhere)}"
        " concern features"
    )
    text = " ".join(FIRST.split())
    assert counted in text and f"and {len(unmet)} are not met" in text


def test_every_setting_command_and_place_that_is_named_exists() -> None:
    text = "".join(page.read_text(encoding="utf-8") for page in [ROOT / "docs/security.md", *PAGES])
    settings = {name for row in SETTINGS for name in (row.variable, f"{row.variable}_FILE")}
    assert set(re.findall(r"`(CONSOLE_\w+)`", text)) <= settings
    anchors = {
        re.sub(r"[^a-z0-9 -]", "", title.lower()).replace(" ", "-")
        for title in re.findall(r"^#+ (.+)$", FIRST, re.MULTILINE)
    }
    assert set(re.findall(r"security\.md#([\w-]+)", text)) <= anchors


def test_every_command_that_answers_a_compromise_exists() -> None:
    section = FIRST[
        FIRST.index("## After a compromise") : FIRST.index("## The standard, line by line")
    ]
    named = set(re.findall(r"`([a-z]+(?:-[a-z]+)+)[ `]", section))
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "console/cli").glob("*.py"))
    assert "rotate-secrets" in named and [name for name in named if f'"{name}"' not in code] == []


@pytest.mark.parametrize("document", PAGES, ids=lambda path: path.name)
def test_links_of_the_lines_lead_somewhere(document: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", document.read_text(encoding="utf-8"))
    assert links and [link for link in links if not (document.parent / link).exists()] == []


UNSAFE_SCRIPT = re.compile(
    r"\.(?:inner|outer)HTML\s*=|insertAdjacentHTML|document\.write|\beval\(|new"
    r" Function\b|setHTMLUnsafe|DOMParser|srcdoc"
)


def test_no_script_makes_html_or_code_of_a_text() -> None:
    """Server-rendered HTML is inserted by htmx, in one place."""
    scripts = {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
        for path in (ROOT / "static/js").rglob("*.js")
    }
    assert (
        len(scripts) > 80
        and [name for name, text in scripts.items() if UNSAFE_SCRIPT.search(text)] == []
    )
    assert [name for name, text in scripts.items() if "htmx.swap(" in text] == [
        "static/js/page/fragments.js"
    ]


def test_no_template_takes_a_text_for_html() -> None:
    templates = {
        path.name: path.read_text(encoding="utf-8") for path in (ROOT / "templates").rglob("*.html")
    }
    raw = re.compile(
        r"""[^'"\s]\s*\|\s*safe\b|\bMarkup\b|autoescape\s+false|\{%\s*raw\b"""
    )  # a literal of the template is ours
    assert (
        len(templates) > 20 and [name for name, text in templates.items() if raw.search(text)] == []
    )
