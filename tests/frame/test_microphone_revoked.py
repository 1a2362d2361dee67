"""The microphone's permission is revoked during a call: Chromium ends the track, and the agent is
notified.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.frame.inspection import is_heard, sent_labels, spied_page
from tests.frame.phones import Phone, call_of, until
from tests.frame.site import PhoneSite

NewPhone = Callable[..., Phone]
NewPage = Callable[..., Page]
Talking = Callable[..., tuple[Phone, Phone]]


@pytest.fixture
def far(new_page: NewPage, site: PhoneSite, phone: NewPhone) -> Phone:
    """Bob, in a separate browser, which keeps its permission."""
    return phone("1002", page=spied_page(new_page, site))


def test_revoked_microphone_is_reported_and_the_call_goes_on(
    inspected: Phone, far: Phone, talking: Talking
) -> None:
    talking(alice=inspected, bob=far)
    is_heard(by=far)
    inspected.page.context.clear_permissions()
    taken = time.monotonic()
    inspected.expect_status(microphone="denied", within=3)
    assert time.monotonic() - taken < 2
    until(lambda: sent_labels(inspected) == ["dead"], "the track has ended")
    inspected.hears()
    inspected.expect("quality", level="poor", cause="microphone")
    assert (
        inspected.events("ended") == []
        and inspected.command("hangup", call=call_of(inspected)) == "ok"
    )


def test_a_microphone_given_back_is_used_again_in_the_same_call(
    inspected: Phone, far: Phone, talking: Talking
) -> None:
    talking(alice=inspected, bob=far)
    inspected.page.context.clear_permissions()
    inspected.expect_status(microphone="denied", within=3)
    inspected.page.context.grant_permissions(["microphone"])
    inspected.expect_status(microphone="ok", within=8)
    until(lambda: sent_labels(inspected) == ["Fake Default Audio Input"], "a living track")
    is_heard(by=far)
    assert inspected.events("mute_mismatch") == []
