"""Audiences: the clients on this worker that get the same bytes."""

from __future__ import annotations

from collections.abc import Iterable

from . import messages
from .frames import text_frame
from .members import Member
from .topics import callback_audiences


def change_frame(seq: int, html: str) -> bytes:
    return text_frame(messages.encode({"type": "change", "seq": seq, "html": html}))


class Audience:
    """Clients that share topics and language."""

    __slots__ = (
        "callbacks", "language", "last_seq", "members", "organisation", "pending", "teams",
        "topics",
    )  # fmt: skip

    def __init__(self, member: Member) -> None:
        self.organisation = member.organisation
        self.language = member.language
        self.topics = member.topics
        self.teams = frozenset(
            topic.removeprefix("team:") for topic in member.topics if topic.startswith("team:")
        )
        # a wall lists the callbacks of its teams
        self.callbacks = self.teams or callback_audiences(member.topics)
        self.members: set[Member] = set()
        self.pending: list[bytes] = []
        self.last_seq = 0  # the number of the last change that its walls were sent

    def add_changes(self, changes: Iterable[tuple[int, str]]) -> None:
        """Numbers and their HTML, which leave with the next flush."""
        self.pending += [change_frame(seq, html) for seq, html in changes]

    def flush(self) -> None:
        data, self.pending = b"".join(self.pending), []
        for member in list(self.members):
            member.push(data)
