"""What supervisors do for an agent: texts beside a call, and availability."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask
from flask_babel import Babel

from console.domain.enums import Availability, Command
from console.errors import ConsoleError
from console.services.commands import Commands
from console.services.supervision import send_whisper, set_availability
from console.storage import days, models, whispers
from tests.cast import Cast
from tests.services.test_switchboard import Phone

TEXT = "Offer a refund"


@pytest.fixture(autouse=True)
def sentences() -> Any:
    """Refusals are sentences, which are translated within an application."""
    app = Flask("test")
    Babel(app)
    with app.test_request_context():
        yield


def rings(phone: Phone, call: str) -> None:
    phone.says("ringing", call, direction="inbound", number="+84912345678")


def call_of(cast: Cast, agent: str = "alice") -> str:
    return cast.calls(agent)[-1].id


def says(cast: Cast, who: str, call: str, text: str = TEXT, id: str = "w1", to: str = "") -> None:
    with cast.database.read() as session:
        user = session.get_one(models.User, who)
    send_whisper(cast.units, user, to or "alice", id=id, call=call, text=text)


def refusal(cast: Cast, who: str, call: str, *given: str, **more: str) -> str:
    with pytest.raises(ConsoleError) as refused:
        says(cast, who, call, *given, **more)
    return refused.value.code


def kept(cast: Cast) -> list[tuple[str, str, str]]:
    with cast.database.read() as session:
        return [
            (row.call_id, row.author_id, row.text)
            for row in session.query(models.Whisper).order_by(models.Whisper.id)
        ]


def shown(cast: Cast, agent: str = "alice") -> list[tuple[str, str]]:
    with cast.database.read() as session:
        (view,) = cast.units.views(session, [agent], cast.database.now(session))
    return [(call["whisper"], call["whisper_by"]) for call in view["calls"]]


@pytest.mark.parametrize("who", ["sam", "ada"])
def test_whisper_is_shown_beside_the_call_and_kept(cast_: Cast, alice: Phone, who: str) -> None:
    rings(alice, "one")
    alice.says("answered", "one")
    call = call_of(cast_)
    says(cast_, who, call)
    assert shown(cast_) == [(TEXT, who.title())]
    assert kept(cast_) == [(call, who, TEXT)]
    assert cast_.entries[-1].payload["agent"]["calls"][0]["whisper"] == TEXT


def test_newest_whisper_of_a_call_is_shown(cast_: Cast, alice: Phone) -> None:
    rings(alice, "one")
    for n in range(3):
        says(cast_, "sam", call_of(cast_), f"text {n}", f"w{n}")
    assert shown(cast_) == [("text 2", "Sam")]
    with cast_.database.read() as session:
        found = whispers.of_calls(session, [call_of(cast_)])
    assert [one["text"] for one in found[call_of(cast_)]] == ["text 0", "text 1", "text 2"]


def test_repeated_whisper_changes_nothing_even_after_the_call(cast_: Cast, alice: Phone) -> None:
    rings(alice, "one")
    says(cast_, "sam", call_of(cast_))
    entries = len(cast_.entries)
    says(cast_, "sam", call_of(cast_))
    assert len(cast_.entries) == entries
    alice.says("ended", "one", 9_000)
    says(cast_, "sam", call_of(cast_))
    assert len(kept(cast_)) == 1


def test_two_supervisors_may_use_the_same_id(cast_: Cast, alice: Phone) -> None:
    rings(alice, "one")
    says(cast_, "sam", call_of(cast_), "from Sam")
    says(cast_, "ada", call_of(cast_), "from Ada")
    assert shown(cast_) == [("from Ada", "Ada")]


def test_late_whisper_is_refused_and_reaches_no_later_call(cast_: Cast, alice: Phone) -> None:
    rings(alice, "one")
    first = call_of(cast_)
    alice.says("ended", "one", 9_000)
    assert refusal(cast_, "sam", first) == "no_call"
    rings(alice, "two")
    assert refusal(cast_, "sam", first) == "call_over"
    assert kept(cast_) == []
    assert shown(cast_) == [("", "")]


@pytest.mark.parametrize(
    ("text", "code"), [("", "empty"), (" \n ", "empty"), ("x" * 281, "too_long")]
)
def test_text_that_cannot_be_sent_is_refused(
    cast_: Cast, alice: Phone, text: str, code: str
) -> None:
    rings(alice, "one")
    assert refusal(cast_, "sam", call_of(cast_), text) == code
    assert kept(cast_) == []


def test_only_supervisors_of_the_team_write(cast_: Cast, alice: Phone, bob: Phone) -> None:
    rings(alice, "one")
    call = call_of(cast_)
    assert refusal(cast_, "bob", call) == "not_allowed"
    assert refusal(cast_, "alice", call) == "not_allowed"
    assert refusal(cast_, "olga", call) == "not_found"
    with cast_.database.write() as session:
        session.query(models.Supervision).delete()
    assert refusal(cast_, "sam", call) == "not_allowed"
    assert kept(cast_) == []


def test_call_of_another_agent_is_no_call_of_this_one(
    cast_: Cast, alice: Phone, bob: Phone
) -> None:
    rings(bob, "bobs")
    assert refusal(cast_, "sam", call_of(cast_, "bob")) == "no_call"
    assert refusal(cast_, "sam", call_of(cast_, "bob"), to="nobody") == "not_found"
    assert refusal(cast_, "sam", "unknown") == "no_call"
    assert kept(cast_) == []


def sets(
    cast: Cast, who: str, availability: str = "away", reason: str = "", id: str = "s1"
) -> None:
    with cast.database.read() as session:
        user = session.get_one(models.User, who)
    chosen = Availability(availability)
    set_availability(cast.units, user, "alice", id=id, availability=chosen, reason=reason)


def refused(cast: Cast, who: str, *given: str) -> str:
    with pytest.raises(ConsoleError) as error:
        sets(cast, who, *given)
    return error.value.code


def chooses(cast: Cast, availability: str, reason: str = "") -> None:
    """Alice does, on her own page."""
    with cast.database.read() as session:
        user = session.get_one(models.User, "alice")
    commands = Commands(cast.units, cast.leases, 10_000)
    args = {"availability": availability, "reason": reason}
    commands.receive(user, Command.set_availability, id="c", client="alice-1", epoch=1, args=args)


def status(cast: Cast) -> tuple[str, str, str]:
    with cast.database.read() as session:
        (view,) = cast.units.views(session, ["alice"], cast.database.now(session))
    return view["availability"], view["reason"], view["set_by"]


@pytest.mark.parametrize("who", ["sam", "ada"])
def test_availability_that_is_set_names_its_author(cast_: Cast, who: str) -> None:
    sets(cast_, who, "away", " Training\n room 2\u202e ")
    assert status(cast_) == ("away", "Training room 2", who.title())
    with cast_.database.read() as session:
        day = days.day_of("UTC", cast_.database.now(session), "")
        last = days.changes(session, "alice", day)[-1]
    assert (last.availability, last.reason, last.author) == ("away", "Training room 2", who.title())


def test_agent_may_change_it_back_at_once(cast_: Cast, alice: Phone) -> None:
    alice.says("registered", "")
    sets(cast_, "sam", "away", "meeting")
    chooses(cast_, "available")
    assert status(cast_) == ("available", "", "")


def test_same_choice_by_the_agent_dismisses_the_notice_only(cast_: Cast) -> None:
    sets(cast_, "sam", "away", "meeting")
    with cast_.database.read() as session:
        since = session.get_one(models.AgentStatus, "alice").since
    chooses(cast_, "away", "meeting")
    assert status(cast_) == ("away", "meeting", "")
    with cast_.database.read() as session:
        assert session.get_one(models.AgentStatus, "alice").since == since


def test_setting_what_it_is_already_notifies_nobody(cast_: Cast) -> None:
    chooses(cast_, "away", "meal")
    entries = len(cast_.entries)
    sets(cast_, "sam", "away", "meal")
    assert len(cast_.entries) == entries
    assert status(cast_) == ("away", "meal", "")


def test_repeated_command_does_not_undo_the_agents_choice(cast_: Cast) -> None:
    sets(cast_, "sam", "away", "meeting")
    chooses(cast_, "offline")
    sets(cast_, "sam", "away", "meeting")
    assert status(cast_) == ("offline", "", "")


def test_call_goes_on_and_no_wrap_up_follows_it(cast_: Cast, alice: Phone) -> None:
    rings(alice, "one")
    alice.says("answered", "one", 1_000)
    sets(cast_, "sam", "away", "meeting")
    assert shown(cast_) == [("", "")]
    assert status(cast_) == ("away", "meeting", "Sam")
    alice.says("ended", "one", 9_000)
    assert status(cast_) == ("away", "meeting", "Sam")


def test_agent_whom_no_call_reaches_is_not_made_available(cast_: Cast) -> None:
    with cast_.database.write() as session:
        session.get_one(models.Lease, "alice").holder = None
    chooses_first = status(cast_)
    assert refused(cast_, "sam", "available") == "no_owner"
    assert status(cast_) == chooses_first


def test_reason_that_is_too_long_may_be_sent_again_shorter(cast_: Cast) -> None:
    assert refused(cast_, "sam", "away", "x" * 101) == "too_long"
    sets(cast_, "sam", "away", "x" * 100)
    assert status(cast_) == ("away", "x" * 100, "Sam")


def test_only_supervisors_of_the_team_set_availability(cast_: Cast) -> None:
    before = status(cast_)
    assert refused(cast_, "bob") == "not_allowed"
    assert refused(cast_, "alice") == "not_allowed"
    assert refused(cast_, "olga") == "not_found"
    assert status(cast_) == before


def test_acts_stand_in_the_security_log_without_their_texts(
    cast_: Cast, alice: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines: list[str] = []
    monkeypatch.setattr("console.security_log._log.info", lines.append)
    rings(alice, "one")
    says(cast_, "sam", call_of(cast_))
    says(cast_, "sam", call_of(cast_))
    sets(cast_, "sam", "away", "Team talk")
    acts = [json.loads(line) for line in lines]
    assert [(act["security"], act["user"], act["what"]) for act in acts] == [
        ("acted_for_agent", "alice", "whisper"),
        ("acted_for_agent", "alice", "availability"),
    ]
    assert not any(text in line for line in lines for text in (TEXT, "Team talk"))
