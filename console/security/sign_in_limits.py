"""Rate limits of sign-in attempts that nobody can use to lock another person out.

Failures count for a name within the network they come from, never for the name itself. A browser
with which the user has signed in before has a bucket of its own, so that not even a neighbour in
the same network can lock its owner out.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_network
from typing import Any, TypeVar

from flask_babel import lazy_ngettext as ngettext
from limits import RateLimitItem, RateLimitItemPerMinute
from limits.errors import StorageError
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import FixedWindowRateLimiter
from redis.backoff import NoBackoff
from redis.retry import Retry

from ..errors import TooMany
from .addresses import address_in

T = TypeVar("T")

MINUTES = 15
PER_NAME = RateLimitItemPerMinute(10, MINUTES)
PER_DEVICE = RateLimitItemPerMinute(20, MINUTES)
PER_NETWORK = RateLimitItemPerMinute(100, MINUTES)

# A home has a /64 of IPv6 addresses, a customer a /56 or a /48. Strangers can share the wider ones.
_SHARES = {64: 1, 56: 2, 48: 4}

Bucket = tuple[RateLimitItem, str]


def networks_of(address: str) -> list[str]:
    """The networks that count an address, narrowest first; an IPv4 address counts by itself."""
    whole = address_in(address)
    if isinstance(whole, IPv6Address):
        return [str(ip_network((whole, bits), strict=False)) for bits in _SHARES]
    return [str(whole or address)]


def _buckets(item: RateLimitItem, prefix: str, networks: list[str]) -> tuple[Bucket, ...]:
    return tuple(
        (RateLimitItemPerMinute(item.amount * share, MINUTES), f"{prefix} {network}")
        for share, network in zip(_SHARES.values(), networks, strict=False)
    )


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try: the buckets of its name or device, and those of its network (none for a known
    device).
    """

    own: tuple[Bucket, ...]
    shared: tuple[Bucket, ...]

    @classmethod
    def of(cls, username: str, address: str, device: str | None) -> Attempt:
        if device:
            return cls(((PER_DEVICE, f"device {device} {username}"),), ())
        networks = networks_of(address)
        return cls(
            _buckets(PER_NAME, f"name {username}", networks),
            _buckets(PER_NETWORK, "network", networks),
        )


class SignInLimits:
    """Shared through Redis where there is one; while it is away, each worker counts for itself."""

    def __init__(self, redis_url: str) -> None:
        self._here = FixedWindowRateLimiter(MemoryStorage())
        self._shared = self._here
        if redis_url:
            impatient: dict[str, Any] = {
                "socket_timeout": 1,
                "socket_connect_timeout": 1,
                "retry": Retry(NoBackoff(), 0),
            }
            storage = RedisStorage(redis_url, wrap_exceptions=True, **impatient)
            self._shared = FixedWindowRateLimiter(storage)

    def admit(self, attempt: Attempt) -> None:
        """Counts the attempt before the password is checked, so that parallel ones find no gap.

        A refused attempt is not counted.
        """
        counted: list[Bucket] = []
        for bucket in (*attempt.own, *attempt.shared):
            counted.append(bucket)
            if not self._count(bucket):
                self._give_back(counted)
                self._refuse(*bucket)

    def succeeded(self, attempt: Attempt) -> None:
        """Forgets the failures of this device, or of this name in the narrowest network.

        Wider networks get this one attempt back: others share them, and their guesses still count.
        """
        narrowest, *wider = attempt.own
        self._clear(narrowest)
        self._give_back((*wider, *attempt.shared))

    def _count(self, bucket: Bucket) -> bool:
        return self._ask(lambda limiter: limiter.hit(*bucket))

    def _clear(self, bucket: Bucket) -> None:
        self._ask(lambda limiter: limiter.clear(*bucket))

    def _give_back(self, buckets: Iterable[Bucket]) -> None:
        for bucket in buckets:
            self._uncount(bucket)

    def _uncount(self, bucket: Bucket) -> None:
        item, key = bucket
        self._ask(
            lambda limiter: limiter.storage.incr(item.key_for(key), item.get_expiry(), amount=-1)
        )

    def _refuse(self, item: RateLimitItem, key: str) -> None:
        reset = self._ask(lambda limiter: limiter.get_window_stats(item, key).reset_time)
        seconds = max(1, int(reset - time.time()) + 1)
        sentence = ngettext(
            "Too many attempts. Please wait %(num)d minute and try again.",
            "Too many attempts. Please wait %(num)d minutes and try again.",
            -(-seconds // 60),
        )
        raise TooMany(sentence, headers={"Retry-After": str(seconds)})

    def _ask(self, question: Callable[[FixedWindowRateLimiter], T]) -> T:
        try:
            return question(self._shared)
        except StorageError:
            return question(self._here)
