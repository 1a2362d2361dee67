from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from console.domain.enums import Cause
from console.domain.sip_causes import REASON_CAUSES, SIP_CAUSES, cause_of_sip

SCRIPT = Path(__file__).parents[2] / "static/js/providers/kit/sip-causes.js"


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


@pytest.mark.parametrize(
    ("name", "table"), [("SIP_CAUSES", SIP_CAUSES), ("REASON_CAUSES", REASON_CAUSES)]
)
def test_the_phones_script_has_the_same_table(name: str, table: dict[str, Cause]) -> None:
    text = SCRIPT.read_text(encoding="utf-8")
    literal = re.search(rf"export const {name} = (?:Object\.freeze\()?(\{{[^}}]*\}})", text)
    assert literal, f"{SCRIPT.name} must export {name}"
    entries = re.findall(r"""["']?([\w.;]+)["']?\s*:\s*["'](\w+)["']""", literal[1])
    assert dict(entries) == json.loads(json.dumps(table))
