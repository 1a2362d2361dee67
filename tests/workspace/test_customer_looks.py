"""The customer panel folds on narrow pages, moves nothing when it fills, and is accessible."""

from __future__ import annotations

from contextlib import ExitStack

import pytest
from playwright.sync_api import Page, Route, ViewportSize

from tests.servers.scripted_phone import ScriptedPhone
from tests.workspace.customer_page import (
    AN,
    NAME,
    NARROW,
    WIDE,
    Open,
    calls,
    first,
    kept_page,
    open_page,
    page,
    phone,
)
from tests.workspace.test_accessibility import LANGUAGES, PageAudit

__all__ = ["calls", "kept_page", "open_page", "page", "phone"]


def test_narrow_page_folds_the_panel_until_touch_or_key(
    page: Page, phone: ScriptedPhone, calls: ExitStack
) -> None:
    page.set_viewport_size(NARROW)
    page.reload()
    assert page.locator("#customer").is_hidden()
    calls.callback(phone.ends, phone.talks("k-narrow", AN))
    page.locator(".customer-brief", has_text="Last call").wait_for()
    assert page.locator("#customer h3").first.is_hidden()
    assert page.get_attribute("#customer-toggle", "aria-expanded") == "false"
    page.focus("#customer-toggle")
    page.keyboard.press("Enter")
    page.locator("#customer h3", has_text="Nguyễn Văn An").wait_for()
    assert page.get_attribute("#customer-toggle", "aria-expanded") == "true"
    page.locator("#customer summary").first.click()
    small = page.evaluate(
        "[...document.querySelectorAll('#customer :is(button, summary, input:not([type=checkbox]),"
        " .check), .to-customer')].filter((one) => one.checkVisibility()).map((one) =>"
        " [one.outerHTML.slice(0, 80), one.getBoundingClientRect().height]).filter(([, height]) =>"
        " height < 44)"
    )
    assert small == []
    page.click("#customer-toggle")
    assert page.locator("#customer h3").first.is_hidden()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_nothing_of_the_call_moves_when_its_customer_comes(
    page: Page, phone: ScriptedPhone, calls: ExitStack, size: ViewportSize
) -> None:
    page.set_viewport_size(size)
    held: list[Route] = []
    page.route("**/customers?*", lambda route: held.append(route))
    calls.callback(phone.ends, phone.talks(f"k-still-{size['width']}", AN))
    page.locator("#customer[data-state=loading]").wait_for()
    page.locator(".call[data-state=active]").wait_for()
    where = (
        "[...document.querySelectorAll('.call button, .call h2, .call textarea')].map((one) =>"
        " JSON.stringify(one.getBoundingClientRect()))"
    )
    before = page.evaluate(where)
    first(page, held).continue_()
    page.locator("#customer[data-state=ready]").wait_for()
    assert page.evaluate(where) == before


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_in_any_state(
    open_page: Open, phone: ScriptedPhone, calls: ExitStack, language: str
) -> None:
    phone.web.post("/preferences", locale=language)
    phone.web.post("/customers", number="0938111200", name="Phạm Gia Bảo")
    page, audit = open_page(locale=LANGUAGES[language]), PageAudit(language)
    for name, number in (
        ("two found", "0938111200"),
        ("first call", "0912000777"),
        ("withheld", ""),
        ("colleague", "1002"),
    ):
        call = phone.talks(f"axe-{language}-{name[:3]}", number)
        page.locator("#customer[data-state=ready]").wait_for()
        page.evaluate(
            "document.querySelector('#customer:not([data-open]) #customer-toggle')?.click()"
        )
        page.evaluate(
            "document.querySelectorAll('#customer details').forEach((one) => { one.open = true })"
        )
        if name == "first call":
            page.press(NAME, "Enter")
            page.locator("#customer .problem:visible").wait_for()
        audit.on(page, f"{language}, {name}")
        page.evaluate("document.activeElement.blur()")
        phone.ends(call)
        page.locator(f".call[data-call='{call}'][data-state=ended]").wait_for()
        page.click(f".call[data-call='{call}'] [data-command=close]")
        page.locator("#customer[data-state=none]").wait_for(state="attached")
    page.route("**/customers?*", lambda route: route.abort())
    calls.callback(phone.ends, phone.talks(f"axe-{language}-err", AN))
    page.locator("#customer[data-state=error]").wait_for()
    audit.on(page, f"{language}, error")
    phone.web.post("/preferences", locale="en")
    assert audit.found == []
