"""The enumerations that every part shares.

A member's value is its stable key: in the database, in messages and in tables of sentences.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

NO_NEWS: Final = "no_news"  # a phone's own code for a call whose end was not reported to it


class EventType(StrEnum):
    connected = "connected"
    disconnected = "disconnected"
    registered = "registered"
    unregistered = "unregistered"
    registration_failed = "registration_failed"
    ringing = "ringing"
    dialing = "dialing"
    answered = "answered"
    held = "held"
    resumed = "resumed"
    muted = "muted"
    unmuted = "unmuted"
    transferred = "transferred"
    transfer_failed = "transfer_failed"
    ended = "ended"
    failed = "failed"
    missed = "missed"
    device_changed = "device_changed"
    availability_changed = "availability_changed"
    ownership_changed = "ownership_changed"
    quality_alert = "quality_alert"
    hotline_changed = "hotline_changed"
    note_saved = "note_saved"
    unknown = "unknown"


class Command(StrEnum):
    dial = "dial"
    answer = "answer"
    reject = "reject"
    hangup = "hangup"
    mute = "mute"
    unmute = "unmute"
    mute_audio = "mute_audio"
    unmute_audio = "unmute_audio"
    hold = "hold"
    unhold = "unhold"
    dtmf = "dtmf"
    transfer_blind = "transfer_blind"
    consult = "consult"
    transfer_attended = "transfer_attended"
    set_availability = "set_availability"
    set_device = "set_device"
    choose_hotline = "choose_hotline"
    note = "note"
    callback_claim = "callback_claim"
    callback_release = "callback_release"
    callback_dismiss = "callback_dismiss"
    outcome = "outcome"
    extend_wrap_up = "extend_wrap_up"
    rate = "rate"  # no provider offers it yet
    register = "register"
    unregister = "unregister"


class CallState(StrEnum):
    dialing = "dialing"
    ringing = "ringing"
    active = "active"
    held = "held"
    ended = "ended"


class Cause(StrEnum):
    completed = "completed"
    busy = "busy"
    no_answer = "no_answer"
    rejected = "rejected"
    cancelled = "cancelled"
    unreachable = "unreachable"
    not_found = "not_found"
    forbidden = "forbidden"
    failed = "failed"
    missed = "missed"
    answered_elsewhere = "answered_elsewhere"
    transferred = "transferred"


class EndedBy(StrEnum):
    agent = "agent"
    remote = "remote"
    system = "system"


class Direction(StrEnum):
    inbound = "inbound"
    outbound = "outbound"
    internal = "internal"


class Availability(StrEnum):
    available = "available"
    away = "away"
    wrap_up = "wrap_up"
    offline = "offline"


class Device(StrEnum):
    browser = "browser"
    ip_phone = "ip_phone"
    gsm = "gsm"


class Role(StrEnum):
    agent = "agent"
    supervisor = "supervisor"
    admin = "admin"
