"""Carries committed journal entries to the hubs of all workers: within this process, or through
Redis as well.

Redis is an accelerator only. An entry that Redis loses is read from the journal: every second while
Redis is away, and when a later entry shows a gap.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import asdict
from typing import Any, Protocol

import gevent
import redis
from gevent.queue import SimpleQueue

from ..storage.journal import JournalEntry

log = logging.getLogger(__name__)

Take = Callable[[list[JournalEntry]], None]
CatchUp = Callable[[], None]

_CHANNEL = "console:journal"
_RETRY = 1.0  # seconds


class Backplane(Protocol):
    def start(self, take: Take, catch_up: CatchUp) -> None:
        """`take` gets entries of other workers; `catch_up` is called while entries may have been
        lost.
        """

    def publish(self, entries: list[JournalEntry]) -> None: ...

    def ready(self) -> bool: ...


class LocalBackplane:
    """The only worker: there is no other to notify."""

    def start(self, take: Take, catch_up: CatchUp) -> None: ...

    def publish(self, entries: list[JournalEntry]) -> None: ...

    def ready(self) -> bool:
        return True


class RedisBackplane:
    """Publishes entries through Redis. An empty list makes the others read the journal, because
    this worker could not publish some entries.
    """

    def __init__(self, url: str) -> None:
        self._redis: redis.Redis = redis.Redis.from_url(
            url, socket_timeout=2, socket_connect_timeout=2, retry=None
        )
        self._subscribed = False
        self._unpublished = False  # entries were committed here that were not published
        self._outgoing: SimpleQueue[list[JournalEntry]] = SimpleQueue()

    def start(self, take: Take, catch_up: CatchUp) -> None:
        gevent.spawn(self._listen, take, catch_up)
        gevent.spawn(self._watch, catch_up)
        gevent.spawn(self._send)

    def _watch(self, catch_up: CatchUp) -> None:
        while True:
            if not self._subscribed:
                catch_up()
            gevent.sleep(_RETRY)

    def _listen(self, take: Take, catch_up: CatchUp) -> None:
        while True:
            try:
                self._follow(take, catch_up)
            except (redis.RedisError, OSError, ValueError, TypeError) as error:
                if self._subscribed:
                    log.warning(
                        "Redis is away (%s): reading the journal every second", type(error).__name__
                    )
            self._subscribed = False
            gevent.sleep(_RETRY)

    def _follow(self, take: Take, catch_up: CatchUp) -> None:
        asked = False
        with self._redis.pubsub() as channel:  # type: ignore[no-untyped-call]
            channel.subscribe(_CHANNEL)
            while True:
                message = channel.get_message(timeout=_RETRY)
                if message is None and asked:
                    raise redis.TimeoutError("no answer to a ping")
                if asked := message is None:
                    channel.ping()
                elif message["type"] == "subscribe":
                    self._subscribed = True
                    catch_up()  # what was published before the subscription
                elif message["type"] == "message":
                    _receive(json.loads(message["data"]), take, catch_up)
                if self._unpublished and self._subscribed:
                    self._unpublished = False
                    self._send_now([])

    def publish(self, entries: list[JournalEntry]) -> None:
        """Never fails and never waits: committed entries are in the journal."""
        if self._subscribed:
            self._outgoing.put(entries)
        else:
            self._unpublished = True

    def _send(self) -> None:
        while True:
            entries = list(self._outgoing.get())
            while not self._outgoing.empty():
                entries += self._outgoing.get()
            self._send_now(entries)

    def _send_now(self, entries: list[JournalEntry]) -> None:
        try:
            self._redis.publish(_CHANNEL, json.dumps([asdict(entry) for entry in entries]))
        except (redis.RedisError, OSError):
            self._unpublished = True
            log.warning("Redis did not take a change; the other workers read it from the journal")

    def ready(self) -> bool:
        try:
            return bool(self._redis.ping())
        except (redis.RedisError, OSError):
            return False


def _receive(entries: list[dict[str, Any]], take: Take, catch_up: CatchUp) -> None:
    if entries:
        take([JournalEntry(**entry) for entry in entries])
    else:
        catch_up()


def open_backplane(redis_url: str) -> Backplane:
    return RedisBackplane(redis_url) if redis_url else LocalBackplane()
