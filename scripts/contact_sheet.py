"""All pictures of a folder on one page: one row per state, one column per variant."""

from __future__ import annotations

from html import escape
from pathlib import Path

from playwright.sync_api import Browser

_STYLE = """
body { margin: 24px; background: #777; font: 14px sans-serif; color: #fff; }
table { border-spacing: 12px; } td { vertical-align: top; }
th { text-align: start; font-weight: 400; } img { display: block; max-height: 420px; }
"""


def write_contact_sheet(browser: Browser, folder: Path, variants: list[str]) -> Path:
    """Writes `contact-sheet.html` and `contact-sheet.png` beside the pictures."""
    states = list(dict.fromkeys(name for name in _states(folder, variants)))
    head = "".join(f"<th>{escape(variant)}</th>" for variant in variants)
    rows = "".join(_row(folder, state, variants) for state in states)
    page_file = folder / "contact-sheet.html"
    page_file.write_text(
        f"<!doctype html><meta charset=utf-8><style>{_STYLE}</style>"
        f"<table><tr><th></th>{head}</tr>{rows}</table>",
        encoding="utf-8",
    )
    page = browser.new_page(viewport={"width": 2400, "height": 1200})
    page.goto(page_file.as_uri())
    picture = folder / "contact-sheet.png"
    page.screenshot(path=picture, full_page=True)
    page.close()
    return picture


def _states(folder: Path, variants: list[str]) -> list[str]:
    """The states in the order in which they were taken."""
    taken = sorted(folder.glob("*.png"), key=lambda path: path.stat().st_mtime)
    return [
        path.stem.removesuffix(f"-{variant}")
        for path in taken
        for variant in variants
        if path.stem.endswith(f"-{variant}")
    ]


def _row(folder: Path, state: str, variants: list[str]) -> str:
    cells = "".join(_cell(folder / f"{state}-{variant}.png") for variant in variants)
    return f"<tr><th>{escape(state)}</th>{cells}</tr>"


def _cell(picture: Path) -> str:
    return f'<td><img src="{picture.name}"></td>' if picture.exists() else "<td></td>"
