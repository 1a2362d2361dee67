"""Ctrl K opens one bar for people, numbers, the call's actions, statuses and pages."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.pages import REST_IS_THERE, until
from tests.servers import wait_for
from tests.servers.scripted_phone import ScriptedPhone

calls = (f"bar-{n}" for n in itertools.count())


@pytest.fixture
def phone(owner: ScriptedPhone) -> Iterator[ScriptedPhone]:
    owner.commands.clear()
    yield owner
    for call in list(owner.socket.calls):
        owner.ends(call)


@pytest.fixture
def page(phone: ScriptedPhone, follower: Page) -> Page:
    return follower


def opened(page: Page) -> Page:
    page.locator("#dial-number").focus()  # the modules outside the first load come with the focus
    until(page, REST_IS_THERE)
    page.keyboard.press("Control+k")
    page.locator("#command-bar[open]").wait_for()
    return page


def find(page: Page, words: str) -> list[str]:
    page.keyboard.type(words)
    page.locator("#command-bar [role=option]").first.wait_for()
    return page.locator("#command-bar [role=option] .person-name").all_inner_texts()


def test_command_of_the_call_presses_its_button(page: Page, phone: ScriptedPhone) -> None:
    call = phone.talks(next(calls))
    page.locator(f"#call-{call}[data-state=active] .call-bar").wait_for()
    assert find(opened(page), "mut") == ["Mute"]
    page.keyboard.press("Enter")
    wait_for(lambda: phone.commands, what="the command")
    assert [one["name"] for one in phone.commands] == ["mute"]
    assert page.locator("#command-bar").is_hidden()


def test_commands_of_the_call_come_first(page: Page, phone: ScriptedPhone) -> None:
    call = phone.talks(next(calls))
    page.locator(f"#call-{call}[data-state=active] .call-bar").wait_for()
    first = find(opened(page), "")[:3]
    assert first == ["Mute", "Hold", "Keypad"]


def test_transfer_opens_with_its_field_in_focus(page: Page, phone: ScriptedPhone) -> None:
    call = phone.talks(next(calls))
    page.locator(f"#call-{call}[data-state=active] .call-bar").wait_for()
    find(opened(page), "transf")
    page.keyboard.press("Enter")
    expect(page.locator(f"#to-{call}")).to_be_focused()


def test_status_is_chosen_by_its_reason(page: Page) -> None:
    assert find(opened(page), "meal") == ["Away · Meal break"]
    page.keyboard.press("Enter")
    page.locator("#calls[data-availability=away]").wait_for(state="attached")


def test_number_goes_to_the_dial_field_and_is_not_called(page: Page, phone: ScriptedPhone) -> None:
    assert find(opened(page), "0977 111 222")[0] == "Call 0977 111 222"
    page.keyboard.press("Enter")
    expect(page.locator("#dial-number")).to_have_value("0977 111 222")
    expect(page.locator("#dial-number")).to_be_focused()
    assert phone.commands == []


def test_person_goes_to_the_dial_field(page: Page) -> None:
    opened(page)
    page.keyboard.type("tran thi")
    page.locator("#command-bar [role=option]", has_text="Trần Thị Bình").wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#dial-number")).to_have_value("+84987654200")


def test_escape_gives_the_focus_back(page: Page, phone: ScriptedPhone) -> None:
    call = phone.talks(next(calls))
    note = page.locator(f"#note-{call}")
    note.click()
    page.keyboard.type("half a sen")
    page.keyboard.press("Control+k")
    page.locator("#command-bar[open]").wait_for()
    page.keyboard.press("Escape")
    page.locator("#command-bar").wait_for(state="hidden")
    expect(note).to_be_focused()
    page.keyboard.type("tence")
    expect(note).to_have_value("half a sentence")


def test_only_what_is_offered_now_is_listed(page: Page) -> None:
    names = find(opened(page), "")
    assert "Available" in names
    assert "History" in names
    assert not {"Mute", "Hang up", "Answer"} & set(names)
