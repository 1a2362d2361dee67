"""The contacts' pages: the list with its search, one contact with its calls, and its deletion."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from ..app_services import services
from ..domain.contact_fields import fingerprint
from ..domain.directory import read_query
from ..domain.enums import Role
from ..domain.numbers import shown
from ..security.guards import signed_in
from ..services.contact_edits import ContactChanged, ContactGone, SeenContact, delete_contact
from ..storage import agents, callbacks, calls, contact_book, contact_changes, contacts, models
from ..storage.contacts import ContactView
from .contact_texts import changed_sentence, gone
from .history import callback_of, cursor_in

blueprint = Blueprint("contact_pages", __name__)

REMOVERS = (Role.supervisor, Role.admin)  # they merge and delete; everybody edits
_PAGE = 50
_CHANGES = 20
_LONGEST = 200


@blueprint.get("/contacts")
@signed_in()
def listing() -> ResponseReturnValue:
    """The organisation's contacts by name. The address holds the search and the place."""
    typed, after = (request.args.get(name, "").strip()[:_LONGEST] for name in ("q", "after"))
    with services().database.read() as session:
        region = agents.region_of(session, g.user.id)
        query = read_query(typed, region)
        is_short = bool(typed) and query.is_empty
        found = (
            []
            if is_short
            else contact_book.listed(session, g.user.organisation_id, query, after, _PAGE + 1)
        )
    next_page = {"q": typed, "after": found[_PAGE - 1].id} if len(found) > _PAGE else {}
    return render_template(
        "contacts.html",
        contacts=[(each, shown_numbers(each, region)) for each in found[:_PAGE]],
        q=typed,
        is_short=is_short,
        is_first=not after,
        deleted="deleted" in request.args,
        next_page=urlencode({name: value for name, value in next_page.items() if value}),
        title=_("Contacts"),
    )


@blueprint.get("/contacts/<contact>")
@signed_in()
def page(contact: str) -> ResponseReturnValue:
    return _page(contact)


@blueprint.post("/contacts/<contact>/delete")
@signed_in(*REMOVERS)
def delete(contact: str) -> ResponseReturnValue:
    services().commands.admit(g.user, "contact_edits")
    seen = SeenContact(contact, request.form.get("seen", ""))
    try:
        delete_contact(services().units, g.user, seen)
    except ContactGone:
        raise gone() from None
    except ContactChanged:
        return _page(contact, problem=changed_sentence()), 409
    return redirect("/contacts?deleted=1", 303)


def _page(contact: str, problem: str = "") -> str:
    before, user = cursor_in(request.args.get("before", "")), g.user
    organisation = user.organisation_id

    def work(session: Session) -> dict[str, Any] | None:
        known = contacts.get(session, organisation, contact)
        if known is None:
            return None
        region = agents.region_of(session, user.id)
        [view] = contacts.views(session, [known])
        changes = contact_changes.last(session, organisation, [contact], _CHANGES)[contact]
        return {
            "contact": view,
            "numbers": shown_numbers(view, region),
            "seen": fingerprint(contact_book.fields_of(session, known), known.owner_id),
            "changes": contact_changes.readable(changes, region),
            **_timeline(session, user, view, before, region),
        }

    found = services().database.long_read(work)
    if found is None:
        raise gone()
    view: ContactView = found["contact"]
    return render_template(
        "contact.html",
        **found,
        host=host_of(view.link),
        may_remove=g.user.role in REMOVERS,
        is_first=before is None,
        problem=problem,
        title=view.name,
    )


def _timeline(
    session: Session,
    user: models.User,
    contact: ContactView,
    before: calls.Cursor | None,
    region: str,
) -> dict[str, Any]:
    """The calls of all the contact's numbers, of all agents, and the place of earlier ones."""
    organisation = user.organisation_id
    found = calls.with_numbers(
        session, organisation, contact.numbers, before=before, limit=_PAGE + 1
    )
    views = agents.call_views(session, found[:_PAGE], region)
    names = agents.names(session, list({view["agent"] for view in views}))
    states = callbacks.states_of(session, organisation, contact.numbers)
    last = found[_PAGE - 1] if len(found) > _PAGE else None
    return {
        "calls": [
            {
                **view,
                "agent_name": names.get(view["agent"], ""),
                "callback": callback_of(view, states.get(view["number"])),
            }
            for view in views
        ],
        "earlier": f"{last.started_at}.{last.id}" if last else "",
    }


def shown_numbers(contact: ContactView, region: str) -> list[tuple[str, str]]:
    """(number in E.164, number as people read it)."""
    return [(number, shown(number, region)) for number in contact.numbers]


def host_of(link: str) -> str:
    return urlsplit(link).hostname or "" if link else ""
