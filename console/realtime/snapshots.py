"""The snapshot that a client gets with its welcome: all live regions of its page, and the number of
the last change in them.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from ..services.lease_notices import LeaseNotices
from ..services.unit_of_work import UnitsOfWork
from ..storage import agents, day_numbers, journal, missed_calls, outcomes
from ..storage.database import Database
from .fragments import Fragments
from .members import Member

_FRESH = 1.0  # seconds; when all walls come back at once, their snapshot is rendered once

Audience = tuple[str, frozenset[str], str]  # organisation, topics and language
Workspace = tuple[
    agents.AgentView,
    list[agents.CallView],
    list[missed_calls.MissedCallView],
    day_numbers.DayNumbers,
    outcomes.OfferedView | None,
]


class Snapshots:
    def __init__(
        self, database: Database, units: UnitsOfWork, notices: LeaseNotices, fragments: Fragments
    ) -> None:
        self._database = database
        self._units = units
        self._notices = notices
        self._fragments = fragments
        self._walls: dict[Audience, tuple[int, float, str]] = {}  # number, when, HTML

    def of(self, member: Member) -> dict[str, Any]:
        return self.of_all([member])[0]

    def of_all(self, members: Sequence[Member]) -> list[dict[str, Any]]:
        """The snapshots of all these members, from one read transaction."""
        with self._database.read() as session:
            now = self._database.now(session)
            seqs = {
                organisation: journal.position(session, organisation)
                for organisation in {one.organisation for one in members}
            }
            leases = self._notices.of_agents(session, {member.agent for member in members})
            workspaces = self._workspaces(session, members, now)
            walls = {
                member: self._wall(session, member, seqs[member.organisation], now)
                for member in members
                if member.view == "wall"
            }
        return [
            {
                "seq": seqs[member.organisation],
                "lease": leases[member.agent],
                "html": (
                    walls[member]
                    if member in walls
                    else self._fragments.workspace(*workspaces[member.agent], member.language)
                ),
            }
            for member in members
        ]

    def _workspaces(
        self, session: Session, members: Sequence[Member], now: int
    ) -> dict[str, Workspace]:
        """agent → what their workspace shows."""
        pages = [member.agent for member in members if member.view != "wall"]
        offered = outcomes.offered(session, set(pages))
        return {
            view["id"]: (
                view,
                agents.recent(session, view["id"], agents.region_of(session, view["id"])),
                missed_calls.of_agent(session, view["id"], now),
                day_numbers.of_agent(session, view["id"], now),
                offered.get(view["id"]),
            )
            for view in self._views(session, pages, now)
        }

    def _views(self, session: Session, wanted: Sequence[str], now: int) -> list[agents.AgentView]:
        return self._units.views(session, wanted, now) if wanted else []

    def _wall(self, session: Session, member: Member, seq: int, now: int) -> str:
        key = (member.organisation, member.topics, member.language)
        html = self._rendered(key, seq)
        if html is None:
            teams = [topic.removeprefix("team:") for topic in member.topics]
            seen = self._views(session, agents.of_teams(session, member.organisation, teams), now)
            missed = missed_calls.of_teams(
                missed_calls.of_organisation(session, member.organisation, now), teams
            )
            html = self._fragments.wall(seen, member.language, missed)
            self._walls = {**self._fresh(), key: (seq, time.monotonic(), html)}
        return html

    def _rendered(self, key: Audience, seq: int) -> str | None:
        """The wall's HTML for the same audience, while nothing has changed and it is fresh."""
        at, made, html = self._walls.get(key, (-1, 0.0, ""))
        return html if at == seq and time.monotonic() - made < _FRESH else None

    def _fresh(self) -> dict[Audience, tuple[int, float, str]]:
        now = time.monotonic()
        return {key: kept for key, kept in self._walls.items() if now - kept[1] < _FRESH}
