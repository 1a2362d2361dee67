"""Native threads for work that would block the event loop: password hashing, long SQLite reads."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from gevent import get_hub
from gevent.monkey import is_module_patched

T = TypeVar("T")


def off_the_loop(work: Callable[[], T]) -> T:
    """Runs `work` in gevent's thread pool and waits for it while other greenlets go on; inline
    without gevent.
    """
    if not is_module_patched("threading"):
        return work()
    return get_hub().threadpool.apply(work)  # type: ignore[no-any-return]
