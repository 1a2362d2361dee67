"""The forms of the contacts' pages: a new contact, an edit, a merge."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from ..app_services import services
from ..domain.contact_fields import (
    FIELDS,
    BadField,
    ContactFields,
    fingerprint,
    lost_by_merge,
    merged,
    read_fields,
)
from ..domain.directory import read_query
from ..domain.numbers import shown
from ..security.guards import signed_in
from ..services.contact_edits import (
    ContactChanged,
    ContactGone,
    SeenContact,
    merge_contacts,
    write_contact,
)
from ..storage import agents, contact_book, contacts, models
from .contact_pages import REMOVERS, shown_numbers
from .contact_texts import changed_sentence, gone, sentence_of

blueprint = Blueprint("contact_forms", __name__)

_FOUND = 20
_LONGEST = 200


@blueprint.route("/contacts/new", methods=["GET", "POST"], endpoint="new")
@blueprint.route("/contacts/<contact>/edit", methods=["GET", "POST"])
@signed_in()
def edit(contact: str = "") -> ResponseReturnValue:
    with services().database.read() as session:
        region = agents.region_of(session, g.user.id)
        stored = _stored(session, g.user, contact, region)
    if request.method == "GET":
        if contact and stored is None:
            raise gone()
        number = request.args.get("number", "")[:_LONGEST]
        return _form(contact, stored, stored["given"] if stored else {"numbers": number})
    services().commands.admit(g.user, "contact_edits")
    given = {name: request.form.get(name, "") for name in FIELDS}
    read = read_fields(given, region)
    if contact and stored is None:
        return _form("", None, given, read.faults, is_gone=True), 409
    faults = dict(read.faults)
    if not faults:
        try:
            return redirect(f"/contacts/{_write(contact, read.fields)}", 303)
        except BadField as bad:
            faults["name"] = bad
        except (ContactChanged, ContactGone):
            return _form_again(contact, region, given)
    return _form(contact, stored, given, faults, seen=request.form.get("seen", "")), 422


def _write(contact: str, fields: ContactFields) -> str:
    seen = SeenContact(contact, request.form.get("seen", "")) if contact else None
    mine = "mine" in request.form if "offers_mine" in request.form else None
    return write_contact(services().units, g.user, seen, fields, mine=mine)


def _form_again(contact: str, region: str, given: dict[str, str]) -> ResponseReturnValue:
    """Fields that the person left as they were show what others have stored meanwhile; where both
    have changed one, what was typed stands beside what is stored, and the next save wins.
    """
    with services().database.read() as session:
        stored = _stored(session, g.user, contact, region)
    if stored is None:
        return _form("", None, given, is_gone=True), 409
    now, was = stored["given"], _was()
    typed = {
        name: now[name] if was.get(name) == _lines(text) else text for name, text in given.items()
    }
    others = {
        name: now[name]
        for name, text in typed.items()
        if now[name] not in (_lines(text), was.get(name))
    }
    return _form(contact, stored, typed, others=others, was=now, is_changed=True), 409


def _was() -> dict[str, str]:
    """The fields as the form showed them, before the person typed."""
    given = {name: request.form.get(f"was_{name}") for name in FIELDS}
    return {name: _lines(text) for name, text in given.items() if text is not None}


def _lines(text: str) -> str:
    """Browsers send lines with a carriage return."""
    return text.replace("\r\n", "\n")


def _stored(
    session: Session, user: models.User, contact: str, region: str
) -> dict[str, Any] | None:
    """A contact as its form shows it."""
    known = contacts.get(session, user.organisation_id, contact) if contact else None
    if known is None:
        return None
    fields = contact_book.fields_of(session, known)
    return {
        "name": known.name,
        "given": {name: getattr(fields, name) for name in FIELDS}
        | {
            "numbers": "\n".join(shown(number, region) for number in fields.numbers),
            "tags": ", ".join(fields.tags),
        },
        "owner_id": known.owner_id,
        "seen": fingerprint(fields, known.owner_id),
    }


def _form(
    contact: str,
    stored: dict[str, Any] | None,
    given: Mapping[str, str],
    faults: Mapping[str, BadField] | None = None,
    **more: Any,
) -> str:
    owner = stored["owner_id"] if stored else None
    posted = request.method == "POST"
    return render_template(
        "contact_form.html",
        **{
            "contact": contact,
            "stored": stored,
            "given": {name: given.get(name, "") for name in FIELDS},
            "faults": {name: sentence_of(bad) for name, bad in (faults or {}).items()},
            "seen": stored["seen"] if stored else "",
            "was": _was() if posted else stored["given"] if stored else {},
            "offers_mine": owner in (None, g.user.id),
            "mine": "mine" in request.form if posted else owner == g.user.id,
            "title": _("Edit contact") if contact else _("New contact"),
            **more,
        },
    )


@blueprint.route("/contacts/<contact>/merge", methods=["GET", "POST"])
@signed_in(*REMOVERS)
def merge(contact: str) -> ResponseReturnValue:
    if request.method == "GET":
        return _merge_page(contact, request.args.get("with", "")[:_LONGEST])
    services().commands.admit(g.user, "contact_edits")
    other = request.form.get("with", "")
    kept = SeenContact(contact, request.form.get("seen", ""))
    try:
        merge_contacts(
            *(services().units, g.user, kept),
            SeenContact(other, request.form.get("seen_other", "")),
        )
    except ContactChanged:
        return _merge_page(contact, other, changed_sentence()), 409
    except ContactGone:
        return _merge_page(contact, other), 409
    except BadField as bad:
        return _merge_page(contact, other, sentence_of(bad)), 422
    return redirect(f"/contacts/{contact}", 303)


def _merge_page(contact: str, other: str, problem: str = "") -> str:
    """The search for the other contact, or what both would be together."""
    user: models.User = g.user
    with services().database.read() as session:
        region = agents.region_of(session, user.id)
        kept = _stored(session, user, contact, region)
        if kept is None:
            raise gone()
        typed = request.args.get("q", kept["name"]).strip()[:_LONGEST]
        query = read_query(typed, region)
        found = (
            []
            if query.is_empty
            else contact_book.listed(session, user.organisation_id, query, "", _FOUND + 1)
        )
        both = _both(session, user, contact, other) if other and other != contact else None
    return render_template(
        "contact_merge.html",
        contact=contact,
        name=kept["name"],
        q=typed,
        found=[(each, shown_numbers(each, region)) for each in found if each.id != contact],
        other=other if both else "",
        both=both,
        numbers=[shown(number, region) for number in both["fields"].numbers] if both else [],
        problem=_merge_problem(problem, other, both),
        title=_("Merge contacts"),
    )


def _merge_problem(problem: str, other: str, both: Mapping[str, Any] | None) -> str:
    if other and both is None:
        return str(_("The other contact does not exist any more. Choose another one."))
    return problem or (both["problem"] if both else "")


def _both(session: Session, user: models.User, contact: str, other: str) -> dict[str, Any] | None:
    """The contact that a merge would make; None when the other one is gone."""
    pair = [contacts.get(session, user.organisation_id, each) for each in (contact, other)]
    if pair[0] is None or pair[1] is None:
        return None
    kept, gone_one = pair[0], pair[1]
    fields = [contact_book.fields_of(session, each) for each in (kept, gone_one)]
    seen = [
        fingerprint(each, row.owner_id) for each, row in zip(fields, (kept, gone_one), strict=True)
    ]
    try:
        joined, problem = merged(*fields), ""
    except BadField as bad:
        joined, problem = fields[0], sentence_of(bad)
    return {
        "fields": joined,
        "problem": problem,
        "other_name": gone_one.name,
        "lost": lost_by_merge(*fields),
        "seen": seen[0],
        "seen_other": seen[1],
    }
