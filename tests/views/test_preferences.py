from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.application import Person

Sit = Callable[..., Person]


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("", "vi"),
        ("en-GB,en;q=0.9", "en"),
        ("vi-VN,vi;q=0.9,en;q=0.8", "vi"),
        ("fr-FR", "vi"),
        ("fr,en;q=0.5", "en"),
    ],
)
def test_the_language_is_the_browsers_or_vietnamese(person: Sit, asked: str, language: str) -> None:
    assert (
        f'<html lang="{language}"'
        in person().get("/sign-in", headers={"Accept-Language": asked}).text
    )


def test_a_browser_keeps_its_language_before_signing_in(person: Sit) -> None:
    someone = person()
    someone.post("/preferences", {"locale": "en"})
    assert '<html lang="en"' in someone.get("/sign-in", headers={"Accept-Language": "vi"}).text


def test_alices_choice_follows_her_to_another_browser(person: Sit) -> None:
    person("alice").post("/preferences", {"locale": "en", "theme": "dark"})
    page = person("alice").get("/sessions", headers={"Accept-Language": "vi"}).text
    assert re.search(r'<html lang="en"[^>]* data-theme="dark"', page)


def test_olga_is_not_changed_by_alices_choice(person: Sit) -> None:
    person("alice").post("/preferences", {"locale": "en"})
    assert '<html lang="vi"' in person("olga").get("/sessions").text


def test_an_empty_theme_follows_the_system_again(person: Sit) -> None:
    alice = person("alice")
    alice.post("/preferences", {"theme": "dark"})
    alice.post("/preferences", {"theme": ""})
    assert "data-theme" not in alice.get("/sessions").text


def test_without_a_choice_the_browsers_theme_applies(person: Sit) -> None:
    alice = person()
    alice.post("/preferences", {"theme": "dark"})
    alice.sign_in("alice")
    assert 'data-theme="dark"' in alice.get("/sessions").text
    alice.post("/preferences", {"theme": "light"})
    assert 'data-theme="light"' in alice.get("/sessions").text


@pytest.mark.parametrize("choice", [{"locale": "fr"}, {"theme": "pink"}, {"role": "admin"}, {}])
def test_nothing_else_can_be_chosen(person: Sit, choice: dict[str, str]) -> None:
    assert person("alice").post("/preferences", choice).status_code == 400


def test_choosing_leads_back_to_the_page_it_was_made_on(person: Sit) -> None:
    alice = person("alice")
    sent_from = {"Referer": "http://localhost:5000/history?page=2"}
    assert (
        alice.post("/preferences", {"locale": "en"}, headers=sent_from).location
        == "/history?page=2"
    )
    foreign = {"Referer": "https://evil.example/history"}
    assert alice.post("/preferences", {"locale": "en"}, headers=foreign).location == "/"


def test_a_script_that_chooses_is_answered_without_a_page(person: Sit) -> None:
    alice = person("alice")
    answer = alice.bare_post(
        "/preferences", json={"locale": "en"}, headers={"X-CSRFToken": alice.form_token()}
    )
    assert answer.status_code == 204


CHOICE = {
    "microphone_label": "Tai nghe USB",
    "speaker_label": "",
    "ringer_label": "Loa máy tính",
    "processing": {"echo": True, "noise": True, "gain": False},
    "ring_volume": 0.4,
}


def choose_audio(someone: Person, audio: Any) -> int:
    return someone.bare_post(
        "/preferences", json={"audio": audio}, headers={"X-CSRFToken": someone.form_token()}
    ).status_code


def audio_of(someone: Person) -> Any:
    data = re.search(
        r'<script[^>]*id="page-data"[^>]*>(.*?)</script>', someone.get("/").text, re.DOTALL
    )
    assert data
    return json.loads(data[1])["user"]["audio"]


def test_an_agents_devices_follow_her_to_another_browser(person: Sit) -> None:
    assert audio_of(person("alice")) is None
    assert choose_audio(person("alice"), CHOICE) == 204
    assert audio_of(person("alice")) == CHOICE
    assert audio_of(person("bob")) is None


def test_one_device_is_chosen_without_forgetting_the_others(person: Sit) -> None:
    alice = person("alice")
    choose_audio(alice, CHOICE)
    assert choose_audio(alice, {"ring_volume": 1}) == 204
    assert audio_of(alice) == {**CHOICE, "ring_volume": 1}


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        [],
        "loud",
        None,
        {"camera_label": "x"},
        {"microphone_label": 7},
        {"microphone_label": "x" * 201},
        {"speaker_label": "a\nb"},
        {"ring_volume": 2},
        {"ring_volume": -0.1},
        {"ring_volume": "1"},
        {"ring_volume": True},
        {"processing": {"echo": 1}},
        {"processing": {"reverb": True}},
        {"processing": True},
        {**CHOICE, "role": "admin"},
    ],
    ids=str,
)
def test_an_invalid_device_choice_is_not_kept(person: Sit, wrong: Any) -> None:
    alice = person("alice")
    assert choose_audio(alice, wrong) == 400
    assert audio_of(alice) is None


def test_choosing_devices_requires_a_sign_in(person: Sit) -> None:
    assert choose_audio(person(), CHOICE) == 400
