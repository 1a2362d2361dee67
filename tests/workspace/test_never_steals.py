"""Fifty pushes a second re-render the page without losing a click, the focus, a selection or a
letter.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager

import pytest
from playwright.sync_api import Browser, Locator, Page

from tests import pages
from tests.servers import ConsoleServer
from tests.servers.scripted_phone import ScriptedPhone
from tests.servers.web_client import WebClient

A_SECOND = 50
NEXT = (
    "() => new Promise((applied) =>"
    " document.addEventListener('console:applied', applied, { once: true })).then(() => {})"
)
CLICKS = (
    "button => { button.presses = 0; button.addEventListener('click', () => { button.presses += 1;"
    " }); }"
)
STATE = (
    "field => [field === document.activeElement, field.selectionStart, field.selectionEnd,"
    " field.value]"
)
TEXT = "Khách hàng hỏi về hoá đơn số 4711 và muốn được gọi lại."


@pytest.fixture(scope="module")
def phone(server: ConsoleServer) -> Iterator[ScriptedPhone]:
    """Carries Alice's calls."""
    with ScriptedPhone(WebClient(server, "alice")) as far:
        far.talks("over", "0987654321")
        far.talks("call", "0912345678")
        far.ends("over")
        yield far


@pytest.fixture(scope="module")
def owner(server: ConsoleServer, phone: ScriptedPhone) -> Iterator[ScriptedPhone]:
    """Owns Alice's phone, so that Alice's page is a remote control: each click is seen to arrive
    here.
    """
    with ScriptedPhone(WebClient(server, "alice"), "owner", keeps=True) as far:
        yield far


@pytest.fixture(scope="module")
def page(browser: Browser, server: ConsoleServer, owner: ScriptedPhone) -> Iterator[Page]:
    context = browser.new_context(locale="en-GB")
    context.set_default_timeout(pages.PATIENCE * 1000)
    page = pages.sign_in(context.new_page(), server, "alice")
    page.locator(".call[data-state=active]").wait_for()
    page.locator("#banner[data-kind=follower]").wait_for()
    yield page
    context.close()


def storm(phone: ScriptedPhone) -> AbstractContextManager[None]:
    return phone.storm("call", A_SECOND)


def pushed(page: Page) -> None:
    """At least one push more has been applied: a busy machine gives fewer than fifty a second."""
    page.evaluate(NEXT)


def press(page: Page, button: Locator) -> None:
    """A person's click: at least one push comes between the finger's way down and its way up."""
    box = button.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    pushed(page)
    page.mouse.up()


def arrived(page: Page, owner: ScriptedPhone, count: int, *names: str) -> None:
    deadline = (
        time.monotonic() + 30
    )  # one after the other, on a machine that fifty pushes a second keep busy
    while sum(command["name"] in names for command in owner.commands) != count:
        assert time.monotonic() < deadline, [command["name"] for command in owner.commands]
        page.wait_for_timeout(20)


def type_slowly(page: Page, text: str) -> None:
    """Type, with a push after at most three letters."""
    for start in range(0, len(text), 3):
        page.keyboard.type(text[start : start + 3])
        pushed(page)


def test_clicks_on_a_key_that_pushes_re_render_arrive(
    page: Page, phone: ScriptedPhone, owner: ScriptedPhone
) -> None:
    page.locator(".call .keypad > summary").click()
    keys = [page.locator(f".call [data-tone='{key}']") for key in "1234567890"]
    with storm(phone):
        for key in keys * 2:
            press(page, key)
        arrived(page, owner, 20, "dtmf")
    assert "".join(command["args"]["tones"] for command in owner.commands) == "1234567890" * 2
    assert page.locator(".call .keypad").get_attribute("open") is not None
    page.locator(".call .keypad > summary").click()


def test_clicks_arrive_on_a_button_that_an_update_changes(
    page: Page, phone: ScriptedPhone, owner: ScriptedPhone
) -> None:
    """Mute turns into unmute and back fifty times a second under the finger."""
    button = page.locator(".call .toggle-mute")
    with storm(phone):
        button.evaluate(CLICKS)
        for n in range(20):
            press(page, button)
            arrived(page, owner, n + 1, "mute", "unmute")
            pages.until(
                page, "!document.querySelector('.call .toggle-mute[aria-busy=true]')"
            )  # the outcome is back
        assert (
            button.evaluate("button => button.presses") == 20
        )  # and it was the same element all the time


def test_a_menu_stays_open_and_its_choice_is_taken(page: Page, phone: ScriptedPhone) -> None:
    with storm(phone):
        for reason in ("break", "meal") * 3:
            page.locator("#availability > button").click()
            pushed(page)
            assert page.locator("#availability-menu").evaluate(
                "menu => menu.matches(':popover-open')"
            )
            press(page, page.locator(f"#availability-menu [data-reason={reason}]"))
            page.locator(f"#availability-menu [data-reason={reason}][aria-pressed=true]").wait_for(
                state="attached"
            )


def test_a_note_keeps_focus_selection_and_every_letter(page: Page, phone: ScriptedPhone) -> None:
    note = page.locator(".call[data-call=call] textarea")
    note.click()
    with storm(phone):
        type_slowly(page, TEXT)
        assert note.evaluate(STATE) == [True, len(TEXT), len(TEXT), TEXT]
        note.evaluate("field => field.setSelectionRange(5, 9)")
        page.wait_for_timeout(1200)  # it has been saved, and the pushes contain it
        assert note.evaluate(STATE) == [True, 5, 9, TEXT]
        type_slowly(page, "XY")
        assert note.evaluate(STATE) == [True, 7, 7, f"{TEXT[:5]}XY{TEXT[9:]}"]


def test_a_letter_that_is_still_being_composed_is_left_alone(
    page: Page, phone: ScriptedPhone
) -> None:
    """Vietnamese is typed by an input method: the unfinished word is shown but not yet text."""
    note = page.locator(".call[data-call=call] textarea")
    note.fill("")
    keyboard = page.context.new_cdp_session(page)
    with storm(phone):
        for unfinished in ("t", "ti", "tie", "tiê", "tiên", "tiêng", "tiếng"):
            keyboard.send(
                "Input.imeSetComposition",
                {
                    "text": unfinished,
                    "selectionStart": len(unfinished),
                    "selectionEnd": len(unfinished),
                },
            )
            pushed(page)
            assert note.input_value() == unfinished
        keyboard.send("Input.insertText", {"text": "tiếng"})
        type_slowly(page, " Việt")
        assert note.evaluate(STATE) == [True, 10, 10, "tiếng Việt"]


def test_the_dial_field_keeps_focus_selection_and_every_digit(
    page: Page, phone: ScriptedPhone
) -> None:
    field = page.locator("#dial-number")
    field.click()
    with storm(phone):
        type_slowly(page, "0912345678")
        assert field.evaluate(STATE) == [True, 10, 10, "0912345678"]
        field.evaluate("field => field.setSelectionRange(2, 4)")
        page.wait_for_timeout(600)
        assert field.evaluate(STATE) == [True, 2, 4, "0912345678"]
        type_slowly(page, "88")
        assert field.evaluate(STATE) == [True, 4, 4, "0988345678"]
    page.locator("#dial-preview", has_text="0988 345 678").wait_for()


def test_an_open_note_of_a_recent_call_is_left_alone(page: Page, phone: ScriptedPhone) -> None:
    """The list is rendered again whenever a call that is over changes."""
    page.locator("#recent .row-note > summary").first.click()
    note = page.locator("#recent textarea[data-note=over]")
    note.click()
    began = time.time_ns() // 1_000_000 - 60_000
    with storm(phone):
        for n, letter in enumerate("not yet saved"):
            page.keyboard.type(letter)
            phone.tell("held" if n % 2 else "resumed", "over", at=began + n)
        assert note.evaluate(STATE) == [True, 13, 13, "not yet saved"]
        press(page, page.locator("#recent [data-fill]").first)
        pages.until(page, "document.activeElement.id === 'dial-number'")
    assert note.is_visible()
