"""How often somebody may try to sign in, without letting anybody shut others out.

Failures are counted where they come from: a stranger's fill the bucket of that name *in his network*, never the name
itself. A browser that this user has signed in with before has a bucket of its own, so that not even a neighbour in the
same network can lock its owner out.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any, TypeVar

from flask_babel import lazy_ngettext as ngettext
from limits import RateLimitItem, RateLimitItemPerMinute
from limits.errors import StorageError
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import FixedWindowRateLimiter
from redis.backoff import NoBackoff
from redis.retry import Retry

from ..errors import TooMany

T = TypeVar("T")

MINUTES = 15
PER_NAME = RateLimitItemPerMinute(10, MINUTES)
PER_DEVICE = RateLimitItemPerMinute(20, MINUTES)
PER_NETWORK = RateLimitItemPerMinute(100, MINUTES)


def network_of(address: str) -> str:
    """A home has a whole /64 of IPv6 addresses; an IPv4 address counts by itself."""
    try:
        whole = ip_address(address)
    except ValueError:
        return address
    if isinstance(whole, IPv6Address):
        return str(whole.ipv4_mapped or ip_network((whole, 64), strict=False))
    return str(whole)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try: the bucket that is its own, and the bucket of its network (none for a known device)."""

    own: tuple[RateLimitItem, str]
    network: str | None

    @classmethod
    def of(cls, username: str, address: str, device: str | None) -> Attempt:
        network = network_of(address)
        if device:
            return cls((PER_DEVICE, f"device {device} {username}"), None)
        return cls((PER_NAME, f"name {username} {network}"), f"network {network}")


class SignInLimits:
    """Shared through Redis where there is one; while it is away, each worker counts for itself."""

    def __init__(self, redis_url: str) -> None:
        self._here = FixedWindowRateLimiter(MemoryStorage())
        self._shared = self._here
        if redis_url:
            impatient: dict[str, Any] = {"socket_timeout": 1, "socket_connect_timeout": 1, "retry": Retry(NoBackoff(), 0)}
            storage = RedisStorage(redis_url, wrap_exceptions=True, **impatient)
            self._shared = FixedWindowRateLimiter(storage)

    def admit(self, attempt: Attempt) -> None:
        """Counts the try before the password is looked at, so that many at once find no gap."""
        item, key = attempt.own
        if not self._ask(lambda limiter: limiter.hit(item, key)):
            self._refuse(item, key)
        network = attempt.network
        if network and not self._ask(lambda limiter: limiter.test(PER_NETWORK, network)):
            self._refuse(PER_NETWORK, network)

    def failed(self, attempt: Attempt) -> None:
        network = attempt.network
        if network:
            self._ask(lambda limiter: limiter.hit(PER_NETWORK, network))

    def succeeded(self, attempt: Attempt) -> None:
        item, key = attempt.own
        self._ask(lambda limiter: limiter.clear(item, key))

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
