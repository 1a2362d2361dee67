"""Commands by HTTP: carried out by the server, or passed to the owner of the phone."""

from __future__ import annotations

from typing import Any, NotRequired

from flask import Blueprint, g
from flask.typing import ResponseReturnValue
from pydantic import ConfigDict, TypeAdapter, ValidationError, with_config
from typing_extensions import TypedDict

from ..app_services import services
from ..domain.enums import Command
from ..domain.validation import ClientId, CommandId
from ..errors import BadRequest, NotFound
from ..security.guards import signed_in
from .json_body import checked, json_body, json_object

blueprint = Blueprint("commands", __name__)

_BODY_BYTES = 4_096
_NOTE_BODY_BYTES = 65_536  # LONGEST_NOTE characters, each escaped in JSON
_LEAVE_BODY_BYTES = 65_536  # a browser sends no more when its page goes away
_MOST_EVENTS = 100


@with_config(ConfigDict(strict=True, extra="allow"))
class _Asked(TypedDict):
    """A command; its other fields are its arguments."""

    id: CommandId
    client: ClientId
    epoch: int


@with_config(strict=True)
class _Leaving(TypedDict):
    client: ClientId
    epoch: int
    serial: NotRequired[int]
    events: NotRequired[list[Any]]


@with_config(strict=True)
class _Reported(TypedDict):
    """An event that the socket could not deliver; without `epoch` the page's epoch counts."""

    n: int
    epoch: NotRequired[int]
    event: dict[str, Any]


_ASKED, _LEAVING, _REPORTED = TypeAdapter(_Asked), TypeAdapter(_Leaving), TypeAdapter(_Reported)


@blueprint.post("/commands/<name>")
@signed_in()
def command(name: str) -> ResponseReturnValue:
    """204 done, 202 passed to the owner, 409 stale_epoch or no_owner, 422 unsupported.

    Repeats of an id are harmless.
    """
    services().commands.admit(g.user, name)
    body = json_object(longest=_NOTE_BODY_BYTES if name == Command.note else _BODY_BYTES)
    if name not in Command.__members__ or name in ("register", "unregister"):
        raise NotFound
    asked = checked(_ASKED, body)
    passed = services().commands.receive(
        g.user,
        Command(name),
        id=asked["id"],
        client=asked["client"],
        epoch=asked["epoch"],
        args={field: value for field, value in body.items() if field not in _Asked.__annotations__},
    )
    return "", 202 if passed else 204


@blueprint.post("/commands/leave")
@signed_in()
def leave() -> ResponseReturnValue:
    """A page goes away; the body holds the phone events that its socket could not deliver any more.

    Readable events are taken in and the page has left, even if the rest is answered with 400.
    """
    services().commands.admit(g.user, "leave")
    body = json_body(_LEAVING, "events", longest=_LEAVE_BODY_BYTES)
    client, epoch, events = body["client"], body["epoch"], body.get("events", [])
    read = [found for item in events[:_MOST_EVENTS] if (found := _event(item, epoch))]
    for n, of_epoch, event in read:
        services().switchboard.phone_event(
            g.user.organisation_id, g.user.id, client, n, of_epoch, event
        )
    services().realtime.lease_requests.leave_by_http(
        g.user.organisation_id, g.user.id, client, epoch, body.get("serial", 0)
    )
    if len(read) < len(events):
        raise BadRequest
    return "", 204


def _event(item: Any, epoch: int) -> tuple[int, int, dict[str, Any]] | None:
    """The number, the epoch (else that of the page) and the event; None where it is no event."""
    try:
        found = _REPORTED.validate_python(item)
    except ValidationError:
        return None
    return found["n"], found.get("epoch", epoch), found["event"]
