"""The open documents of the agents, as rows: what one worker must know of the clients of
another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, cast

from sqlalchemy import Table, bindparam, case, insert, literal_column, select, tuple_, update
from sqlalchemy.orm import Session

from . import models

# Plain rows, and statements that are built once: they run for every client when all come back
# together.
_TABLE = cast(Table, models.Client.__table__)
# A worker holds its socket. Written out, as in the index of living clients, which is used only
# then.
LIVING = _TABLE.c.worker != literal_column("''")
_THESE = tuple_(_TABLE.c.agent_id, _TABLE.c.id).in_(bindparam("pairs", expanding=True))
_ONE = (_TABLE.c.agent_id == bindparam("of_agent"), _TABLE.c.id == bindparam("of_client"))
_KNOWN = (
    select(
        _TABLE.c.agent_id,
        _TABLE.c.id,
        *(
            _TABLE.c[name]
            for name in ("event_n", "worker", "microphone", "registered", "heard_at", "serial")
        ),
    )
    .where(_THESE)
    .order_by(_TABLE.c.agent_id, _TABLE.c.id)
    .with_for_update()
)
_FACTS = (
    "browser",
    "view",
    "place",
    "session_id",
    "worker",
    "arrived_at",
    "heard_at",
    "used_at",
    "serial",
)
_COME_BACK = (
    update(_TABLE)
    .where(*_ONE)
    .values(
        {name: bindparam(f"new_{name}") for name in _FACTS}
        | {
            "previous_id": case(
                (bindparam("new_previous_id") == "", _TABLE.c.previous_id),
                else_=bindparam("new_previous_id"),
            )
        }
    )
)
_COME = insert(_TABLE).values(
    event_n=0, audible=False, microphone="unknown", registered=False, visible=True
)


@dataclass(frozen=True, slots=True)
class Known:
    """What the row of a client said before its hello.

    `worker`: who held its socket until now; empty: nobody.
    """

    event_n: int = 0
    worker: str = ""
    microphone: str = "unknown"
    registered: bool = False
    heard_at: int = 0
    serial: int = 0


def arrived(session: Session, come: Sequence[dict[str, Any]]) -> dict[tuple[str, str], Known]:
    """These clients have said hello. A known one keeps its event number. The rows are locked before
    they are read.

    A hello of an earlier socket than the one that is known changes nothing: a stopped worker
    delivers it late.
    """
    facts = {
        (one["agent_id"], one["id"]): one
        for one in sorted(come, key=lambda one: int(one["serial"]))
    }
    before = {
        (agent, client): Known(*known)
        for agent, client, *known in session.execute(_KNOWN, {"pairs": list(facts)})
    }
    newer = [
        pair for pair, known in before.items() if not is_late(facts[pair]["serial"], known.serial)
    ]
    new = (*_FACTS, "previous_id")
    back = [
        {
            "of_agent": pair[0],
            "of_client": pair[1],
            **{f"new_{name}": facts[pair][name] for name in new},
        }
        for pair in newer
    ]
    fresh = [one for pair, one in facts.items() if pair not in before]
    if back:
        session.execute(_COME_BACK, back)
    if fresh:
        session.execute(_COME, fresh)
    return {pair: before.get(pair, Known()) for pair in facts}


def is_late(serial: int, newest: int) -> bool:
    """Whether a socket with this serial number comes before the newest; 0: a page that does not
    number its sockets.
    """
    return 0 < serial < newest


_SERIAL = (
    select(_TABLE.c.serial)
    .where(_TABLE.c.agent_id == bindparam("agent"), _TABLE.c.id == bindparam("client"))
    .with_for_update()
)


def superseded(session: Session, agent: str, client: str, serial: int) -> bool:
    """A newer socket of this client has said hello: what the older one still says is late."""
    return bool(serial) and is_late(
        serial, session.scalar(_SERIAL, {"agent": agent, "client": client}) or 0
    )


def gone(
    session: Session, agent: str, client: str, is_back: Callable[[models.Client], bool]
) -> bool:
    """No socket of this client is open any more, unless it `is_back` meanwhile.

    Locks the row before it asks.
    """
    row = session.get(models.Client, (agent, client), with_for_update=True, populate_existing=True)
    if row is None or not row.worker or is_back(row):
        return False
    row.worker, row.registered, row.visible = "", False, False
    session.flush()
    return True


def found(
    session: Session, agent: str, client: str, worker: str, still_there: Callable[[], bool]
) -> bool:
    """This worker holds the client's socket, though the client was counted as gone.

    Locks the row before it asks.
    """
    row = session.get(models.Client, (agent, client), with_for_update=True, populate_existing=True)
    if row is None or row.worker or not still_there():
        return False
    row.worker = worker
    session.flush()
    return True


_COUNTED_AS_GONE = select(_TABLE.c.agent_id, _TABLE.c.id).where(_THESE, ~LIVING)


_CONNECTED = select(_TABLE.c.agent_id, _TABLE.c.id).where(
    _TABLE.c.agent_id.in_(bindparam("agents", expanding=True)),
    LIVING,
    _TABLE.c.view != "wall",
)


def with_company(session: Session, holders: Mapping[str, tuple[str, int]]) -> set[str]:
    """Those of these agents (each with the client that holds the phone) with another open page."""
    found = session.execute(_CONNECTED, {"agents": list(holders)})
    return {agent for agent, client in found if client != holders[agent][0]}


def counted_as_gone(session: Session, pairs: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """Those of these (agent, client) of whose sockets no worker knows."""
    return {
        (agent, client)
        for agent, client in session.execute(_COUNTED_AS_GONE, {"pairs": list(pairs)})
    }


def silent(session: Session, before: int) -> list[tuple[str, str, str]]:
    """(organisation, agent, client) whose socket is said to be open, but who were not heard of
    since `before`: their worker may be dead.
    """
    table, user = models.Client, models.User
    rows = session.execute(
        select(user.organisation_id, table.agent_id, table.id)
        .join(user, user.id == table.agent_id)
        .where(LIVING, table.heard_at <= before)
    )
    return [(organisation, agent, client) for organisation, agent, client in rows]


def has_just_come(session: Session, agent: str, client: str, since: int) -> bool:
    """Its socket is open, and it has said hello after `since`."""
    row = session.get(models.Client, (agent, client))
    return row is not None and bool(row.worker) and row.arrived_at > since


@dataclass(frozen=True, slots=True)
class Pong:
    """What a client said when it was last heard; `used_at` and `heard_at` in ms UTC."""

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
_TOLD = ("visible", "audible", "microphone", "registered", "used_at")
_HEARD = (
    update(_TABLE)
    .where(*_ONE)
    .values({**{name: bindparam(f"new_{name}") for name in _TOLD}, "heard_at": _NEWEST})
)


def heard(session: Session, pongs: Iterable[tuple[str, str, Pong]]) -> None:
    """One statement for the pongs of all (agent, client)."""
    rows = [
        {"of_agent": agent, "of_client": client, **_renamed(pong)} for agent, client, pong in pongs
    ]
    if rows:
        session.connection().execute(_HEARD, rows)


def _renamed(pong: Pong) -> dict[str, Any]:
    """A parameter may not be called like a column."""
    return {f"new_{name}": value for name, value in asdict(pong).items()}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a client is. `name`: what a person can recognise it by;

    `answers`: its socket is open.
    """

    name: str = ""
    browser: str = ""
    answers: bool = True


_PLACES = select(
    _TABLE.c.agent_id, _TABLE.c.id, _TABLE.c.place, _TABLE.c.browser, _TABLE.c.worker != ""
).where(_THESE)


def places(session: Session, pairs: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Place]:
    """(agent, client) → where it is."""
    return {
        (agent, client): Place(*place)
        for agent, client, *place in session.execute(_PLACES, {"pairs": list(pairs)})
    }


def of_session(session: Session, agent: str, session_id: str) -> list[str]:
    """Ids of the documents that were opened under this sign-in."""
    table = models.Client
    return list(
        session.scalars(
            select(table.id).where(table.agent_id == agent, table.session_id == session_id)
        )
    )


def forget_workers(session: Session, prefix: str) -> None:
    """The only worker of this name has just started: what earlier ones held is not connected any
    more.
    """
    gone = models.Client.worker.startswith(prefix, autoescape=True)
    session.execute(update(models.Client).where(gone).values(worker="", registered=False))


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
