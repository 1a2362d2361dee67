"""The panel beside the call shows the customer, their earlier calls and a form for their name, and
never gets in the way.
"""

from __future__ import annotations

import re
from contextlib import ExitStack

from playwright.sync_api import Page, Request, Route

from tests import pages
from tests.servers import wait_for
from tests.servers.scripted_phone import ScriptedPhone
from tests.workspace.customer_page import (
    AN,
    BINH,
    NAME,
    STRANGER,
    Open,
    calls,
    first,
    kept_page,
    open_page,
    page,
    phone,
    shows,
)

__all__ = ["calls", "kept_page", "open_page", "page", "phone"]

COUNT = (
    "globalThis.pushes = 0; document.addEventListener('console:applied', () => { globalThis.pushes"
    " += 1; })"
)


def focus(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id || document.activeElement.tagName"))


def test_incoming_call_shows_the_name_on_card_and_rest_in_panel(
    page: Page, phone: ScriptedPhone, calls: ExitStack
) -> None:
    assert page.locator("#customer").is_hidden()
    calls.callback(phone.ends, phone.rings("k-ring", AN))
    page.locator(".call[data-state=ringing] h2", has_text="Nguyễn Văn An").wait_for()
    shows(
        page,
        "Nguyễn Văn An",
        "Assigned to Alice",
        "0912 345 200",
        "Last calls",
        "lúc <b>ba</b> giờ",
    )
    page.locator("#customer li time", has_text=re.compile(r"\S")).first.wait_for()
    strip = page.locator(".call-bar").bounding_box()
    panel = page.locator("#customer").bounding_box()
    assert strip and panel and panel["y"] >= strip["y"] + strip["height"]


def test_first_call_withheld_number_and_colleague_are_named(
    page: Page, phone: ScriptedPhone
) -> None:
    for call, number, words in (
        ("k-first", STRANGER, "First call from this number"),
        ("k-withheld", "anonymous", "The number is withheld"),
        ("k-inside", "1002", "Colleague · Extension 1002"),
    ):
        phone.rings(call, number)
        shows(page, words)
        assert page.locator(NAME).count() == (1 if number == STRANGER else 0)
        phone.ends(call)


def test_panel_follows_the_call_in_front_and_stays_after_its_end(
    page: Page, phone: ScriptedPhone, calls: ExitStack
) -> None:
    phone.talks("k-one", AN)
    shows(page, "Nguyễn Văn An")
    phone.rings("k-two", BINH)
    page.locator(".call[data-call=k-two]").wait_for()
    shows(page, "Nguyễn Văn An")
    phone.tell("held", "k-one")
    phone.tell("answered", "k-two")
    shows(page, "Trần Thị Bình")
    phone.ends("k-two")
    shows(page, "Nguyễn Văn An")
    phone.ends("k-one")
    page.locator(".call[data-call=k-one][data-state=ended]").wait_for()
    shows(page, "Nguyễn Văn An")
    page.click(".call[data-call=k-two] .to-customer")
    shows(page, "Trần Thị Bình")
    for call in ("k-one", "k-two"):
        page.click(f".call[data-call={call}] [data-command=close]")
    page.locator("#customer[data-state=none]").wait_for(state="attached")
    assert page.locator("#customer-body").inner_text() == ""


def test_name_is_saved_by_keyboard_and_shown_everywhere(
    page: Page, open_page: Open, phone: ScriptedPhone, calls: ExitStack
) -> None:
    wall = open_page("sam")
    page.context.new_page().goto(page.url)
    other = page.context.pages[1]
    calls.callback(phone.ends, phone.talks("k-named", "0912000222"))
    shows(page, "First call from this number")
    page.focus(".call .to-customer")
    page.keyboard.press("Enter")
    assert focus(page) == "customer-title"
    page.keyboard.press("Tab")
    page.keyboard.type("Đỗ Thị <i>Lan</i>")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    shows(page, "Assigned to Alice")
    pages.until(page, "document.activeElement.textContent === 'Đỗ Thị <i>Lan</i>'")
    for where in (page, other):
        where.locator(".call[data-call=k-named] h2", has_text="Đỗ Thị <i>Lan</i>").wait_for()
        shows(where, "Đỗ Thị <i>Lan</i>")
    wall.locator(".tile", has_text="Đỗ Thị <i>Lan</i>").wait_for()
    assert page.locator(".call h2 i, #customer i").count() == 0


def test_a_new_name_is_in_the_recent_calls_without_a_reload(
    page: Page, phone: ScriptedPhone, calls: ExitStack
) -> None:
    phone.talks("k-recent", "0912000333")
    phone.ends("k-recent")
    calls.callback(phone.ends, phone.talks("k-again", "0912000333"))
    shows(page, "Last calls")
    page.fill(NAME, "Mai Anh Tuấn")
    page.press(NAME, "Enter")
    page.locator("#recent [data-key=k-recent] b", has_text="Mai Anh Tuấn").wait_for()
    shows(page, "Mai Anh Tuấn")
    page.click("#customer summary >> nth=0")
    page.fill(NAME + " >> nth=0", "Mai Tuấn")
    page.press(NAME + " >> nth=0", "Enter")
    page.locator("#recent [data-key=k-recent] b", has_text=re.compile("^Mai Tuấn$")).wait_for()


def test_a_name_that_is_saved_after_the_call_is_on_its_card_too(
    page: Page, phone: ScriptedPhone
) -> None:
    phone.talks("k-after", "0912000888")
    shows(page, "First call from this number")
    phone.ends("k-after")
    page.locator(".call[data-call=k-after][data-state=ended]").wait_for()
    page.fill(NAME, "Cao Minh Đức")
    page.press(NAME, "Enter")
    page.locator(".call[data-call=k-after] h2", has_text="Cao Minh Đức").wait_for()
    shows(page, "Cao Minh Đức")


def test_a_refused_name_shows_why_and_stays_in_the_field(
    page: Page, phone: ScriptedPhone, calls: ExitStack
) -> None:
    calls.callback(phone.ends, phone.talks("k-refused", AN))
    shows(page, "Nguyễn Văn An")
    page.click("#customer summary >> nth=1")
    field = page.locator(NAME + " >> nth=1")
    for typed, words in (
        ("", "Enter a name."),
        ("nguyễn VĂN an", "A contact with this name and number already exists."),
    ):
        field.fill(typed)
        field.press("Enter")
        page.locator("#customer .problem:visible", has_text=words).wait_for()
        assert (field.input_value(), field.get_attribute("aria-invalid")) == (typed, "true")
        assert field.evaluate("field => field === document.activeElement")
    page.context.set_offline(True)
    field.fill("Hoa")
    field.press("Enter")
    page.locator("#customer .problem:visible", has_text="cannot be reached").wait_for()
    assert field.input_value() == "Hoa"
    page.context.set_offline(False)
    field.press("Enter")
    shows(page, "2 found", "Hoa")
    page.locator(".call h2", has_text="Nguyễn Văn An / Hoa").wait_for()


def test_fifty_pushes_a_second_disturb_no_typing_and_ask_nothing(
    page: Page, phone: ScriptedPhone, calls: ExitStack
) -> None:
    asked: list[str] = []

    def note(request: Request) -> None:
        if "/customers" in request.url:
            asked.append(request.url)

    page.on("request", note)
    calls.callback(phone.ends, phone.talks("k-storm", "0912000444"))
    shows(page, "First call from this number")
    page.evaluate(COUNT)
    page.click(NAME)
    with phone.storm("k-storm"):
        for letter in "Vũ Thị Hương":
            before = page.evaluate("pushes")
            page.keyboard.type(letter)
            pages.until(page, "before => pushes > before", before)
        state = "field => [field === document.activeElement, field.selectionStart, field.value]"
        assert page.locator(NAME).evaluate(state) == [True, 12, "Vũ Thị Hương"]
        page.locator(NAME).evaluate("field => field.setSelectionRange(3, 6)")
        pages.until(page, "before => pushes > before + 10", page.evaluate("pushes"))
        assert page.locator(NAME).evaluate(state) == [True, 3, "Vũ Thị Hương"]
    page.remove_listener("request", note)
    assert len(asked) == 1


def test_another_call_in_front_keeps_a_half_typed_name(
    page: Page, phone: ScriptedPhone, calls: ExitStack
) -> None:
    phone.talks("k-typed", "0912000555")
    shows(page, "First call from this number")
    page.locator(NAME).press_sequentially("Ngô Văn")
    phone.tell("held", "k-typed")
    phone.talks("k-next", BINH)
    calls.callback(phone.ends, "k-next")
    page.locator(".customer-held:visible", has_text="Another call is in focus now.").wait_for()
    assert page.input_value(NAME) == "Ngô Văn" and page.locator(NAME).evaluate(
        "field => field === document.activeElement"
    )
    page.click(".call[data-call=k-next] textarea")
    page.wait_for_timeout(300)
    assert page.input_value(NAME) == "Ngô Văn"
    page.click("#customer-next")
    shows(page, "Trần Thị Bình")
    phone.tell("held", "k-next")
    phone.tell("resumed", "k-typed")
    shows(page, "First call from this number")
    pages.until(
        page, "([name, typed]) => document.querySelector(name)?.value === typed", [NAME, "Ngô Văn"]
    )
    page.locator(NAME).press("Enter")
    page.locator(".call[data-call=k-typed] h2", has_text="Ngô Văn").wait_for()
    phone.ends("k-typed")


def test_a_panel_that_only_has_the_focus_waits_until_it_is_left(
    page: Page, phone: ScriptedPhone, calls: ExitStack
) -> None:
    phone.talks("k-focus", "0912000666")
    shows(page, "First call from this number")
    page.focus(NAME)
    phone.tell("held", "k-focus")
    calls.callback(phone.ends, phone.talks("k-other", BINH))
    page.locator(".customer-held:visible").wait_for()
    assert page.locator(NAME).evaluate("field => field === document.activeElement")
    page.click(".call[data-call=k-other] textarea")
    shows(page, "Trần Thị Bình")
    assert page.locator(".customer-held").is_hidden()
    phone.ends("k-focus")


def test_a_slow_or_failed_look_up_does_not_block_answering(
    page: Page, phone: ScriptedPhone, calls: ExitStack
) -> None:
    held: list[Route] = []
    page.route("**/customers?*", lambda route: held.append(route))
    calls.callback(phone.ends, phone.rings("k-slow", AN))
    page.locator("#customer[data-state=loading]", has_text="Looking up").wait_for()
    page.click(".call [data-command=answer]")
    wait_for(
        lambda: any(command["name"] == "answer" for command in phone.commands), what="the answer"
    )
    first(page, held).fulfill(status=500, body="<h1>Oh</h1>")
    page.locator("#customer[data-state=error]", has_text="could not be looked up").wait_for()
    assert page.locator("h1", has_text="Oh").count() == 0
    page.unroute("**/customers?*")
    page.click("#customer-again")
    shows(page, "Nguyễn Văn An")
