"""Outcomes of calls: which ones an agent is offered, and what becomes of a choice."""

from __future__ import annotations

import pytest

from console.services.call_edits import OutcomeGone, choose_outcome
from console.storage import agents, calls, outcomes
from console.storage.database import Database
from console.storage.models import Call, Outcome
from console.storage.outcome_lists import OutcomeList
from tests.cast import Cast, assemble
from tests.services.test_switchboard import START, Phone

AT = START + 10_000


@pytest.fixture
def cast(database: Database) -> Cast:
    made = assemble(database)
    made.holds("alice", "a1", 1)
    add(made, "Solved", "Call back")
    return made


@pytest.fixture
def alice(cast: Cast) -> Phone:
    phone = Phone(cast, "alice", "a1")
    phone.says("ringing", "k", direction="inbound", number="0901234567")
    phone.says("answered", "k", 1000)
    return phone


def add(cast: Cast, *names: str, organisation: str = "Home", team: str | None = None) -> None:
    with cast.database.write() as session:
        for name in names:
            OutcomeList(session, organisation, team).add(name)


def id_of(cast: Cast, name: str) -> str:
    with cast.database.read() as session:
        return session.query(Outcome.id).filter_by(name=name).one()[0]


def choose(cast: Cast, name: str, at: int = AT, call: str = "k", agent: str = "alice") -> bool:
    organisation = "other" if agent == "olga" else "home"
    with cast.units.begin(organisation) as unit:
        return choose_outcome(unit, agent, call, id_of(cast, name) if name else None, at)


def offered(cast: Cast, agent: str = "alice") -> tuple[list[str], bool]:
    with cast.database.read() as session:
        found = outcomes.offered(session, [agent])[agent]
    return [choice["name"] for choice in found["choices"]], found["required"]


def outcome(cast: Cast) -> str:
    with cast.database.read() as session:
        (view,) = agents.call_views(session, [calls.of_agent(session, "alice", "k")], "VN")  # type: ignore[list-item]
    return view["outcome"]


def test_a_teams_own_list_goes_before_the_organisations(cast: Cast) -> None:
    assert offered(cast) == (["Solved", "Call back"], False)
    add(cast, "Sold", team="Team")
    assert offered(cast) == (["Sold"], False)
    with cast.database.write() as session:
        OutcomeList(session, "Home", "Team").retire("Sold")
    assert offered(cast) == (["Solved", "Call back"], False)


def test_lists_of_many_agents_stay_apart(cast: Cast) -> None:
    add(cast, "Elsewhere", organisation="Other")
    with cast.database.read() as session:
        found = outcomes.offered(session, ["alice", "bob", "olga"])
    names = {who: [each["name"] for each in view["choices"]] for who, view in found.items()}
    both = ["Solved", "Call back"]
    assert names == {"alice": both, "bob": both, "olga": ["Elsewhere"]}


@pytest.mark.parametrize(
    ("organisation", "team", "required"),
    [(False, None, False), (True, None, True), (True, False, False), (False, True, True)],
)
def test_the_teams_requirement_wins(
    cast: Cast, organisation: bool, team: bool | None, required: bool
) -> None:
    with cast.database.write() as session:
        OutcomeList(session, "Home").require(organisation)
        OutcomeList(session, "Home", "Team").require(team)
    assert offered(cast)[1] is required


def test_nothing_is_required_where_nothing_is_offered(cast: Cast) -> None:
    with cast.database.write() as session:
        OutcomeList(session, "Other").require(True)
    assert offered(cast, "olga") == ([], False)


def test_a_choice_is_kept_pushed_and_taken_back(cast: Cast, alice: Phone) -> None:
    cast.entries.clear()
    assert choose(cast, "Solved")
    (entry,) = cast.entries
    (call,) = entry.payload["agent"]["calls"]
    assert (call["outcome"], call["outcome_id"]) == ("Solved", id_of(cast, "Solved"))
    assert (entry.payload["history"], call["wants_outcome"]) == (False, True)
    assert choose(cast, "", AT + 1)
    assert outcome(cast) == ""


def test_repeated_and_late_choices_push_nothing(cast: Cast, alice: Phone) -> None:
    choose(cast, "Call back", AT + 5)
    cast.entries.clear()
    assert choose(cast, "Call back", AT + 5) and choose(cast, "Solved", AT)
    assert (outcome(cast), cast.entries) == ("Call back", [])


def test_an_ended_call_gets_its_outcome_too(cast: Cast, alice: Phone) -> None:
    alice.says("ended", "k", 5000, ended_by="remote", cause="completed")
    cast.entries.clear()
    choose(cast, "Solved")
    assert [entry.payload["history"] for entry in cast.entries] == [True]
    with cast.database.read() as session:
        assert [view["outcome"] for view in agents.recent(session, "alice", "VN")] == ["Solved"]


def test_foreign_and_unknown_outcomes_are_refused(cast: Cast, alice: Phone) -> None:
    add(cast, "Elsewhere", organisation="Other")
    with pytest.raises(OutcomeGone):
        choose(cast, "Elsewhere")
    with pytest.raises(OutcomeGone), cast.units.begin("home") as unit:
        choose_outcome(unit, "alice", "k", "nonsense", AT)
    assert outcome(cast) == ""


def test_a_call_keeps_its_retired_outcome(cast: Cast, alice: Phone) -> None:
    choose(cast, "Solved")
    with cast.database.write() as session:
        OutcomeList(session, "Home").retire("Solved")
    assert choose(cast, "Solved", AT + 1)
    assert outcome(cast) == "Solved"
    choose(cast, "Call back", AT + 2)
    with pytest.raises(OutcomeGone):
        choose(cast, "Solved", AT + 3)
    assert outcome(cast) == "Call back"


def test_nobody_else_chooses_for_the_agents_call(cast: Cast, alice: Phone) -> None:
    add(cast, "Elsewhere", organisation="Other")
    with cast.database.read() as session:
        call = session.query(Call.id).one()[0]
    for name in ("k", call):
        assert not choose(cast, "Elsewhere", call=name, agent="olga")
        assert not choose(cast, "Solved", call=name, agent="bob")
    assert outcome(cast) == ""


def test_an_open_call_and_its_phone_keep_the_outcome(cast: Cast, alice: Phone) -> None:
    choose(cast, "Solved")
    alice.says("held", "k", 2000, by="agent")
    alice.says("ended", "k", 5000, ended_by="agent", cause="completed")
    assert outcome(cast) == "Solved"
