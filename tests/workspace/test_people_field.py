"""People are found in the dial field and in Transfer as one types, by the keyboard alone."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Route, expect

from tests.servers import ConsoleServer, wait_for
from tests.servers.scripted_phone import ScriptedPhone
from tests.servers.web_client import WebClient

AN = "+84912345200"
LIST = ".dial-row [role=listbox]"
calls = (f"people-{n}" for n in itertools.count())


@pytest.fixture
def phone(owner: ScriptedPhone) -> Iterator[ScriptedPhone]:
    owner.commands.clear()
    yield owner
    for call in list(owner.socket.calls):
        owner.ends(call)


@pytest.fixture
def page(phone: ScriptedPhone, follower: Page) -> Iterator[Page]:
    yield follower
    follower.unroute_all()


def types(page: Page, words: str, field: str = "#dial-number") -> None:
    page.focus(field)
    page.locator(f"{field}[role=combobox]").wait_for()
    page.keyboard.type(words)


def commanded(phone: ScriptedPhone, name: str) -> dict[str, object]:
    wait_for(lambda: any(one["name"] == name for one in phone.commands), what=name)
    found = next(one for one in phone.commands if one["name"] == name)
    return dict(found["args"])


def test_name_without_marks_fills_in_the_number_and_calls_nobody(
    page: Page, phone: ScriptedPhone
) -> None:
    types(page, "nguyen van an")
    page.locator(f"{LIST} [role=option]", has_text="Nguyễn Văn An").wait_for()
    page.keyboard.press("ArrowDown")
    active = page.get_attribute("#dial-number", "aria-activedescendant")
    assert active and page.locator(f"#{active}[aria-selected=true]").is_visible()
    page.keyboard.press("Enter")
    expect(page.locator("#dial-number")).to_have_value(AN)
    assert page.locator(LIST).is_hidden()
    assert phone.commands == []
    page.keyboard.press("Enter")
    assert commanded(phone, "dial")["number"] == AN


def test_open_list_shows_a_presence_that_changes(page: Page, server: ConsoleServer) -> None:
    types(page, "bob")
    option = page.locator(f"{LIST} [role=option]", has_text="Bob")
    option.locator(".person-state").wait_for()
    with ScriptedPhone(WebClient(server, "bob")) as bob:
        call = bob.rings(next(calls))
        expect(option.locator(".person-state")).to_have_text("Ringing")
        assert option.get_attribute("data-status") == "ringing"
        bob.ends(call)
        expect(option.locator(".person-state")).not_to_have_text("Ringing")


def test_enter_with_a_number_calls_it_beside_an_open_list(page: Page, phone: ScriptedPhone) -> None:
    types(page, "1002")
    page.locator(f"{LIST} [role=option]", has_text="Bob").wait_for()
    page.keyboard.press("Enter")
    assert commanded(phone, "dial")["number"] == "1002"
    page.locator(f"{LIST} [role=option]").first.wait_for(state="detached")


def test_late_people_open_no_list_over_a_number_on_its_way(
    page: Page, phone: ScriptedPhone
) -> None:
    held: list[Route] = []
    page.route("**/directory?*", lambda route: held.append(route))
    types(page, "1002")
    wait_for(lambda: (page.wait_for_timeout(20), held)[1], what="the request")
    page.keyboard.press("Enter")
    assert commanded(phone, "dial")["number"] == "1002"
    late = '<div id="people-1"><div role="option">Late</div></div>'
    held[0].fulfill(body=f'<hx-partial hx-target="#people-1">{late}</hx-partial>')
    page.wait_for_timeout(200)
    assert page.locator(LIST).is_hidden()


def test_escape_closes_the_list_and_keeps_the_text(page: Page) -> None:
    types(page, "bob")
    page.locator(f"{LIST} [role=option]").wait_for()
    page.keyboard.press("Escape")
    page.locator(LIST).wait_for(state="hidden")
    expect(page.locator("#dial-number")).to_have_value("bob")
    expect(page.locator("#dial-number")).to_be_focused()
    assert page.get_attribute("#dial-number", "aria-expanded") == "false"


@pytest.mark.parametrize("width", [1280, 320])
def test_people_found_for_a_transfer_cover_no_button(
    page: Page, phone: ScriptedPhone, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 720})
    call = phone.talks(next(calls))
    page.locator(f"#call-{call} [data-command=transfer]").click()
    button = page.locator(f"#call-{call} button[value=consult]")
    was = button.bounding_box() or {}
    types(page, "1002", f"#to-{call}")
    page.locator(f"#call-{call} [role=option]", has_text="Bob").wait_for()
    assert button.bounding_box() == pytest.approx(was, abs=1)
    button.click(trial=True)
    page.set_viewport_size({"width": 1280, "height": 720})


def test_late_answer_never_replaces_a_newer_one(page: Page) -> None:
    held: list[Route] = []

    def answer(route: Route) -> None:
        if "q=bo&" in route.request.url:
            held.append(route)
        else:
            route.continue_()

    page.route("**/directory?*", answer)
    types(page, "bo")
    wait_for(lambda: (page.wait_for_timeout(20), held)[1], what="the first request")
    page.keyboard.press("Control+a")
    page.keyboard.type("nguyen")
    page.locator(f"{LIST} [role=option]", has_text="Nguyễn").wait_for()
    held[0].fulfill(body='<hx-partial hx-target="#people-1"><div id="people-1"></div></hx-partial>')
    page.wait_for_timeout(200)
    assert page.locator(f"{LIST} [role=option]", has_text="Nguyễn").is_visible()


def test_field_works_when_nobody_can_be_asked(page: Page, phone: ScriptedPhone) -> None:
    page.route("**/directory?*", lambda route: route.abort())
    types(page, "0912345678")
    page.keyboard.press("Enter")
    assert commanded(phone, "dial")["number"] == "+84912345678"
    assert page.locator(LIST).is_hidden()


def test_transfer_finds_a_colleague_by_name(page: Page, phone: ScriptedPhone) -> None:
    call = phone.talks(next(calls))
    page.locator(f"#call-{call}[data-state=active] .call-bar").wait_for()
    page.keyboard.press("Alt+t")
    types(page, "bob", f"#to-{call}")
    choice = page.locator(f"#call-{call} [role=option]", has_text="Bob")
    choice.wait_for()
    assert "Offline" in choice.inner_text(), "nobody is sent to an empty chair unawares"
    page.keyboard.press("Enter")
    expect(page.locator(f"#to-{call}")).to_have_value("1002")
    page.keyboard.press("Enter")
    assert commanded(phone, "transfer_blind")["number"] == "1002"
