"""Colleagues and contacts of an organisation, found by name, number or extension."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypedDict, cast

from sqlalchemy import ColumnElement, Table, and_, bindparam, or_, select, true
from sqlalchemy.orm import Session

from ..domain.contacts import search_key
from ..domain.directory import DirectoryQuery
from . import models
from .agents import AgentView
from .statements import OneOrMany

_USER, _LINE, _TEAM, _CONTACT, _NUMBER = (
    cast(Table, model.__table__)
    for model in (models.User, models.Line, models.Team, models.Contact, models.ContactNumber)
)


class Colleague(NamedTuple):
    """A user with a line. `extension`: of their first line."""

    id: str
    name: str
    team: str
    extension: str


class ColleagueView(TypedDict):
    """A colleague with their presence, and the extension of their first line."""

    agent: AgentView
    extension: str


class FoundContact(NamedTuple):
    """A contact, once for each of their numbers that was found."""

    name: str
    number: str


_COLLEAGUES = (
    select(_USER.c.id, _USER.c.name, _TEAM.c.name, _LINE.c.extension)
    .join_from(_USER, _LINE, _LINE.c.agent_id == _USER.c.id)
    .outerjoin(_TEAM, _TEAM.c.id == _USER.c.team_id)
    .where(_USER.c.organisation_id == bindparam("organisation"), _USER.c.disabled.is_(False))
    .order_by(_USER.c.name, _USER.c.id, _LINE.c.id)
)


_EXTENSIONS = OneOrMany(
    lambda among: (
        select(_LINE.c.agent_id, _LINE.c.extension)
        .where(among(_LINE.c.agent_id))
        .order_by(_LINE.c.id)
    )
)


def with_extensions(session: Session, views: Sequence[AgentView]) -> list[ColleagueView]:
    found: dict[str, str] = {}
    for agent, extension in _EXTENSIONS.ask(session, [view["id"] for view in views]):
        found.setdefault(agent, extension)
    return [ColleagueView(agent=view, extension=found.get(view["id"], "")) for view in views]


def colleagues(
    session: Session, organisation: str, query: DirectoryQuery, but: str, most: int
) -> list[Colleague]:
    """Colleagues of `but` whose name or extension fits, those whose name begins so first.

    Names are compared here: databases know nothing of marks.
    """
    rows: Any = session.execute(_COLLEAGUES, {"organisation": organisation})
    found: dict[str, Colleague] = {}
    for id, name, team, extension in rows:
        if id != but and id not in found and query.fits(name, extension):
            found[id] = Colleague(id, name, team or "", extension)
    first = query.words[0] if query.words else ""
    by_rank = sorted(found.values(), key=lambda one: not search_key(one.name).startswith(first))
    return by_rank[:most]


def contacts(
    session: Session, organisation: str, query: DirectoryQuery, most: int
) -> list[FoundContact]:
    fits = contact_fits(query, word_fits, number_fits(query))
    begins = [_CONTACT.c.search.startswith(word, autoescape=True) for word in query.words[:1]]
    found = session.execute(
        select(_CONTACT.c.name, _NUMBER.c.number)
        .join_from(_CONTACT, _NUMBER, _NUMBER.c.contact_id == _CONTACT.c.id)
        .where(_CONTACT.c.organisation_id == organisation, fits)
        .order_by(
            *(one.desc() for one in begins), _CONTACT.c.search, _CONTACT.c.id, _NUMBER.c.number
        )
        .limit(most)
    )
    return [FoundContact(name, number) for name, number in found]


def contact_fits(
    query: DirectoryQuery, word: Callable[[str], ColumnElement[bool]], number: ColumnElement[bool]
) -> ColumnElement[bool]:
    """All words fit, or the number and all words that are no digits; an empty query fits all."""
    by_words = and_(true(), *map(word, query.words))
    if not query.digits:
        return by_words
    by_number = and_(number, *map(word, query.letters))
    return or_(by_words, by_number) if query.words else by_number


def word_fits(word: str) -> ColumnElement[bool]:
    search = _CONTACT.c.search
    begins = search.startswith(word, autoescape=True)
    return or_(begins, search.contains(f" {word}", autoescape=True))


def number_fits(query: DirectoryQuery) -> ColumnElement[bool]:
    number = _NUMBER.c.number
    if query.number:
        return number.startswith(query.number, autoescape=True)
    return number.contains(query.digits, autoescape=True)
