"""What supervisors do for an agent: texts beside a call."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask_babel import Babel

from console.errors import ConsoleError
from console.services.supervision import send_whisper
from console.storage import models, whispers
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
