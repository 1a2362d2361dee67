"""A press of the mouse arrives at the button on which it began, whatever moves meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page

from tests import pages
from tests.servers.scripted_phone import ScriptedPhone

MOVES_ON_PRESS = """
(button, way) => addEventListener("mousedown", () => {
  const card = button.closest(".call");
  if (way === "down the page") card.style.translate = "0 120px";
  else card.parentElement.moveBefore(card, null);
}, { capture: true, once: true })
"""
COUNTS = """
button => {
  window.arrived = 0;
  button.addEventListener("click", (event) => {
    event.stopPropagation();
    window.arrived += 1;
  });
}
"""
A_MOMENT = "() => new Promise((resolve) => setTimeout(resolve, 100))"
# Every element that can have the focus has it once; what moved is named.
MOVED_BY_FOCUS = """
answer => {
  const place = () => answer.getBoundingClientRect().top;
  const moved = [];
  document.activeElement?.blur();
  const before = place();
  for (const each of document.querySelectorAll("[tabindex], input, textarea, button, a[href]")) {
    if (!each.checkVisibility()) continue;
    each.focus({ preventScroll: true });
    if (place() !== before) moved.push(each.id || each.outerHTML.slice(0, 60));
  }
  return moved;
}
"""


@pytest.fixture
def answer(owner: ScriptedPhone, follower: Page) -> Iterator[Locator]:
    """The button of a call that rings in a page; it counts its clicks and forwards none."""
    call = owner.rings(f"press-{owner.n}")
    card = follower.locator(f".call[data-call={call}]")
    button = card.locator("[data-command=answer]")
    button.evaluate(COUNTS)
    # the page fetches what keeps a press with its first call, and then writes the title
    pages.until(follower, "document.title.includes('0912 345 678')")
    yield button
    owner.socket.calls.remove(call)
    owner.tell("missed", call, cause="missed", ended_by="remote")
    card.and_(follower.locator(":not([data-state=ended])")).wait_for(state="detached")


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*end, steps=4)
    page.mouse.up()


def middle(button: Locator) -> tuple[float, float]:
    box: Any = button.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def arrives(button: Locator) -> None:
    """Once, and not a second time."""
    pages.until(button.page, "window.arrived > 0")
    button.page.evaluate(A_MOMENT)
    assert button.page.evaluate("window.arrived") == 1


@pytest.mark.parametrize(
    ("way", "pixels"), [("down the page", 120), ("in the document", 0)], ids=lambda each: f"{each}"
)
def test_a_press_arrives_when_its_button_moves(answer: Locator, way: str, pixels: int) -> None:
    mouse = answer.page.mouse
    answer.evaluate(MOVES_ON_PRESS, way)
    x, y = middle(answer)
    mouse.move(x, y)
    mouse.down()
    assert middle(answer)[1] == y + pixels
    mouse.up()
    arrives(answer)


def test_half_a_double_click_is_not_repeated(answer: Locator) -> None:
    """Its button may have taken the place of the one that was meant."""
    answer.evaluate(MOVES_ON_PRESS, "in the document")
    answer.page.mouse.move(*middle(answer))
    answer.page.mouse.down(click_count=2)
    answer.page.mouse.up(click_count=2)
    answer.page.evaluate(A_MOMENT)
    assert answer.page.evaluate("window.arrived") == 0


def test_a_press_is_called_off_beside_its_button(answer: Locator) -> None:
    x, y = middle(answer)
    drag(answer.page, (x, y), (x, y + 200))
    answer.page.evaluate(A_MOMENT)
    assert answer.page.evaluate("window.arrived") == 0


def test_a_press_may_slide_along_its_button(answer: Locator) -> None:
    x, y = middle(answer)
    drag(answer.page, (x - 15, y), (x + 15, y))
    arrives(answer)


@pytest.mark.parametrize("width", [1280, 360])
def test_focus_moves_no_button_of_a_ringing_call(answer: Locator, width: int) -> None:
    wide = answer.page.viewport_size
    assert wide
    answer.page.set_viewport_size({"width": width, "height": wide["height"]})
    assert answer.evaluate(MOVED_BY_FOCUS) == []
    answer.page.set_viewport_size(wide)


def test_answer_arrives_when_the_heading_had_the_focus(answer: Locator) -> None:
    """A card that is closed leaves the focus there."""
    answer.page.locator("#calls-title").focus()
    answer.click()
    arrives(answer)
