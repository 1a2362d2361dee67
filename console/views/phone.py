"""The phone frame, on its own origin without a session, and the credentials of the owner's line."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, g, jsonify, render_template
from flask.typing import ResponseReturnValue
from pydantic import TypeAdapter, with_config
from typing_extensions import TypedDict

from ..app_services import services
from ..domain.enums import Device
from ..domain.lease import LeaseMovedOn
from ..domain.reachability import LineState
from ..errors import BadRequest, NotFound, PhoneSystemAway, StaleEpoch, Unsupported
from ..providers import PROVIDERS
from ..providers.base import Account, BadSettings, LoginFailed, Sources
from ..security.guards import signed_in
from ..services.line_states import set_line_state
from ..static_files import packed_page
from ..storage import agents, models
from ..storage.lines import find_connection, lines_of
from ..storage.organisations import place_of
from .json_body import json_body
from .page_data import frame_data

blueprint = Blueprint("phone", __name__)


@with_config(strict=True)
class _Holder(TypedDict):
    client: str
    epoch: int


_HOLDER = TypeAdapter(_Holder)


@blueprint.get("/phone/<connection>")
def frame(connection: str) -> ResponseReturnValue:
    """The frame's page: it names the provider and holds no secret, so it needs no sign-in."""
    p = services()
    with p.database.read() as session:
        row = find_connection(session, connection)
    if row is None:
        raise NotFound
    g.csp = _policy(_sources(row), p.settings.origin)
    html = render_template(
        "phone.html",
        console_origin=p.settings.origin,
        provider=row.provider,
        page_data=frame_data(row.provider),
    )
    return packed_page(html)


def _sources(row: models.Connection) -> Sources:
    try:
        return PROVIDERS[row.provider].sources(row.settings)
    except BadSettings:
        return Sources()  # the session reports the problem; the frame may reach no host


def _policy(sources: Sources, console: str) -> dict[str, str]:
    return {
        "default-src": "'none'",
        "script-src": " ".join(("'self'", *sources.script)),
        "connect-src": " ".join(("'self'", *sources.connect)),
        "media-src": " ".join(("'self' blob: mediastream:", *sources.media)),
        "img-src": "'none'",
        "style-src": "'none'",
        "frame-src": "'none'",
        "form-action": "'none'",
        "base-uri": "'none'",
        "frame-ancestors": console,
    }


@blueprint.post("/phone/<connection>/session")
@signed_in()
def session(connection: str) -> ResponseReturnValue:
    """Credentials of the user's own line, for the client that holds the lease with this epoch.

    429 above the rate limit.
    """
    services().commands.admit(g.user, "phone_session")
    body = json_body(_HOLDER)
    client, epoch = body["client"], body["epoch"]
    row, account, facts = _line(connection, client, epoch)
    try:
        # No transaction is open now, because this may send a request to the phone system.
        phone = _phone_session(row.provider, account)
    except (BadRequest, Unsupported):
        _report(client, connection, LineState.refused)
        raise
    except PhoneSystemAway:
        _report(client, connection, LineState.disconnected)
        raise
    answer = jsonify(provider=row.provider, connection=connection, epoch=epoch, **facts, **phone)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _line(
    connection: str, client: str, epoch: int
) -> tuple[models.Connection, Account, dict[str, Any]]:
    p = services()
    with p.units.begin(g.user.organisation_id) as unit:
        opened = unit.session
        try:
            p.leases.start_phone(opened, g.user.id, client, epoch)
        except LeaseMovedOn as error:
            raise StaleEpoch from error
        found = next(
            ((line, row) for line, row in lines_of(opened, g.user) if row.id == connection), None
        )
        if found is None:
            raise NotFound
        line, row = found
        status = agents.find_status(opened, g.user.id)
        facts = {
            "region": agents.region_of(opened, g.user.id),
            "availability": status.availability if status else "offline",
            "ice_patience_ms": p.timings.ice_patience,
        }
        set_line_state(unit, g.user.id, client, connection, LineState.starting)
        chosen = (Device(status.device), status.device_number) if status else (Device.browser, "")
    secrets, line_secrets = (p.vault.open(each.secrets, place_of(each)) for each in (row, line))
    return (
        row,
        Account(row.settings, secrets, line.extension, line_secrets, g.user.name, p.http, *chosen),
        facts,
    )


def _report(client: str, connection: str, state: LineState) -> None:
    """Stores the state of a line whose phone does not start and so reports nothing itself."""
    with services().units.begin(g.user.organisation_id) as unit:
        set_line_state(unit, g.user.id, client, connection, state)


def _phone_session(provider: str, account: Account) -> dict[str, Any]:
    try:
        return PROVIDERS[provider].phone_session(account)
    except BadSettings as error:
        raise BadRequest(str(error), code="bad_settings") from error
    except LoginFailed as error:
        current_app.logger.warning("%s: a line's phone was not let in: %s", provider, error.code)
        raise (PhoneSystemAway if error.passing else Unsupported)(
            error.sentence, code=error.code
        ) from error
