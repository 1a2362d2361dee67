"""Which walls show which list of missed calls."""

from __future__ import annotations

from collections.abc import Iterable

from ..storage.journal import JournalEntry
from ..storage.missed_calls import MissedCallView
from .audience import Audience

MissedCalls = list[MissedCallView]


class ShownMissedCalls:
    """The list that all walls of an audience show, as far as it is known.

    An audience is unknown after a wall joined it, because the list in that wall's snapshot is not
    recorded, and after a list could not be sent to it.
    """

    def __init__(self) -> None:
        self._lists: dict[Audience, MissedCalls] = {}
        self._numbers: dict[str, frozenset[str]] = {}  # in the lists of an organisation's walls

    def may_change(self, entry: JournalEntry) -> bool:
        """Whether a change of an agent may change the list: a call was missed, or an agent talks
        to or dials a number in it. Each yes costs a query.
        """
        numbers = self._numbers.get(entry.organisation)
        if numbers is None or entry.payload.get("missed", entry.payload["history"]):
            return True
        return any(
            call["number"] in numbers and (call["outgoing"] or call["answered"])
            for call in entry.payload["agent"]["calls"]
        )

    def is_shown(self, audience: Audience, missed: MissedCalls) -> bool:
        return self._lists.get(audience) == missed

    def sent(self, audience: Audience, missed: MissedCalls, seq: int) -> None:
        """The audience was sent this list, or shows it already, as of change `seq`."""
        if audience.all_later_than(seq):
            self._lists[audience] = missed
        else:
            self.unknown(audience)

    def unknown(self, audience: Audience) -> None:
        self._lists.pop(audience, None)

    def note_numbers(
        self, organisation: str, audiences: Iterable[Audience], numbers: Iterable[str] | None
    ) -> None:
        """Remembers the numbers of a list that was read; None: the list could not be read.

        They count only while the list of every audience of the organisation is known.
        """
        if numbers is None or any(audience not in self._lists for audience in audiences):
            self._numbers.pop(organisation, None)
        else:
            self._numbers[organisation] = frozenset(numbers)

    def forget(self, organisation: str) -> None:
        """No wall of the organisation listens any more."""
        self._numbers.pop(organisation, None)
