"""Signing out takes nothing that other tabs still have to deliver."""

from __future__ import annotations

from tests.browser.conftest import OpenDesk


def test_signing_out_takes_no_facts_and_no_page_from_another_tab(desk: OpenDesk) -> None:
    alice = desk("alice")
    other = alice.second_tab()
    other.evaluate("sessionStorage.setItem('console.events.test', 'a fact'); localStorage.setItem('console.test', 'kept')")
    other.evaluate("window.sameDocument = 'the same document'")
    other.route("**/sign-in", lambda route: route.fulfill(status=204))  # it stays to be looked at
    with alice.page.expect_response("**/sign-out") as answered:
        alice.page.evaluate("document.getElementById('sign-out').requestSubmit()")
    assert answered.value.header_value("Clear-Site-Data") == '"cache"'
    alice.page.locator("#username").wait_for()
    assert other.evaluate("sessionStorage.getItem('console.events.test')") == "a fact"
    assert other.evaluate("localStorage.getItem('console.test')") == "kept"
    assert other.evaluate("window.sameDocument") == "the same document"
    assert alice.page.locator("#calls").count() == 0
