"""The README's statements are true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from console.config import SETTINGS, Setting

ROOT = Path(__file__).resolve().parents[1]
README_FILE = ROOT / "README.md"
README = README_FILE.read_text(encoding="utf-8")
TABLE = re.compile(r"(?:^\| `CONSOLE_.*\n)+", re.MULTILINE)


def row(setting: Setting) -> str:
    name = f"`{setting.variable}`" + (" or `…_FILE`" if setting.secret else "")
    value = (
        f"{setting.default:g}" if isinstance(setting.default, float) else str(setting.default or "")
    )
    return f"| {name} | {value and f'`{value}`'} | {setting.help} |"


def settings_table() -> str:
    return "".join(f"{row(setting)}\n" for setting in SETTINGS)


def test_the_settings_table_is_the_one_of_config_py() -> None:
    assert TABLE.findall(README) == [settings_table()], "run: make readme"


@pytest.mark.parametrize(
    "document",
    [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))],
    ids=lambda path: path.name,
)
def test_links_lead_somewhere(document: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", document.read_text(encoding="utf-8"))
    assert [link for link in links if not (document.parent / link).exists()] == []


def test_every_make_target_named_in_the_readme_exists() -> None:
    targets = set(
        re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    )
    assert set(re.findall(r"`make ([a-z-]+)`", README)) <= targets


def test_every_direct_dependency_has_its_reason_in_the_readme() -> None:
    direct = (ROOT / "requirements.txt").read_text(encoding="utf-8").partition("\n\n")[0]
    names = re.findall(r"^([A-Za-z_0-9-]+)", direct, re.MULTILINE)
    reasons = README[README.index("## Dependencies") :].lower()
    assert names and [name for name in names if f"**{name.lower()}**" not in reasons] == []


def test_ci_runs_the_readmes_test_command() -> None:
    assert "make test" in README and (ROOT / ".ci/run").read_text().rstrip().endswith("\nmake test")


if __name__ == "__main__":
    README_FILE.write_text(TABLE.sub(lambda _: settings_table(), README, count=1), encoding="utf-8")
