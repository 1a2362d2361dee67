"""A ring is announced to screen readers and to agents on another browser tab."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

from tests import pages
from tests.servers import ConsoleServer
from tests.servers.scripted_phone import ScriptedPhone
from tests.servers.web_client import WebClient

# Keeps announcements in order, holds the wait for a name until the test ends it, and replaces the
# computer's notifications.
LISTEN = """
globalThis.said = [];
globalThis.waits = [];
globalThis.notified = [];
const later = setTimeout;
globalThis.setTimeout = (done, ms, ...more) => (ms === 300 ? waits.push(done) : later(done, ms,
  ...more));
globalThis.Notification = class extends EventTarget {
  static permission = "granted";
  constructor(title, {tag}) { super(); notified.push([tag, title]); }
  close() { this.dispatchEvent(new Event("close")); }
};
document.addEventListener("DOMContentLoaded", () => {
  for (const id of ["ring-alert", "announcer"]) {
    const region = document.getElementById(id);
    const keep = () => region.textContent && said.push([region.role ??
      region.getAttribute("role"), region.textContent]);
    new MutationObserver(keep).observe(region, {childList: true, characterData: true, subtree:
      true});
  }
});
"""
HIDE = "Object.defineProperty(document, 'visibilityState', {get: () => 'hidden'})"


@pytest.fixture(scope="module")
def phone(server: ConsoleServer) -> Iterator[ScriptedPhone]:
    with ScriptedPhone(WebClient(server, "alice"), keeps=True) as far:
        yield far


@pytest.fixture(scope="module")
def follower_script() -> str:
    return LISTEN


@pytest.fixture
def page(phone: ScriptedPhone, follower: Page) -> Page:
    follower.evaluate("[said, waits, notified].forEach((kept) => kept.splice(0))")
    return follower


def said(page: Page, *wanted: tuple[str, str]) -> None:
    pages.until(
        page,
        "wanted => JSON.stringify(said) === JSON.stringify(wanted)",
        [list(each) for each in wanted],
    )


def name_number(phone: ScriptedPhone, number: str, name: str) -> None:
    answer = phone.web.post("/customers", number=number, name=name, mine=False)
    assert answer.status_code == 204, answer.text


def test_ring_is_announced_with_the_name_and_then_as_missed(
    page: Page, phone: ScriptedPhone
) -> None:
    phone.rings("named", "0912345678", name="Trần Văn Bình")
    ring = ("alert", "Incoming call from Trần Văn Bình.")
    said(page, ring)
    phone.ends("named", "missed")
    said(page, ring, ("status", "Missed call from Trần Văn Bình."))


def test_a_name_in_time_is_announced_instead_of_the_number(
    page: Page, phone: ScriptedPhone
) -> None:
    phone.rings("late", "02838221234")
    page.locator(".call[data-call=late][data-state=ringing]").wait_for()
    pages.until(page, "waits.length === 1")
    assert page.evaluate("said.length") == 0
    name_number(phone, "02838221234", "Mai Lan")
    ring = ("alert", "Incoming call from Mai Lan.")
    said(page, ring)
    page.evaluate("waits.forEach((done) => done())")
    said(page, ring)
    phone.ends("late", "answered_elsewhere", "system")
    said(page, ring, ("status", "Somebody else answered this call."))


def test_a_number_without_a_name_is_read_digit_by_digit(page: Page, phone: ScriptedPhone) -> None:
    phone.rings("nameless", "0367654321")
    pages.until(page, "waits.length === 1")
    page.evaluate("waits.forEach((done) => done())")
    said(page, ("alert", "Incoming call from 0 3 6 7, 6 5 4, 3 2 1."))
    phone.ends("nameless", "missed")


def test_a_notification_shows_the_name_as_soon_as_it_is_known(
    page: Page, phone: ScriptedPhone
) -> None:
    page.evaluate(HIDE)
    phone.rings("unseen", "0387654321")
    pages.until(page, "notified.length === 1")
    name_number(phone, "0387654321", "Lê Thu")
    pages.until(page, "notified.length === 2")
    shown: list[Any] = page.evaluate("notified")
    assert [tag for tag, _ in shown] == ["console-unseen", "console-unseen"]
    assert "Lê Thu" not in shown[0][1] and "Lê Thu" in shown[1][1]
    phone.ends("unseen", "missed")
