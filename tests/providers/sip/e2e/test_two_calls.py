"""An agent with two calls: which may be joined, which only swapped, and whose call a button
ends.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.pages.agent_page import AgentPage, OpenAgentPage
from tests.servers import ConsoleServer
from tests.servers.agents import create_agent

LIVE = ".call:not([data-state=ended])"
PAIR = "[data-command=transfer_attended]:visible, [data-command=back]:visible"
SWAP = f"{LIVE} .swap:visible"
STATES = "cards => cards.map(card => card.dataset.state).sort().join(' ')"


@pytest.fixture(scope="module")
def with_dave(with_carol: ConsoleServer) -> ConsoleServer:
    create_agent(with_carol, "dave", "1004")
    return with_carol


@pytest.fixture
def talking(
    kept_page: Callable[[str], AgentPage], with_dave: ConsoleServer
) -> tuple[AgentPage, AgentPage, AgentPage]:
    """Alice is on a call with Bob; Carol is free."""
    alice, bob, carol = (kept_page(name) for name in ("alice", "bob", "carol"))
    alice.talks_to(bob, "1002")
    return alice, bob, carol


def states(person: AgentPage, wanted: str, page: Page | None = None) -> None:
    page = page or person.page
    person.wait_until(lambda: page.eval_on_selector_all(LIVE, STATES) == wanted)


def consults(alice: AgentPage, carol: AgentPage, page: Page | None = None) -> None:
    page = page or alice.page
    page.click(f"{LIVE}[data-local-primary] [data-command=transfer]")
    page.fill(f"{LIVE}[data-local-primary] input[name=to]", "1003")
    page.click(f"{LIVE}[data-local-primary] button[value=consult]")
    carol.call("ringing")
    carol.press("answer")
    states(alice, "active held", page)


def is_offered(page: Page) -> None:
    page.locator(f"{LIVE}[data-local-pair] [data-command=transfer_attended]:visible").wait_for()
    page.locator(f"{LIVE}[data-local-pair] [data-command=back]:visible").wait_for()


def test_a_waiting_call_that_was_answered_can_only_be_swapped(
    talking: tuple[AgentPage, AgentPage, AgentPage],
) -> None:
    alice, bob, carol = talking
    carol.dial("1001")
    alice.call("ringing")
    alice.page.click(f"{LIVE}[data-state=ringing] [data-command=answer]")
    states(alice, "active held")
    carol.call("active")
    assert alice.page.locator(PAIR).count() == 0
    alice.page.click(SWAP)
    alice.page.locator(f"{LIVE}[data-line='1'][data-state=active]").wait_for()
    states(alice, "active held")
    assert alice.page.locator(PAIR).count() == 0
    bob.hears()


def test_each_button_that_ends_one_of_two_calls_names_whose(
    talking: tuple[AgentPage, AgentPage, AgentPage],
) -> None:
    alice, _, carol = talking
    button = alice.page.locator(f"{LIVE} [data-command=hangup]:visible")
    assert button.inner_text().split() == ["Hang", "up", "Alt", "H"]
    consults(alice, carol)
    for number, name in (("1002", "Bob"), ("1003", "Carol")):
        button = alice.page.locator(f"{LIVE}[data-number='{number}'] [data-command=hangup]:visible")
        button.filter(has_text=name).wait_for()  # the server tells who 1003 is
    back = alice.page.locator("[data-command=back]:visible").filter(has_text="Carol")
    back.wait_for()
    assert "Bob" not in back.inner_text()


def test_consultation_is_joined_from_any_page_after_a_reload(
    talking: tuple[AgentPage, AgentPage, AgentPage],
) -> None:
    alice, bob, carol = talking
    consults(alice, carol)
    is_offered(alice.page)
    follower = alice.second_tab()
    is_offered(follower)
    follower.reload()
    is_offered(follower)
    follower.click("[data-command=transfer_attended]:visible")
    alice.no_call()
    for one in (bob, carol):
        states(one, "active")


def test_owner_may_join_a_consultation_that_a_follower_began(
    talking: tuple[AgentPage, AgentPage, AgentPage],
) -> None:
    alice, bob, carol = talking
    follower = alice.second_tab()
    follower.locator("#banner[data-kind=follower]").wait_for()
    consults(alice, carol, follower)
    is_offered(alice.page)
    alice.page.click("[data-command=back]:visible")
    carol.no_call()
    states(alice, "active")
    bob.hears()


def test_back_ends_a_consultation_also_after_a_swap(
    talking: tuple[AgentPage, AgentPage, AgentPage],
) -> None:
    alice, bob, carol = talking
    consults(alice, carol)
    alice.page.click(SWAP)
    alice.page.locator(f"{LIVE}[data-number='1002'][data-state=active]").wait_for()
    is_offered(alice.page)
    alice.page.click("[data-command=back]:visible")
    carol.no_call()
    states(alice, "active")
    bob.hears()


def test_nothing_can_be_joined_once_the_asked_side_has_hung_up(
    talking: tuple[AgentPage, AgentPage, AgentPage],
) -> None:
    alice, bob, carol = talking
    consults(alice, carol)
    carol.press("hangup")
    states(alice, "held")
    assert alice.page.locator(PAIR).count() == 0
    alice.page.locator(f"{LIVE} [data-toggle=hold]:visible").click()
    states(alice, "active")
    bob.hears()


def test_third_caller_is_busy_and_leaves_a_consultation_alone(
    agent_page: OpenAgentPage, talking: tuple[AgentPage, AgentPage, AgentPage]
) -> None:
    alice, _, carol = talking
    consults(alice, carol)
    dave = agent_page("dave").available()
    dave.dial("1001")
    dave.last_call("busy")
    alice.page.locator("#recent [data-outcome=missed]", has_text="Dave").first.wait_for()
    is_offered(alice.page)
    assert alice.page.eval_on_selector_all(LIVE, STATES) == "active held"
