"""Each cause has a word and a sentence, in both languages, for who dialled and for who
was called.
"""

from __future__ import annotations

import gettext
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment, FileSystemLoader

from console.domain.enums import Cause

ROOT = Path(__file__).resolve().parents[1]


def words(language: str) -> Any:
    environment = Environment(
        loader=FileSystemLoader(ROOT / "templates"), autoescape=True, extensions=["jinja2.ext.i18n"]
    )
    catalogue = gettext.translation(
        "messages", ROOT / "translations", languages=[language], fallback=language == "en"
    )
    environment.install_gettext_translations(catalogue, newstyle=True)  # type: ignore[attr-defined]
    return environment.get_template("_words.html").module


@pytest.mark.parametrize("outgoing", [True, False])
@pytest.mark.parametrize("cause", [cause for cause in Cause if cause is not Cause.completed])
def test_every_cause_has_its_own_sentence_in_both_languages(cause: Cause, outgoing: bool) -> None:
    plain = {
        language: str(words(language).outcome_sentence("completed", outgoing)).strip()
        for language in ("vi", "en")
    }
    said = {
        language: str(words(language).outcome_sentence(cause.value, outgoing)).strip()
        for language in ("vi", "en")
    }
    assert said["vi"] != said["en"]
    assert all(said[language] != plain[language] for language in said)


@pytest.mark.parametrize("cause", list(Cause))
def test_every_cause_has_a_word_in_both_languages(cause: Cause) -> None:
    call = {"missed": False, "cause": cause.value}
    said = {language: str(words(language).outcome_word(call)).strip() for language in ("vi", "en")}
    assert said["vi"]
    assert said["vi"] != said["en"]


def test_no_answer_is_missed_for_callee_cancelled_for_caller() -> None:
    english = words("en")
    assert str(english.outcome_word({"missed": True, "cause": "cancelled"})).strip() == "Missed"
    assert str(english.outcome_word({"missed": False, "cause": "cancelled"})).strip() == "Cancelled"
