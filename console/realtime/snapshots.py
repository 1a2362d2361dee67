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
from ..storage import agents, callbacks, day_numbers, directory, journal, outcomes
from ..storage.database import Database
from .fragments import Fragments
from .members import Member
from .topics import callback_audiences, callback_topic, colleague_teams

_FRESH = 1.0  # seconds; when all walls come back at once, their snapshot is rendered once

Audience = tuple[str, frozenset[str], str]  # organisation, topics and language
Workspace = tuple[
    agents.AgentView, list[agents.CallView], day_numbers.DayNumbers, outcomes.OfferedView | None
]


class Snapshots:
    def __init__(
        self, database: Database, units: UnitsOfWork, notices: LeaseNotices, fragments: Fragments
    ) -> None:
        self._database = database
        self._units = units
        self._notices = notices
        self._fragments = fragments
        # What many pages share: number, when, HTML. The topics of a list of callbacks are its own.
        self._shared: dict[Audience, tuple[int, float, str]] = {}

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
            shared = {
                member: (self._wall if member.view == "wall" else self._team)(
                    session, member, seqs[member.organisation], now
                )
                for member in members
            }
        return [
            {
                "seq": seqs[member.organisation],
                "lease": leases[member.agent],
                "html": (
                    shared[member]
                    if member.view == "wall"
                    else self._workspace(member, workspaces[member.agent], shared[member])
                ),
            }
            for member in members
        ]

    def _workspace(self, member: Member, workspace: Workspace, callbacks: str) -> str:
        view, recent, today, offered = workspace
        return self._fragments.workspace(view, recent, callbacks, today, offered, member.language)

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
            waiting = callbacks.listed(session, member.organisation, teams)
            html = self._fragments.wall(seen, member.language, waiting)
            self._shared = {**self._fresh(), key: (seq, time.monotonic(), html)}
        return html

    def _team(self, session: Session, member: Member, seq: int, now: int) -> str:
        """The lists that all agents of a team share."""
        audiences, teams = callback_audiences(member.topics), colleague_teams(member.topics)
        topics = frozenset({*map(callback_topic, audiences), *teams})
        key = (member.organisation, topics, member.language)
        html = self._rendered(key, seq)
        if html is None:
            waiting = callbacks.listed(session, member.organisation, audiences)
            seen = self._views(
                session, agents.of_teams(session, member.organisation, list(teams)), now
            )
            html = self._fragments.callbacks(waiting, member.language)
            html += self._fragments.colleagues(
                directory.with_extensions(session, seen), member.language
            )
            self._shared = {**self._fresh(), key: (seq, time.monotonic(), html)}
        return html

    def _rendered(self, key: Audience, seq: int) -> str | None:
        """The HTML for the same audience, while nothing has changed and it is fresh."""
        at, made, html = self._shared.get(key, (-1, 0.0, ""))
        return html if at == seq and time.monotonic() - made < _FRESH else None

    def _fresh(self) -> dict[Audience, tuple[int, float, str]]:
        now = time.monotonic()
        return {key: kept for key, kept in self._shared.items() if now - kept[1] < _FRESH}
