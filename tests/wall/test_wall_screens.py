"""The wall on a TV, on a phone, with a screen reader and with high contrast."""

from __future__ import annotations

import pytest

from tests import pages
from tests.wall.conftest import OpenWall
from tests.workspace.test_accessibility import LANGUAGES, SIDEWAYS, PageAudit

AGENTS = "tiles => tiles.map((tile) => tile.dataset.agent)"
TV_SIZE = {"width": 1920, "height": 1080}


def test_tv_shows_large_letters_no_controls_and_whole_tiles(wall: OpenWall) -> None:
    desktop = wall(viewport=TV_SIZE)
    page = wall("/wall/tv?locale=vi&theme=dark", viewport=TV_SIZE)
    size = "parseFloat(getComputedStyle(document.querySelector('.total-word')).fontSize)"
    assert page.evaluate(size) == pytest.approx(2 * desktop.evaluate(size), abs=0.1)
    assert page.locator("button, select, input").count() == 0
    assert page.evaluate(
        "document.documentElement.scrollHeight <= innerHeight &&"
        " document.documentElement.scrollWidth <= innerWidth"
    )
    cut = (
        "(tile) => tile.scrollHeight > tile.clientHeight || tile.getBoundingClientRect().bottom >"
        " innerHeight"
    )
    pages.until(
        page,
        "![...document.querySelectorAll('.tile')].filter((tile) =>"
        f" tile.checkVisibility()).some({cut})",
    )
    shown, all_of_them = page.locator(".tile:visible").count(), page.locator(".tile").count()
    assert shown >= 12 or shown == all_of_them
    if shown < all_of_them:
        assert str(all_of_them) in page.locator("#no-room").inner_text()
    assert page.locator("html").get_attribute("lang") == "vi"
    assert page.locator("html").get_attribute("data-theme") == "dark"
    assert page.evaluate(
        "[...document.querySelectorAll('.tile:not([data-local-over])')].some((tile) =>"
        " tile.hasAttribute('data-local-why'))"
    )


def test_agents_who_do_not_fit_on_a_tv_take_turns(wall: OpenWall) -> None:
    page = wall("/wall/tv?locale=en&turn=1", viewport={"width": 800, "height": 450})
    note = page.locator("#no-room")
    note.wait_for()
    everybody = set(page.locator(".tile").evaluate_all(AGENTS))
    urgent = page.locator(".tile[data-local-why]:visible").evaluate_all(AGENTS)
    assert urgent, "agents who need attention are on the first page"
    seen: set[str] = set()
    while seen != everybody:
        words = note.inner_text()
        pages.until(page, "words => document.querySelector('#no-room').innerText != words", words)
        now = page.evaluate(
            "() => [document.querySelector('#no-room').innerText,"
            " [...document.querySelectorAll('.tile')].filter((tile) => tile.checkVisibility())"
            ".map((tile) => tile.dataset.agent)]"
        )
        assert f"of {len(everybody)}" not in now[0] and f", {len(everybody)} agents" in now[0]
        seen |= set(now[1])
        assert urgent[0] in now[1], "one who needs attention stays on each page"


def test_a_tv_shows_what_its_address_chooses(wall: OpenWall) -> None:
    page = wall("/wall/tv?state=away", viewport=TV_SIZE)
    assert set(
        page.locator(".tile:visible").evaluate_all(
            "tiles => tiles.map((tile) => tile.dataset.status)"
        )
    ) == {"away"}


@pytest.mark.parametrize("path", ["/wall", "/wall/tv?locale=en"])
def test_the_wall_works_on_a_phone(wall: OpenWall, path: str) -> None:
    page = wall(path, viewport={"width": 320, "height": 720})
    assert page.evaluate(SIDEWAYS) == []
    assert page.locator(".tile").first.is_visible()
    assert page.locator("#ringing .waiting-row").first.is_visible()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", ["/wall", "/wall/tv"])
def test_axe_finds_nothing_to_object_to(wall: OpenWall, language: str, path: str) -> None:
    page = wall(path, locale=LANGUAGES[language])
    audit = PageAudit(language)
    audit.on(page, path)
    if path == "/wall":
        page.locator("[data-show=attention]").click()
        audit.on(page, "filtered")
        page.evaluate(
            "document.body.setAttribute('data-local-stale', '');"
            " document.getElementById('link').dataset.link = 'offline'"
        )
        audit.on(page, "stale")
    assert audit.found == []
