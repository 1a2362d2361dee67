"""Pictures of every page and state: python -m scripts.screenshots FOLDER.

Both languages, both themes, wide and 320 px.
"""

from __future__ import annotations

import itertools
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser, Page, sync_playwright

from tests.pages import set_availability, sign_in
from tests.servers import ConsoleServer, Kamailio, launch, wait_for
from tests.servers.agents import create_agent

SIZES = {"wide": (1440, 900), "320": (320, 720)}
PAGES = {
    "workspace": ("alice", "/"),
    "history": ("alice", "/history"),
    "sessions": ("alice", "/sessions"),
    "wall": ("sam", "/wall"),
    "wall-tv": ("sam", "/wall/tv"),
}
WRAP_UP_SECONDS = 90
COMEBACK_SECONDS = 4  # until the server has given up a page that cannot hear its agent


class Variant(NamedTuple):
    locale: str
    theme: str
    size: str

    def __str__(self) -> str:
        return "-".join(self)


VARIANTS = [Variant(*each) for each in itertools.product(("vi", "en"), ("light", "dark"), SIZES)]


class Studio:
    def __init__(
        self, browser: Browser, server: ConsoleServer, kamailio: Kamailio, folder: Path
    ) -> None:
        self.browser, self.server, self.kamailio, self.folder = browser, server, kamailio, folder

    def person(self, username: str, variant: Variant, *, microphone: bool = True) -> Page:
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
        return sign_in(context.new_page(), self.server, username)

    @contextmanager
    def people(self, variant: Variant, *usernames: str) -> Iterator[tuple[Page, ...]]:
        """Agents with their phones registered; their lines are free again afterwards."""
        pages = tuple(self.person(username, variant) for username in usernames)
        for page in pages:
            set_availability(page)
            page.wait_for_selector("#phone-chip[data-phone=ready]")
        yield pages
        for page in pages:
            page.context.close()
        wait_for(
            lambda: not any(map(self.kamailio.registered, ("1001", "1002", "1003"))),
            20,
            "the end of all phones",
        )

    def shoot(self, page: Page, name: str, variant: Variant) -> None:
        page.wait_for_timeout(800)  # transitions, and the first push
        page.screenshot(path=self.folder / f"{name}-{variant}.png")

    def pages(self, variant: Variant) -> None:
        for name, (username, path) in PAGES.items():
            page = self.person(username, variant)
            page.goto(self.server.url + path)
            self.shoot(page, name, variant)
            page.context.close()

    def calls(self, variant: Variant) -> None:
        """Alice calls Bob, who asks Carol first and passes the call on."""
        with self.people(variant, "alice", "bob", "carol") as (alice, bob, carol):
            dial(alice, "1002")
            answer(bob, lambda: self.shoot(bob, "ringing", variant))
            bob.wait_for_selector(".call .quality:not([data-level=''])")
            self.shoot(bob, "active", variant)
            bob.click("[data-local-primary] [data-command=transfer]")
            bob.fill("[data-local-primary] input[name=to]", "1003")
            self.shoot(bob, "transfer", variant)
            bob.click("[data-local-primary] button[value=consult]")
            answer(carol)
            bob.wait_for_selector("[data-local-pair][data-state=active]", state="attached")
            self.shoot(bob, "second-line", variant)
            self.menus(bob, variant)
            self.wall(variant)
            bob.click("[data-local-primary] [data-command=transfer_attended]")
            bob.wait_for_selector("#availability[data-availability=wrap_up]", state="attached")
            while bob.locator("[data-command=close]:visible").count():
                bob.locator("[data-command=close]:visible").first.click()
            alice.click("[data-local-primary] [data-command=hangup]")
            carol.wait_for_selector("#availability[data-availability=wrap_up]", state="attached")
            self.shoot(carol, "ended", variant)
            carol.locator("[data-command=close]:visible").first.wait_for()
            self.shoot_wrap_up(carol, variant)

    def shoot_wrap_up(self, page: Page, variant: Variant) -> None:
        page.reload()
        page.wait_for_selector("#no-call [data-wrap-up]")
        self.shoot(page, "wrap-up", variant)

    def menus(self, page: Page, variant: Variant) -> None:
        page.click("#phone-chip")
        page.wait_for_selector("#audio-microphone option:nth-child(2)", state="attached")
        self.shoot(page, "audio", variant)
        page.keyboard.press("Escape")
        page.keyboard.press("?")
        self.shoot(page, "shortcuts", variant)
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
        page.context.close()
        time.sleep(COMEBACK_SECONDS)

    def offline(self) -> None:
        """The server goes away, and with it the last of all pictures."""
        pages = [(self.person("alice", variant), variant) for variant in VARIANTS]
        self.server.stop()
        for page, variant in pages:
            page.wait_for_selector("#banner[data-kind=offline]:not([hidden])", timeout=60_000)
            self.shoot(page, "offline", variant)


def dial(page: Page, number: str) -> None:
    page.fill("#dial-number", number)
    page.press("#dial-number", "Enter")


def answer(page: Page, before: object = None) -> None:
    page.wait_for_selector("[data-state=ringing] [data-command=answer]")
    if callable(before):
        before()
    page.click("[data-state=ringing] [data-command=answer]")
    page.wait_for_selector(".call[data-state=active]", state="attached")


def main(folder: Path, *wanted: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with (
        sync_playwright() as playwright,
        Kamailio() as kamailio,
        ConsoleServer(sip_url=kamailio.ws_url) as server,
    ):
        create_agent(server)
        with sqlite3.connect(server.database_url.removeprefix("sqlite:///")) as database:
            database.execute("UPDATE organisations SET wrap_up_seconds = ?", [WRAP_UP_SECONDS])
        studio = Studio(launch(playwright), server, kamailio, folder)
        for variant in VARIANTS:
            if not wanted or str(variant) in wanted:
                studio.calls(variant)
                studio.pages(variant)
                studio.no_microphone(variant)
        studio.offline()
        studio.browser.close()
    print(f"{len(list(folder.glob('*.png')))} pictures in {folder}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
