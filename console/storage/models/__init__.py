"""The tables. Importing this package registers all of them."""

from __future__ import annotations

from ..ids import new_id
from .base import Base
from .callbacks import Callback, CallbackAudience
from .calls import AgentStatus, Call, ExternalId
from .contacts import Contact, ContactChange, ContactNumber
from .journal import CommandArgs, DatabaseMark, JournalRow, UnknownEvent
from .organisations import Connection, Line, Organisation, Supervision, Team, User
from .outcomes import Outcome
from .ownership import Client, Lease, LeaseEpoch, LineState
from .sign_in import SignInSession, UsedToken
from .supervision import AvailabilityChange, Whisper

__all__ = [
    "AgentStatus",
    "AvailabilityChange",
    "Base",
    "Call",
    "Callback",
    "CallbackAudience",
    "Client",
    "CommandArgs",
    "Connection",
    "Contact",
    "ContactChange",
    "ContactNumber",
    "DatabaseMark",
    "ExternalId",
    "JournalRow",
    "Lease",
    "LeaseEpoch",
    "Line",
    "LineState",
    "Organisation",
    "Outcome",
    "SignInSession",
    "Supervision",
    "Team",
    "UnknownEvent",
    "UsedToken",
    "User",
    "Whisper",
    "new_id",
]
