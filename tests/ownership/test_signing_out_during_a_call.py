"""Signing out frees the phone. A call in another page continues, and its events arrive."""

from __future__ import annotations

import pytest

from console.storage import models
from console.storage.database import Database
from tests.cast import Cast, assemble
from tests.services.test_switchboard import Phone


@pytest.fixture
def cast(database: Database) -> Cast:
    """Alice is on a call in one browser and signed in with another browser too."""
    made = assemble(database)
    made.holds("alice", "a1", 1)
    with database.write() as session:
        now = database.now(session)
        session.add_all(
            models.SignInSession(id=id, user_id="alice", created_at=now, seen_at=now)
            for id in ("here", "there")
        )
        session.get_one(models.Client, ("alice", "a1")).session_id = "here"
        session.add(
            models.Client(
                agent_id="alice",
                id="a2",
                view="workspace",
                worker="w",
                heard_at=now,
                event_n=0,
                session_id="there",
            )
        )
    phone = Phone(made, "alice", "a1")
    phone.says("ringing", "k", direction="inbound", number="0912345678")
    phone.says("answered", "k", 900)
    return made


def signs_out(cast: Cast, session: str, client: str = "") -> None:
    assert cast.sign_outs.sign_out("home", "alice", session, client)


def test_call_in_the_page_that_signs_out_ends(cast: Cast) -> None:
    signs_out(cast, "here", client="a1")
    (call,) = cast.calls("alice")
    assert (call.state, call.ended_by, call.cause) == ("ended", "system", "failed")


def test_call_in_a_page_signed_out_from_elsewhere_continues(cast: Cast) -> None:
    signs_out(cast, "here", client="a2")
    assert [call.state for call in cast.calls("alice")] == ["active"]
    (ended,) = [entry for entry in cast.entries if entry.type == "session_ended"]
    assert ended.payload["but"] == ["a1"], "its socket stays for the facts of the call"


def test_call_in_another_browser_continues(cast: Cast) -> None:
    signs_out(cast, "there")
    assert [call.state for call in cast.calls("alice")] == ["active"]


def test_reported_end_corrects_the_systems_end(cast: Cast) -> None:
    phone = Phone(cast, "alice", "a1")
    phone.n = 2
    signs_out(cast, "here", client="a1")
    phone.says("ended", "k", 5000, ended_by="agent", cause="completed")
    assert [(call.ended_by, call.cause) for call in cast.calls("alice")] == [("agent", "completed")]


def test_phone_moves_to_a_browser_that_is_still_signed_in(cast: Cast) -> None:
    signs_out(cast, "here")
    with cast.database.read() as session:
        assert session.get_one(models.Lease, "alice").holder == "a2"


def test_session_of_another_user_cannot_be_ended(cast: Cast) -> None:
    assert not cast.sign_outs.sign_out("other", "olga", "here")
    assert not cast.sign_outs.sign_out("home", "bob", "here")
    assert [call.state for call in cast.calls("alice")] == ["active"]
    assert "session_ended" not in [entry.type for entry in cast.entries]
