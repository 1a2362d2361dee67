"""The rules of ownership, one by one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console.domain import lease as rules
from console.domain.lease import (
    LeaseMovedOn,
    check_command,
    check_start,
    claim,
    confirm,
    leaving,
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
    LeaseView,
    OnCall,
    PeerNotice,
    Revoke,
)

from .lease_examples import HELD, START, A, B, C, at, client


def test_claim_of_a_free_phone_gets_the_next_epoch() -> None:
    outcome = claim(LeaseView(epoch=4), at(0, A), "a")
    assert outcome.signals == (Granted("a", 5),)
    assert (outcome.lease.holder, outcome.lease.epoch) == ("a", 5)


def test_holder_that_claims_again_keeps_its_epoch() -> None:
    assert claim(HELD, at(10, A), "a").signals == (Granted("a", 5),)


def test_claim_never_takes_a_phone_that_answers() -> None:
    assert claim(HELD, at(34_999, A, B), "b").signals == (Denied("b", 5, "a", DenialReason.HELD),)


@pytest.mark.parametrize("verb", [claim, take_over])
def test_a_wall_never_holds_a_phone(verb: object) -> None:
    outcome = verb(LeaseView(), at(0, client("w", view="wall")), "w")  # type: ignore[operator]
    assert outcome.signals == (Denied("w", 0, None, DenialReason.VIEW),)
    assert tick(LeaseView(), at(0, client("w", view="wall"))).lease.holder is None


@pytest.mark.parametrize("verb", [claim, take_over])
def test_signed_out_client_gets_no_phone(verb: object) -> None:
    out = replace(A, signed_in=False)
    outcome = verb(LeaseView(), at(0, out), "a")  # type: ignore[operator]
    assert outcome.signals == (Denied("a", 0, None, DenialReason.VIEW),)
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


def test_silent_holder_keeps_the_phone_while_talking() -> None:
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


def test_no_holder_expires_in_the_grace_after_a_start() -> None:
    gone = replace(A, connected=False)
    assert tick(HELD, at(100_000, gone, B, grace=100_001)).lease == HELD
    assert claim(HELD, at(100_000, gone, B, grace=100_001), "b").signals == (
        Denied("b", 5, "a", DenialReason.HELD),
    )
    assert tick(HELD, at(100_001, gone, B, grace=100_001)).lease.holder == "b"


def test_sole_holder_is_replaced_only_by_explicit_takeover() -> None:
    isolated, moment = replace(HELD, no_peers=True), at(60_000, replace(A, connected=False), B)
    assert tick(isolated, moment).lease == isolated
    assert claim(isolated, moment, "b").signals == (Denied("b", 5, "a", DenialReason.SILENT),)
    assert take_over(isolated, moment, "b").signals == (Revoke("a", 5, "b"), Granted("b", 6))


def test_tab_of_the_same_browser_succeeds_a_silent_holder() -> None:
    isolated = replace(HELD, no_peers=True)
    assert tick(isolated, at(60_000, replace(A, connected=False), B, C)).lease.holder == "c"


def test_clients_without_a_browser_id_are_elsewhere() -> None:
    x, y = client("x"), client("y")
    assert at(0, x, y).has_peers("x")
    assert not at(0, A, C).has_peers("a")
    assert not at(0, A, replace(B, able=False)).has_peers("a")


def test_tab_with_a_free_lock_succeeds_a_dead_page_at_once() -> None:
    gone = replace(A, connected=False)
    signals = claim(HELD, at(500, gone, C, on_call=OnCall.TALKING), "c", True).signals
    assert signals == (Revoke("a", 5, "c"), Granted("c", 6), CallsOver("a", 5, False))
    (denied,) = claim(
        HELD, at(500, gone, C, on_call=OnCall.TALKING), "c"
    ).signals  # the tab says nothing of the lock
    assert isinstance(denied, Denied)


def test_clock_put_back_does_not_prolong_a_silence() -> None:
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
def test_free_lock_alone_moves_no_phone(holder: ClientView, lease: LeaseView, client: str) -> None:
    (denied,) = claim(lease, at(500, holder, B, C), client, True).signals
    assert isinstance(denied, Denied)


def test_reload_keeps_the_phone_within_2_s() -> None:
    left = leaving(HELD, at(0, A, B), "a", 5).lease
    assert claim(left, at(1_999, A, B), "b").signals == (Denied("b", 5, "a", DenialReason.LEAVING),)
    assert returned(left, at(1_999, A, B), "a").signals == (Granted("a", 5),)
    assert tick(left, at(2_000, A, B)).signals == (Granted("b", 6),)
    assert tick(left, at(2_000, A)).signals == (Freed("a", 5),)


def test_closed_tab_is_replaced_at_once_by_a_peer() -> None:
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


def test_rank_is_visible_then_audible_then_used_last() -> None:
    seen, loud, used = (
        client("seen", audible=False),
        client("loud", visible=False, used_at=9),
        client("used", used_at=5),
    )
    assert tick(LeaseView(), at(0, seen, loud, used)).lease.holder == "used"
    assert tick(LeaseView(), at(0, seen, loud)).lease.holder == "seen"


def test_unanswered_grant_moves_to_the_next_client_after_3_s() -> None:
    first = tick(LeaseView(), at(0, A, B)).lease
    assert not first.confirmed
    unheard = replace(A if first.holder == "a" else B, heard_at=START - 1, granted_at=START)
    other = B if unheard.id == "a" else A
    second = tick(first, at(3_000, unheard, other)).lease
    assert (second.holder, second.epoch) == (other.id, 2)
    assert (
        tick(
            second, at(6_000, unheard, replace(other, heard_at=START - 1, granted_at=START + 3_000))
        ).lease
        == second
    )
    assert confirm(second, at(6_500, unheard, other), other.id, 2).lease.confirmed


@pytest.mark.parametrize("epoch", [4, 6])
def test_command_with_another_epoch_is_stale(epoch: int) -> None:
    with pytest.raises(LeaseMovedOn):
        check_command(HELD, epoch)
    with pytest.raises(LeaseMovedOn):
        check_start(HELD, "a", epoch)
    check_command(HELD, 5)
    check_start(HELD, "a", 5)


def test_no_peers_holds_until_a_later_ping_is_answered() -> None:
    notice = PeerNotice(False)
    notice.sending(1, has_peers=False)
    assert notice.no_peers
    notice.sending(2, has_peers=True)
    notice.answered(1)
    assert notice.no_peers
    notice.answered(2)
    assert not notice.no_peers
