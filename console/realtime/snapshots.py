"""What a client is shown when it comes: the whole of its page, with the number of the last change
in it.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from ..services.ownership import Ownership
from ..storage import agents, journal, missed_calls
from ..storage.database import Database
from .fragments import Fragments
from .hub import Member

_FRESH = 1.0  # seconds; when all walls come back at once, one of them pays for the picture


class Snapshots:
    def __init__(self, database: Database, fragments: Fragments, ownership: Ownership) -> None:
        self._database = database
        self._fragments = fragments
        self._ownership = ownership
        self._walls: dict[tuple[str, frozenset[str], str], tuple[int, float, str]] = {}

    def of(self, member: Member) -> dict[str, Any]:
        return self.of_all([member])[0]

    def of_all(self, members: Sequence[Member]) -> list[dict[str, Any]]:
        """All of one moment."""
        with self._database.read() as session:
            now = self._database.now(session)
            seqs = {
                organisation: journal.position(session, organisation)
                for organisation in {one.organisation for one in members}
            }
            leases = self._ownership.lease_messages(session, {member.agent for member in members})
            pages = [member.agent for member in members if member.view != "wall"]
            seen = {view["id"]: view for view in self._views(session, pages, now)}
            recent = {
                agent: agents.recent(session, agent, agents.region_of(session, agent))
                for agent in seen
            }
            missed = {agent: missed_calls.of_agent(session, agent, now) for agent in seen}
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
                    else self._fragments.workspace(
                        seen[member.agent],
                        recent[member.agent],
                        missed[member.agent],
                        member.language,
                    )
                ),
            }
            for member in members
        ]

    def _views(self, session: Session, wanted: Sequence[str], now: int) -> list[agents.AgentView]:
        return self._ownership.units.views(session, wanted, now) if wanted else []

    def _wall(self, session: Session, member: Member, seq: int, now: int) -> str:
        key = (member.organisation, member.topics, member.language)
        html = self._known(key, seq)
        if html is None:
            teams = [topic.removeprefix("team:") for topic in member.topics]
            seen = self._views(session, agents.of_teams(session, member.organisation, teams), now)
            missed = missed_calls.of_teams(
                missed_calls.of_organisation(session, member.organisation, now), teams
            )
            html = self._fragments.wall(seen, member.language, missed)
            self._walls = {**self._living(), key: (seq, time.monotonic(), html)}
        return html

    def _known(self, key: tuple[str, frozenset[str], str], seq: int) -> str | None:
        """The same picture for the same listeners, while nothing has changed and time has shown
        nothing new.
        """
        at, made, html = self._walls.get(key, (-1, 0.0, ""))
        return html if at == seq and time.monotonic() - made < _FRESH else None

    def _living(self) -> dict[tuple[str, frozenset[str], str], tuple[int, float, str]]:
        now = time.monotonic()
        return {key: kept for key, kept in self._walls.items() if now - kept[1] < _FRESH}
