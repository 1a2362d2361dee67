"""Commands by HTTP: carried out by the server, or passed to the owner of the phone."""

from __future__ import annotations

import re
from typing import Any, TypeGuard

from flask import Blueprint, g
from flask.typing import ResponseReturnValue

from ..domain.enums import Command
from ..domain.storable import CLIENT_ID, ID
from ..errors import BadRequest, NotFound
from ..registry import services
from ..security.guards import signed_in
from .json_body import json_body

blueprint = Blueprint("commands", __name__)

_LONGEST, _LONGEST_NOTE, _LONGEST_LEAVE = (
    4_096,
    65_536,
    65_536,
)  # bytes; a browser sends no more when its page goes away
_LEAVE: tuple[tuple[str, Any], ...] = (
    ("client", None),
    ("epoch", None),
    ("serial", 0),
    ("events", []),
)
_MOST_EVENTS = 100


@blueprint.post("/commands/<name>")
@signed_in()
def command(name: str) -> ResponseReturnValue:
    """204 done, 202 passed to the owner, 409 stale_epoch or no_owner, 422 unsupported.

    Repeats of an id are harmless.
    """
    services().commands.admit(g.user, name)
    body = json_body(longest=_LONGEST_NOTE if name == Command.note else _LONGEST)
    if name not in Command.__members__ or name in ("register", "unregister"):
        raise NotFound
    id, client, epoch = (body.pop(field, None) for field in ("id", "client", "epoch"))
    if not (_is(ID, id) and _is(CLIENT_ID, client) and type(epoch) is int):
        raise BadRequest
    passed = services().commands.receive(
        g.user, Command(name), id=id, client=client, epoch=epoch, args=body
    )
    return "", 202 if passed else 204


def _is(pattern: re.Pattern[str], value: Any) -> TypeGuard[str]:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


@blueprint.post("/commands/leave")
@signed_in()
def leave() -> ResponseReturnValue:
    """A page goes away; the body holds the phone events that its socket could not deliver any more.

    Readable events are taken in and the page has left, even if the rest is answered with 400.
    """
    services().commands.admit(g.user, "leave")
    body = json_body("events", longest=_LONGEST_LEAVE)
    client, epoch, serial, events = (body.get(*field) for field in _LEAVE)
    if not (
        _is(CLIENT_ID, client)
        and type(epoch) is int
        and type(serial) is int
        and isinstance(events, list)
    ):
        raise BadRequest
    read = [found for item in events[:_MOST_EVENTS] if (found := _event(item, epoch))]
    for n, of_epoch, event in read:
        services().switchboard.phone_event(
            g.user.organisation_id, g.user.id, client, n, of_epoch, event
        )
    services().realtime.lease_requests.leave_by_http(
        g.user.organisation_id, g.user.id, client, epoch, serial
    )
    if len(read) < len(events):
        raise BadRequest
    return "", 204


def _event(item: Any, epoch: int) -> tuple[int, int, dict[str, Any]] | None:
    """(number, epoch, event), by default with the page's epoch; None when it is no event."""
    found = item if isinstance(item, dict) else {}
    n, of_epoch, event = found.get("n"), found.get("epoch", epoch), found.get("event")
    return (
        (n, of_epoch, event)
        if type(n) is int and type(of_epoch) is int and isinstance(event, dict)
        else None
    )
