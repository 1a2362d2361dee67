"""The clients that listen on this worker, by agent, topic and audience."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from .audience import Audience
from .members import Member


class Subscriptions:
    def __init__(self) -> None:
        self.members: dict[tuple[str, str], Member] = {}  # by agent and client
        self.walls: dict[str, set[Audience]] = defaultdict(set)  # by organisation
        self._by_agent: dict[str, dict[str, Member]] = defaultdict(dict)
        self._audiences: dict[tuple[str, frozenset[str], str], Audience] = {}
        self._by_topic: dict[str, set[Audience]] = defaultdict(set)

    def add(self, member: Member) -> None:
        """Makes the member the current one of its client and adds it to its audience."""
        self.members[member.agent, member.client] = member
        self._by_agent[member.agent][member.client] = member
        key = (member.organisation, member.topics, member.language)
        audience = self._audiences.get(key) or self._audiences.setdefault(key, Audience(member))
        audience.members.add(member)
        for topic in member.topics:
            self._by_topic[topic].add(audience)
        if audience.teams:
            self.walls[audience.organisation].add(audience)

    def remove_current(self, member: Member) -> bool:
        """Whether this member was still the current one of its client."""
        if self.members.get((member.agent, member.client)) is not member:
            return False
        del self.members[member.agent, member.client]
        del self._by_agent[member.agent][member.client]
        if not self._by_agent[member.agent]:
            del self._by_agent[member.agent]
        return True

    def leave_audience(self, member: Member) -> Audience | None:
        """Takes the member out of its audience; returns the audience when nobody is left in it."""
        audience = self._audiences.get((member.organisation, member.topics, member.language))
        if audience is None or member not in audience.members:
            return None
        audience.members.discard(member)
        if audience.members:
            return None
        self._drop(audience)
        return audience

    def _drop(self, audience: Audience) -> None:
        self._audiences.pop((audience.organisation, audience.topics, audience.language), None)
        for topic in audience.topics:
            self._by_topic[topic].discard(audience)
            if not self._by_topic[topic]:
                del self._by_topic[topic]
        self.walls[audience.organisation].discard(audience)
        if not self.walls[audience.organisation]:
            del self.walls[audience.organisation]

    def of_agent(self, agent: str) -> list[Member]:
        return list(self._by_agent[agent].values()) if agent in self._by_agent else []

    def of_topic(self, topic: str) -> list[Audience]:
        return list(self._by_topic.get(topic, ()))

    def of_topics(self, topics: Iterable[str]) -> set[Audience]:
        return {audience for topic in topics for audience in self._by_topic.get(topic, ())}

    def of_organisation(self, organisation: str) -> list[Member]:
        return [one for one in self.members.values() if one.organisation == organisation]

    def listens(self, organisation: str) -> bool:
        return any(audience.organisation == organisation for audience in self._audiences.values())
