"""The `flask outcomes` commands."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from console.demo import OUTCOMES
from console.storage import outcomes
from console.storage.database import Database
from console.storage.models import JournalRow, Organisation, Team, User
from console.storage.outcome_lists import OutcomeList


@pytest.fixture
def url(database_url: str) -> str:
    return database_url


@pytest.fixture
def demo(run: Any) -> None:
    assert run("demo").exit_code == 0


def names(store: Database, team: str | None = None) -> list[str]:
    with store.read() as session:
        return [row.name for row in OutcomeList(session, "Demo", team).offered]


@pytest.mark.usefixtures("demo")
def test_the_demo_has_a_short_vietnamese_list(store: Database) -> None:
    assert tuple(names(store)) == OUTCOMES


@pytest.mark.usefixtures("demo")
def test_a_list_is_changed_and_listed(run: Any, store: Database) -> None:
    first, second, *rest = OUTCOMES
    for words in (
        ("add", "Demo", "  Mới "),
        ("move", "Demo", "Mới", "2"),
        ("rename", "Demo", first, "Xong"),
        ("retire", "Demo", second),
        ("add", "Demo", "Riêng", "--team", "Team One"),
    ):
        done = run("outcomes", *words)
        assert done.exit_code == 0, done.output
    assert names(store) == ["Xong", "Mới", *rest]
    assert names(store, "Team One") == ["Riêng"]
    listed = run("outcomes", "list", "Demo").output.splitlines()
    assert [line.split()[-1] for line in listed[1:]].count("retired") == 1
    assert "Team One" in listed[-1] and "Riêng" in listed[-1]


@pytest.mark.usefixtures("demo")
def test_a_retired_outcome_is_offered_again_at_the_end(run: Any, store: Database) -> None:
    first, *rest = OUTCOMES
    with store.read() as session:
        known = {row.name: row.id for row in OutcomeList(session, "Demo").rows}
    assert run("outcomes", "retire", "Demo", first).exit_code == 0
    assert names(store) == rest
    assert run("outcomes", "add", "Demo", first).exit_code == 0
    assert names(store) == [*rest, first]
    with store.read() as session:
        assert {row.name: row.id for row in OutcomeList(session, "Demo").rows} == known


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("add", "Demo", OUTCOMES[0]), "already"),
        (("add", "Demo", " "), "1 to 60 characters"),
        (("add", "Demo", "x" * 61), "1 to 60 characters"),
        (("add", "Demo", "two\nlines"), "printable"),
        (("add", "Nobody", "x"), "no organisation"),
        (("add", "Demo", "x", "--team", "Gone"), "no team"),
        (("rename", "Demo", OUTCOMES[0], OUTCOMES[1]), "already"),
        (("rename", "Demo", "Gone", "x"), "no outcome"),
        (("move", "Demo", OUTCOMES[0], "7"), "places 1 to 6"),
        (("move", "Demo", OUTCOMES[0], "0"), "places 1 to 6"),
        (("retire", "Demo", "Gone"), "no outcome"),
        (("require", "Demo", "inherit"), "--team"),
        (("list", "Nobody"), "no organisation"),
    ],
)
def test_a_refusal_says_what_to_do_and_changes_nothing(
    run: Any, store: Database, words: tuple[str, ...], sentence: str
) -> None:
    done = run("outcomes", *words)
    assert done.exit_code != 0 and sentence in done.output
    assert tuple(names(store)) == OUTCOMES


@pytest.mark.usefixtures("demo")
def test_a_list_stays_short(run: Any, store: Database) -> None:
    for n in range(len(OUTCOMES), 20):
        assert run("outcomes", "add", "Demo", f"Number {n}").exit_code == 0
    refused = run("outcomes", "add", "Demo", "One more")
    assert refused.exit_code != 0 and "Retire one first" in refused.output


@pytest.mark.usefixtures("demo")
def test_outcomes_are_required_per_organisation_and_team(run: Any, store: Database) -> None:
    seen = []
    for words in (("yes",), ("no", "--team", "Team One"), ("inherit", "--team", "Team One")):
        assert run("outcomes", "require", "Demo", *words).exit_code == 0
        with store.read() as session:
            whose = session.scalars(select(Organisation).where(Organisation.name == "Demo")).one()
            team = session.scalars(select(Team).where(Team.organisation_id == whose.id)).one()
            seen.append((whose.outcome_required, team.outcome_required))
    assert seen == [(True, None), (True, False), (True, None)]


@pytest.mark.usefixtures("demo")
def test_open_pages_get_the_changed_list(run: Any, store: Database) -> None:
    """Each agent's entry asks for their lists anew; nobody elsewhere has one."""
    assert run("outcomes", "require", "Demo", "yes").exit_code == 0
    with store.read() as session:
        entries = session.scalars(select(JournalRow)).all()
        ids = {user.username: user.id for user in session.scalars(select(User))}
        required = outcomes.offered(session, [ids["alice"]])[ids["alice"]]["required"]
    told = {entry.payload["agent"]["id"] for entry in entries if entry.payload["history"]}
    assert required and told == {ids[name] for name in ("alice", "bob", "sam", "ada")}
