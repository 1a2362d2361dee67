"""The permission for the microphone taken away in the middle of a call:

Chromium ends the track, and the agent must know.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.phone.audio_desk import is_heard, sent_labels, spied_page
from tests.phone.conftest import Phone, call_of, until
from tests.phone.site import PhoneSite

NewPhone = Callable[..., Phone]
NewPage = Callable[..., Page]
Talking = Callable[..., tuple[Phone, Phone]]


@pytest.fixture
def far(new_page: NewPage, site: PhoneSite, phone: NewPhone) -> Phone:
    """Bob, in a browser of his own: its permission stays."""
    return phone("1002", page=spied_page(new_page, site))


@pytest.fixture
def desk(new_page: NewPage, site: PhoneSite, phone: NewPhone) -> Phone:
    """Alice, into whose phone one can look."""
    return phone("1001", page=spied_page(new_page, site))


def test_a_microphone_taken_away_during_a_call_is_told_at_once_and_the_call_goes_on(
    desk: Phone, far: Phone, talking: Talking
) -> None:
    talking(alice=desk, bob=far)
    is_heard(by=far)
    desk.page.context.clear_permissions()
    taken = time.monotonic()
    desk.expect_status(microphone="denied", within=3)
    assert time.monotonic() - taken < 2
    until(lambda: sent_labels(desk) == ["dead"], "the track has ended")
    desk.hears()
    desk.expect("quality", level="poor", cause="microphone")
    assert desk.events("ended") == [] and desk.command("hangup", call=call_of(desk)) == "ok"


def test_a_microphone_given_back_is_used_again_in_the_same_call(
    desk: Phone, far: Phone, talking: Talking
) -> None:
    talking(alice=desk, bob=far)
    desk.page.context.clear_permissions()
    desk.expect_status(microphone="denied", within=3)
    desk.page.context.grant_permissions(["microphone"])
    desk.expect_status(microphone="ok", within=8)
    until(lambda: sent_labels(desk) == ["Fake Default Audio Input"], "a living track")
    is_heard(by=far)
    assert desk.events("mute_mismatch") == []
