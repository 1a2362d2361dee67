"""The one domain of the pretend VCC cloud: its key, its hotlines and its agents' roles."""

from __future__ import annotations

DOMAIN = "demo"
UNPAID_DOMAIN = "unpaid"  # its subscription is over
ACCESS_KEY = "console-vcc-test-access-key-0123456789abcdef"
HOTLINE = "19001234"
QUEUE = "Sales"  # the hotline's choice of every customer
# The newest build lets an agent choose from these.
SERVICES = [
    {"callout_id": 1, "descriptions": HOTLINE, "is_default": True},
    {"callout_id": 2, "descriptions": "19005678", "is_default": False},
]

# The agents' roles: 2 agent, 6 extension, 7 mobile, 9 the vendor's softphone.
AGENT_ROLE = 2
ROLES = {"5001": AGENT_ROLE, "5002": AGENT_ROLE, "5003": 6, "5004": 7, "5005": 9}
# The device of a role while nobody is signed in.
ROLE_DEVICES = {6: 4, 7: 3, 9: 6}
