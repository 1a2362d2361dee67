"""Notes, the microphone, pasted numbers, timers, missed calls, and the agent's language."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest
from babel.messages.pofile import read_po
from playwright.sync_api import Browser, BrowserContext, Page, expect

from console.demo import OUTCOMES
from console.storage import models
from console.storage.database import Database
from tests import pages
from tests.pages import NewContext
from tests.servers import ROOT, ConsoleServer, Kamailio, launch, wait_for
from tests.servers.busy_team import about_noon
from tests.servers.scripted_phone import ScriptedPhone
from tests.servers.web_client import WebClient

Open = Callable[..., Page]


@pytest.fixture(scope="module")
def server(kamailio: Kamailio) -> Iterator[ConsoleServer]:
    with ConsoleServer(sip_url=kamailio.ws_url) as console:
        database = Database(console.database_url)
        with database.write() as session:
            session.query(models.Organisation).update({"timezone": about_noon()})
        database.close()
        yield console


@pytest.fixture(scope="module")
def phone(server: ConsoleServer) -> Iterator[ScriptedPhone]:
    with ScriptedPhone(WebClient(server, "alice")) as far:
        far.talks("over", "0987654321")
        far.ends("over")
        far.rings("missed", "0281234567")
        far.ends("missed", "missed")
        yield far


@pytest.fixture
def open_page(new_context: NewContext, server: ConsoleServer) -> Iterator[Open]:
    """open_page("alice", within=…, **context options): signed in, in a browser of their own."""
    contexts: list[BrowserContext] = []

    def open_workspace(username: str, **options: object) -> Page:
        context = new_context(**options)
        context.set_default_timeout(pages.PATIENCE * 1000)
        contexts.append(context)
        pages.start_session(context, server, username)
        page = context.new_page()
        page.goto(server.url + "/")
        return page

    yield open_workspace
    for context in contexts:
        pages.leave(context, server.url)


def kept_note(server: ConsoleServer, call: str) -> str:
    database = Database(server.database_url)
    with database.read() as session:
        note = session.query(models.Call).filter_by(client_call_id=call).one().note
    database.close()
    return note


def test_a_note_is_saved_while_it_is_typed(
    open_page: Open, server: ConsoleServer, phone: ScriptedPhone
) -> None:
    call = phone.talks("noted")
    page = open_page("alice")
    field = page.locator(".call[data-call=noted] textarea")
    field.press_sequentially("Gọi lại lúc ba giờ")
    page.locator(".call[data-call=noted] .note-status", has_text="Saved").wait_for()
    wait_for(lambda: kept_note(server, call) == "Gọi lại lúc ba giờ", what="the whole note")
    phone.ends(call)
    page.locator("#recent [data-key=noted] .snippet", has_text="Gọi lại").wait_for(state="attached")


def test_a_timer_counts_by_the_servers_clock(
    open_page: Open, browser: Browser, server: ConsoleServer, phone: ScriptedPhone
) -> None:
    """This computer's clock is an hour fast."""
    call = phone.talks("timed")
    context = browser.new_context(locale="en-GB")
    context.add_init_script(FAST)
    page = pages.sign_in(context.new_page(), server, "alice")
    timer = page.locator(".call[data-call=timed] .call-head > time")
    pages.until(
        page,
        "/^00:[0-5][0-9]$/.test(document.querySelector('.call[data-call=timed] .call-head >"
        " time')?.innerText)",
    )
    shown = timer.inner_text()
    pages.until(
        page,
        "shown => document.querySelector('.call .call-head > time').textContent > shown",
        shown,
    )
    pages.leave(context, server.url)
    phone.ends(call)


FAST = """
const Real = Date, skew = 3_600_000;
globalThis.Date = class extends Real {
  constructor(...at) { if (at.length) super(...at); else super(Real.now() + skew); }
  static now() { return Real.now() + skew; }
};
"""


def test_reaching_a_number_by_anybody_lowers_the_count(
    open_page: Open, server: ConsoleServer, phone: ScriptedPhone
) -> None:
    page = open_page("alice")
    page.locator("#recent [data-key=missed]").wait_for()
    expect(page.locator("#callbacks-count")).to_have_text("1")
    recent = page.locator("#recent .row:visible")
    missed = page.locator("#callback-rows .row:visible")
    assert (recent.count() > 1, missed.count()) == (True, 1)
    missed.first.locator("[data-callback=call]").click()
    pages.until(page, "document.querySelector('#dial-number').value.endsWith('281234567')")
    missed.first.locator("[data-callback=release]").click()
    with ScriptedPhone(WebClient(server, "bob"), "bobs-phone") as bob:
        bob.tell("dialing", "back", direction="outbound", number="0281234567")
        bob.tell("answered", "back")
        page.locator(".callbacks-none:visible").wait_for()
        expect(page.locator("#callbacks-count")).to_have_text("")
        bob.tell("ended", "back", ended_by="agent", cause="cancelled")


PASTED = [
    ("tel:+84-912-345-678", "+84912345678", "0912 345 678 · +84912345678"),
    ("  (028) 3822 1234 \n", "02838221234", "028 3822 1234 · +842838221234"),
    ("\u202a0912.345.678\u202c", "0912345678", "0912 345 678 · +84912345678"),
    ("+1 650 253 0000", "+16502530000", "+1 650-253-0000"),
    ("1002", "1002", "Extension 1002"),
    ("Call 0912 345 678 today", "0912345678", "0912 345 678 · +84912345678"),
]


def test_a_pasted_number_is_shown_as_it_will_be_dialled(open_page: Open) -> None:
    page = open_page("bob", permissions=["clipboard-read", "clipboard-write"])
    for pasted, field, preview in PASTED:
        page.evaluate("text => navigator.clipboard.writeText(text)", pasted)
        page.fill("#dial-number", "")
        page.keyboard.press("Control+v")
        pages.until(page, "field => document.querySelector('#dial-number').value === field", field)
        pages.until(
            page,
            "preview => document.querySelector('#dial-preview').textContent.startsWith(preview)",
            preview,
        )
        assert page.get_attribute("#dial-number", "aria-invalid") == "false"


def refused(
    page: Page, server: ConsoleServer, username: str, problem: str, code: str, words: str
) -> None:
    """Named on the page, with what to do; a click on Become available changes nothing; the server
    would not have it either.
    """
    panel = page.locator(f"#microphone[data-problem={problem}]:visible")
    panel.wait_for()
    assert words in panel.inner_text() and panel.locator("li:visible").count() == 3
    page.locator("#no-call [data-set-availability=available]").click()
    page.wait_for_timeout(500)
    assert page.get_attribute("#calls", "data-availability") == "offline"
    web = WebClient(server, username)
    answers = [
        web.post(
            "/commands/set_availability",
            id=f"a{n}",
            client="c",
            epoch=n,
            availability="available",
            reason="",
        )
        for n in range(1, 12)
    ]
    answer = next(answer for answer in answers if answer.status_code != 409)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    web.close()


def test_an_agent_without_a_microphone_gets_instructions(
    browser: Browser, open_page: Open, server: ConsoleServer
) -> None:
    bare = launch(SimpleNamespace(chromium=browser.browser_type), microphone=False)  # type: ignore[arg-type]
    page = open_page("bob", within=bare)
    refused(page, server, "bob", "none", "no_microphone", "No microphone was found.")


def test_denied_microphone_is_named_until_it_is_allowed(
    open_page: Open, server: ConsoleServer
) -> None:
    page = open_page("alice", permissions=[])
    refused(
        page, server, "alice", "denied", "microphone_denied", "not allowed to use the microphone"
    )
    page.context.grant_permissions(["microphone"])
    page.locator("#calls[data-availability=available]").wait_for(state="attached")
    page.locator("#microphone").wait_for(state="hidden")


LINES = """
() => [...document.body.innerText.split("\\n"),
       ...[...document.querySelectorAll("[aria-label], [placeholder], [title]")]
         .flatMap((element) => ["aria-label", "placeholder", "title"].map((name) =>
           element.getAttribute(name) ?? "")),
       document.title.split(" – ")[0]].map((line) => line.trim()).filter(Boolean)
"""


@pytest.mark.parametrize(("locale", "other"), [("vi-VN", 0), ("en-GB", 1)])
@pytest.mark.parametrize("username", ["alice", "sam"])
def test_no_page_mixes_the_languages(
    open_page: Open,
    server: ConsoleServer,
    phone: ScriptedPhone,
    locale: str,
    other: int,
    username: str,
) -> None:
    with (ROOT / "translations/vi/LC_MESSAGES/messages.po").open("rb") as file:
        pairs = [
            (m.id, m.string)
            for m in read_po(file, locale="vi")
            if isinstance(m.id, str) and m.id and m.string and m.id != m.string
        ]
    foreign = {pair[other] for pair in pairs} - {pair[1 - other] for pair in pairs}
    foreign -= set(OUTCOMES)  # the organisation's own words, in one language for everybody
    page = open_page(username, locale=locale)
    wall = ["/wall"] if username == "sam" else []
    for path in ("/", "/history", "/sessions", "/settings", "/nowhere", *wall):
        if path != "/":
            page.goto(server.url + path)
        page.wait_for_timeout(300)
        found = set(page.evaluate(LINES))
        assert found and found & foreign == set(), path


def test_note_outlives_the_server_and_is_delivered_later(
    open_page: Open, server: ConsoleServer, phone: ScriptedPhone
) -> None:
    """kill -9, then a start. The last test: the scripted phone loses its connection, too."""
    phone.talks("cut-off")
    page = open_page("alice")
    field = page.locator(".call[data-call=cut-off] textarea")
    field.wait_for()
    server.crash()
    field.press_sequentially("Written while nobody listened")
    page.locator(".call[data-call=cut-off] .note-status", has_text="Kept in this tab").wait_for()
    server.start()
    wait_for(
        lambda: kept_note(server, "cut-off") == "Written while nobody listened", 25, "the note"
    )
    page.locator(".call[data-call=cut-off] .note-status", has_text="Saved").wait_for()
