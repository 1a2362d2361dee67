"""The quality of a real call, measured in the frame: each second for the page, at a change or the
end for the server.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from playwright.sync_api import Page

from tests.frame.inspection import spied_page
from tests.frame.phones import Phone, call_of, until
from tests.frame.site import PhoneSite

NewPhone = Callable[..., Phone]
NewPage = Callable[..., Page]
Talking = Callable[..., tuple[Phone, Phone]]


def test_good_call_is_measured_each_second_and_summed_up(
    inspected: Phone, talking: Talking
) -> None:
    talking(alice=inspected)
    call = call_of(inspected)
    measured = inspected.expect(
        "quality", within=20, level="good", cause="none", codec="opus", candidate="host"
    )
    assert measured["mos"] > 4 and measured["jitter_ms"] < 100 and measured["loss_pct"] < 3
    seen = len(inspected.events("quality"))
    until(lambda: len(inspected.events("quality")) >= seen + 4, "four more")
    measured_at = [event["at"] for event in inspected.events("quality")[seen : seen + 4]]
    assert 750 <= (measured_at[3] - measured_at[0]) / 3 <= 1500  # by the frame's own clock
    assert not [event for event in inspected.events("quality_alert") if event.get("whole")]
    assert inspected.command("hangup", call=call) == "ok"
    inspected.expect("ended")
    *_, alert, end = inspected.events("quality_alert", "ended")
    assert (end["type"], alert["whole"], alert["call"]) == ("ended", True, call)
    assert 1 <= alert["mos"] <= 4.5 and alert["rtt_ms"] is not None


def test_a_hold_is_not_measured(inspected: Phone, talking: Talking) -> None:
    talking(alice=inspected)
    inspected.expect("quality")
    assert inspected.command("hold", call=call_of(inspected)) == "ok"
    time.sleep(0.5)
    seen = len(inspected.events("quality"))
    time.sleep(2.5)
    assert len(inspected.events("quality")) == seen
    assert inspected.command("unhold", call=call_of(inspected)) == "ok"
    inspected.forget()
    assert (
        inspected.expect("quality", within=8)["loss_pct"] < 3
    )  # packets that were never sent are not lost


def test_silent_far_side_is_reported_after_five_seconds(
    inspected: Phone, new_page: NewPage, site: PhoneSite, phone: NewPhone, talking: Talking
) -> None:
    bob = phone("1002", page=spied_page(new_page, site))
    talking(alice=inspected, bob=bob)
    inspected.expect("quality", loss_pct=0)
    bob.frame.evaluate("() => made.peers[0].getSenders()[0].replaceTrack(null)")
    inspected.expect("quality", within=15, level="poor", cause="far_side", loss_pct=100)
    alert = inspected.expect("quality_alert", within=15, level="poor")
    assert "whole" not in alert and alert["call"] == call_of(inspected)
    first_bad = next(event for event in inspected.events("quality") if event["level"] == "poor")
    assert alert["at"] - first_bad["at"] >= 4500


def test_a_dead_microphone_is_named(inspected: Phone, talking: Talking) -> None:
    talking(alice=inspected)
    inspected.expect("quality")
    inspected.frame.evaluate(
        "() => made.peers[0].getSenders()[0].track.stop()"
    )  # as a vendor's script may, without an event
    inspected.expect("quality", level="poor", cause="microphone")
    inspected.expect("quality_alert", within=15, level="poor", cause="microphone")


def test_an_unanswered_call_reports_no_quality(inspected: Phone) -> None:
    inspected.command("dial", number="9486")
    inspected.expect("failed")
    assert inspected.events("quality", "quality_alert") == []
