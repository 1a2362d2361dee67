"""axe-core finds no problem on any page, in both languages and themes, wide and at 320 px."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

from tests import pages
from tests.servers import ROOT, ConsoleServer
from tests.servers.scripted_phone import ScriptedPhone
from tests.servers.web_client import WebClient

AXE = (ROOT / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")
LANGUAGES = {"vi": "vi-VN", "en": "en-GB"}
WIDE: ViewportSize = {"width": 1280, "height": 800}
NARROW: ViewportSize = {"width": 320, "height": 720}
# Width, what the system asks for, what the person has chosen: both looks come about in both ways.
LIGHT, DARK, CHOSEN_LIGHT, CHOSEN_DARK = (
    (WIDE, "light", ""),
    (WIDE, "dark", ""),
    (NARROW, "dark", "light"),
    (NARROW, "light", "dark"),
)
# Each language has both widths and both themes, and both languages together have every look.
LOOKS = {"vi": [LIGHT, CHOSEN_DARK], "en": [DARK, CHOSEN_LIGHT]}
# The phone's frame has another origin and is invisible. No rule that is on reads style sheets.
RUN = """
async () => (await axe.run(document, { iframes: false, preload: { assets: ["media"] },
  resultTypes: ["violations"] }))
  .violations.map(({ id, nodes }) =>
  `${id}: ${nodes.map(({ html, any }) => `${html.slice(0, 160)} ${any.map(({ message }) =>
    message).join().slice(0, 160)}`).join(" | ")}`)
"""
CHOOSE = (
    "chosen => { if (chosen) document.documentElement.dataset.theme = chosen; else delete"
    " document.documentElement.dataset.theme }"
)
SIDEWAYS = """
() => [document.documentElement, ...document.querySelectorAll("body *")]
  .filter((element) => element.scrollWidth > element.clientWidth + 1 && element.checkVisibility())
  .filter((element) => element === document.documentElement ||
    /auto|scroll/.test(getComputedStyle(element).overflowX))
  .filter((element) => element.tagName !== "TEXTAREA")
  .map((element) =>
    `${element.tagName}.${element.className} ${element.scrollWidth} > ${element.clientWidth}`)
"""


@dataclass
class PageAudit:
    """Audits a page with axe in the layouts of one language, and collects its findings."""

    language: str
    found: list[str] = field(default_factory=list)

    def on(self, page: Page, name: str) -> None:
        page.wait_for_load_state()  # with its style sheets
        if not page.evaluate("'axe' in window"):
            page.evaluate(AXE)
        for size, system, chosen in LOOKS[self.language]:
            page.set_viewport_size(size)  # type: ignore[arg-type]
            page.emulate_media(color_scheme=system, reduced_motion="reduce")  # type: ignore[arg-type]
            page.evaluate(CHOOSE, chosen)
            where = f"{name}, {size['width']} px, {chosen or system}"
            self.found += [f"{where}: {problem}" for problem in page.evaluate(RUN)]
            if size is NARROW:
                self.found += [
                    f"{where} scrolls sideways: {what}" for what in page.evaluate(SIDEWAYS)
                ]
        page.set_viewport_size(WIDE)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def phone(server: ConsoleServer) -> Iterator[ScriptedPhone]:
    """Alice's calls, independent of the pages. Some are over: answered, missed and with a note."""
    with ScriptedPhone(WebClient(server, "alice")) as far:
        far.talks("over", "0987654321", name="Nguyễn Thị Minh Khai")
        far.ends("over")
        far.rings("missed", "0281234567")
        far.ends("missed", "missed")
        note = "Khách hỏi về hoá đơn tháng trước và muốn được gọi lại vào chiều thứ sáu."
        far.web.post(
            "/commands/note", id="n", client=far.client, epoch=far.epoch, call="over", text=note
        )
        yield far


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def audit(language: str) -> Iterator[PageAudit]:
    seen = PageAudit(language)
    yield seen
    assert seen.found == []


@contextmanager
def browsing(browser: Browser, language: str, **options: Any) -> Iterator[BrowserContext]:
    context = browser.new_context(
        **{
            "locale": LANGUAGES[language],
            "permissions": ["microphone"],
            "viewport": WIDE,
            **options,
        }
    )
    context.set_default_timeout(pages.PATIENCE * 1000)
    yield context
    origin = context.pages[0].evaluate("location.origin")
    pages.leave(context, origin) if origin.startswith("http") else context.close()


def at(page: Page, path: str, server: ConsoleServer) -> Page:
    page.goto(server.url + path)
    return page


BROKEN = """<html lang="en"><title>Broken</title><main><h1>Broken</h1><p style="color: #aaa;
  background: #fff">pale</p>
<input><button></button><div style="inline-size: 500px">wide</div></main></html>"""


def test_the_audit_finds_faults(browser: Browser) -> None:
    with browsing(browser, "en") as context:
        page, seen = context.new_page(), PageAudit("en")
        page.set_content(BROKEN)
        seen.on(page, "broken")
    for fault in ("color-contrast", "label", "button-name", "320 px, light scrolls sideways"):
        assert any(fault in found for found in seen.found), fault


def test_the_sign_in_page(
    browser: Browser, server: ConsoleServer, language: str, audit: PageAudit
) -> None:
    with browsing(browser, language) as context:
        page = at(context.new_page(), "/sign-in", server)
        assert page.get_attribute("html", "lang") == language
        audit.on(page, "sign-in")
        page.fill("#username", "alice")
        page.fill("#password", "a wrong one")
        page.press("#password", "Enter")
        page.locator("#sign-in-problem").wait_for()
        audit.on(page, "sign-in refused")


def test_the_plain_pages(
    browser: Browser, server: ConsoleServer, phone: ScriptedPhone, language: str, audit: PageAudit
) -> None:
    with browsing(browser, language) as context:
        page = pages.sign_in(context.new_page(), server, "sam")
        phone.talks(f"wall-{language}")
        page.locator(".tile[data-status=on_call]").wait_for()
        audit.on(page, "wall")
        phone.ends(f"wall-{language}")
        page.route("**/dial-link.js", lambda route: route.abort())  # it leaves its page after 1 s
        for path, name in (
            ("/history", "history"),
            ("/history?q=nothing-fits", "history without calls"),
            ("/sessions", "sessions"),
            ("/settings", "settings"),
            ("/nowhere", "error"),
            ("/contacts/new", "new contact"),
            ("/contacts?q=nothing-fits", "contacts not found"),
            ("/", "workspace without a line"),
            ("/agents/alice/day", "agent's day"),
            ("/dial?number=tel:0912345678", "phone link"),
            ("/contacts", "contacts"),
        ):
            audit.on(at(page, path, server), name)
        contact = page.locator(".contact-who > a").first.get_attribute("href")
        for path in ("", "/edit", "/merge"):
            audit.on(at(page, f"{contact}{path}", server), f"contact{path}")
        page.goto(f"{server.url}{contact}/merge?q=an")
        page.locator("a[href*='/merge?with=']").first.click()
        page.locator("form.actions").wait_for()
        audit.on(page, "contact, preview of a merge")


def test_the_workspace_without_a_call(
    browser: Browser, server: ConsoleServer, phone: ScriptedPhone, language: str, audit: PageAudit
) -> None:
    with browsing(browser, language) as context:
        page = pages.sign_in(context.new_page(), server, "alice")
        page.locator("#recent .row").first.wait_for()
        audit.on(page, "idle")
        for button, menu in (
            ("#availability > button", "availability"),
            ("#phone-chip", "phone"),
            ("#menu-button", "account"),
        ):
            page.click(button)
            audit.on(page, f"{menu} menu")
            page.keyboard.press("Escape")
        pages.until(page, pages.REST_IS_THERE)
        page.keyboard.press("Control+k")
        page.locator("#command-bar[open]").wait_for()
        audit.on(page, "command bar")
        page.keyboard.press("Escape")
        page.locator("#recent .row-note > summary").first.click()
        page.click("#dial-pad > summary")
        page.fill("#dial-number", "0912 abc")
        page.press("#dial-number", "Enter")
        page.locator("#dial-preview[data-error]").wait_for()
        audit.on(page, "recent note, keypad and a wrong number")


def test_the_workspace_with_a_call(
    browser: Browser, server: ConsoleServer, phone: ScriptedPhone, language: str, audit: PageAudit
) -> None:
    with browsing(browser, language) as context, ExitStack() as stack:
        page = pages.sign_in(context.new_page(), server, "alice")
        call = phone.rings(f"call-{language}", "0912345678", name="Trần Văn Bình")
        stack.callback(phone.ends, call)
        page.locator(".call[data-state=ringing]").wait_for()
        audit.on(page, "ringing")
        phone.tell("answered", call)
        page.locator(".call[data-state=active]").wait_for()
        page.locator(".call .keypad > summary").click()
        page.locator(".call textarea").fill("Gọi lại lúc ba giờ")
        audit.on(page, "on a call, keypad open")
        phone.tell("muted", call)
        phone.tell("held", call)
        page.locator(".call[data-state=held][data-muted=true]").wait_for()
        audit.on(page, "held and muted")
        second = context.new_page()
        second.goto(server.url)
        second.locator("#banner[data-kind=follower]:visible").wait_for()
        audit.on(second, "follower")
        for kind in ("offline", "fenced"):
            second.evaluate(
                "kind => { document.getElementById('banner').dataset.kind = kind }", kind
            )
            audit.on(second, f"banner: {kind}")
        second.click("#take-over-button")
        second.locator("#take-over[open]").wait_for()
        audit.on(second, "take over")


def test_the_microphone_panel_and_the_end_of_a_call(
    browser: Browser, server: ConsoleServer, phone: ScriptedPhone, language: str, audit: PageAudit
) -> None:
    with browsing(browser, language, permissions=[]) as context:
        page = pages.sign_in(context.new_page(), server, "alice")
        page.locator("#microphone[data-problem=denied]:visible").wait_for()
        call = phone.talks(f"end-{language}", "0912345678")
        page.locator(".call[data-state=active]").wait_for()
        phone.ends(call)
        page.locator(".call[data-state=ended]").wait_for()
        audit.on(page, "microphone panel, a call that is over")
