"""Today's numbers on the wall: plots for those who see, a table that says the same."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.servers import ConsoleServer
from tests.servers.web_client import WebClient
from tests.wall.conftest import OpenWall
from tests.workspace.test_accessibility import SIDEWAYS, PageAudit


def test_numbers_of_today_open_stay_open_and_follow_the_team(
    wall: OpenWall, server: ConsoleServer, web: Callable[..., WebClient]
) -> None:
    page = wall()
    plots = page.locator("#wall-day .plot")
    assert plots.count() == 0, "nothing is asked for while the section is closed"
    page.locator("#day-frame > summary").click()
    expect(plots).to_have_count(3)
    total = int(page.locator("[data-plot=calls] .plot-total").inner_text())
    page.locator(".plot-table > summary").click()
    calls = page.locator("#wall-day tbody td:nth-child(2)").all_inner_texts()
    assert total == sum(map(int, calls)) > 0
    PageAudit("en").on(page, "numbers of today")
    page.select_option("select[name=team]", label="Team Two")
    expect(page.locator("#wall-day")).to_contain_text("No call of today is over yet.")
    page.select_option("select[name=team]", "")
    page.reload()
    expect(plots).to_have_count(3)
    page.set_viewport_size({"width": 320, "height": 720})
    assert page.evaluate(SIDEWAYS) == []
    page.locator("#day-frame > summary").click()
    answer = web(server, "sam").http.get("/wall/day?team=nobodys")
    assert answer.status_code == 200 and "plot" not in answer.text
