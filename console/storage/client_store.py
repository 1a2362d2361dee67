"""The clients: open documents of agents, as rows that all workers share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, cast

from sqlalchemy import Table, bindparam, case, literal_column, select, tuple_, update
from sqlalchemy.orm import Session

from . import models
from .client_hellos import is_older_socket

# Plain rows, and statements that are built once: they run for every client of a restarted server.
_TABLE = cast(Table, models.Client.__table__)
# A worker has its socket. A literal, as in the partial index, which is used only then.
LIVING = _TABLE.c.worker != literal_column("''")
_THESE = tuple_(_TABLE.c.agent_id, _TABLE.c.id).in_(bindparam("pairs", expanding=True))
_ONE = (_TABLE.c.agent_id == bindparam("of_agent"), _TABLE.c.id == bindparam("of_client"))


def find_client(session: Session, agent: str, client: str) -> models.Client | None:
    return session.get(models.Client, (agent, client))


def count_event(session: Session, agent: str, client: str, n: int) -> bool:
    """Stores the number of a client's newest event. False: a known event or an unknown client."""
    row = find_client(session, agent, client)
    if row is None or n <= row.event_n:
        return False
    row.event_n = n
    return True


_SERIAL = (
    select(_TABLE.c.serial)
    .where(_TABLE.c.agent_id == bindparam("agent"), _TABLE.c.id == bindparam("client"))
    .with_for_update()
)


def is_superseded(session: Session, agent: str, client: str, serial: int) -> bool:
    """Whether a newer socket of this client has said hello: messages of the older one are late."""
    return bool(serial) and is_older_socket(
        serial, session.scalar(_SERIAL, {"agent": agent, "client": client}) or 0
    )


def mark_disconnected(
    session: Session, agent: str, client: str, is_back: Callable[[models.Client], bool]
) -> bool:
    """Stores that no socket of this client is open, unless it `is_back` meanwhile.

    Locks the row before it asks. Returns whether the row has changed.
    """
    row = session.get(models.Client, (agent, client), with_for_update=True, populate_existing=True)
    if row is None or not row.worker or is_back(row):
        return False
    row.worker, row.registered, row.visible = "", False, False
    session.flush()
    return True


def mark_connected(
    session: Session, agent: str, client: str, worker: str, still_there: Callable[[], bool]
) -> bool:
    """Stores that this worker has the socket of a client that is stored as disconnected.

    Locks the row before it asks. Returns whether the row has changed.
    """
    row = session.get(models.Client, (agent, client), with_for_update=True, populate_existing=True)
    if row is None or row.worker or not still_there():
        return False
    row.worker = worker
    session.flush()
    return True


_DISCONNECTED = select(_TABLE.c.agent_id, _TABLE.c.id).where(_THESE, ~LIVING)


_CONNECTED = select(_TABLE.c.agent_id, _TABLE.c.id).where(
    _TABLE.c.agent_id.in_(bindparam("agents", expanding=True)), LIVING, _TABLE.c.view != "wall"
)


def agents_with_another_page(session: Session, holders: Mapping[str, tuple[str, int]]) -> set[str]:
    """Those of these agents (each with the holder of the phone) who have another open page."""
    found = session.execute(_CONNECTED, {"agents": list(holders)})
    return {agent for agent, client in found if client != holders[agent][0]}


def disconnected_among(session: Session, pairs: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """Those of these (agent, client) that are stored without a worker."""
    return {
        (agent, client) for agent, client in session.execute(_DISCONNECTED, {"pairs": list(pairs)})
    }


def silent_clients(session: Session, before: int) -> list[tuple[str, str, str]]:
    """(organisation, agent, client) of connected clients that were last heard by `before`.

    Their worker may be dead.
    """
    table, user = models.Client, models.User
    rows = session.execute(
        select(user.organisation_id, table.agent_id, table.id)
        .join(user, user.id == table.agent_id)
        .where(LIVING, table.heard_at <= before)
    )
    return [(organisation, agent, client) for organisation, agent, client in rows]


def said_hello_since(session: Session, agent: str, client: str, since: int) -> bool:
    """Whether its socket is open and its last hello later than `since`."""
    row = find_client(session, agent, client)
    return row is not None and bool(row.worker) and row.arrived_at > since


@dataclass(frozen=True, slots=True)
class LastPong:
    """The last pong of a client; `used_at` and `heard_at` in ms UTC."""

    visible: bool
    audible: bool
    microphone: str
    registered: bool
    used_at: int
    heard_at: int


_NEWEST = case(
    (_TABLE.c.heard_at < bindparam("new_heard_at"), bindparam("new_heard_at")),
    else_=_TABLE.c.heard_at,
)
_REPORTED = ("visible", "audible", "microphone", "registered", "used_at")
_SAVE_PONG = (
    update(_TABLE)
    .where(*_ONE)
    .values({**{name: bindparam(f"new_{name}") for name in _REPORTED}, "heard_at": _NEWEST})
)


def save_pongs(session: Session, pongs: Iterable[tuple[str, str, LastPong]]) -> None:
    """Stores the pongs of all (agent, client) in one statement, which locks them in this order."""
    rows = [
        {"of_agent": agent, "of_client": client, **_renamed(pong)}
        for agent, client, pong in sorted(pongs, key=lambda one: one[:2])
    ]
    if rows:
        session.connection().execute(_SAVE_PONG, rows)


def _renamed(pong: LastPong) -> dict[str, Any]:
    """A parameter must not have the name of a column."""
    return {f"new_{name}": value for name, value in asdict(pong).items()}


@dataclass(frozen=True, slots=True)
class Place:
    """The place of a client. `name`: recognisable for a person; `answers`: its socket is open."""

    name: str = ""
    browser: str = ""
    answers: bool = True


_PLACES = select(
    _TABLE.c.agent_id, _TABLE.c.id, _TABLE.c.place, _TABLE.c.browser, _TABLE.c.worker != ""
).where(_THESE)


def places(session: Session, pairs: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Place]:
    """(agent, client) → its place."""
    return {
        (agent, client): Place(*place)
        for agent, client, *place in session.execute(_PLACES, {"pairs": list(pairs)})
    }


def of_session(session: Session, agent: str, session_id: str) -> list[str]:
    """Ids of the clients of this sign-in session."""
    table = models.Client
    return list(
        session.scalars(
            select(table.id).where(table.agent_id == agent, table.session_id == session_id)
        )
    )


def disconnect_workers(session: Session, prefix: str) -> None:
    """Marks the clients of workers with this prefix as disconnected: their host has restarted."""
    earlier = _TABLE.c.worker.startswith(prefix, autoescape=True)
    in_order = select(*_TABLE.primary_key).where(earlier).order_by(*_TABLE.primary_key)
    session.execute(in_order.with_for_update())
    session.execute(update(_TABLE).where(earlier).values(worker="", registered=False))


_LEASE = cast(Table, models.Lease.__table__)
_HOLDERS = select(_LEASE.c.agent_id, _LEASE.c.holder, _LEASE.c.epoch).where(
    _LEASE.c.agent_id.in_(bindparam("agents", expanding=True)), _LEASE.c.holder.is_not(None)
)


def holders(session: Session, agents: Iterable[str]) -> dict[str, tuple[str, int]]:
    """agent → (client, epoch) of the leases that are held."""
    return {
        agent: (holder or "", epoch)
        for agent, holder, epoch in session.execute(_HOLDERS, {"agents": list(agents)})
    }
