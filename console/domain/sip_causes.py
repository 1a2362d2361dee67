"""The causes of SIP answers."""

from __future__ import annotations

import re
from collections.abc import Mapping

from .enums import Cause

SIP_CAUSES: Mapping[str, Cause] = {
    "401": Cause.forbidden,
    "402": Cause.forbidden,
    "403": Cause.forbidden,
    "404": Cause.not_found,
    "407": Cause.forbidden,
    "408": Cause.no_answer,
    "410": Cause.not_found,
    "430": Cause.unreachable,
    "433": Cause.forbidden,
    "480": Cause.no_answer,
    "484": Cause.not_found,
    "485": Cause.not_found,
    "486": Cause.busy,
    "487": Cause.cancelled,
    "502": Cause.unreachable,
    "503": Cause.unreachable,
    "504": Cause.unreachable,
    "600": Cause.busy,
    "603": Cause.rejected,
    "604": Cause.not_found,
    "607": Cause.rejected,
    "608": Cause.rejected,
    "3xx": Cause.failed,
    "4xx": Cause.failed,
    "5xx": Cause.failed,
    "6xx": Cause.failed,
}

# RFC 3326. A CANCEL with "SIP;cause=200" ends a ring group's call that was answered elsewhere. A
# Q.850 cause comes from the telephone network behind the PBX and is more precise than the SIP code
# that a gateway derives from it; 16 and 31 carry no information.
REASON_CAUSES: Mapping[str, Cause] = {
    "SIP;200": Cause.answered_elsewhere,
    "Q.850;1": Cause.not_found,
    "Q.850;17": Cause.busy,
    "Q.850;18": Cause.no_answer,
    "Q.850;19": Cause.no_answer,
    "Q.850;20": Cause.unreachable,
    "Q.850;21": Cause.rejected,
    "Q.850;26": Cause.answered_elsewhere,
    "Q.850;27": Cause.unreachable,
    "Q.850;28": Cause.not_found,
    "Q.850;34": Cause.unreachable,
    "Q.850;38": Cause.unreachable,
    "Q.850;42": Cause.unreachable,
}

_REASON = re.compile(r"([\w.]+)\s*(?:;[^,]*?)?;\s*cause\s*=\s*(\d+)", re.IGNORECASE)


def cause_of_sip(code: int, reason: str = "") -> Cause:
    """The cause of a final answer or a CANCEL (487), given its Reason header where it has one."""
    for protocol, number in _REASON.findall(reason):
        if cause := REASON_CAUSES.get(f"{protocol.upper()};{int(number)}"):
            return cause
    return SIP_CAUSES.get(str(code)) or SIP_CAUSES.get(f"{code // 100}xx", Cause.failed)
