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
    "providers/vcc/e2e/test_outcomes.py": 180,
    "ownership/test_real_schedules.py": 180,
    "providers/vcc/e2e/test_devices.py": 160,
    "phone/test_start.py": 160,
    "providers/vcc/simulator/test_random_days.py": 120,
    "providers/vcc/e2e/test_script_builds.py": 110,
    "client/test_lost_owner.py": 110,
    "workspace/test_accessibility.py": 110,
    "client/test_server_loss.py": 110,
    "providers/vcc/e2e/test_life_cycle.py": 110,
    "realtime/test_wall_throttle.py": 105,
    "realtime/test_two_workers.py": 100,
    "providers/sip/e2e/test_losses.py": 95,
    "providers/sip/e2e/test_transfer.py": 90,
    "hostile/test_sockets.py": 90,
    "client/test_stopped_page.py": 80,
    "providers/vcc/e2e/test_calls.py": 80,
    "providers/vcc/e2e/test_fake_cloud.py": 80,
    "realtime/test_late_messages.py": 80,
    "client/test_one_phone.py": 70,
    "providers/sip/e2e/test_two_calls.py": 70,
    "realtime/test_wall.py": 70,
    "hostile/test_requests.py": 65,
    "providers/vcc/e2e/test_dialling.py": 65,
    "providers/sip/e2e/test_agents_talk.py": 65,
    "frame/test_audio.py": 60,
    "realtime/test_endpoint.py": 55,
    "workspace/test_never_steals.py": 50,
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
