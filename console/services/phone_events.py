"""Phone events as they arrive on a client's socket: checked, counted once, kept if unknown."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from ..domain.events import BadEvent, CallEvent, parse_phone_event
from ..domain.numbers import remote_number
from ..storage import agents, client_store, lease_epochs, unknown_events
from ..storage.lines import agent_has_line
from .unit_of_work import UnitOfWork

log = logging.getLogger(__name__)


class PhoneMessage(NamedTuple):
    """Event number `n` of a client's phone, under the epoch that the client claims."""

    organisation: str
    agent: str
    client: str
    n: int
    epoch: int
    message: Mapping[str, Any]

    def __str__(self) -> str:
        return f"event {self.n} of client {self.client}"


def read_phone_event(unit: UnitOfWork, given: PhoneMessage) -> CallEvent | None:
    """The event, or None when it is old, not the client's own, or not understood."""
    if not count_event(unit, given):
        return None
    session = unit.session
    if not lease_epochs.has_held(session, given.agent, given.client, given.epoch):
        log.warning("%s: epoch %s was never its own", given, given.epoch)
        return None
    event = _parsed(unit, given)
    if event is None:
        return None
    if not agent_has_line(session, event.connection, given.agent):
        log.warning("%s names a connection that is not its own", given)
        return None
    region = agents.region_of(session, given.agent)
    return replace(event, number=remote_number(event.number, region))


def _parsed(unit: UnitOfWork, given: PhoneMessage) -> CallEvent | None:
    try:
        return parse_phone_event(
            given.message,
            organisation=given.organisation,
            agent=given.agent,
            client=given.client,
            epoch=given.epoch,
            now=unit.now,
        )
    except BadEvent as error:
        log.warning("%s is kept as unknown: %s", given, error)
        keep_unknown(unit, given.organisation, given.agent, None, given.message)
        return None


def count_event(unit: UnitOfWork, given: PhoneMessage) -> bool:
    """Whether the event is new. Its number counts as received from now on."""
    return client_store.count_event(unit.session, given.agent, given.client, given.n)


def keep_unknown(
    unit: UnitOfWork,
    organisation: str,
    agent: str | None,
    connection: str | None,
    raw: Mapping[str, Any],
) -> None:
    if not unknown_events.keep(unit.session, unit.now, organisation, agent, connection, raw):
        log.warning("too many unknown events of agent %s: one is dropped", agent)
