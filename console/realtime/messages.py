"""Every message of /realtime, with its fields; docs/realtime-protocol.md says what each is for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal, NotRequired

from pydantic import Field, StringConstraints, TypeAdapter, ValidationError, with_config
from typing_extensions import TypedDict

from ..domain.storable import NotStorable, read_object
from ..domain.validation import ClientId, problem_of
from ..domain.vocabulary import MicrophoneState

# Close codes that a goodbye may carry.
RESTARTING, BAD_MESSAGE, SIGN_IN, NOT_ALLOWED, TOO_SLOW, REPLACED, TOO_MANY = (
    1012,
    4400,
    4401,
    4403,
    4408,
    4409,
    4429,
)
MAX_BYTES = 64 * 1024

Text = Annotated[str, StringConstraints(max_length=200)]
# A command's id behind its asker's.
AskedId = Annotated[str, StringConstraints(pattern="^[A-Za-z0-9_.:@-]{1,129}$")]
Object = dict[str, Any]


@with_config(strict=True)
class FromBrowser(TypedDict):
    """A number is not taken for a text, nor a text for a number."""


class Hello(FromBrowser):
    client: ClientId
    formerly: NotRequired[ClientId | None]
    browser: NotRequired[ClientId | None]
    view: Text
    locale: Text
    epoch: NotRequired[int | None]
    serial: NotRequired[int | None]


class Pong(FromBrowser):
    n: int
    epoch: int
    audible: bool
    microphone: Annotated[MicrophoneState, Field(strict=False)]
    registered: bool
    visible: bool
    used: int | float
    calls: list[Any]


class LeaseClaim(FromBrowser):
    confirm: NotRequired[bool | None]
    call: NotRequired[Literal["move", "end"] | None]
    lock_free: NotRequired[bool | None]


class OfEpoch(FromBrowser):
    epoch: int


class PhoneEvent(FromBrowser):
    n: int
    epoch: int
    event: Object


class PhoneData(FromBrowser):
    n: int
    epoch: int
    kind: Text
    items: list[Any]


class CommandResult(FromBrowser):
    id: AskedId
    ok: bool
    code: NotRequired[Text | None]


FROM_BROWSER: Final[Mapping[str, type]] = {
    "hello": Hello,
    "pong": Pong,
    "lease.claim": LeaseClaim,
    "lease.release": OfEpoch,
    "lease.leaving": OfEpoch,
    "lease.released": OfEpoch,
    "phone.event": PhoneEvent,
    "phone.data": PhoneData,
    "command.result": CommandResult,
}


class Welcome(TypedDict):
    seq: int
    lease: Object | None
    n: int
    html: str


class Change(TypedDict):
    seq: int
    html: NotRequired[str]


class Ping(TypedDict):
    n: int
    heard: int
    others: bool
    at: int
    epoch: NotRequired[int]


class LeaseNotice(TypedDict):
    epoch: int
    holder: NotRequired[Object | None]


class LeaseRevoked(LeaseNotice):
    call: NotRequired[str]


class Ack(TypedDict):
    n: int


class CommandRequest(TypedDict):
    id: str
    name: str
    args: Object
    epoch: int
    expires: int


class Goodbye(TypedDict):
    code: int
    reason: str


FROM_SERVER: Final[Mapping[str, type]] = {
    "welcome": Welcome,
    "change": Change,
    "ping": Ping,
    "lease.granted": LeaseNotice,
    "lease.denied": LeaseNotice,
    "lease.revoked": LeaseRevoked,
    "ack": Ack,
    "command": CommandRequest,
    "command.result": CommandResult,
    "goodbye": Goodbye,
}

# Fields with text from third parties: they are cleaned, and never refuse a message.
_REPORTED = ("event", "items", "calls")
_ADAPTERS: Final[Mapping[str, TypeAdapter[Object]]] = {
    name: TypeAdapter(message) for name, message in FROM_BROWSER.items()
}


class BadMessage(ValueError):
    """A text that is none of these messages. The error says what is wrong and repeats nothing."""


def decode(text: str) -> dict[str, Any]:
    """Read one message from a browser. Fields that its type does not have are left out."""
    try:
        message = read_object(text, _REPORTED)
    except NotStorable as error:
        raise BadMessage(str(error)) from None
    name = message.get("type")
    adapter = _ADAPTERS.get(name) if isinstance(name, str) else None
    if adapter is None:
        raise BadMessage("unknown message")
    try:
        checked: dict[str, Any] = adapter.validate_python(message)
    except ValidationError as error:
        raise BadMessage(f"{name}: {problem_of(error)}") from None
    checked["type"] = name
    return checked


def encode(message: Mapping[str, Any]) -> str:
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"))
