"""The agents of the pretend exchange: the demo's, and some at home on other devices."""

from __future__ import annotations

from .exchange import Device

# A vendor's names for them, and their passwords, are the vendor's.
AGENTS = (
    ("5001", "Alice", Device.BROWSER),
    ("5002", "Bob", Device.BROWSER),
    ("5003", "Chi", Device.DESK_PHONE),
    ("5004", "Dũng", Device.GSM),
)
