"""Exactly one tab owns the phone."""

from __future__ import annotations

import threading

from playwright.sync_api import Page

from tests.pages.agent_page import OpenAgentPage
from tests.pages.fixtures import KeptPage
from tests.servers import ConsoleServer, Kamailio

_COMMAND = """
async ([name, epoch, client]) => (await fetch(`/commands/${name}`, {
  method: "POST",
  headers: {"Content-Type": "application/json", "X-CSRFToken":
    document.querySelector("meta[name=csrf-token]").content},
  body: JSON.stringify({id: crypto.randomUUID(), client, epoch, call: "any"}),
})).status
"""


def contacts(kamailio: Kamailio, extension: str) -> int:
    return kamailio.cmd("ul.lookup", "location", f"s:{extension}").count("Address:")


def frames(page: Page) -> int:
    return sum(".phone.localhost" in frame.url for frame in page.frames)


def banner(page: Page, *kinds: str, timeout: float = 20.0) -> None:
    """One of these kinds. A page that comes back waits up to ten seconds between two tries."""
    found = ", ".join(f"#banner[data-kind={kind}]:visible" for kind in kinds)
    page.locator(found).wait_for(timeout=timeout * 1000)


def test_a_second_tab_shows_the_call_but_does_not_ring(
    kept_page: KeptPage, kamailio: Kamailio
) -> None:
    alice, bob = kept_page("alice"), kept_page("bob")
    second = alice.second_tab()
    banner(second, "follower")
    assert frames(second) == 0
    assert contacts(kamailio, "1001") == 1
    bob.dial("1001")
    alice.call("ringing")
    alice.call("ringing", page=second)
    assert frames(second) == 0
    alice.press("answer", page=second)  # a follower is a full remote control
    alice.call("active")
    alice.call("active", page=second)
    alice.hears()
    alice.press("hangup", page=second)
    bob.no_call()


def test_takeover_unregisters_first_and_refuses_old_commands(
    kept_page: KeptPage, kamailio: Kamailio
) -> None:
    alice = kept_page("alice")
    second = alice.second_tab()
    banner(second, "follower")
    epochs = [sent_epoch(alice.page)]
    alice.wait_until(
        lambda: contacts(kamailio, "1001") == 1
    )  # the phone of the test before has gone
    seen: list[int] = []
    over = threading.Event()

    def count() -> None:
        while not over.wait(0.02):
            seen.append(contacts(kamailio, "1001"))

    counting = threading.Thread(
        target=count, daemon=True
    )  # apart from the pages, which are slow to answer while they are busy
    counting.start()
    try:
        second.click("#take-over-button")
        alice.wait("document.querySelector('#phone-chip').dataset.phone === 'ready'", page=second)
    finally:
        over.set()
        counting.join(10)
    seen.append(contacts(kamailio, "1001"))
    assert max(seen) == 1  # never both
    assert 0 in seen  # and in between neither
    assert seen[-1] == 1
    banner(alice.page, "follower")
    alice.wait_until(lambda: (frames(alice.page), frames(second)) == (0, 1))
    status = alice.page.evaluate(_COMMAND, ["hangup", epochs[0], "any-call"])
    assert status == 409


def sent_epoch(page: Page) -> int:
    """The epoch of the agent's lease now, asked of the server with commands that change nothing: a
    lower one is refused.
    """
    for epoch in range(1, 50):
        if page.evaluate(_COMMAND, ["note", epoch, "any-call"]) != 409:
            return epoch
    raise AssertionError("no epoch fits")


def test_a_reload_keeps_the_lease_with_its_epoch(kept_page: KeptPage) -> None:
    alice = kept_page("alice")
    before = sent_epoch(alice.page)
    alice.page.reload()
    alice.wait("document.querySelector('#phone-chip').dataset.phone === 'ready'")
    assert sent_epoch(alice.page) == before


def test_a_duplicated_tab_gets_an_id_of_its_own_and_follows(kept_page: KeptPage) -> None:
    alice = kept_page("alice")
    with alice.context.expect_page() as opened:
        alice.page.evaluate(
            "window.open(location.href); 0"
        )  # copies sessionStorage, as "duplicate tab" does
    copy = opened.value
    banner(copy, "follower")
    ids = [
        page.evaluate("Object.entries(sessionStorage).find(([key]) => key.includes('client'))?.[1]")
        for page in (alice.page, copy)
    ]
    assert ids[0] != ids[1]
    assert frames(copy) == 0
    alice.wait("document.querySelector('#phone-chip').dataset.phone === 'ready'")


def test_other_tab_gets_the_phone_when_the_owner_closes(
    kept_page: KeptPage, kamailio: Kamailio
) -> None:
    alice = kept_page("alice")
    second = alice.second_tab()
    banner(second, "follower")
    alice.page.close(run_before_unload=False)
    alice.page = second
    alice.wait("document.querySelector('#phone-chip').dataset.phone === 'ready'")
    alice.wait_until(lambda: contacts(kamailio, "1001") == 1)


def test_signing_out_in_one_tab_leaves_no_phone_behind(
    agent_page: OpenAgentPage, kamailio: Kamailio
) -> None:
    alice = agent_page("alice").available()
    alice.page.click("#menu-button")
    alice.page.click("#sign-out button")
    alice.page.wait_for_url("**/sign-in*")
    alice.wait_until(lambda: contacts(kamailio, "1001") == 0)


def test_follower_of_a_call_may_control_or_end_it(kept_page: KeptPage) -> None:
    alice, bob = kept_page("alice"), kept_page("bob")
    alice.talks_to(bob, "1002")
    second = alice.second_tab()
    banner(second, "follower")
    second.click("#take-over-button")
    second.locator("#take-over[open] [data-choice=end]").click()
    bob.no_call()
    alice.page.close()
    alice.page = second
    alice.wait("document.querySelector('#phone-chip').dataset.phone === 'ready'")


def test_the_grace_after_a_start_lets_holders_come_back_first(
    kept_page: KeptPage, console: ConsoleServer
) -> None:
    alice = kept_page("alice")
    second = alice.second_tab()
    banner(second, "follower")
    before = sent_epoch(alice.page)
    console.crash()
    banner(alice.page, "offline")
    console.start()
    alice.page.locator("#banner[data-kind=offline]").wait_for(state="hidden")
    banner(second, "follower")
    assert sent_epoch(alice.page) == before
    assert frames(second) == 0
