"""What the pretend VCC cloud and its scripts call things. vcc_scripts/cs_const.js has the same
numbers; a test compares them.
"""

from __future__ import annotations

from enum import IntEnum

from .exchange.enums import NO_ANSWER, OFFLINE, ONLINE

DOMAIN = "demo"
UNPAID_DOMAIN = "unpaid"  # its subscription is over
ACCESS_KEY = "console-vcc-test-access-key-0123456789abcdef"
HOTLINE = "19001234"
QUEUE = "Sales"  # what who calls the hotline has chosen
# What the newest build lets an agent choose from.
SERVICES = [
    {"callout_id": 1, "descriptions": HOTLINE, "is_default": True},
    {"callout_id": 2, "descriptions": "19005678", "is_default": False},
]

# The agents of the domain, with their roles: 2 agent, 6 extension, 7 mobile, 9 the vendor's
# softphone.
ROLES = {"5001": 2, "5002": 2, "5003": 6, "5004": 7, "5005": 9}
# Where an agent of this role takes calls when nobody is signed in.
ROLE_DEVICES = {6: 4, 7: 3, 9: 6}

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

LOGIN_ERRORS = {
    404: "Domain not found",
    405: "Domain subscription expired",
    401: "Wrong or expired token",
    400: "ipphone wrong or does not exist",
    500: "System error",
}

# Of the internal codes those that this cloud gives.
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


def code_of(code: str | None, sip_code: int | None, *, agent_leg: bool) -> tuple[str, int | None]:
    """The two arguments of `showCalloutError`."""
    if code is not None:
        return REFUSALS.get(code, REFUSALS["error"]), None
    if sip_code is None and not agent_leg:
        return REFUSALS["agent_unreachable"], None
    return NOT_CONNECTED, sip_code or 500
