"""Whatever the network does, Console's calls are in the end the calls that there were: none lost, none twice, none that never ends.

The way is the real one but for the browser: the exchange, the vendor's pretend cloud behind a faulty wire, its pretend scripts, the
provider's module, the switchboard, and the database.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from console.simulator.exchange import Call
from console.storage import models
from console.storage.database import Database
from tests.cast import CONNECTION, assemble
from tests.parts.examples import examples
from tests.simulator.vcc_desk import STEP, VccDesk
from tests.simulator.vcc_office import ALICE, BOB, VccOffice

# A day takes seconds, so a bad one is printed as it is.
DAYS = settings(max_examples=examples(8), database=None, phases=[Phase.generate])
WIRE = {"late": 0.4, "late_seconds": 2.0, "doubled": 0.3, "reordered": 0.3}
LOSSES = {"lost": 0.1, "socket_drop": 0.05}
REFUSALS = {"hold_refused": 0.5, "registration_refused": 0.5, "socket_refused": 0.5}
QUICK = 4.0  # seconds in which a message may be under way
DIALLED = ("200", "180", "408", "480", "486", "404", "403", "603", "777", "786")


class Both:
    """The exchange with Alice's and Bob's browsers on one side, and Console on the other."""

    def __init__(self, url: str, seed: int) -> None:
        self.office = VccOffice(seed)
        self.cast = assemble(Database(url))
        self.desks = {"alice": VccDesk(self.office.cloud, ALICE), "bob": VccDesk(self.office.cloud, BOB)}
        self.numbers = 0
        for agent in self.desks:
            self.cast.holds(agent, f"{agent}-tab", 1)
        self.delivered = dict.fromkeys(self.desks, 0)
        self.passes(6)
        assert all(desk.status["registered"] for desk in self.desks.values())

    def passes(self, seconds: float) -> None:
        for _ in range(round(seconds / STEP)):
            self.office.clock.advance(STEP)
            for agent, desk in self.desks.items():
                desk.step()
                self._deliver(agent, desk)

    def _deliver(self, agent: str, desk: VccDesk) -> None:
        for event in desk.events[self.delivered[agent] :]:
            self.delivered[agent] += 1
            told = {name: value for name, value in event.items() if name != "now"}
            message = {**told, "at": event["now"], "connection": CONNECTION}
            self.cast.switchboard.phone_event("home", agent, f"{agent}-tab", self.delivered[agent], 1, message)

    def new_number(self, digits: str = "") -> str:
        """No two calls have the same: what Console shows can be told apart."""
        self.numbers += 1
        return f"09{self.numbers:05d}{digits or '111'}"

    def does(self, what: str, who: str, more: Any) -> None:
        desk, exchange = self.desks[who], self.office.exchange
        calls = exchange.calls_of(desk.extension)
        if what == "customer calls":
            exchange.customer_calls(self.new_number(), desk.extension, talk=more["talk"], patience=more["patience"])
        elif what == "queue":
            exchange.customer_calls(self.new_number(), talk=more["talk"], patience=more["patience"])
        elif what == "dial":
            self._dials(desk, self.new_number(more["digits"]))
        elif what in ("answer", "reject", "hangup", "hold", "unhold"):
            if desk.status["registered"]:  # else the page says that the phone is not connected: what is pressed reaches nobody
                desk.asks(what)
        elif what == "available":
            desk.asks("set_availability", availability="available")
        elif what == "customer hangs up" and calls:
            exchange.customer_hangs_up(calls[0])
        elif what == "customer answers" and calls:
            exchange.customer_answers(calls[0])
        elif what == "cut":
            self.office.faults.drop_all(desk.extension)

    def _dials(self, desk: VccDesk, number: str) -> None:
        """Not while it rings or is about to: a script that has just dialled takes what comes in for its own, as the vendor's does."""
        exchange = self.office.exchange
        if exchange.waiting or any(call.state == "ringing" for call in exchange.truth()):
            return
        desk.asks("dial", number=number)
        for _ in range(40):
            self.passes(STEP)
            if any(call.agent_leg for call in exchange.calls_of(desk.extension)) or not desk.status["calls"]:
                return

    def calms_down(self) -> None:
        """The network works again, and whoever still talks stops."""
        self.office.faults.clear()
        self.passes(60)
        for call in self.office.exchange.truth():
            self.office.exchange.customer_hangs_up(call)
        self.passes(30)

    def close(self) -> None:
        for desk in self.desks.values():
            desk.close()
        self.cast.database.close()

    # The two sides ----------------------------------------------------------------------------------------

    def there_were(self, agent: str) -> list[Call]:
        """The agent's calls of which his browser could hear."""
        desk = self.desks[agent]
        shown = {national(row) for row in self.cast.calls(agent)}
        own = [call for call in self.office.exchange.truth() if call.extension == desk.extension]
        own = [call for call in own if call.number in shown or not refused_at_once(call)]
        return [call for call in own if call.id in desk.reached or call.talking or call.answered is not None]

    def console_has(self, agent: str) -> list[models.Call]:
        """Without what was dialled and never reached the exchange: the agent was told so."""
        placed = {call.number for call in self.office.exchange.truth()}
        return [row for row in self.cast.calls(agent) if national(row) in placed or row.cause != "failed"]


def refused_at_once(call: Call) -> bool:
    """By the vendor's script, while the leg of the call before still ended: nothing rang. (Or by a very quick agent.)"""
    return call.cause == "rejected" and call.ended is not None and call.rang is not None and call.ended - call.rang < 2 * STEP


def national(row: models.Call) -> str:
    return row.number.replace("+84", "0", 1)


def summary(both: Both, agent: str) -> tuple[Counter[Any], Counter[Any]]:
    """Number, direction and whether they talked: not where both ends were quicker than the wire between them."""
    truth = Counter((call.number, call.direction, length(call.answered, call.ended)) for call in both.there_were(agent))
    console = Counter((national(row), row.direction, length(row.answered_at, row.ended_at, 1000)) for row in both.console_has(agent))
    return truth, console


def length(answered: float | None, ended: float | None, unit: int = 1) -> bool:
    return answered is not None and ended is not None and (ended - answered) / unit >= QUICK


def expected_cause(call: Call) -> str | None:
    """The exchange knows more words than the vendor."""
    return {"permission_denied": "forbidden"}.get(call.code or "") or {603: "failed"}.get(call.sip_code or 0, call.cause)


def faults(*kinds: dict[str, float]) -> st.SearchStrategy[dict[str, float]]:
    known = {name: value for kind in kinds for name, value in kind.items()}
    return st.lists(st.sampled_from(sorted(known)), unique=True, max_size=4).map(lambda names: {name: known[name] for name in names})


ACTIONS = [
    *("customer calls", "customer calls", "queue", "dial", "answer", "answer", "answer", "reject", "hangup", "hold", "unhold"),
    *("available", "customer hangs up", "customer answers"),
]
MORE = st.fixed_dictionaries(
    {
        "talk": st.none() | st.integers(1, 30),
        "patience": st.none() | st.integers(3, 30),
        "digits": st.sampled_from(DIALLED),
    }
)


def days(*kinds: dict[str, float], cut: bool) -> st.SearchStrategy[list[Any]]:
    """What is done, by whom, after how long, on which network."""
    step = st.tuples(
        st.sampled_from([*ACTIONS, "cut"] if cut else ACTIONS),
        st.sampled_from(["alice", "bob"]),
        MORE,
        st.sampled_from([0.25, 1.0, 3.0, 8.0]),
        st.none() | faults(*kinds) if kinds else st.none(),
    )
    return st.lists(step, min_size=8, max_size=25)


@pytest.fixture(scope="module")
def copied(empty_sqlite: Path) -> Any:
    def copy(folder: str) -> str:
        return f"sqlite:///{shutil.copy(empty_sqlite, Path(folder) / 'console.db')}"

    return copy


def live(copied: Any, seed: int, day: list[Any], check: Any) -> None:
    with tempfile.TemporaryDirectory() as folder:
        both = Both(copied(folder), seed)
        try:
            for what, who, more, seconds, network in day:
                if network is not None:
                    both.office.faults.clear()
                    both.office.faults.set(network)
                both.does(what, who, more)
                both.passes(seconds)
            both.calms_down()
            check(both)
        finally:
            both.close()


def each_call_is_there_once(both: Both) -> None:
    for agent in both.desks:
        truth, console = summary(both, agent)
        assert without_talk(console) == without_talk(truth), agent
        assert Counter(key[0] for key in truth.elements() if key[2]) <= Counter(key[0] for key in console.elements() if key[2]), agent
        assert [row.state for row in both.cast.calls(agent) if row.state != "ended"] == []
        assert both.desks[agent].status["calls"] == []
    assert all(not call.live for call in both.office.exchange.truth())


def without_talk(calls: Counter[Any]) -> Counter[Any]:
    return Counter(key[:2] for key in calls.elements())


def nothing_is_lost(both: Both) -> None:
    each_call_is_there_once(both)
    for agent in both.desks:
        truth, console = summary(both, agent)
        assert console == truth, agent


@DAYS
@given(seed=st.integers(0, 1000), day=days(cut=False))
def test_on_a_good_network_console_knows_each_call_and_its_end(copied: Any, seed: int, day: list[Any]) -> None:
    def check(both: Both) -> None:
        nothing_is_lost(both)
        for agent in both.desks:
            truth = both.there_were(agent)
            assert Counter((national(row), row.cause) for row in both.console_has(agent)) == Counter(
                (call.number, expected_cause(call)) for call in truth
            )
            # Nobody tells a browser what the exchange did by itself.
            by_itself = {call.number for call in truth if call.ended_by == "system"}
            rows = [row for row in both.console_has(agent) if national(row) not in by_itself]
            assert Counter((national(row), row.ended_by) for row in rows) == Counter(
                (call.number, call.ended_by) for call in truth if call.number not in by_itself
            )

    live(copied, seed, day, check)


@DAYS
@given(seed=st.integers(0, 1000), day=days(WIRE, cut=False))
def test_what_comes_late_twice_and_out_of_turn_changes_nothing(copied: Any, seed: int, day: list[Any]) -> None:
    live(copied, seed, day, nothing_is_lost)


@DAYS
@given(seed=st.integers(0, 1000), day=days(WIRE, LOSSES, REFUSALS, cut=True))
def test_on_a_dying_network_no_call_is_lost_or_twice_or_stuck(copied: Any, seed: int, day: list[Any]) -> None:
    """An agent who answers in the moment in which her connection breaks has answered, as far as her browser can know."""
    live(copied, seed, day, each_call_is_there_once)
