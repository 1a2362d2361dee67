"""Rules about the files: short, translated, and without a provider's name outside its folder."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[1]
FOREIGN = {".git", ".venv", "node_modules", "vendor", "build", "instance", "__pycache__"}
WRITTEN = {".py", ".js", ".css", ".html", ".sh", ".cfg", ".md", ".toml", ".json", ".txt", ".po"}


def files(*folders: str, kinds: set[str] = WRITTEN) -> Iterator[Path]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*")):
            inside = path.relative_to(ROOT).parts
            if (
                path.suffix in kinds
                and path.is_file()
                and not any(part in FOREIGN or part.endswith("_cache") for part in inside)
            ):
                yield path


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


CODE = [
    *files(
        "console",
        "templates",
        "static",
        "tests",
        "scripts",
        "pbx",
        kinds={".py", ".js", ".css", ".html", ".sh", ".cfg"},
    )
]


def test_no_file_has_more_than_300_lines() -> None:
    """Migrations may be longer: they are never edited."""
    lengths = {
        name(path): len(path.read_text(encoding="utf-8").splitlines())
        for path in CODE
        if "migrations" not in path.parts
    }
    assert {path: length for path, length in lengths.items() if length > 300} == {}


def test_names_of_tests_have_at_most_60_characters() -> None:
    names = [
        found
        for path in files("tests", kinds={".py"})
        for found in re.findall(r"def (test_\w+)", path.read_text(encoding="utf-8"))
    ]
    assert [found for found in names if len(found) > 60] == []


# The provider is called `sip`; the protocol is SIP, and `sip:` the scheme of its addresses.
VENDORS = re.compile(r"(?i:pitel|\bvcc\b|bizfly|voip24h|webitel)|\bsip\b(?![:|])")
BRANCH = re.compile(r"""provider\S*\s*(==|!=|===|!==|\bis\b|\bin\b)\s*[("']""")


def test_no_provider_is_named_outside_its_own_files() -> None:
    """The simulator's registry has a row for each."""
    own = {"providers", "clouds"}
    neutral = [
        path for path in files("console", "templates", "static") if not own & set(path.parts)
    ]
    named = {name(path) for path in neutral if VENDORS.search(path.read_text(encoding="utf-8"))}
    branching = {name(path) for path in neutral if BRANCH.search(path.read_text(encoding="utf-8"))}
    assert named | branching == set()


def test_no_file_names_a_place_on_the_machine_it_was_written_on() -> None:
    place = re.compile(r"(?<![\w.*])/(?:root|work|Users/\w+|home/\w+)/")
    assert [
        name(path) for path in files(".") if place.search(path.read_text(encoding="utf-8"))
    ] == []


@pytest.mark.parametrize("path", [*files("templates", "console", kinds={".html"})], ids=name)
def test_a_template_has_only_what_the_content_policy_allows(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    inline = re.findall(
        r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>|<style\b|\sstyle=|\son[a-z]+=|javascript:",
        text,
    )
    foreign = re.findall(r"""(?:src|href)=["'](?:https?:)?//[^"']*""", text)
    assert inline + foreign == []


def catalogue(locale: str) -> tuple[Path, Catalog]:
    path = ROOT / f"translations/{locale}/LC_MESSAGES/messages.po"
    with path.open("rb") as file:
        return path, read_po(file, locale=locale)


def is_own(folder: str) -> bool:
    return Path(folder).name not in FOREIGN


def sentences() -> set[str]:
    """Every sentence that the code and the templates mark for translation."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    found = extract_from_dir(
        str(ROOT),
        methods,
        options,
        keywords=KEYWORDS,
        directory_filter=lambda folder: Path(folder).name not in FOREIGN,
    )
    return {message if isinstance(message, str) else message[0] for _, _, message, _, _ in found}


# Babel's own, and what flask-babel adds; `make translations` names the same.
KEYWORDS = {**DEFAULT_KEYWORDS, "_l": None, "lazy_gettext": None, "lazy_ngettext": (1, 2)}


def placeholders(text: str) -> list[str]:
    return sorted(re.findall(r"%\(\w+\)[sd]|\{\w+\}", text))


def test_every_sentence_has_its_vietnamese() -> None:
    _, vietnamese = catalogue("vi")
    done = {
        message.id if isinstance(message.id, str) else message.id[0]: message
        for message in vietnamese
        if message.id and message.string
    }
    assert sorted(sentences() - set(done)) == []
    assert [message.id for message in done.values() if message.fuzzy] == []


def test_translations_keep_their_placeholders() -> None:
    _, vietnamese = catalogue("vi")
    pairs = [
        (m.id, m.string)
        for m in vietnamese
        if isinstance(m.id, str) and isinstance(m.string, str) and m.id
    ]
    assert [pair for pair in pairs if placeholders(pair[0]) != placeholders(pair[1])] == []


def test_compiled_translations_are_fresh() -> None:
    path, vietnamese = catalogue("vi")
    compiled = io.BytesIO()
    write_mo(compiled, vietnamese)
    assert path.with_suffix(".mo").read_bytes() == compiled.getvalue(), "run: make translations"
