"""The strip of a call: constant in height, each action in its place, in every state, width and
language; what comes and goes without input shifts nothing on the page.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests import pages
from tests.pages import NewContext
from tests.servers import ConsoleServer
from tests.servers.scripted_phone import ScriptedPhone
from tests.servers.web_client import WebClient

MOST_SHIFT = 0.01  # of the page, as browsers count it
SIZES = {320: 700, 400: 800, 800: 900, 1024: 768, 1280: 800, 1440: 900, 1920: 1080}
WIDE = [width for width in SIZES if width >= 1024]
LONG = "Công ty Cổ phần Thương mại Dịch vụ Xuất nhập khẩu Nguyễn Thị Thuỳ-Dương và Cộng sự"
SHIFTS = """
window.shifts = [];
new PerformanceObserver((list) => {
  for (const { value, hadRecentInput, sources } of list.getEntries())
    if (!hadRecentInput) window.shifts.push([value, sources.map(({ node }) =>
      node?.id || node?.className || node?.nodeName)]);
}).observe({ type: "layout-shift", buffered: true });
"""
BOX = "selector => { const { x, y, right, bottom, height } = document.querySelector(selector)"
BOX += ".getBoundingClientRect(); return [x, y, right, bottom, height].map(Math.round); }"
# A row as a push brings it, and one more at the moment at which the list goes back to its top.
TWO_ROWS = """
() => new Promise((done) => {
  const list = document.querySelector("#recent");
  const comes = () => {
    const id = `recent-${list.querySelectorAll(".row").length}`;
    document.dispatchEvent(new CustomEvent("htmx:before:swap", { detail: { tasks: [] } }));
    const row = list.querySelector(".row").cloneNode(true);
    list.querySelector(".row").before(Object.assign(row, { id }));
    document.dispatchEvent(new CustomEvent("console:applied", { detail: { targets: [] } }));
  };
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    delete list.scrollTo;
    comes();
    done();
  };
  list.scrollTo = (to) => {
    Element.prototype.scrollTo.call(list, to);
    port2.postMessage("");
  };
  comes();
})
"""
FRONT = ".call[data-local-row=front]"
calls = (f"strip-{n}" for n in itertools.count())
Open = Callable[..., Page]


@pytest.fixture(scope="module")
def phone(server: ConsoleServer) -> Iterator[ScriptedPhone]:
    with ScriptedPhone(WebClient(server, "alice"), keeps=True) as far:
        far.socket.registered = True
        far.tell("registered", "")
        sent = {"id": "up", "client": far.client, "epoch": far.epoch}
        answer = far.web.post("/commands/set_availability", **sent, availability="available")
        assert answer.status_code == 204, answer.text
        yield far


@pytest.fixture
def open_page(
    new_context: NewContext, browser: Browser, server: ConsoleServer, phone: ScriptedPhone
) -> Iterator[Open]:
    contexts: list[BrowserContext] = []

    def open_workspace(width: int, locale: str = "en") -> Page:
        size = {"width": width, "height": SIZES[width]}
        context = new_context(viewport=size, reduced_motion="reduce")
        context.set_default_timeout(pages.PATIENCE * 1000)
        context.add_init_script(SHIFTS)
        cookie = {"name": "console_locale", "value": locale, "url": server.url}
        context.add_cookies([cookie])
        contexts.append(context)
        pages.start_session(context, server, "alice")
        page = context.new_page()
        page.goto(server.url + "/")
        page.locator("#banner[data-kind=follower]").wait_for()
        pages.until(page, pages.REST_IS_THERE)
        return page

    yield open_workspace
    for call in list(phone.socket.calls):
        phone.ends(call)
    for context in contexts:
        pages.leave(context, server.url)


@pytest.fixture(scope="module")
def sam(server: ConsoleServer) -> Iterator[WebClient]:
    web = WebClient(server, "sam")
    yield web
    web.close()


def whispers(sam: WebClient, page: Page, call: str, text: str) -> None:
    id = page.locator(f"#call-{call}").get_attribute("data-id")
    answer = sam.post("/agents/alice/whisper", id=f"to-{call}", call=id, text=text[:280])
    assert answer.status_code == 204, answer.text
    page.locator(f"#call-{call} .whisper summary").wait_for()


def is_in(page: Page, state: str) -> None:
    page.locator(f"{FRONT}[data-state={state}] .call-bar").wait_for()


@pytest.mark.parametrize("locale", ["vi", "en"])
@pytest.mark.parametrize("width", WIDE)
def test_hang_up_and_strip_keep_their_place_in_every_state(
    open_page: Open, phone: ScriptedPhone, width: int, locale: str
) -> None:
    page = open_page(width, locale)
    idle = page.evaluate(BOX, "#no-call")
    call = phone.rings(next(calls), name=LONG)
    is_in(page, "ringing")
    strips = [idle, page.evaluate(BOX, f"{FRONT} .call-bar")]
    phone.tell("answered", call)
    is_in(page, "active")
    places = [page.evaluate(BOX, f"{FRONT} [data-command=hangup]")]
    for event, state in (("held", "held"), ("resumed", "active"), ("muted", "active")):
        phone.tell(event, call)
        is_in(page, state)
        places.append(page.evaluate(BOX, f"{FRONT} [data-command=hangup]"))
        strips.append(page.evaluate(BOX, f"{FRONT} .call-bar"))
    phone.rings(next(calls), "0987654321", line=2)
    page.locator(".call[data-local-row=live-1]").wait_for()
    strips.append(page.evaluate(BOX, f"{FRONT} .call-bar"))
    phone.ends(call)
    page.locator(f"#call-{call}[data-state=ended]").wait_for()
    assert len({tuple(place) for place in places}) == 1, places
    assert len({tuple(strip) for strip in strips}) == 1, strips
    x, y, right, bottom, _ = strips[-1]
    actions = page.locator(f"{FRONT} .call-actions > :visible").all()
    assert actions and all(inside(one.bounding_box(), (x, y, right, bottom)) for one in actions)
    assert right - places[0][2] <= 16 + 1, "Hang up is the last"


def inside(box: object, frame: tuple[int, int, int, int]) -> bool:
    assert isinstance(box, dict)
    x, y, right, bottom = frame
    return bool(
        box["x"] >= x
        and box["y"] >= y
        and box["x"] + box["width"] <= right
        and box["y"] + box["height"] <= bottom
    )


@pytest.mark.parametrize("width", SIZES)
def test_nothing_shifts_that_no_person_has_moved(
    open_page: Open, phone: ScriptedPhone, sam: WebClient, width: int
) -> None:
    page = open_page(width)
    call = phone.rings(next(calls), name=LONG)
    is_in(page, "ringing")
    phone.tell("answered", call)
    is_in(page, "active")
    for event, state in (("held", "held"), ("resumed", "active"), ("muted", "active")):
        phone.tell(event, call)
        is_in(page, state)
    whispers(sam, page, call, LONG * 3)
    second = phone.rings(next(calls), "0987654321", line=2)
    page.locator(f"#call-{second}").wait_for()
    phone.ends(second, "missed")
    page.locator(f"#call-{second}").wait_for(state="detached")
    phone.ends(call)
    page.locator(f"#call-{call}[data-state=ended]").wait_for()
    assert_nothing_shifted(page)


def assert_nothing_shifted(page: Page) -> None:
    shifts = shifts_of(page)
    assert sum(value for value, _ in shifts) <= MOST_SHIFT, sorted(shifts, reverse=True)


def shifts_of(page: Page) -> list[tuple[float, list[str]]]:
    for _ in range(2):  # the browser tells of a picture's shifts after it
        page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
    shifts: list[tuple[float, list[str]]] = page.evaluate("window.shifts")
    return shifts


@pytest.mark.parametrize("width", SIZES)
def test_nothing_shifts_when_a_page_opens_during_a_call(
    open_page: Open, phone: ScriptedPhone, width: int
) -> None:
    page = open_page(width)
    call = phone.talks(next(calls), name=LONG)
    is_in(page, "active")
    far_away(page)
    page.reload()
    is_in(page, "active")
    pages.until(page, pages.REST_IS_THERE)
    page.locator(f"#outcome-{call} input").first.wait_for()
    page.locator("#customer[data-state=ready]").wait_for()
    assert_nothing_shifted(page)


def test_a_row_that_comes_as_the_list_goes_back_shifts_nothing(
    open_page: Open, phone: ScriptedPhone
) -> None:
    page = open_page(1024)
    for _ in range(3):
        call = phone.talks(next(calls), name=LONG)
        is_in(page, "active")
        phone.ends(call)
        page.locator(f"#recent [data-key='{call}']").wait_for()
    for _ in range(5):
        page.evaluate("window.shifts = []")
        page.evaluate(TWO_ROWS)
        pages.until(page, "document.querySelector('#recent').scrollTop === 0")
        assert shifts_of(page) == []


def far_away(page: Page) -> None:
    """Modules come one after the other, and the page is painted between them."""
    browser = page.context.new_cdp_session(page)
    browser.send("Network.enable")
    browser.send("Network.setCacheDisabled", {"cacheDisabled": True})
    slow = {"offline": False, "latency": 60, "downloadThroughput": -1, "uploadThroughput": -1}
    browser.send("Network.emulateNetworkConditions", slow)


def test_second_call_is_a_thin_strip_that_moves_no_note(
    open_page: Open, phone: ScriptedPhone
) -> None:
    page = open_page(1280)
    call = phone.talks(next(calls))
    is_in(page, "active")
    note = page.evaluate(BOX, f"#note-{call}")[:3]
    second = phone.rings(next(calls), "0987654321", line=2)
    strip = page.locator(f"#call-{second} .call-bar")
    strip.wait_for()
    assert page.evaluate(BOX, f"#note-{call}")[:3] == note
    thin, whole = strip.bounding_box(), page.locator(f"{FRONT} .call-bar").bounding_box()
    assert thin and whole and thin["height"] < whole["height"] / 2
    assert page.locator(f"#call-{second} [data-command=answer]").is_visible()


def test_day_gives_way_to_the_note_and_comes_back(open_page: Open, phone: ScriptedPhone) -> None:
    page = open_page(1280)
    assert page.locator("#today").is_visible()
    taken = int(page.locator("#today dd").first.inner_text())
    call = phone.rings(next(calls))
    is_in(page, "ringing")
    assert page.locator("#today").is_visible(), "the agent may be reading it"
    phone.tell("answered", call)
    is_in(page, "active")
    assert page.locator("#today").is_hidden()
    phone.ends(call)
    page.locator(f"#call-{call} [data-command=close]").click()
    page.locator("#today dd", has_text=str(taken + 1)).first.wait_for()
