"""A simulation with real parts: the page modules in node, and the server code over a database."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from console.storage import models
from console.storage.database import Database
from tests.cast import CONNECTION, assemble

from .clock import Time
from .invariants import Invariants
from .real_pages import GONE, Node, RealPage, Wire
from .real_server import AGENT, HOME, RealBackend, RealServer
from .server import Grant

STEP = 500


@dataclass
class Asked:
    """A request or its answer in transit."""

    due: int
    page: RealPage
    id: int
    path: str
    body: dict[str, Any]
    answer: tuple[int, dict[str, Any]] | None = None


class RealSimulation(Invariants):
    def __init__(self, database: Database, node: Node, time: Time, pages: list[RealPage]) -> None:
        self.database, self.node, self.time = database, node, time
        self.pages = {page.id: page for page in pages}
        self.grants: dict[int, Grant] = {}
        self.confirmed_at: dict[str, int] = {}
        self.since: dict[str, int] = {}
        self.signed_out: set[str] = set()
        self.up = True
        self.wires: dict[int, Wire] = {}
        self.asked: list[Asked] = []
        self.actions: list[tuple[Any, ...]] = []
        self.sign_ins = {page.browser or page.id: 0 for page in pages}
        self.rang: list[tuple[str, str]] = []
        self.lost: set[str] = set()  # calls of pages that crashed, which may be unreported
        self.tried = 0
        self._people()
        self.backend = RealBackend(database, self)
        self.server = RealServer(database, time, self.grants, self.confirmed_at)
        self.node.ask(fresh=True, at=time.true)

    def _people(self) -> None:
        with self.database.write() as session:
            for table in reversed(models.Base.metadata.sorted_tables):
                session.execute(table.delete())
        assemble(self.database)
        with self.database.write() as session:
            self.alice = session.get_one(models.User, AGENT)
            self.alice.role = "supervisor"  # may open a wall
            for browser in self.sign_ins:
                self._sign_in(session, browser)

    def _sign_in(self, session: Any, browser: str) -> None:
        self.sign_ins[browser] += 1
        now = self.time.database
        session.add(
            models.SignInSession(
                id=self._session_of(browser),
                user_id=AGENT,
                created_at=now,
                seen_at=now,
                page_at=now,
            )
        )

    def _session_of(self, browser: str) -> str:
        return f"{browser} {self.sign_ins[browser]}"

    @property
    def members(self) -> set[str]:
        """Clients whose present socket the server takes for theirs."""
        return {one.client for one in self.server.hub.members.values() if not one.socket.over}

    def _live(self, page: RealPage) -> bool:
        there = page.open and page.awake and not page.stopped and not page.stalled
        return (
            there
            and page.id in self.members
            and any(self._is_open(wire, page) for wire in self.wires.values())
        )

    def _is_open(self, wire: Wire, page: RealPage) -> bool:
        return wire.page is page and wire.session is not None and not wire.over and not wire.dead

    # ---- time

    def advance(self, duration: int) -> None:
        for _ in range(duration // STEP):
            self.time.true += STEP
            self._step()
            if self.up:
                self.server.beat()
            self.settle()
            self.check()

    def settle(self) -> None:
        while True:
            self._carry()
            if not self.actions:
                return
            self._step()

    def _step(self) -> None:
        actions, self.actions = self.actions, []
        answer = self.node.ask(at=self.time.true, actions=actions)
        for page in self.pages.values():
            page.now = answer["pages"].get(page.id, {})
        for name, kind, *more in answer["out"]:
            getattr(self, f"_{kind.replace(' ', '_')}")(self.pages[name], *more)

    # ---- what pages do

    def _socket(self, page: RealPage, id: int) -> None:
        self.wires[id] = Wire(id, page, self.time)

    def _sent(self, page: RealPage, id: int, text: str | None) -> None:
        if id in self.wires:  # else it has ended, and the page does not know
            self.wires[id].to_server.append((self.time.true + page.delay, text))

    def _closed(self, page: RealPage, id: int) -> None:
        self._sent(page, id, None)

    def _fetch(self, page: RealPage, id: int, path: str, body: str) -> None:
        self.asked.append(Asked(self.time.true + page.delay, page, id, path, json.loads(body)))

    def _rang(self, page: RealPage, call: str) -> None:
        self.rang.append((page.id, call))

    def _signed_out(self, page: RealPage) -> None:
        """The document goes to the sign-in page."""
        self.leave(page)

    # ---- the network

    def _carry(self) -> None:
        for wire in list(self.wires.values()):
            if not wire.page.stalled:
                self._carry_wire(wire)
        for asked in list(self.asked):
            if asked.due <= self.time.true and not asked.page.stalled:
                self._carry_request(asked)

    def _carry_wire(self, wire: Wire) -> None:
        if not self.up or (wire.over and wire.session is None):
            self._lost(wire)
            return
        if wire.session is None and not wire.dead:
            self.server.opens(wire, self.alice, self._session_of(wire.page.browser or wire.page.id))
            self.actions.append(("opened", wire.page.id, wire.id))
        while wire.to_server and wire.to_server[0][0] <= self.time.true and not wire.dead:
            _, text = wire.to_server.popleft()
            if text is None:
                self._ended(wire)
                return
            self.server.hears(wire, text)
        while wire.to_page and wire.to_page[0][0] <= self.time.true and wire.id in self.wires:
            _, said = wire.to_page.popleft()
            if isinstance(said, int):
                self.actions.append(("over", wire.page.id, wire.id, said))
                self._ended(wire)
            else:
                self.actions.append(("frame", wire.page.id, wire.id, said))

    def _ended(self, wire: Wire) -> None:
        if self.wires.pop(wire.id, None) and wire.session is not None and self.up:
            self.server.ends(wire)

    def _lost(self, wire: Wire) -> None:
        """The peer is gone."""
        del self.wires[wire.id]
        self.actions.append(("over", wire.page.id, wire.id, GONE))

    def _carry_request(self, asked: Asked) -> None:
        self.asked.remove(asked)
        if asked.answer is not None or not self.up:
            self.actions.append(("answer", asked.page.id, asked.id, *(asked.answer or (0, {}))))
            return
        answer = self.server.answers(asked.path, asked.body)
        self.asked.append(
            Asked(self.time.true + asked.page.delay, asked.page, asked.id, "", {}, answer)
        )

    # ---- faults

    def open(self, page: RealPage) -> None:
        page.open, page.awake, page.stopped = True, True, False
        browser = page.browser or page.id
        with self.database.write() as session:
            row = session.get(models.SignInSession, self._session_of(browser))
            if row is None:
                self._sign_in(session, browser)
            else:
                row.page_at = self.time.database
        self.signed_out.discard(page.id)
        self.actions.append(
            (
                "open",
                page.id,
                {
                    "browser": page.browser,
                    "view": page.view,
                    "line": CONNECTION,
                    "ahead": page.wall_ahead,
                },
            )
        )
        self.settle()

    def become(self, page: RealPage, awake: bool, stopped: bool) -> None:
        page.awake, page.stopped = awake, stopped
        self.actions.append(("become", page.id, {"awake": awake, "stopped": stopped}))
        self.settle()

    def crash(self, page: RealPage, noticed: bool) -> None:
        page.open = False
        self.lost |= page.calls.keys()
        self.actions.append(("crash", page.id))
        for wire in [wire for wire in self.wires.values() if wire.page is page]:
            wire.dead = True
            wire.to_page.clear()
            if noticed:
                self._ended(wire)
        self.settle()

    def cut(self, page: RealPage) -> None:
        """Both ends see that the socket is closed; the page comes back by itself."""
        for wire in [wire for wire in self.wires.values() if wire.page is page]:
            self._ended(wire)
            self.actions.append(("over", page.id, wire.id, GONE))
        self.settle()

    def leave(self, page: RealPage, again: bool = False) -> None:
        """pagehide. `again`: the browser has requested the page again."""
        if not page.open:
            return
        if again and self.up and not page.stalled:
            with self.database.write() as session:
                for row in session.query(models.SignInSession).filter_by(
                    id=self._session_of(page.browser or page.id)
                ):
                    row.page_at = self.time.database
        page.open = False
        self.actions += [("leave", page.id), ("crash", page.id)]
        self.settle()

    def sign_out(self, browser: str, noticed: bool) -> None:
        pages = [page for page in self.pages.values() if (page.browser or page.id) == browser]
        self.signed_out |= {page.id for page in pages}
        self.server.sign_outs.sign_out(HOME, AGENT, self._session_of(browser))
        if noticed:
            self.server.relay()
        self.settle()

    def kill_server(self) -> None:
        self.up = False
        for wire in self.wires.values():
            wire.over, wire.session = True, None
        self.settle()

    def start_server(self) -> None:
        self.up = True
        self.since.clear()
        self.server = RealServer(self.database, self.time, self.grants, self.confirmed_at)
        self.settle()

    def click_take_over(self, page: RealPage, call: str | None) -> None:
        self.actions.append(("take", page.id, call))
        self.settle()

    # ---- calls

    def call_comes(self, page: RealPage) -> None:
        self.tried += 1
        self.actions.append(("comes", page.id, f"call-{self.tried}"))
        self.settle()

    def answers(self, page: RealPage, call: str) -> None:
        self.actions.append(("answers", page.id, call))
        self.settle()

    def far_end_hangs_up(self, page: RealPage, call: str) -> None:
        self.actions.append(("hangsUp", page.id, call))
        self.settle()
