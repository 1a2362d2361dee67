"""Devices and presence of agents."""

from __future__ import annotations

from enum import IntEnum


class Device(IntEnum):
    """The device on which an agent takes calls."""

    BROWSER = 1
    IP_PHONE = 2  # rings only while the agent is signed in
    GSM = 3  # a mobile, whose number the agent gave
    DESK_PHONE = 4  # an IP phone that rings always
    SOFTPHONE = 6  # the vendor's own application


# These devices ring although nobody is signed in.
ALWAYS_RINGS = (Device.GSM, Device.DESK_PHONE, Device.SOFTPHONE)

ONLINE, OFFLINE, NO_ANSWER = "online", "offline", "no_answer"
PRESENCES = (ONLINE, OFFLINE, NO_ANSWER)
