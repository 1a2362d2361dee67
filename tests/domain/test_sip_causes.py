from __future__ import annotations

import pytest

from console.domain.enums import Cause
from console.domain.sip_causes import cause_of_sip


@pytest.mark.parametrize(
    ("code", "cause"),
    [
        (486, Cause.busy),
        (600, Cause.busy),
        (480, Cause.no_answer),
        (408, Cause.no_answer),
        (404, Cause.not_found),
        (484, Cause.not_found),
        (403, Cause.forbidden),
        (603, Cause.rejected),
        (487, Cause.cancelled),
        (503, Cause.unreachable),
        (488, Cause.failed),
        (500, Cause.failed),
        (499, Cause.failed),
        (302, Cause.failed),
        (0, Cause.failed),
    ],
)
def test_each_final_sip_answer_has_a_cause(code: int, cause: Cause) -> None:
    assert cause_of_sip(code) is cause


@pytest.mark.parametrize(
    ("code", "reason", "cause"),
    [
        (487, 'SIP ;cause=200 ;text="Call completed elsewhere"', Cause.answered_elsewhere),
        (487, "SIP;cause=200", Cause.answered_elsewhere),
        (487, "q.850;cause=26", Cause.answered_elsewhere),
        (480, 'Q.850;cause=17;text="User busy"', Cause.busy),
        (503, 'SIP;cause=503, Q.850;text="Unallocated";cause=1', Cause.not_found),
        (487, 'Q.850;cause=16;text="Normal call clearing"', Cause.cancelled),
        (486, "nonsense", Cause.busy),
    ],
)
def test_reason_header_outranks_the_code(code: int, reason: str, cause: Cause) -> None:
    assert cause_of_sip(code, reason) is cause
