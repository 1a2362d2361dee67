"""The order of the test files: the longest are begun first, so that none of them is still at work when the others are done."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]

# Those that take longest, as measured on two busy cores. The others follow, more tests before fewer.
SECONDS = {
    "browser/test_vcc.py": 180,
    "browser/test_vcc_life.py": 180,
    "ownership/test_real_schedules.py": 180,
    "phone/test_losses.py": 165,
    "browser/test_vcc_places.py": 160,
    "simulator/test_truth.py": 120,
    "browser/test_vcc_switches.py": 115,
    "browser/test_lost_owner.py": 115,
    "browser/test_accessibility.py": 110,
    "browser/test_the_server_dies.py": 110,
    "phone/test_transfer.py": 105,
    "realtime/test_wall_gathering.py": 105,
    "realtime/test_two_workers.py": 100,
    "hostile/test_sockets.py": 90,
    "browser/test_stopped_page.py": 85,
    "browser/test_vcc_calls.py": 85,
    "browser/test_vcc_double.py": 85,
    "realtime/test_late_messages.py": 80,
    "phone/test_audio.py": 75,
    "browser/test_second_call.py": 70,
    "realtime/test_wall.py": 70,
    "hostile/test_requests.py": 65,
    "browser/test_a_call.py": 65,
    "realtime/test_endpoint.py": 55,
    "phone/test_audio_devices.py": 55,
    "realtime/test_lost_holders.py": 50,
}


def longest_first(items: list[pytest.Item]) -> None:
    """The tests of a file stay in their order. pytest-xdist keeps to this with --no-loadscope-reorder."""
    tests = Counter(item.path for item in items)

    def length(item: pytest.Item) -> tuple[int, int, str]:
        name = item.path.relative_to(TESTS).as_posix()
        return -SECONDS.get(name, 0), -tests[item.path], name

    items.sort(key=length)
