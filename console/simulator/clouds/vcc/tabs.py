"""The logged-in pages of one VCC agent, of which one has the voice."""

from __future__ import annotations

from typing import Any

from ...exchange.clock import Clock
from ...exchange.wire import Wire
from .agent_record import AgentRecord
from .codes import Id

COMES_BACK_SECONDS = 30.0  # a tab whose connection broke keeps the voice for so long


class Tab:
    """One logged-in page, on whatever machine.

    `key`: the same when it comes back after a broken connection.
    """

    def __init__(self, key: str, wire: Wire) -> None:
        self.key, self.wire = key, wire

    def send(self, id: Id, **fields: Any) -> None:
        self.wire.deliver({"objectId": int(id), **fields})


class Tabs:
    """The first tab gets the voice; a tab that comes back has it still."""

    def __init__(self, clock: Clock, record: AgentRecord) -> None:
        self._clock, self._record = clock, record
        self._open: list[Tab] = []
        self._owner = ""  # the key of the tab that has the voice

    def __bool__(self) -> bool:
        return bool(self._open)

    def open(self, key: str, wire: Wire) -> Tab:
        """The new tab is not notified of a call that goes on."""
        self._open = [tab for tab in self._open if tab.key != key]
        tab = Tab(key, wire)
        self._open.append(tab)
        self._owner = self._owner or key
        tab.send(
            Id.LOGIN,
            code=200,
            callStatus=self._record.status,
            enableVoice=self.has_voice(tab),
            deviceType=self._record.device_type,
        )
        return tab

    def close(self, tab: Tab, *, clean: bool) -> bool:
        """`clean`: the page is gone; otherwise its connection broke, and it may come back.

        False: a later connection has taken the tab's place.
        """
        tab.wire.close()
        if tab not in self._open:
            return False
        self._open.remove(tab)
        wait = 0 if clean else COMES_BACK_SECONDS
        self._clock.call_later(wait, lambda: self._free_voice(tab.key))
        return True

    def _free_voice(self, key: str) -> None:
        if self._owner == key and all(tab.key != key for tab in self._open):
            self._owner = ""

    def has_voice(self, tab: Tab) -> bool:
        return self._owner == tab.key

    def take_voice(self, tab: Tab) -> None:
        before, self._owner = self._owner, tab.key
        for other in self._open:
            if other.key in (before, tab.key):
                device = self._record.device_type
                other.send(Id.VOICE, enableVoice=other is tab, deviceType=device)

    def send_all(self, id: Id, **fields: Any) -> None:
        """All tabs: those without the voice ignore messages about calls."""
        for tab in list(self._open):
            tab.send(id, **fields)
