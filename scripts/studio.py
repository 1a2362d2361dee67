"""Every state of the pages, brought about by agents and customers, and its picture."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser, Page

from tests.pages import leave, set_availability, sign_in
from tests.providers.vcc.e2e.agent_page import outside_console
from tests.servers import ConsoleServer, Kamailio, wait_for
from tests.servers.simulator import Simulator

# The wide picture of the README comes second: the customer has called before.
SIZES = {"320": (320, 720), "wide": (1440, 900)}
PAGES = {
    "my-day": ("alice", "/"),
    "no-line": ("sam", "/"),
    "history": ("alice", "/history"),
    "contacts": ("alice", "/contacts"),
    "contact-form": ("alice", "/contacts/new"),
    "sessions": ("alice", "/sessions"),
    "settings": ("alice", "/settings"),
    "error": ("alice", "/nowhere"),
    "agent-day": ("sam", "/agents/alice/day"),
    "wall": ("sam", "/wall"),
    "wall-tv": ("sam", "/wall/tv"),
}
WRAP_UP_SECONDS = 90
COMEBACK_SECONDS = 4  # until the server has given up a page that cannot hear its agent
CUSTOMER, EXTENSION, BOBS = "0912345200", "5001", "5002"  # on the simulated cloud
FRONT = ".call[data-local-row=front]"
NOTE = {
    "vi": "Khách hỏi hóa đơn tháng 10 bị tính hai lần. Đã kiểm tra, hẹn gọi lại trước 16 giờ.",
    "en": "Billed twice for October. Checked with accounting, call back before 4 p.m.",
}


class Variant(NamedTuple):
    locale: str
    theme: str
    size: str

    def __str__(self) -> str:
        return "-".join(self)


VARIANTS = [Variant(*each) for each in itertools.product(("en", "vi"), ("light", "dark"), SIZES)]


class Studio:
    def __init__(
        self,
        browser: Browser,
        server: ConsoleServer,
        kamailio: Kamailio,
        exchange: Simulator,
        folder: Path,
    ) -> None:
        self.browser, self.server, self.kamailio = browser, server, kamailio
        self.exchange, self.folder = exchange, folder

    def page(self, variant: Variant, *, microphone: bool = True) -> Page:
        width, height = SIZES[variant.size]
        context = self.browser.new_context(
            locale="vi-VN" if variant.locale == "vi" else "en-GB",
            color_scheme="dark" if variant.theme == "dark" else "light",
            viewport={"width": width, "height": height},
            permissions=["microphone"] if microphone else [],
        )
        context.add_cookies(
            [{"name": "console_locale", "value": variant.locale, "url": self.server.url}]
        )
        return context.new_page()

    def person(self, username: str, variant: Variant, *, microphone: bool = True) -> Page:
        return sign_in(self.page(variant, microphone=microphone), self.server, username)

    @contextmanager
    def people(self, variant: Variant, *usernames: str) -> Iterator[tuple[Page, ...]]:
        """Agents with their phones registered; their lines are free again afterwards."""
        pages = tuple(self.person(username, variant) for username in usernames)
        for page in pages:
            set_availability(page)
            page.wait_for_selector("#phone-chip[data-phone=ready]")
        yield pages
        for page in pages:
            leave(page.context, self.server.url)
        wait_for(
            lambda: not any(map(self.kamailio.registered, ("1001", "1002", "1003"))),
            20,
            "the end of all phones",
        )

    def shoot(self, page: Page, name: str, variant: Variant) -> None:
        page.wait_for_timeout(800)  # transitions, and the first push
        page.screenshot(path=self.folder / f"{name}-{variant}.png")

    def pages(self, variant: Variant) -> None:
        page = self.page(variant)
        page.goto(f"{self.server.url}/sign-in")
        self.shoot(page, "sign-in", variant)
        page.context.close()
        for name, (username, path) in PAGES.items():
            page = self.person(username, variant)
            page.goto(self.server.url + path)
            self.shoot(page, name, variant)
            leave(page.context, self.server.url)

    def contact(self, variant: Variant) -> None:
        page = self.person("alice", variant)
        page.goto(f"{self.server.url}/contacts?q={CUSTOMER}")
        page.click(".contact-who a")
        self.shoot(page, "contact", variant)
        leave(page.context, self.server.url)

    def wall_rows(self, variant: Variant) -> None:
        """Sam's wall as they may choose it: rows by state, and the numbers of today."""
        page = self.person("sam", variant)
        page.goto(f"{self.server.url}/wall")
        page.select_option("[data-look=view]", "rows")
        page.select_option("[data-look=group]", "state")
        page.click("#day-frame > summary")
        page.locator("#wall-day > *").first.wait_for()
        self.shoot(page, "wall-rows", variant)
        leave(page.context, self.server.url)

    def customer_call(self, variant: Variant) -> None:
        """A customer calls Alice, who talks, mutes, holds, and writes down what they want."""
        with self.people(variant, "alice") as (alice,):
            self.exchange.wait_for_agent(EXTENSION)
            self.shoot(alice, "idle", variant)
            self.exchange.place(CUSTOMER, EXTENSION)
            answer(alice, lambda: self.shoot(alice, "ringing", variant))
            alice.fill(f"{FRONT} textarea", NOTE[variant.locale])
            alice.wait_for_selector(".call .quality:not([data-level=''])")
            self.shoot(alice, "talking", variant)
            for toggle, on, name in (
                ("mute", "muted=true", "muted"),
                ("hold", "state=held", "held"),
            ):
                alice.click(f"{FRONT} [data-toggle={toggle}]")
                alice.wait_for_selector(f"{FRONT}[data-{on}] .call-bar")
                self.shoot(alice, name, variant)
                if name == "muted":
                    self.alarm(alice, variant)
                alice.click(f"{FRONT} [data-toggle={toggle}]")
            alice.wait_for_selector(f"{FRONT}[data-state=active] .call-bar")
            alice.click(f"{FRONT} [data-command=keypad]")
            self.shoot(alice, "keypad", variant)
            self.elsewhere(variant)
            alice.click(f"{FRONT} [data-command=hangup]")
            alice.wait_for_selector("#availability[data-availability=wrap_up]", state="attached")
            self.shoot(alice, "wrap-up", variant)

    def alarm(self, alice: Page, variant: Variant) -> None:
        """The microphone is heard although Alice is muted."""
        frame = next(one for one in alice.frames if one.locator("[data-provider=vcc]").count())
        tracks = (
            "on => state.session.connection.getSenders().forEach((s) => (s.track.enabled = on))"
        )
        frame.evaluate(tracks, True)
        alice.wait_for_selector(f"{FRONT} [data-field=alarm]:not([hidden])")
        self.shoot(alice, "alarm", variant)
        frame.evaluate(tracks, False)
        alice.wait_for_selector(f"{FRONT} [data-field=alarm]", state="hidden")

    def voice_elsewhere(self, variant: Variant) -> None:
        """Alice signs in at VCC outside Console, which takes the phone there."""
        with self.people(variant, "alice") as (alice,):
            self.exchange.wait_for_browser(EXTENSION)
            outside = outside_console(self.browser, self.exchange, EXTENSION)
            alice.wait_for_selector("#banner[data-kind=elsewhere]:not([hidden])")
            self.shoot(alice, "elsewhere", variant)
            outside.context.close()

    def second_call(self, bob: Page, variant: Variant) -> None:
        """A customer calls while Bob talks, and hangs up."""
        self.exchange.wait_for_browser(BOBS)
        call = self.exchange.place(CUSTOMER, BOBS)
        bob.wait_for_selector(".call[data-state=ringing]")
        self.shoot(bob, "second-call", variant)
        self.exchange.customer_hangs_up(call)
        bob.wait_for_selector(".call[data-state=ringing]", state="detached")

    def elsewhere(self, variant: Variant) -> None:
        """The same agent in another browser, during the call."""
        page = self.person("alice", variant)
        page.wait_for_selector("#banner[data-kind=follower]:not([hidden])")
        self.shoot(page, "follower", variant)
        page.click("#take-over-button")
        page.wait_for_selector("#take-over[open]")
        self.shoot(page, "take-over", variant)
        page.context.close()

    def consultation(self, variant: Variant) -> None:
        """Alice calls Bob, who asks Carol first and passes the call on."""
        with self.people(variant, "alice", "bob", "carol") as (alice, bob, carol):
            dial(alice, "1002")
            answer(bob)
            self.second_call(bob, variant)
            bob.click(f"{FRONT} [data-command=transfer]")
            bob.locator(f"{FRONT} [role=combobox]").press_sequentially("car")
            bob.wait_for_selector(f"{FRONT} [role=option]")
            self.shoot(bob, "transfer", variant)
            bob.keyboard.press("Enter")
            bob.click(f"{FRONT} button[value=consult]")
            answer(carol)
            bob.wait_for_selector("[data-local-pair][data-state=active]", state="attached")
            self.shoot(bob, "consult", variant)
            self.menus(bob, variant)
            self.wall(variant)
            bob.click("[data-local-primary] [data-command=transfer_attended]")
            bob.wait_for_selector("#availability[data-availability=wrap_up]", state="attached")
            alice.click("[data-local-primary] [data-command=hangup]")
            carol.wait_for_selector("#availability[data-availability=wrap_up]", state="attached")

    def menus(self, page: Page, variant: Variant) -> None:
        page.click("#phone-chip")
        page.wait_for_selector("#audio-microphone option:nth-child(2)", state="attached")
        self.shoot(page, "phone", variant)
        page.keyboard.press("Escape")
        page.keyboard.press("?")
        self.shoot(page, "shortcuts", variant)
        page.keyboard.press("Escape")
        page.keyboard.press("Control+k")
        page.locator("#command-bar[open]").wait_for()
        self.shoot(page, "command-bar", variant)
        page.keyboard.press("Escape")

    def wall(self, variant: Variant) -> None:
        sam = self.person("sam", variant)
        sam.goto(f"{self.server.url}/wall")
        self.shoot(sam, "wall-busy", variant)
        sam.context.close()

    def no_microphone(self, variant: Variant) -> None:
        page = self.person("alice", variant, microphone=False)
        page.locator("#no-call [data-set-availability=available]").click()
        page.wait_for_selector("#microphone:not([hidden])")
        self.shoot(page, "microphone-denied", variant)
        leave(page.context, self.server.url)
        time.sleep(COMEBACK_SECONDS)

    def offline(self, variants: list[Variant]) -> None:
        """The server goes away, and with it the last of all pictures."""
        pages = [(self.person("alice", variant), variant) for variant in variants]
        self.server.stop()
        for page, variant in pages:
            page.wait_for_selector("#banner[data-kind=offline]:not([hidden])", timeout=60_000)
            self.shoot(page, "offline", variant)


def dial(page: Page, number: str) -> None:
    page.fill("#dial-number", number)
    page.press("#dial-number", "Enter")


def answer(page: Page, before: object = None) -> None:
    page.wait_for_selector(f"{FRONT}[data-state=ringing] [data-command=answer]")
    if callable(before):
        before()
    page.click(f"{FRONT}[data-state=ringing] [data-command=answer]")
    page.wait_for_selector(".call[data-state=active]", state="attached")
