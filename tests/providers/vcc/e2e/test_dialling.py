"""The hotline that a customer sees, and colleagues offered for a transfer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.providers.vcc.e2e.agent_page import MOBILE, VccAgentPage
from tests.providers.vcc.e2e.kept_pages import KeptVccPage
from tests.workspace.test_accessibility import PageAudit

DIALLED = (
    "window.dialled = null, window.csCallout = (before => (...all) => (window.dialled = all,"
    " before(...all)))(csCallout)"
)


@pytest.fixture
def alice(kept_page: KeptVccPage) -> Iterator[VccAgentPage]:
    """Their choice of a hotline, and what a test changed in the frame, goes with the test."""
    alice = kept_page("alice")
    yield alice
    alice.page.evaluate(
        "for (const name of Object.keys(localStorage)) if (name.startsWith('console.hotline.'))"
        " delete localStorage[name]"
    )
    alice.build = None


def looked_at(alice: VccAgentPage, what: str) -> None:
    """Wide and at 320 px, light and dark."""
    audit = PageAudit("en")
    audit.on(alice.page, what)
    assert audit.found == []


def dials_by_the_second_hotline(alice: VccAgentPage) -> None:
    alice.vendor(DIALLED)
    alice.dial(MOBILE)
    alice.call("active")
    assert alice.vendor("dialled") == [MOBILE, 2]
    alice.press("hangup")
    alice.no_call()


def test_the_hotline_that_a_customer_sees_is_chosen_and_kept(alice: VccAgentPage) -> None:
    alice.page.focus("#dial-number")
    alice.page.locator("#dial-hotline-row:visible").wait_for()
    assert alice.page.locator("#dial-hotline option:checked").inner_text() == "19001234"
    looked_at(alice, "a choice of hotlines")
    alice.page.select_option("#dial-hotline", label="19005678")
    for _ in range(2):
        dials_by_the_second_hotline(alice)
        alice.page.reload()
        alice.ready()
        alice.page.focus("#dial-number")
        alice.wait(
            "document.querySelector('#dial-hotline').selectedOptions[0]?.text === '19005678'"
        )


def test_a_kept_hotline_counts_before_its_list_is_on_the_page(alice: VccAgentPage) -> None:
    alice.page.focus("#dial-number")
    alice.page.select_option("#dial-hotline", label="19005678")
    alice.wait("Object.keys(localStorage).some((name) => name.startsWith('console.hotline.'))")
    alice.context.route(
        "**/hotlines.js*",
        lambda route: route.abort() if "/vcc/" not in route.request.url else route.continue_(),
    )
    alice.page.reload()
    alice.ready()
    dials_by_the_second_hotline(alice)


def test_hotlines_without_default_are_the_phone_systems_choice(kept_page: KeptVccPage) -> None:
    alice = kept_page("alice", reloads=True)
    alice.page.reload()
    none = (
        "{ callout_id: 1, descriptions: '19001234' }, { callout_id: 2, descriptions: '19005678' }"
    )
    alice.wait_until(
        lambda: alice.vendor_if_loaded(
            "'getCalloutServices' in csVoice && Boolean(csVoice.getCalloutServices = () =>"
            f" [{none}])"
        )
    )
    alice.ready()
    alice.page.focus("#dial-number")
    alice.page.locator("#dial-hotline-row:visible").wait_for()
    assert (
        alice.page.locator("#dial-hotline option:checked").inner_text()
        == "Chosen by the phone system"
    )
    looked_at(alice, "hotlines without a default")
    alice.vendor(DIALLED)
    alice.dial(MOBILE)
    alice.call("active")
    assert alice.vendor("dialled") == [MOBILE]
    alice.press("hangup")
    alice.no_call()


def test_a_kept_hotline_that_is_gone_shows_a_notice(alice: VccAgentPage) -> None:
    alice.page.focus("#dial-number")
    alice.page.select_option("#dial-hotline", label="19005678")
    alice.wait("Object.keys(localStorage).some((name) => name.startsWith('console.hotline.'))")
    alice.page.evaluate(
        "for (const name in localStorage) if (name.startsWith('console.hotline.'))"
        " localStorage[name] = '9'"
    )
    alice.page.reload()
    alice.ready()
    alice.page.focus("#dial-number")
    alice.shows("#notice", "The hotline you chose is no longer available.")
    alice.wait("document.querySelector('#dial-hotline').selectedOptions[0]?.text === '19001234'")


def test_a_build_without_hotlines_has_no_choice(kept_page: KeptVccPage) -> None:
    alice = kept_page("alice", newest=False)
    alice.page.focus("#dial-number")
    alice.page.locator("#shortcuts-show").wait_for(state="attached")
    alice.dial(MOBILE)
    alice.call("active")
    assert alice.page.locator("#dial-hotline-row").is_hidden()
    alice.press("hangup")
    alice.no_call()


def test_free_colleagues_are_named_in_the_transfer_form(
    alice: VccAgentPage, bob: VccAgentPage
) -> None:
    alice.answers()
    alice.page.locator(".call [data-command=transfer]:visible").click()
    bobs = alice.page.locator(".call [data-colleagues] button", has_text="5002")
    bobs.wait_for()
    looked_at(alice, "a list of colleagues")
    bobs.click()
    assert alice.page.input_value(".call input[name=to]") == "5002"
    alice.page.locator(".call button[value=transfer_blind]").click()
    bob.call("ringing")
    bob.press("answer")
    bob.call("active")
    alice.no_call()
    bob.press("hangup")
    bob.no_call()
