"""Cells of CSV files: no spreadsheet calculates them, and an import reads them back."""

from __future__ import annotations

# A spreadsheet would calculate a cell that begins with one of these.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def safe_cell(text: str) -> str:
    """The text as a spreadsheet shows it and never calculates it."""
    plain = text.replace("\x00", "")
    return f"'{plain}" if _is_formula(plain) else plain


def marked_cell(text: str) -> str:
    """A safe cell from which `unmarked_cell` reads exactly this text."""
    plain = text.replace("\x00", "")
    return f"'{plain}" if _is_formula(plain.lstrip("'")) else plain


def unmarked_cell(text: str) -> str:
    """The text of a cell, without the mark that keeps spreadsheets from calculating it."""
    is_marked = text.startswith("'") and _is_formula(text.lstrip("'"))
    return text[1:] if is_marked else text


def _is_formula(plain: str) -> bool:
    # Spreadsheets ignore leading spaces, and full-width signs count as well.
    start = plain.lstrip().translate({0xFF1D: "=", 0xFF0B: "+", 0xFF0D: "-", 0xFF20: "@"})
    return plain.startswith(_FORMULA) or start.startswith(_FORMULA)
