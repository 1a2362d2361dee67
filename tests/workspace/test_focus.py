"""The keyboard focus: typed text goes into the note, and the focus never falls to the body."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

from tests import pages
from tests.servers import wait_for
from tests.servers.scripted_phone import ScriptedPhone

# Counts the frames at whose end the body has the focus, once something else had it.
WATCH = """
globalThis.fallen = 0;
const watch = globalThis.watch = {};
let had = false, before = false;
requestAnimationFrame(function look() {
  if (globalThis.watch !== watch) return;
  const body = document.activeElement === document.body;
  if (had && body && before) fallen += 1;
  had ||= !body;
  before = body;
  requestAnimationFrame(look);
});
"""
FOCUS = "selector => document.activeElement?.matches(selector)"
CARD = "#call-{}"
NOTE = "#note-{}"


@pytest.fixture
def phone(owner: ScriptedPhone) -> Iterator[ScriptedPhone]:
    """Owns Alice's phone: the test sees each command arrive and decides its outcome."""
    owner.commands.clear()
    yield owner
    for call in list(owner.socket.calls):
        owner.ends(call)


@pytest.fixture
def page(phone: ScriptedPhone, follower: Page) -> Iterator[Page]:
    follower.evaluate(WATCH)
    yield follower
    fallen = follower.evaluate("watch = null, fallen")
    assert fallen == 0, f"the body had the focus in {fallen} frames"


Calls = Callable[[], str]


@pytest.fixture
def new_call() -> Calls:
    """A name for one more call: the server outlives the tests."""
    return lambda: f"call-{next(NUMBERS)}"


NUMBERS = iter(range(1000))


def focus_is(page: Page, selector: str) -> None:
    pages.until(page, FOCUS, selector)


def shown(page: Page, call: str, state: str) -> None:
    page.locator(f"{CARD.format(call)}[data-state={state}]").wait_for()


def asked(phone: ScriptedPhone) -> list[str]:
    return [command["name"] for command in phone.commands]


def asked_for(phone: ScriptedPhone, *names: str) -> None:
    wait_for(lambda: asked(phone) == list(names), what=f"the commands {names}")


def rings(page: Page, phone: ScriptedPhone, call: str, number: str = "0912345678") -> str:
    phone.rings(call, number)
    shown(page, call, "ringing")
    return call


def talks(
    page: Page, phone: ScriptedPhone, call: str, number: str = "0912345678", **fields: Any
) -> str:
    phone.talks(call, number, **fields)
    shown(page, call, "active")
    return call


def click(page: Page, call: str, button: str) -> None:
    page.locator(f"{CARD.format(call)} {button}:visible").click()


def enter(page: Page, call: str, button: str) -> None:
    page.locator(f"{CARD.format(call)} {button}:visible").focus()
    page.keyboard.press("Enter")


@pytest.mark.parametrize("by_key", [True, False])
def test_answering_moves_the_focus_to_the_note(
    page: Page, phone: ScriptedPhone, new_call: Calls, by_key: bool
) -> None:
    call = rings(page, phone, new_call())
    page.keyboard.press("Alt+a") if by_key else click(page, call, "[data-command=answer]")
    focus_is(page, NOTE.format(call))
    page.keyboard.type("hm, kept? Price/date")
    phone.tell("answered", call)
    shown(page, call, "active")
    page.keyboard.type(" sent")
    assert page.input_value(NOTE.format(call)) == "hm, kept? Price/date sent"
    assert asked(phone) == ["answer"]


def test_letters_typed_outside_of_a_field_do_nothing_to_a_call(
    page: Page, phone: ScriptedPhone, new_call: Calls
) -> None:
    call = talks(page, phone, new_call())
    page.locator(CARD.format(call)).focus()
    page.keyboard.type("hang up? make it pay/keep the thing")
    assert not page.locator("dialog[open]").count()
    focus_is(page, CARD.format(call))
    page.keyboard.press("Alt+m")
    asked_for(phone, "mute")


def test_alt_works_while_a_note_is_typed(page: Page, phone: ScriptedPhone, new_call: Calls) -> None:
    call = talks(page, phone, new_call())
    page.click(NOTE.format(call))
    page.keyboard.type("Calls ")
    page.keyboard.press("Alt+p")
    asked_for(phone, "hold")
    phone.tell("held", call)
    shown(page, call, "held")
    page.keyboard.type("again")
    page.keyboard.press("Alt+h")
    asked_for(phone, "hold", "hangup")
    phone.ends(call, ended_by="agent")
    shown(page, call, "ended")
    focus_is(page, NOTE.format(call))
    assert page.input_value(NOTE.format(call)) == "Calls again"


def test_the_list_shows_the_keys_that_work(page: Page) -> None:
    page.keyboard.press("?")
    page.locator("#shortcuts[open]").wait_for()
    rows = page.locator("#shortcuts .shortcuts > div").all_inner_texts()
    assert "Alt H Hang up" in [" ".join(row.split()) for row in rows]
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    focus_is(page, "#dial-number")
    page.keyboard.press("Escape")
    focus_is(page, "#no-call")


def card_keeps_focus_after(
    page: Page, phone: ScriptedPhone, call: str, command: str, cause: str
) -> None:
    enter(page, call, f"[data-command={command}]")
    asked_for(phone, command)
    phone.ends(call, cause, "agent")
    shown(page, call, "ended")
    focus_is(page, CARD.format(call))


def test_focus_stays_in_the_card_after_hang_up_and_moves_on_done(
    page: Page, phone: ScriptedPhone, new_call: Calls
) -> None:
    call = talks(page, phone, new_call())
    card_keeps_focus_after(page, phone, call, "hangup", "completed")
    enter(page, call, "[data-command=close]")
    focus_is(page, "#no-call")


def test_becoming_available_keeps_the_focus(page: Page) -> None:
    pages.set_availability(page, "away")
    page.locator("#no-call [data-set-availability=available]").focus()
    page.keyboard.press("Enter")
    page.locator("#calls[data-availability=available]").wait_for(state="attached")
    focus_is(page, "#no-call")


def test_declining_leaves_the_focus_in_the_card(
    page: Page, phone: ScriptedPhone, new_call: Calls
) -> None:
    card_keeps_focus_after(page, phone, rings(page, phone, new_call()), "reject", "rejected")


def two_calls(page: Page, phone: ScriptedPhone, new_call: Calls, **fields: Any) -> tuple[str, str]:
    """The first is held, the second is spoken on."""
    first = talks(page, phone, new_call())
    phone.tell("held", first)
    second = new_call()
    phone.socket.calls.append(second)
    phone.tell(
        "dialing",
        second,
        direction="outbound",
        number="1002",
        line=2,
        **dict.fromkeys(fields, first),
    )
    phone.tell("answered", second)
    shown(page, second, "active")
    return first, second


def test_swap_leaves_the_focus_in_the_active_card(
    page: Page, phone: ScriptedPhone, new_call: Calls
) -> None:
    first, second = two_calls(page, phone, new_call)
    enter(page, first, ".swap")
    asked_for(phone, "unhold")
    phone.tell("held", second)
    phone.tell("resumed", first)
    page.locator(f"{CARD.format(first)}[data-local-primary][data-state=active]").wait_for()
    focus_is(page, CARD.format(first))


def test_completing_leaves_the_focus_in_the_card(
    page: Page, phone: ScriptedPhone, new_call: Calls
) -> None:
    first, second = two_calls(page, phone, new_call, consults=True)
    enter(page, second, "[data-command=transfer_attended]")
    asked_for(phone, "transfer_attended")
    assert phone.commands[0]["args"].items() >= {"call": first, "other": second}.items()
    for call in (first, second):
        phone.tell("transferred", call)
        phone.ends(call, "transferred", "agent")
    shown(page, second, "ended")
    focus_is(page, CARD.format(second))


def test_going_back_takes_the_focus_to_the_customer(
    page: Page, phone: ScriptedPhone, new_call: Calls
) -> None:
    first, second = two_calls(page, phone, new_call, consults=True)
    enter(page, second, "[data-command=back]")
    asked_for(phone, "hangup", "unhold")
    phone.ends(second, ended_by="agent")
    phone.tell("resumed", first)
    page.locator(f"{CARD.format(first)}[data-local-primary][data-state=active]").wait_for()
    focus_is(page, CARD.format(first))


def test_a_sheet_that_closes_gives_the_focus_back(
    page: Page, phone: ScriptedPhone, new_call: Calls
) -> None:
    call = talks(page, phone, new_call())
    page.keyboard.press("Alt+t")
    focus_is(page, f"#to-{call}")
    page.keyboard.press("Escape")
    focus_is(page, f"{CARD.format(call)} [data-command=transfer]")
    page.keyboard.press("Alt+t")
    focus_is(page, f"#to-{call}")
    page.keyboard.type("1002")
    phone.ends(call)
    shown(page, call, "ended")
    focus_is(page, CARD.format(call))


def test_a_removed_card_passes_the_focus_to_the_remaining_call(
    page: Page, phone: ScriptedPhone, new_call: Calls
) -> None:
    first = talks(page, phone, new_call())
    over = talks(page, phone, new_call(), "0987654321", line=2)
    phone.ends(over)
    shown(page, over, "ended")
    enter(page, over, "[data-command=close]")
    focus_is(page, CARD.format(first))


def test_a_ring_takes_no_focus_from_the_note_of_another_call(
    page: Page, phone: ScriptedPhone, new_call: Calls
) -> None:
    call = talks(page, phone, new_call())
    page.click(NOTE.format(call))
    page.keyboard.type("He wants ")
    second = rings(page, phone, new_call(), "0987654321")
    page.keyboard.type("an offer")
    focus_is(page, NOTE.format(call))
    assert page.input_value(NOTE.format(call)) == "He wants an offer"
    phone.ends(second, "missed")


def test_button_that_hides_gives_the_focus_to_its_neighbour(page: Page) -> None:
    page.fill("#dial-number", "1")
    page.locator("#dial-erase").focus()
    page.keyboard.press("Enter")
    focus_is(page, "#dial-number")
