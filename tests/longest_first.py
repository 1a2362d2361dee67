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
    "providers/vcc/e2e/test_script_builds.py": 120,
    "providers/vcc/e2e/test_life_cycle.py": 115,
    "providers/vcc/e2e/test_outcomes.py": 105,
    "phone/test_start.py": 105,
    "workspace/test_accessibility.py": 95,
    "client/test_lost_owner.py": 95,
    "providers/sip/e2e/test_losses.py": 90,
    "providers/vcc/e2e/test_dialling.py": 90,
    "providers/vcc/e2e/test_fake_cloud.py": 90,
    "providers/vcc/e2e/test_devices.py": 75,
    "providers/sip/e2e/test_agents_talk.py": 65,
    "realtime/test_two_workers.py": 65,
    "providers/sip/e2e/test_two_calls.py": 60,
    "client/test_server_loss.py": 60,
    "client/test_stopped_page.py": 60,
    "frame/test_audio.py": 60,
    "workspace/test_kept_place.py": 60,
    "providers/sip/e2e/test_transfer.py": 55,
    "providers/sip/e2e/test_quality.py": 55,
    "wall/test_wall.py": 55,
    "client/test_one_phone.py": 50,
    "workspace/test_small_things.py": 50,
    "providers/sip/e2e/test_registration_texts.py": 50,
    "workspace/test_never_steals.py": 50,
    "ownership/test_real_schedules.py": 50,
    "workspace/test_phone_panel.py": 45,
    "frame/test_frame.py": 40,
    "providers/vcc/e2e/test_contract.py": 40,
    "workspace/test_while_talking.py": 35,
    "providers/sip/e2e/test_plain_phone.py": 35,
    "providers/sip/e2e/test_outcomes.py": 35,
    "realtime/test_late_messages.py": 35,
    "providers/vcc/e2e/test_calls.py": 35,
    "storage/test_database.py": 35,
    "hostile/test_sockets.py": 30,
    "providers/vcc/simulator/test_random_days.py": 30,
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
