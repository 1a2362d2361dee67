"""Sends batches of changes to the walls; what could not be rendered is retried."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from ..storage.journal import JournalEntry
from .audience import Audience
from .fragments import Fragments
from .members import Member
from .wall_throttle import WallBatch, WallThrottle, joined, subject_of
from .wall_updates import Changes, WallUpdate

log = logging.getLogger(__name__)

_TRIES = 4
_PAUSE = 0.5  # seconds before the second try; twice as long each time


class _Retry(NamedTuple):
    """Tiles and rows that walls lack, and when they are tried again."""

    batch: WallBatch
    tries: int
    due_at: float


class WallRelay:
    """`hang_up`: these members come back to a snapshot."""

    def __init__(
        self,
        fragments: Fragments,
        throttle: WallThrottle,
        hang_up: Callable[[Iterable[Member]], None],
    ) -> None:
        self._fragments = fragments
        self._throttle = throttle
        self._hang_up = hang_up
        self._retries: dict[str, _Retry] = {}

    def take(self, entry: JournalEntry) -> None:
        self._throttle.take(entry)

    def forget(self, organisation: str) -> None:
        """No wall of the organisation listens any more."""
        self._retries.pop(organisation, None)

    def wait(self) -> float | None:
        """Seconds until the next batch or retry; None when nothing is pending."""
        now = time.monotonic()
        waits = [max(0.0, retry.due_at - now) for retry in self._retries.values()]
        throttled = self._throttle.wait()
        return min(waits if throttled is None else [*waits, throttled], default=None)

    def render_due(
        self, positions: Mapping[str, int], walls: Mapping[str, set[Audience]]
    ) -> set[Audience]:
        """Renders the due batches and returns the audiences that have something to send."""
        changed: set[Audience] = set()
        for batch, tries in list(self._due()):
            position = positions.get(batch.organisation)
            audiences = walls.get(batch.organisation)
            if position is not None and audiences:
                changed |= self._render(batch, tries, position, list(audiences))
        return changed

    def _due(self) -> Iterator[tuple[WallBatch, int]]:
        """Each due batch, joined with what its walls lack, and how often that has failed."""
        for batch in self._throttle.due():
            retry = self._retries.pop(batch.organisation, None)
            yield (_joined(retry.batch, batch), retry.tries) if retry else (batch, 0)
        now = time.monotonic()
        for organisation, retry in list(self._retries.items()):
            if retry.due_at <= now:
                del self._retries[organisation]
                yield retry.batch, retry.tries

    def _render(
        self, batch: WallBatch, tries: int, position: int, audiences: list[Audience]
    ) -> set[Audience]:
        # A late change has no number of its own.
        one_by_one = not self._throttle.window and not tries
        update = WallUpdate(self._fragments, batch, position, one_by_one=one_by_one)
        changes = [(audience, self._changes(update, audience)) for audience in audiences]
        if update.lacking:
            self._try_later(update.lacking, tries, audiences)
        return {audience for audience, some in changes if some and self._add(audience, some)}

    def _changes(self, update: WallUpdate, audience: Audience) -> Changes:
        """Walls whose changes cannot be rendered come back to a snapshot; the others are sent
        theirs.
        """
        try:
            return update.changes_for(audience)
        except Exception:
            log.exception("the changes of some walls of an organisation could not be rendered")
            self._hang_up(audience.members)
            return []

    def _add(self, audience: Audience, changes: Changes) -> bool:
        """A browser accepts higher numbers only. Walls come back to a snapshot if there is none."""
        if changes[0][0] <= audience.last_seq:
            self._hang_up(audience.members)
            return False
        audience.last_seq = changes[-1][0]
        audience.add_changes(changes)
        return True

    def _try_later(self, batch: WallBatch, tries: int, audiences: list[Audience]) -> None:
        if tries + 1 < _TRIES:
            due_at = time.monotonic() + _PAUSE * 2**tries
            self._retries[batch.organisation] = _Retry(batch, tries + 1, due_at)
            return
        log.error("the walls of %s come back to a snapshot", batch.organisation)
        for audience in audiences:
            self._hang_up(audience.members)


def _joined(late: WallBatch, fresh: WallBatch) -> WallBatch:
    """Keeps the last state of each agent and callback only."""
    former = {subject_of(entry): entry for entry in late.entries}
    newer = [
        joined(former.pop(subject), entry) if (subject := subject_of(entry)) in former else entry
        for entry in fresh.entries
    ]
    return WallBatch(fresh.organisation, [*former.values(), *newer])
