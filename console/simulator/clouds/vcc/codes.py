"""The numbers and codes of the pretend VCC cloud and its scripts. scripts/fake_cs_const.js has the
same message numbers; a test compares them.
"""

from __future__ import annotations

from enum import IntEnum

from ...exchange.enums import NO_ANSWER, OFFLINE, ONLINE

STATUSES = {ONLINE: "Online", OFFLINE: "Offline", NO_ANSWER: "No Answer"}
PRESENCES = {"Online": ONLINE, "Offline": OFFLINE}

DIRECTIONS = {"inbound": 1, "outbound": 2, "internal": 3}

REFUSALS = {
    "agent_unreachable": "IPCC_NOT_CONNECT_AGENT_ID",
    "agent_busy": "CALLOUT_AGENT_BUSY",
    "permission_denied": "CALLOUT_PERMISSION_DENY",
    "error": "ERROR_CALLOUT_CONNECT",
}
NOT_CONNECTED = "IPCC_NOT_CONNECT_CUSTOMER"
TRANSFER_ERRORS = {"not_in_a_call": "NOT_IN_A_CALL", "failed": "TRANSFER_CALL_FAILED"}
NO_CALL_TO_TRANSFER = "COULD_NOT_GET_CALL_INFO"

LOGIN_ERRORS = {
    404: "Domain not found",
    405: "Domain subscription expired",
    401: "Wrong or expired token",
    400: "ipphone wrong or does not exist",
    500: "System error",
}

# The internal codes that this cloud gives.
NO_CALL, NOT_AVAILABLE, ON_HOLD, NOT_ON_HOLD = (
    "IPCCERR0000",
    "IPCCERR0001",
    "IPCCERR0003",
    "IPCCERR0005",
)
HOLD_WHILE_RINGING, MUTE_WHILE_RINGING = "IPCCERR0008", "IPCCERR0009"


class Id(IntEnum):
    """`objectId` of a message on the agent server's socket.

    Only the ping's number is the vendor's.
    """

    PING = 11111111
    LOGIN = 10000001
    VOICE = 10000002
    STATUS = 10000003
    DEVICE = 10000004
    RING = 20000001
    AGENT_ANSWER = 20000002
    CALL_END = 20000003
    CALLOUT = 20000004
    HOLD = 20000005
    MUTE = 20000006
    CALL_ERROR = 20000007
    AGENTS = 30000001
    TRANSFER_AGENT = 30000002
    TRANSFER_ACD = 30000003
    TRANSFER_ASKED = 30000004
    TRANSFER_RESPONSE = 30000005
    TRANSFER_SUCCESS = 30000006
    TRANSFER_ERROR = 30000007
    SURVEY = 30000008


def callout_error(
    code: str | None, sip_code: int | None, *, agent_leg: bool
) -> tuple[str, int | None]:
    """The two arguments of `showCalloutError`."""
    if code is not None:
        return REFUSALS.get(code, REFUSALS["error"]), None
    if sip_code is None and not agent_leg:
        return REFUSALS["agent_unreachable"], None
    return NOT_CONNECTED, sip_code or 500
