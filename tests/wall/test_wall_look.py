"""Cards or rows, agents grouped by state or by team: a person's choice, kept in their browser."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.wall.conftest import OpenWall
from tests.workspace.test_accessibility import SIDEWAYS, PageAudit

IN_ORDER = """
() => [...document.querySelectorAll(".tile, .tile-group")].filter((one) => one.checkVisibility())
  .map((one) => one.matches(".tile") ? one.dataset.agent
    : one.innerText.replace(/\\s+/g, " ").trim())
"""
HEADS = ".tile-group:visible"


def groups(page: Page) -> dict[str, int]:
    """The headings in order, each with the tiles that stand below it."""
    found: dict[str, int] = {}
    heads = page.locator(HEADS).all_inner_texts()
    heads = [" ".join(head.split()) for head in heads]
    below = ""
    for one in page.evaluate(IN_ORDER):
        if one in heads:
            below = one
            found[below] = 0
        else:
            assert below, "no tile stands above the first heading"
            found[below] += 1
    return found


def choose(page: Page, look: str, value: str) -> None:
    page.select_option(f"[data-look={look}]", value)


def test_groups_by_state_and_team_count_their_agents(wall: OpenWall) -> None:
    page = wall()
    assert page.locator(HEADS).count() == 0
    choose(page, "group", "state")
    by_state = groups(page)
    assert all(int(head.rsplit(" ", 1)[1]) == tiles for head, tiles in by_state.items()), by_state
    words = [head.rsplit(" ", 1)[0] for head in by_state]
    order = ["Need attention", "Ringing", "On a call", "Available", "Wrap-up", "Away", "Offline"]
    assert words == [word for word in order if word in words] and len(words) > 3
    choose(page, "group", "team")
    by_team = groups(page)
    assert [head.rsplit(" ", 1)[0] for head in by_team] == ["Team One", "Team Two"]
    assert sum(by_team.values()) == page.locator(".tile").count()
    page.select_option("select[name=state]", "away")
    expect(page.locator(HEADS)).to_have_text(["Team One 1", "Team Two 1"])
    page.locator("#show-all").click()
    page.reload()
    page.locator("#link[data-link=online]").wait_for()
    assert groups(page) == by_team
    choose(page, "group", "")
    assert page.locator(HEADS).count() == 0


def test_rows_are_one_line_and_fit_every_width(wall: OpenWall) -> None:
    page = wall()
    choose(page, "view", "rows")
    heights = page.locator(".tile:visible").evaluate_all(
        "tiles => tiles.filter((tile) => tile.querySelectorAll('.tile-call').length < 2)"
        ".map((tile) => tile.getBoundingClientRect().height)"
    )
    assert max(heights) <= 44, heights
    choose(page, "group", "state")
    PageAudit("en").on(page, "rows")
    page.set_viewport_size({"width": 320, "height": 720})
    assert page.evaluate(SIDEWAYS) == []
    page.reload()
    page.locator("body[data-local-rows] .tile-group").first.wait_for()
    choose(page, "group", "")
    choose(page, "view", "cards")
    assert page.locator("body[data-local-rows]").count() == 0
