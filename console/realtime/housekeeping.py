"""What a worker looks at from time to time: sign-ins that are over, clients that nobody heard of,
rows that nobody needs.
"""

from __future__ import annotations

import logging

import gevent

from ..services.ownership import Ownership
from ..services.unit_of_work import UnitsOfWork
from ..storage import client_store, command_args
from ..storage.accounts import Accounts
from ..storage.database import Database
from ..storage.leases import Leases
from ..storage.one_by_one import one_by_one
from .hub import Hub

log = logging.getLogger(__name__)


def judge_sign_ins(hub: Hub, accounts: Accounts, ownership: Ownership) -> None:
    """A session with an open page is in use.

    One that does not live any more (too old, its user disabled) loses sockets and phone.
    """
    there = [one for one in hub.members.values() if not one.connection.over and not one.signed_out]
    members = {member.session_id: member for member in there}
    if not members:
        return
    living = accounts.valid_sessions(members)
    accounts.touch(living)

    def end(over: tuple[str, str, str]) -> None:
        ownership.sign_in_is_over(*over, accounts.is_valid)

    over = [members[session_id] for session_id in members.keys() - living]
    one_by_one([(one.organisation, one.agent, one.session_id) for one in over], end, log, _pause)


def give_up_silent(units: UnitsOfWork, leases: Leases) -> None:
    """Clients of a worker that was killed are not connected any more, though nobody said so."""
    with units.database.read() as session:
        now = leases.clock.read(session)
        if now < leases.clock.grace_until:
            return
        before = now - leases.timings.expire
        silent = client_store.silent_clients(session, before)

    def give_up(one: tuple[str, str, str]) -> None:
        organisation, agent, client = one
        with units.begin(organisation) as unit:
            if client_store.mark_disconnected(
                unit.session, agent, client, is_back=lambda row: row.heard_at > before
            ):
                unit.agent_changed(agent)

    one_by_one(silent, give_up, log, _pause)


def _pause() -> None:
    """There may be a thousand to look at."""
    gevent.sleep(0)


def forget_args(database: Database) -> None:
    """Deletes the arguments of commands that have expired."""
    with database.read() as session:
        found = command_args.some_expired(session, database.now(session))
    if found:
        with database.write() as session:
            command_args.forget_expired(session, database.now(session))
