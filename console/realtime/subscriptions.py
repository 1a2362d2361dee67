"""The clients that listen on this worker, by agent, topic and group."""

from __future__ import annotations

from collections import defaultdict

from .audience_group import Group
from .members import Member


class Subscriptions:
    def __init__(self) -> None:
        self.members: dict[tuple[str, str], Member] = {}  # by agent and client
        self.walls: dict[str, set[Group]] = defaultdict(set)  # by organisation
        self._by_agent: dict[str, dict[str, Member]] = defaultdict(dict)
        self._groups: dict[tuple[str, frozenset[str], str], Group] = {}
        self._by_topic: dict[str, set[Group]] = defaultdict(set)

    def add(self, member: Member) -> Group:
        """Makes the member the current one of its client and adds it to its group."""
        self.members[member.agent, member.client] = member
        self._by_agent[member.agent][member.client] = member
        key = (member.organisation, member.topics, member.language)
        group = self._groups.get(key) or self._groups.setdefault(key, Group(member))
        group.members.add(member)
        for topic in member.topics:
            self._by_topic[topic].add(group)
        if group.teams:
            self.walls[group.organisation].add(group)
        return group

    def remove_current(self, member: Member) -> bool:
        """Whether this member was still the current one of its client."""
        if self.members.get((member.agent, member.client)) is not member:
            return False
        del self.members[member.agent, member.client]
        del self._by_agent[member.agent][member.client]
        if not self._by_agent[member.agent]:
            del self._by_agent[member.agent]
        return True

    def leave_group(self, member: Member) -> Group | None:
        """Takes the member out of its group; returns the group when nobody is left in it."""
        group = self._groups.get((member.organisation, member.topics, member.language))
        if group is None or member not in group.members:
            return None
        group.members.discard(member)
        if group.members:
            return None
        self._drop(group)
        return group

    def _drop(self, group: Group) -> None:
        self._groups.pop((group.organisation, group.topics, group.language), None)
        for topic in group.topics:
            self._by_topic[topic].discard(group)
            if not self._by_topic[topic]:
                del self._by_topic[topic]
        self.walls[group.organisation].discard(group)
        if not self.walls[group.organisation]:
            del self.walls[group.organisation]

    def of_agent(self, agent: str) -> list[Member]:
        return list(self._by_agent[agent].values()) if agent in self._by_agent else []

    def of_topic(self, topic: str) -> list[Group]:
        return list(self._by_topic.get(topic, ()))

    def of_organisation(self, organisation: str) -> list[Member]:
        return [one for one in self.members.values() if one.organisation == organisation]

    def listens(self, organisation: str) -> bool:
        return any(group.organisation == organisation for group in self._groups.values())
