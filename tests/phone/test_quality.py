"""How a real call sounds, measured in the frame: each second to the page, a change or an end to the
server.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.phone.audio_desk import spied_page
from tests.phone.conftest import Phone, call_of, until
from tests.phone.site import PhoneSite

NewPhone = Callable[..., Phone]
NewPage = Callable[..., Page]
Talking = Callable[..., tuple[Phone, Phone]]


@pytest.fixture
def desk(new_page: NewPage, site: PhoneSite, phone: NewPhone) -> Phone:
    """Alice, into whose phone one can look."""
    return phone("1001", page=spied_page(new_page, site))


def test_a_good_call_is_measured_each_second_and_summed_up_before_its_end(
    desk: Phone, talking: Talking
) -> None:
    talking(alice=desk)
    call = call_of(desk)
    measured = desk.expect(
        "quality", within=20, level="good", cause="none", codec="opus", candidate="host"
    )
    assert measured["mos"] > 4 and measured["jitter_ms"] < 100 and measured["loss_pct"] < 3
    seen = len(desk.events("quality"))
    until(lambda: len(desk.events("quality")) >= seen + 4, "four more")
    measured_at = [event["at"] for event in desk.events("quality")[seen : seen + 4]]
    assert 750 <= (measured_at[3] - measured_at[0]) / 3 <= 1500  # by the frame's own clock
    assert not [event for event in desk.events("quality_alert") if event.get("whole")]
    assert desk.command("hangup", call=call) == "ok"
    desk.expect("ended")
    *_, alert, end = desk.events("quality_alert", "ended")
    assert (end["type"], alert["whole"], alert["call"]) == ("ended", True, call)
    assert 1 <= alert["mos"] <= 4.5 and alert["rtt_ms"] is not None


def test_a_hold_is_not_measured(desk: Phone, talking: Talking) -> None:
    talking(alice=desk)
    desk.expect("quality")
    assert desk.command("hold", call=call_of(desk)) == "ok"
    time.sleep(0.5)
    seen = len(desk.events("quality"))
    time.sleep(2.5)
    assert len(desk.events("quality")) == seen
    assert desk.command("unhold", call=call_of(desk)) == "ok"
    desk.forget()
    assert (
        desk.expect("quality", within=8)["loss_pct"] < 3
    )  # what was not sent meanwhile was not lost


def test_a_far_side_of_which_nothing_comes_is_named_and_reported_after_five_seconds(
    desk: Phone, new_page: NewPage, site: PhoneSite, phone: NewPhone, talking: Talking
) -> None:
    bob = phone("1002", page=spied_page(new_page, site))
    talking(alice=desk, bob=bob)
    desk.expect("quality", loss_pct=0)
    bob.frame.evaluate("() => made.peers[0].getSenders()[0].replaceTrack(null)")
    desk.expect("quality", within=15, level="poor", cause="far_side", loss_pct=100)
    alert = desk.expect("quality_alert", within=15, level="poor")
    assert "whole" not in alert and alert["call"] == call_of(desk)
    first_bad = next(event for event in desk.events("quality") if event["level"] == "poor")
    assert alert["at"] - first_bad["at"] >= 4500


def test_a_dead_microphone_is_named(desk: Phone, talking: Talking) -> None:
    talking(alice=desk)
    desk.expect("quality")
    desk.frame.evaluate(
        "() => made.peers[0].getSenders()[0].track.stop()"
    )  # as a vendor's script may: nobody hears of it
    desk.expect("quality", level="poor", cause="microphone")
    desk.expect("quality_alert", within=15, level="poor", cause="microphone")


def test_a_call_that_nobody_answers_says_nothing_of_its_quality(desk: Phone) -> None:
    desk.command("dial", number="9486")
    desk.expect("failed")
    assert desk.events("quality", "quality_alert") == []
