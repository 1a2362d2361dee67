"""A team's limits of the wall's alerts, set by `flask set-alerts`."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from console.storage import agents, models
from console.storage.database import Database
from console.storage.models import Organisation


def limits(store: Database, username: str) -> list[int]:
    with store.read() as session:
        user = session.scalars(select(models.User).where(models.User.username == username)).one()
        (view,) = agents.views(session, [user.id], store.now(session), 60_000)
        return view["limits"]


def pushed(store: Database) -> int:
    with store.read() as session:
        return session.scalars(select(Organisation.seq).where(Organisation.name == "Demo")).one()


def test_limits_of_a_team_reach_its_agents_and_go_again(run: Any, store: Database) -> None:
    assert run("demo").exit_code == 0
    assert limits(store, "alice") == []
    before = pushed(store)
    assert run("set-alerts", "Demo", "Team One", "--hold", "60", "--no-sound").exit_code == 0
    assert limits(store, "alice") == [60, 15, 3, 0]
    assert pushed(store) > before, "open walls follow at once"
    assert run("set-alerts", "Demo", "Team One", "--ring", "30", "--repeat", "5").exit_code == 0
    assert limits(store, "alice") == [120, 30, 5, 1], "what is not given is the usual again"
    assert run("set-alerts", "Demo", "Team One").exit_code == 0
    assert limits(store, "alice") == []


def test_limits_out_of_range_or_of_nobody_are_refused(run: Any, store: Database) -> None:
    run("demo")
    for refused in (
        ("Demo", "Team One", "--hold", "0"),
        ("Demo", "Team One", "--ring", "3601"),
        ("Demo", "Team One", "--repeat", "1"),
        ("Demo", "Gone", "--hold", "60"),
        ("Nobody", "Team One", "--hold", "60"),
    ):
        assert run("set-alerts", *refused).exit_code != 0
    assert limits(store, "alice") == []
