"""How committed lines reach the hubs of all workers: within this process, or through Redis as well.

Redis only makes it quick. A line that it loses is read from the journal: every second while Redis
is away, and whenever a later line shows that one is missing.
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

_CHANNEL = "console:lines"
_RETRY = 1.0  # seconds


class Backplane(Protocol):
    def start(self, take: Callable[[list[JournalEntry]], None], look: Callable[[], None]) -> None:
        """`take` gets lines of other workers; `look` is called while lines may have been lost."""

    def publish(self, lines: list[JournalEntry]) -> None: ...

    def ready(self) -> bool: ...


class InProcess:
    """One worker: nobody else is to be told."""

    def start(
        self, take: Callable[[list[JournalEntry]], None], look: Callable[[], None]
    ) -> None: ...

    def publish(self, lines: list[JournalEntry]) -> None: ...

    def ready(self) -> bool:
        return True


class ThroughRedis:
    """An empty list of lines says: look into the journal, for I could not tell you what was
    committed meanwhile.
    """

    def __init__(self, url: str) -> None:
        self._redis: redis.Redis = redis.Redis.from_url(
            url, socket_timeout=2, socket_connect_timeout=2, retry=None
        )
        self._subscribed = False
        self._owed = False  # lines were committed here that were not published
        self._outgoing: SimpleQueue[list[JournalEntry]] = SimpleQueue()

    def start(self, take: Callable[[list[JournalEntry]], None], look: Callable[[], None]) -> None:
        gevent.spawn(self._listen, take, look)
        gevent.spawn(self._watch, look)
        gevent.spawn(self._send)

    def _watch(self, look: Callable[[], None]) -> None:
        while True:
            if not self._subscribed:
                look()
            gevent.sleep(_RETRY)

    def _listen(self, take: Callable[[list[JournalEntry]], None], look: Callable[[], None]) -> None:
        while True:
            try:
                self._follow(take, look)
            except (redis.RedisError, OSError, ValueError, TypeError) as error:
                if self._subscribed:
                    log.warning(
                        "Redis is away (%s): reading the journal every second", type(error).__name__
                    )
            self._subscribed = False
            gevent.sleep(_RETRY)

    def _follow(self, take: Callable[[list[JournalEntry]], None], look: Callable[[], None]) -> None:
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
                    look()  # what was said before we listened
                elif message["type"] == "message":
                    _hear(json.loads(message["data"]), take, look)
                if self._owed and self._subscribed:
                    self._owed = False
                    self._say([])

    def publish(self, lines: list[JournalEntry]) -> None:
        """Never an error and never a wait: what is committed is in the journal."""
        if self._subscribed:
            self._outgoing.put(lines)
        else:
            self._owed = True

    def _send(self) -> None:
        while True:
            lines = list(self._outgoing.get())
            while not self._outgoing.empty():
                lines += self._outgoing.get()
            self._say(lines)

    def _say(self, lines: list[JournalEntry]) -> None:
        try:
            self._redis.publish(_CHANNEL, json.dumps([asdict(line) for line in lines]))
        except (redis.RedisError, OSError):
            self._owed = True
            log.warning("Redis did not take a change; the other workers read it from the journal")

    def ready(self) -> bool:
        try:
            return bool(self._redis.ping())
        except (redis.RedisError, OSError):
            return False


def _hear(
    lines: list[dict[str, Any]],
    take: Callable[[list[JournalEntry]], None],
    look: Callable[[], None],
) -> None:
    if lines:
        take([JournalEntry(**line) for line in lines])
    else:
        look()


def open_backplane(redis_url: str) -> Backplane:
    return ThroughRedis(redis_url) if redis_url else InProcess()
