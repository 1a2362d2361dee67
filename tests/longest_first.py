"""The order of the test files: the longest are begun first, so that none of them is still at work
when the others are done.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent

# Those that take longest, as measured on two busy cores. The others follow, more tests before
# fewer.
SECONDS = {
    "browser/test_vcc.py": 180,
    "ownership/test_real_schedules.py": 180,
    "browser/test_vcc_life.py": 175,
    "browser/test_vcc_places.py": 160,
    "browser/test_phone_starts.py": 160,
    "simulator/test_truth.py": 120,
    "browser/test_vcc_switches.py": 110,
    "browser/test_lost_owner.py": 110,
    "browser/test_accessibility.py": 110,
    "browser/test_the_server_dies.py": 110,
    "realtime/test_wall_throttle.py": 105,
    "realtime/test_two_workers.py": 100,
    "phone/test_losses.py": 95,
    "phone/test_transfer.py": 90,
    "hostile/test_sockets.py": 90,
    "browser/test_stopped_page.py": 80,
    "browser/test_vcc_calls.py": 80,
    "browser/test_vcc_double.py": 80,
    "realtime/test_late_messages.py": 80,
    "browser/test_one_phone.py": 70,
    "browser/test_second_call.py": 70,
    "realtime/test_wall.py": 70,
    "hostile/test_requests.py": 65,
    "browser/test_a_call.py": 65,
    "phone/test_audio.py": 60,
    "realtime/test_endpoint.py": 55,
    "browser/test_never_steals.py": 50,
    "realtime/test_lost_holders.py": 50,
}


def longest_first(items: list[pytest.Item]) -> None:
    """The tests of a file stay in their order. pytest-xdist keeps to this with
    --no-loadscope-reorder.
    """
    tests = Counter(item.path for item in items)

    def length(item: pytest.Item) -> tuple[int, int, str]:
        name = item.path.relative_to(TESTS).as_posix()
        return -SECONDS.get(name, 0), -tests[item.path], name

    items.sort(key=length)
