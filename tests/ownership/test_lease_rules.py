"""The rules of ownership, one by one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console.domain import lease as rules
from console.domain.lease import (
    StaleEpoch,
    check_command,
    check_start,
    claim,
    confirm,
    leaving,
    released,
    returned,
    take_over,
    tick,
)
from console.domain.lease_model import (
    CallsOver,
    ClientView,
    DenialReason,
    Denied,
    Freed,
    Granted,
    LeaseContext,
    LeaseView,
    OnCall,
    PeerNotice,
    Revoke,
)

START = 1_000_000


def client(
    id: str, browser: str = "", view: str = "workspace", heard_at: int = START, **facts: object
) -> ClientView:
    shown = {
        "connected": True,
        "visible": True,
        "audible": True,
        "able": True,
        "used_at": 0,
        **facts,
    }
    return ClientView(id, browser, view, heard_at=heard_at, **shown)  # type: ignore[arg-type]


def at(ms: int, *clients: ClientView, on_call: OnCall = OnCall.NO, grace: int = 0) -> LeaseContext:
    fresh = tuple(
        replace(one, heard_at=START + ms) if one.heard_at == START else one for one in clients
    )
    return LeaseContext(START + ms, fresh, on_call, START + grace)


A, B, C = client("a", "one"), client("b", "two"), client("c", "one")
HELD = LeaseView(epoch=5, holder="a", since=START, heard_at=START, confirmed=True)


def test_a_free_phone_goes_to_who_claims_it_with_the_next_epoch() -> None:
    outcome = claim(LeaseView(epoch=4), at(0, A), "a")
    assert outcome.signals == (Granted("a", 5),)
    assert (outcome.lease.holder, outcome.lease.epoch) == ("a", 5)


def test_the_holder_that_claims_again_keeps_its_epoch() -> None:
    assert claim(HELD, at(10, A), "a").signals == (Granted("a", 5),)


def test_a_claim_never_takes_a_phone_that_answers() -> None:
    assert claim(HELD, at(34_999, A, B), "b").signals == (Denied("b", 5, "a", DenialReason.HELD),)


@pytest.mark.parametrize("verb", [claim, take_over])
def test_a_wall_never_holds_a_phone(verb: object) -> None:
    outcome = verb(LeaseView(), at(0, client("w", view="wall")), "w")  # type: ignore[operator]
    assert outcome.signals == (Denied("w", 0, None, DenialReason.VIEW),)
    assert tick(LeaseView(), at(0, client("w", view="wall"))).lease.holder is None


@pytest.mark.parametrize("verb", [claim, take_over])
def test_who_was_signed_out_is_given_no_phone_however_late_she_asks(verb: object) -> None:
    out = replace(A, signed_in=False)
    assert verb(LeaseView(), at(0, out), "a").signals == (Denied("a", 0, None, DenialReason.VIEW),)  # type: ignore[operator]
    assert tick(LeaseView(), at(0, out)).lease.holder is None
    assert not at(0, out, B).has_peers("b")


@pytest.mark.parametrize(("ms", "why"), [(35_000, None), (34_999, DenialReason.HELD)])
def test_a_silent_holder_loses_its_phone_after_35_seconds(
    ms: int, why: DenialReason | None
) -> None:
    signals = claim(HELD, at(ms, A, B), "b").signals
    assert signals == (
        (Denied("b", 5, "a", why),) if why else (Revoke("a", 5, "b"), Granted("b", 6))
    )


def test_a_silent_holder_that_talks_keeps_it_for_ten_minutes_and_one_click_takes_it() -> None:
    gone = replace(A, connected=False)
    talks = at(599_999, gone, B, on_call=OnCall.TALKING)
    assert tick(HELD, talks).lease == HELD
    assert claim(HELD, talks, "b").signals == (Denied("b", 5, "a", DenialReason.ON_CALL),)
    assert take_over(HELD, talks, "b").lease.holder == "b"
    assert tick(HELD, at(600_000, gone, B, on_call=OnCall.TALKING)).lease.holder == "b"


def test_ringing_does_not_excuse_silence() -> None:
    assert (
        tick(HELD, at(35_000, replace(A, connected=False), B, on_call=OnCall.RINGING)).lease.holder
        == "b"
    )


def test_nobody_expires_in_the_grace_after_a_start() -> None:
    gone = replace(A, connected=False)
    assert tick(HELD, at(100_000, gone, B, grace=100_001)).lease == HELD
    assert claim(HELD, at(100_000, gone, B, grace=100_001), "b").signals == (
        Denied("b", 5, "a", DenialReason.HELD),
    )
    assert tick(HELD, at(100_001, gone, B, grace=100_001)).lease.holder == "b"


def test_who_was_told_that_it_is_alone_is_replaced_from_elsewhere_only_by_a_click() -> None:
    alone, moment = replace(HELD, no_peers=True), at(60_000, replace(A, connected=False), B)
    assert tick(alone, moment).lease == alone
    assert claim(alone, moment, "b").signals == (Denied("b", 5, "a", DenialReason.SILENT),)
    assert take_over(alone, moment, "b").signals == (Revoke("a", 5, "b"), Granted("b", 6))


def test_tabs_of_one_browser_follow_each_other_by_themselves() -> None:
    alone = replace(HELD, no_peers=True)
    assert tick(alone, at(60_000, replace(A, connected=False), B, C)).lease.holder == "c"


def test_two_clients_without_a_browser_id_are_elsewhere_for_each_other() -> None:
    x, y = client("x"), client("y")
    assert at(0, x, y).has_peers("x")
    assert not at(0, A, C).has_peers("a")
    assert not at(0, A, replace(B, able=False)).has_peers("a")


def test_a_take_over_asks_first_and_is_granted_when_the_holder_has_let_go() -> None:
    asked = take_over(HELD, at(0, A, B), "b")
    assert asked.signals == (Revoke("a", 5, "b"),)
    outcome = released(asked.lease, at(200, A, B), "a", 5)
    assert outcome.signals == (Granted("b", 6),)


def test_a_take_over_is_granted_after_three_seconds_without_an_answer() -> None:
    asked = take_over(HELD, at(0, A, B), "b").lease
    assert tick(asked, at(2_999, A, B)).lease == asked
    assert tick(asked, at(3_000, A, B)).signals == (Granted("b", 6),)


def test_a_second_take_over_replaces_the_first_and_does_not_wait_longer() -> None:
    first = take_over(HELD, at(0, A, B, C), "b").lease
    second = take_over(first, at(2_000, A, B, C), "c")
    assert second.signals == (Denied("b", 5, "a", DenialReason.REPLACED), Revoke("a", 5, "c"))
    assert tick(second.lease, at(3_000, A, B, C)).signals == (Granted("c", 6),)


def test_when_the_newcomer_has_gone_the_best_remaining_client_is_granted() -> None:
    asked = take_over(HELD, at(0, A, B, C), "b").lease
    gone, best = replace(B, connected=False), replace(C, used_at=9)
    assert released(asked, at(500, A, gone, best), "a", 5).signals == (
        Denied("b", 6, "c", DenialReason.REPLACED),
        Granted("c", 6),
    )


@pytest.mark.parametrize("on_call", [OnCall.RINGING, OnCall.TALKING])
def test_on_a_call_the_phone_is_taken_only_with_a_word_about_the_call(on_call: OnCall) -> None:
    moment = at(0, A, B, on_call=on_call)
    assert take_over(HELD, moment, "b").signals == (Denied("b", 5, "a", DenialReason.ON_CALL),)
    assert take_over(HELD, moment, "b", "end").signals == (Revoke("a", 5, "b", "end"),)


@pytest.mark.parametrize("on_call", [OnCall.RINGING, OnCall.TALKING])
def test_a_click_that_ends_the_call_ends_it_whether_the_holder_answers_or_not(
    on_call: OnCall,
) -> None:
    gone = replace(A, connected=False)
    asked = take_over(HELD, at(0, gone, B, on_call=on_call), "b", "end").lease
    assert tick(asked, at(3_000, gone, B, on_call=on_call)).signals == (
        CallsOver("a", 5, True),
        Granted("b", 6),
    )
    silent = take_over(HELD, at(35_000, gone, B, on_call=on_call), "b", "end")
    assert silent.signals == (Revoke("a", 5, "b", "end"), CallsOver("a", 5, True), Granted("b", 6))
    assert silent.lease.asked_call is None


def test_a_take_over_without_a_word_about_the_call_ends_none() -> None:
    gone = replace(A, connected=False)
    signals = take_over(HELD, at(35_000, gone, B, on_call=OnCall.TALKING), "b").signals
    assert signals == (Revoke("a", 5, "b"), Granted("b", 6))


def test_another_tab_that_finds_the_lock_of_a_dead_page_free_gets_the_phone_at_once() -> None:
    gone = replace(A, connected=False)
    signals = claim(HELD, at(500, gone, C, on_call=OnCall.TALKING), "c", True).signals
    assert signals == (Revoke("a", 5, "c"), Granted("c", 6), CallsOver("a", 5, False))
    (denied,) = claim(
        HELD, at(500, gone, C, on_call=OnCall.TALKING), "c"
    ).signals  # the tab says nothing of the lock
    assert isinstance(denied, Denied)


def test_a_silent_holder_is_not_waited_for_longer_because_the_clock_was_put_back() -> None:
    ahead = replace(HELD, since=START + 3_600_000, heard_at=START + 3_600_000)
    seen = tick(ahead, at(0, replace(A, connected=False), B)).lease
    assert (seen.since, seen.heard_at) == (START, START)


@pytest.mark.parametrize(
    ("holder", "lease", "client"),
    [
        (A, HELD, "c"),
        (replace(A, connected=False), HELD, "b"),
        (replace(A, connected=False), replace(HELD, left_at=START), "c"),
        (replace(A, connected=False), replace(HELD, asked_by="b", asked_at=START), "c"),
    ],
    ids=[
        "its socket is open",
        "the lock is another browser's",
        "it may be a reload",
        "a person asks for it elsewhere",
    ],
)
def test_a_free_lock_alone_moves_no_phone(
    holder: ClientView, lease: LeaseView, client: str
) -> None:
    (denied,) = claim(lease, at(500, holder, B, C), client, True).signals
    assert isinstance(denied, Denied)


def test_a_holder_that_takes_its_phone_back_is_not_bound_by_the_earlier_question() -> None:
    asked = take_over(HELD, at(0, A, B), "b").lease
    back = take_over(asked, at(100, A, B), "a")
    assert back.signals == (Denied("b", 6, "a", DenialReason.REPLACED), Granted("a", 6))
    assert released(back.lease, at(200, A, B), "a", 5).lease == back.lease


def test_a_reload_keeps_the_phone_and_a_longer_absence_does_not() -> None:
    left = leaving(HELD, at(0, A, B), "a", 5).lease
    assert claim(left, at(1_999, A, B), "b").signals == (Denied("b", 5, "a", DenialReason.LEAVING),)
    assert returned(left, at(1_999, A, B), "a").signals == (Granted("a", 5),)
    assert tick(left, at(2_000, A, B)).signals == (Granted("b", 6),)
    assert tick(left, at(2_000, A)).signals == (Freed("a", 5),)


def test_a_closed_tab_is_not_waited_for_when_another_client_stands_by() -> None:
    assert leaving(HELD, at(0, A, B), "a", 5, True).signals == (
        Revoke("a", 5, "b"),
        Granted("b", 6),
    )
    assert leaving(HELD, at(0, A), "a", 5, True).lease.left_at == START
    assert leaving(HELD, at(0, A, replace(B, able=False)), "a", 5, True).lease.left_at == START


def test_signing_out_frees_the_phone_at_once() -> None:
    assert rules.signed_out(HELD, at(0, A, B, C), {"a", "c"}).signals == (
        Revoke("a", 5, "b"),
        Granted("b", 6),
    )
    assert rules.signed_out(HELD, at(0, A, C), {"a", "c"}).signals == (Freed("a", 5),)
    assert rules.signed_out(HELD, at(0, A, B), {"b"}).lease == HELD


def test_the_best_is_visible_then_audible_then_most_recently_used() -> None:
    seen, loud, used = (
        client("seen", audible=False),
        client("loud", visible=False, used_at=9),
        client("used", used_at=5),
    )
    assert tick(LeaseView(), at(0, seen, loud, used)).lease.holder == "used"
    assert tick(LeaseView(), at(0, seen, loud)).lease.holder == "seen"


def test_who_does_not_answer_a_grant_in_three_seconds_makes_way_for_the_next_and_is_not_tried_again() -> (
    None
):
    first = tick(LeaseView(), at(0, A, B)).lease
    assert not first.confirmed
    deaf = replace(A if first.holder == "a" else B, heard_at=START - 1, granted_at=START)
    other = B if deaf.id == "a" else A
    second = tick(first, at(3_000, deaf, other)).lease
    assert (second.holder, second.epoch) == (other.id, 2)
    assert (
        tick(
            second, at(6_000, deaf, replace(other, heard_at=START - 1, granted_at=START + 3_000))
        ).lease
        == second
    )
    assert confirm(second, at(6_500, deaf, other), other.id, 2).lease.confirmed


@pytest.mark.parametrize("epoch", [4, 6])
def test_a_command_with_another_epoch_is_stale(epoch: int) -> None:
    with pytest.raises(StaleEpoch):
        check_command(HELD, epoch)
    with pytest.raises(StaleEpoch):
        check_start(HELD, "a", epoch)
    check_command(HELD, 5)
    check_start(HELD, "a", 5)


def test_nothing_new_starts_while_the_phone_is_handed_over() -> None:
    asked = take_over(HELD, at(0, A, B), "b").lease
    check_command(asked, 5)
    for refused in (
        lambda: check_command(asked, 5, new_call=True),
        lambda: check_start(asked, "a", 5),
    ):
        with pytest.raises(StaleEpoch):
            refused()


def test_a_page_may_believe_that_it_is_alone_until_it_has_answered_the_opposite() -> None:
    told = PeerNotice(False)
    told.sending(1, has_peers=False)
    assert told.no_peers
    told.sending(2, has_peers=True)
    told.answered(1)
    assert told.no_peers
    told.answered(2)
    assert not told.no_peers
