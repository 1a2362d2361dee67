"""An agent works by keyboard alone, from the sign-in page to the end of a transferred call."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests import pages
from tests.pages.fixtures import one_test
from tests.pages.kept import KeptPages
from tests.pages.keyboard import Keyboard
from tests.servers import ConsoleServer
from tests.servers.console_server import PASSWORD

_NO_LIVE_CALL = "!document.querySelector('.call:not([data-state=ended])')"


class Typist(Keyboard):
    """A person without a mouse, signed in and available."""

    def __init__(
        self, context: BrowserContext, url: str, username: str, password: str = PASSWORD
    ) -> None:
        self.context, self.url = context, url
        context.set_default_timeout(pages.PATIENCE * 1000)
        super().__init__(context.new_page())
        self.sign_in(url, username, password)
        self.page.locator("#phone-chip").wait_for()
        self.available()

    def available(self) -> None:
        if self.page.locator("#calls").get_attribute("data-availability") != "available":
            self.go("[data-set-availability=available]")
            self.press("Enter")
        pages.until(self.page, "document.querySelector('#phone-chip').dataset.phone === 'ready'")
        self.page.locator("#calls[data-availability=available]").wait_for(state="attached")

    def sees(self, state: str, among: str = ".call") -> None:
        self.page.locator(f"{among}[data-state={state}]").first.wait_for(state="attached")

    def answers(self) -> None:
        self.sees("ringing")
        self.press("Alt+a")
        self.sees("active")

    def is_free(self) -> None:
        pages.until(self.page, _NO_LIVE_CALL)


@pytest.fixture(scope="module")
def typists(browser: Browser, with_carol: ConsoleServer) -> Iterator[KeptPages[Typist]]:
    kept = KeptPages(browser, lambda context, name: Typist(context, with_carol.url, name))
    yield kept
    kept.close()


@pytest.fixture
def typist(typists: KeptPages[Typist]) -> Iterator[Callable[[str], Typist]]:
    yield from one_test(typists)


@pytest.fixture
def team(typist: Callable[[str], Typist]) -> tuple[Typist, Typist, Typist]:
    return typist("alice"), typist("bob"), typist("carol")


def dial(person: Typist, number: str) -> None:
    person.press("Escape", "/")
    assert person.on("#dial-number")
    person.page.keyboard.type(number)
    person.press("Enter", "Escape")


def test_a_call_is_passed_on_at_once(team: tuple[Typist, Typist, Typist]) -> None:
    alice, bob, carol = team
    dial(alice, "1002")
    bob.answers()
    alice.sees("active")
    bob.press("Alt+t")
    assert bob.on("input[name=to]")
    bob.page.keyboard.type("1003")
    bob.press("Enter")
    carol.answers()
    bob.is_free()
    alice.sees("active")
    carol.press("Alt+h")
    for person in (alice, carol):
        person.is_free()


def test_attended_transfer_by_keyboard_reaches_every_button(
    team: tuple[Typist, Typist, Typist],
) -> None:
    alice, bob, carol = team
    dial(alice, "1002")
    bob.answers()
    bob.press("Alt+n")
    bob.page.keyboard.type("hmapkst? wants an invoice")  # letters that are keys of calls with Alt
    assert bob.page.locator("textarea").first.input_value() == "hmapkst? wants an invoice"
    bob.sees("active")
    bob.press("Escape")
    bob.go("summary[data-command=transfer]")
    bob.press("Enter")
    bob.go("input[name=to]", then="1003")
    bob.go("button[value=consult]")
    bob.press("Enter")
    carol.answers()
    bob.sees("active", "[data-local-pair]")
    bob.sees("held", "[data-local-second]")
    bob.go("[data-command=transfer_attended]")
    bob.press("Enter")
    bob.is_free()
    for person in (alice, carol):
        person.sees("active")
    alice.press("Escape", "Alt+h")
    for person in (alice, carol):
        person.is_free()


def test_a_consulting_agent_can_return_to_the_caller(team: tuple[Typist, Typist, Typist]) -> None:
    alice, bob, carol = team
    dial(alice, "1002")
    bob.answers()
    bob.press("Alt+t")
    bob.page.keyboard.type("1003")
    bob.go("button[value=consult]")
    bob.press("Enter")
    carol.answers()
    bob.sees("active", "[data-local-pair]")
    bob.press("Alt+s")
    bob.sees("active", "[data-line='1']")
    bob.sees("held", "[data-line='2']")
    bob.press("Alt+s")
    bob.sees("active", "[data-line='2']")
    bob.go("[data-command=back]")
    bob.press("Enter")
    carol.is_free()
    bob.sees("active", "[data-line='1']")
    bob.press("Alt+h")
    for person in (alice, bob):
        person.is_free()
