"""The customer panel: the contact of a number, its last calls, and the form that names it."""

from __future__ import annotations

from typing import Any, NotRequired

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue
from pydantic import TypeAdapter, with_config
from sqlalchemy.orm import Session
from typing_extensions import TypedDict

from ..app_services import services
from ..domain.numbers import BadNumber, remote_number, shown
from ..errors import Unsupported
from ..security.guards import signed_in
from ..services.contacts import save_contact
from ..storage import agents, calls, contact_changes, contacts, models
from ..storage.contact_changes import ChangeView
from .json_body import json_body
from .number_texts import NUMBER_SENTENCES

blueprint = Blueprint("customers", __name__)


@with_config(strict=True)
class _Named(TypedDict):
    number: NotRequired[str]
    name: NotRequired[str]
    contact: NotRequired[str]
    mine: NotRequired[bool | None]


_NAMED = TypeAdapter(_Named)

_MOST = 10  # calls
_CHANGES = 3  # of each contact
_LONGEST = 200


@blueprint.get("/customers")
@signed_in()
def customer() -> ResponseReturnValue:
    """The panel as a fragment, for one of the agent's own calls or for a number."""
    call, number = (request.args.get(name, "")[:_LONGEST] for name in ("call", "number"))
    with services().database.read() as session:
        seen = _customer(session, g.user, call, number)
    html = render_template("_customer.html", customer=seen, user=g.user)
    return f'<hx-partial hx-target="#customer-body" hx-swap="outerHTML">{html}</hx-partial>', {
        "Cache-Control": "no-store"
    }


@blueprint.post("/customers")
@signed_in()
def save() -> ResponseReturnValue:
    """Names a number, or renames `contact`: 204; 422 with the reason; 429 above the rate limit."""
    services().commands.admit(g.user, "customers")
    body = json_body(_NAMED)
    try:
        save_contact(
            services().units,
            g.user,
            number=body.get("number", ""),
            name=body.get("name", ""),
            contact=body.get("contact", ""),
            mine=body.get("mine"),
        )
    except BadNumber as error:
        raise Unsupported(NUMBER_SENTENCES[error.code], code=error.code) from None
    return "", 204


def _customer(session: Session, user: models.User, key: str, given: str) -> dict[str, Any]:
    region = agents.region_of(session, user.id)
    call = calls.of_agent(session, user.id, key) if key else None
    number = call.number if call else remote_number(given, region)
    inside = bool(number) and not number.startswith("+")
    found = (
        [] if inside or not number else contacts.of_number(session, user.organisation_id, number)
    )
    before = _before(session, user, number, region, but=call.id if call else "") if number else []
    return {
        "kind": "withheld" if not number else "inside" if inside else "customer",
        "number": number,
        "shown": shown(number, region),
        "outgoing": bool(call and call.outgoing),
        "contacts": [
            (each, [shown(other, region) for other in each.numbers if other != number])
            for each in found
        ],
        "label": contacts.label_of(session, user.organisation_id, number) if found else "",
        "name": (
            contacts.colleague(session, user.organisation_id, number)
            if inside
            else call.name
            if call and not found
            else ""
        ),
        "changes": _changes(session, user, [each.id for each in found], region),
        "calls": before,
    }


def _changes(
    session: Session, user: models.User, found: list[str], region: str
) -> dict[str, list[ChangeView]]:
    """contact → its last changes, numbers as the agent reads them."""
    last = contact_changes.last(session, user.organisation_id, found, _CHANGES)
    return {contact: contact_changes.readable(changes, region) for contact, changes in last.items()}


def _before(
    session: Session, user: models.User, number: str, region: str, but: str
) -> list[dict[str, Any]]:
    """The last calls with this number, of all agents; for an extension only the user's own."""
    found = [
        call
        for call in calls.with_number(session, user.organisation_id, number, _MOST + 1)
        if call.id != but
    ]
    if not number.startswith("+"):
        found = [call for call in found if call.agent == user.id]
    names = agents.names(session, list({call.agent for call in found}))
    return [
        {**view, "agent_name": names.get(view["agent"], "")}
        for view in agents.call_views(session, found[:_MOST], region)
    ]
