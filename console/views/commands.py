"""Commands come in here, never over the socket. The server does what is its own and passes the rest to the owner."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from ..domain.words import Command
from ..errors import BadRequest, NotFound
from ..parts import parts
from ..security.guards import signed_in

blueprint = Blueprint("commands", __name__)

_LONGEST, _LONGEST_NOTE, _LONGEST_LEAVE = 4_096, 65_536, 65_536  # bytes; a browser sends no more when its page goes away


@blueprint.post("/commands/<name>")
@signed_in()
def command(name: str) -> ResponseReturnValue:
    """204 done, 202 passed to the owner, 409 stale_epoch or no_owner, 422 unsupported. Repeats of an id are harmless."""
    parts().commands.admit(g.user, name)
    body = _body(_LONGEST_NOTE if name == Command.note else _LONGEST)
    if name not in Command.__members__ or name in ("register", "unregister"):
        raise NotFound
    id, client, epoch = (body.pop(field, None) for field in ("id", "client", "epoch"))
    if not (isinstance(id, str) and 0 < len(id) <= 64 and isinstance(client, str) and isinstance(epoch, int)):
        raise BadRequest
    passed = parts().commands.receive(g.user, Command(name), id=id, client=client, epoch=epoch, args=body)
    return "", 202 if passed else 204


@blueprint.post("/commands/leave")
@signed_in()
def leave() -> ResponseReturnValue:
    """A page that goes away says so here too, with what its phone could not say on the socket any more."""
    parts().commands.admit(g.user, "leave")
    body = _body(_LONGEST_LEAVE)
    client, epoch, events = body.get("client"), body.get("epoch"), body.get("events", [])
    serial = body.get("serial", 0)
    if not (isinstance(client, str) and isinstance(epoch, int) and isinstance(serial, int)):
        raise BadRequest
    if not isinstance(events, list):
        raise BadRequest
    for item in events[:100]:
        if isinstance(item, dict) and isinstance(item.get("n"), int) and isinstance(item.get("event"), dict):
            parts().switchboard.phone_event(
                g.user.organisation_id, g.user.id, client, item["n"], int(item.get("epoch", epoch)), item["event"]
            )
    parts().presence.left(g.user.organisation_id, g.user.id, client, epoch, serial)
    return "", 204


def _body(longest: int) -> dict[str, Any]:
    if len(request.get_data()) > longest:
        raise RequestEntityTooLarge
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise BadRequest
    return body
