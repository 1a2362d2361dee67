"""Regular checks of a worker: sign-ins that have ended, clients that fell silent, arguments of
commands that have expired.
"""

from __future__ import annotations

import logging

import gevent

from ..services.sign_outs import SignOuts
from ..services.unit_of_work import UnitsOfWork
from ..storage import client_store, command_args
from ..storage.accounts import Accounts
from ..storage.clock import Clock
from ..storage.database import Database
from ..storage.one_by_one import one_by_one
from .hub import Hub

log = logging.getLogger(__name__)


class Housekeeping:
    """`expire`: ms of silence after which a client counts as disconnected."""

    def __init__(
        self,
        hub: Hub,
        database: Database,
        clock: Clock,
        units: UnitsOfWork,
        accounts: Accounts,
        sign_outs: SignOuts,
        expire: int,
    ) -> None:
        self._hub = hub
        self._database = database
        self._clock = clock
        self._units = units
        self._accounts = accounts
        self._sign_outs = sign_outs
        self._expire = expire

    def forget_former_clients(self, worker: str) -> None:
        """Clears the clients of earlier runs of the only worker: they are not connected."""
        with self._database.write() as session:
            client_store.disconnect_workers(session, worker.rpartition(":")[0] + ":")

    def end_old_sign_ins(self) -> None:
        """Counts sessions with an open page as used, and ends those that are too old or whose user
        was disabled, with their sockets and their phone.
        """
        open_members = [
            one for one in self._hub.members.values() if not one.socket.over and not one.signed_out
        ]
        members = {member.session_id: member for member in open_members}
        if not members:
            return
        living = self._accounts.valid_sessions(members)
        self._accounts.touch(living)
        over = [members[session_id] for session_id in members.keys() - living]
        ids = [(one.organisation, one.agent, one.session_id) for one in over]
        one_by_one(ids, self._end_sign_in, log, _pause)

    def _end_sign_in(self, ids: tuple[str, str, str]) -> None:
        self._sign_outs.end_expired(*ids, self._accounts.is_valid)

    def give_up_silent(self) -> None:
        """Counts the silent clients of all workers as disconnected: their worker may be dead."""
        with self._database.read() as session:
            now = self._clock.read(session)
            if now < self._clock.grace_until:
                return
            before = now - self._expire
            silent = client_store.silent_clients(session, before)

        def give_up(one: tuple[str, str, str]) -> None:
            organisation, agent, client = one
            with self._units.begin(organisation) as unit:
                if client_store.mark_disconnected(
                    unit.session, agent, client, is_back=lambda row: row.heard_at > before
                ):
                    unit.agent_changed(agent)

        one_by_one(silent, give_up, log, _pause)

    def forget_args(self) -> None:
        """Deletes the arguments of commands that have expired."""
        with self._database.read() as session:
            found = command_args.some_expired(session, self._database.now(session))
        if found:
            with self._database.write() as session:
                command_args.forget_expired(session, self._database.now(session))


def _pause() -> None:
    """Yields: a thousand clients may be due together."""
    gevent.sleep(0)
