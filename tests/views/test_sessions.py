from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select, update

from console.security.cookies import token_id
from console.security.tickets import issue_ticket, redeem_ticket
from console.storage.accounts import DAY, HOUR, MINUTE
from console.storage.database import Database
from console.storage.models import Call, Client, Connection, Lease, SignInSession, User, new_id
from tests.application import PHONE_HOST, Person

Sit = Callable[..., Person]


@pytest.fixture
def url(database_url: str) -> str:
    return database_url


def make_older(store: Database, *, by: int, column: str) -> None:
    with store.write() as session:
        session.execute(update(SignInSession).values({column: getattr(SignInSession, column) - by}))


def give_alice_a_call(store: Database, state: str) -> None:
    with store.write() as session:
        alice = session.scalars(select(User).where(User.username == "alice")).one()
        line = session.scalars(select(Connection)).one()
        session.add(
            Call(
                id=new_id(),
                conversation_id=new_id(),
                organisation_id=alice.organisation_id,
                connection_id=line.id,
                agent_id=alice.id,
                direction="inbound",
                state=state,
                started_at=1,
                last_seen_at=1,
                client_call_id="k",
            )
        )


def test_stored_session_rows_do_not_hold_the_token(person: Sit, store: Database) -> None:
    alice = person("alice")
    with store.read() as session:
        row = session.scalars(select(SignInSession)).one()
    token = alice.cookie() or ""
    assert row.id == token_id(token)
    assert token not in (row.id, row.browser, row.address)


def test_a_session_ends_after_its_idle_time(person: Sit, store: Database) -> None:
    alice = person("alice")
    make_older(store, by=12 * HOUR + 1, column="seen_at")
    assert not alice.is_in()


def test_a_session_in_use_is_not_idle(person: Sit, store: Database) -> None:
    alice = person("alice")
    for _ in range(3):
        make_older(store, by=11 * HOUR, column="seen_at")
        assert alice.is_in()


def test_a_session_ends_after_thirty_days_however_busy(person: Sit, store: Database) -> None:
    alice = person("alice")
    make_older(store, by=30 * DAY, column="created_at")
    assert not alice.is_in()


@pytest.mark.parametrize("state", ["dialing", "ringing", "active", "held"])
@pytest.mark.parametrize("column", ["seen_at", "created_at"])
def test_no_clock_ends_a_session_during_a_call(
    person: Sit, store: Database, state: str, column: str
) -> None:
    alice, bob = person("alice"), person("bob")
    give_alice_a_call(store, state)
    make_older(store, by=60 * DAY, column=column)
    assert alice.is_in()
    assert not bob.is_in()


def test_the_next_sign_in_frees_the_phone_of_an_expired_session(
    person: Sit, store: Database
) -> None:
    person("alice")
    with store.write() as session:
        old = session.scalars(select(SignInSession)).one()
        session.add(Client(agent_id=old.user_id, id="left", view="workspace", session_id=old.id))
        session.add(
            Lease(
                agent_id=old.user_id,
                epoch=1,
                version=1,
                holder="left",
                no_peers=True,
                confirmed=True,
            )
        )
    make_older(store, by=12 * HOUR + 1, column="seen_at")
    person("alice")
    with store.read() as session:
        assert session.scalars(select(Lease)).one().holder is None
        assert session.get(SignInSession, old.id) is None


def test_a_call_that_has_ended_keeps_no_session_alive(person: Sit, store: Database) -> None:
    alice = person("alice")
    give_alice_a_call(store, "ended")
    make_older(store, by=60 * DAY, column="seen_at")
    assert not alice.is_in()


def test_signing_out_ends_the_session_on_the_server(person: Sit) -> None:
    alice = person("alice")
    token = alice.cookie() or ""
    assert alice.post("/sign-out").location == "/sign-in"
    assert alice.cookie() is None
    alice.client.set_cookie("console", token, domain="localhost")
    assert not alice.is_in()


def test_signing_out_clears_kept_pages_and_no_call_data(person: Sit) -> None:
    """The storage of other tabs may hold facts of calls; a live call in one of them goes on; other
    cookies stay.
    """
    alice = person("alice")
    assert alice.post("/sign-out").headers["Clear-Site-Data"] == '"cache"'
    here, there = person("alice"), person("alice")
    elsewhere = here.post(f"/sessions/{token_id(there.cookie() or '')}/end")
    assert "Clear-Site-Data" not in elsewhere.headers


@pytest.mark.parametrize("ended", [False, True])
def test_kept_pages_are_cleared_only_for_another_user(person: Sit, ended: bool) -> None:
    """`ended`: their session was ended elsewhere, so no sign-out has cleared anything."""
    here = person()
    for username, cleared in (
        ("alice", None),
        ("alice", None),
        ("bob", '"cache"'),
        ("bob", None),
        ("alice", '"cache"'),
    ):
        assert here.sign_in(username).headers.get("Clear-Site-Data") == cleared, username
        if ended:
            session = here.cookie() or ""
            there = person(username)
            assert there.post(f"/sessions/{token_id(session)}/end").status_code == 303


def test_alice_ends_her_session_in_another_browser(person: Sit) -> None:
    here, there = person("alice"), person("alice")
    assert here.get("/sessions").text.count("/end") == 2
    here.post(f"/sessions/{token_id(there.cookie() or '')}/end")
    assert here.is_in()
    assert not there.is_in()


def test_olga_neither_sees_nor_ends_alices_sessions(person: Sit) -> None:
    alice, olga = person("alice"), person("olga")
    alices = token_id(alice.cookie() or "")
    assert alices not in olga.get("/sessions").text
    assert olga.post(f"/sessions/{alices}/end").status_code == 404
    assert alice.is_in()


def test_bob_of_alices_own_team_cannot_end_her_session_either(person: Sit) -> None:
    alice, bob = person("alice"), person("bob")
    assert bob.post(f"/sessions/{token_id(alice.cookie() or '')}/end").status_code == 404
    assert alice.is_in()


def test_open_sockets_can_ask_which_sessions_still_live(app: Flask, person: Sit) -> None:
    alice, bob = person("alice"), person("bob")
    ids = [token_id(each.cookie() or "") for each in (alice, bob)]
    bob.post("/sign-out")
    assert app.extensions["console"].accounts.valid_sessions([*ids, "unknown"]) == {ids[0]}


def test_a_session_is_found_by_bearer_token_in_the_same_place(person: Sit) -> None:
    token = person("alice").cookie()
    stranger = person()
    assert (
        stranger.get("/sessions", headers={"Authorization": f"Bearer {token}"}).status_code == 200
    )
    assert stranger.get("/sessions", headers={"Authorization": "Bearer wrong"}).status_code == 303


def test_a_form_token_is_needed_with_cookies_not_with_bearer(person: Sit) -> None:
    alice = person("alice")
    assert alice.bare_post("/realtime/ticket").status_code == 400
    bearer = {"Authorization": f"Bearer {alice.cookie()}"}
    assert person().bare_post("/realtime/ticket", headers=bearer).status_code == 200


def test_a_wrong_bearer_token_is_no_way_around_the_form_token(person: Sit) -> None:
    assert (
        person("alice").bare_post("/sign-out", headers={"Authorization": "Bearer x"}).status_code
        == 303
    )
    alice = person("alice")
    alice.bare_post("/sign-out", headers={"Authorization": "Bearer x"})
    assert alice.is_in()


def test_a_ticket_is_good_once_and_for_its_own_user(app: Flask, person: Sit) -> None:
    alice = person("alice")
    answer = alice.post("/realtime/ticket")
    with app.test_request_context("/realtime"):
        found = redeem_ticket(answer.json["ticket"])
        assert found
        assert found[0].username == "alice"
        assert redeem_ticket(answer.json["ticket"]) is None


def test_a_ticket_ends_after_a_minute_or_with_its_session(
    app: Flask, person: Sit, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice = person("alice")
    ticket = alice.post("/realtime/ticket").json["ticket"]
    alice.post("/sign-out")
    with app.test_request_context("/realtime"):
        assert redeem_ticket(ticket) is None
        late = SignInSession(id="x", user_id="y", created_at=1, seen_at=1)
        monkeypatch.setattr("console.security.tickets.SECONDS", -1)
        assert redeem_ticket(issue_ticket(late)) is None
        assert redeem_ticket("rubbish") is None


def test_a_ticket_needs_a_signed_in_user(person: Sit) -> None:
    answer = person().post("/realtime/ticket")
    assert (answer.status_code, answer.json["code"]) == (401, "not_signed_in")


def test_a_phone_frames_origin_knows_no_session(person: Sit) -> None:
    alice = person("alice")
    bearer = {"Authorization": f"Bearer {alice.cookie()}"}
    assert alice.client.get("/sessions", base_url=PHONE_HOST, headers=bearer).status_code == 404


def test_use_is_written_once_a_minute_at_most(person: Sit, store: Database) -> None:
    def seen() -> int:
        with store.read() as session:
            return session.scalars(select(SignInSession.seen_at)).one()

    alice = person("alice")
    before = seen()
    alice.is_in()
    assert seen() == before
    make_older(store, by=MINUTE + 1, column="seen_at")
    alice.is_in()
    assert seen() >= before
