"""A day by keyboard alone: a call with its note, transfer and outcome, a call back, the history;
then the wall. (`test_keyboard_journey.py` has the same keys with real calls.)
"""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests import pages
from tests.pages import NewContext
from tests.pages.keyboard import Keyboard
from tests.servers import ConsoleServer, wait_for
from tests.servers.scripted_phone import ScriptedPhone

AN, LOST = "0912345200", "0912000222"
CARD = "#call-day-one"
Person = Callable[[str], Keyboard]


def sign_in(new_context: NewContext, server: ConsoleServer, username: str) -> Keyboard:
    context = new_context(reduced_motion="reduce")
    context.set_default_timeout(pages.PATIENCE * 1000)
    person = Keyboard(context.new_page())
    person.sign_in(server.url, username)
    return person


def commanded(phone: ScriptedPhone, name: str) -> dict[str, object]:
    found = lambda: [one for one in phone.commands if one["name"] == name]  # noqa: E731
    wait_for(lambda: bool(found()), what=name)
    return dict(found()[-1]["args"])


def opens(person: Keyboard, words: str, path: str) -> Keyboard:
    """By Ctrl K, in a tab of its own."""
    person.press("Control+k")
    person.page.locator("#command-bar[open]").wait_for()
    person.page.keyboard.type(words)
    person.page.locator("#command-bar [role=option]").first.wait_for()
    with person.page.context.expect_page() as opened:
        person.press("Enter")
    opened.value.wait_for_url(f"**{path}")
    return Keyboard(opened.value)


def take_and_transfer(alice: Keyboard, phone: ScriptedPhone) -> None:
    phone.rings("day-one", AN)
    alice.page.locator(f"{CARD}[data-state=ringing] .call-bar").wait_for()
    alice.press("Alt+a")
    commanded(phone, "answer")
    phone.tell("answered", "day-one")
    alice.page.locator(f"{CARD}[data-state=active] .call-bar").wait_for()
    alice.press("Alt+n")
    alice.page.keyboard.type("Wants Bob")
    alice.press("Escape", "Alt+t")
    field = "input[name=to]"
    alice.page.locator(f"{CARD} {field}[role=combobox]").wait_for()
    assert alice.on(field)
    alice.page.keyboard.type("bob")
    alice.page.locator(f"{CARD} [role=option]", has_text="Bob").wait_for()
    alice.press("ArrowDown", "Enter")
    expect(alice.page.locator(f"{CARD} {field}")).to_have_value("1002")
    alice.press("Enter")
    assert commanded(phone, "transfer_blind")["number"] == "1002"
    phone.ends("day-one")


def finish_with_an_outcome(alice: Keyboard) -> None:
    alice.page.locator(f"{CARD}[data-state=ended]").wait_for()
    alice.go(f"{CARD} .outcome-choice input")
    alice.press("ArrowDown")
    expect(alice.page.locator("#recent .row .outcome-name").first).to_contain_text("Hẹn gọi lại")
    expect(alice.page.locator("#recent .row .snippet").first).to_have_text("Wants Bob")
    alice.go(f"{CARD} [data-command=close]", back=True)
    alice.press("Enter")
    alice.page.locator(CARD).wait_for(state="detached")


def call_back(alice: Keyboard, phone: ScriptedPhone) -> None:
    phone.rings("day-lost", LOST)
    phone.ends("day-lost", "missed")
    row = f"#callback-p84{LOST[1:]}"
    alice.page.locator(row).wait_for()
    alice.go(f"{row} [data-callback=call]")
    alice.press("Enter")
    expect(alice.page.locator("#dial-number")).to_be_focused()
    alice.press("Enter")
    assert commanded(phone, "dial")["number"] == f"+84{LOST[1:]}"
    phone.tell("dialing", "day-back", direction="outbound", number=LOST)
    phone.tell("answered", "day-back")
    alice.page.locator(row).wait_for(state="detached")
    phone.tell("ended", "day-back", ended_by="agent", cause="completed")


def test_a_day_needs_no_mouse(
    new_context: NewContext, server: ConsoleServer, owner: ScriptedPhone
) -> None:
    alice = sign_in(new_context, server, "alice")
    alice.page.locator("#banner[data-kind=follower]").wait_for()
    take_and_transfer(alice, owner)
    finish_with_an_outcome(alice)
    call_back(alice, owner)
    history = opens(alice, "hist", "/history")
    expect(history.page.locator("tbody tr").first).to_contain_text("0912 000 222")
    history.go("tbody tr:first-child :is(a, button, summary)")
    sam = sign_in(new_context, server, "sam")
    wall = sam if "/wall" in sam.page.url else opens(sam, "wall", "/wall")
    wall.go("[name=state]")
    wall.page.locator(".tile", has_text="Alice").wait_for()
