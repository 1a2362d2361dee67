"""A day at the simulation that nobody has planned: two agents on the pretend VCC cloud, their
customers, and a network.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from hypothesis import strategies as st

from console.simulator.exchange import Call, Device
from console.storage import models
from console.storage.database import Database
from tests.cast import CONNECTION, assemble
from tests.providers.vcc.simulator.agent_browser import MOBILE_NUMBER, STEP, AgentBrowser
from tests.providers.vcc.simulator.simulation import ALICE, BOB, VccSimulation

WIRE = {"late": 0.4, "late_seconds": 2.0, "doubled": 0.3, "reordered": 0.3}
LOSSES = {"lost": 0.1, "socket_drop": 0.05}
REFUSALS = {
    "hold_refused": 0.5,
    "registration_refused": 0.5,
    "socket_refused": 0.5,
    "login_refused": 0.3,
}
DEVICE_TROUBLE = {"device_refused": 0.5, "device_unanswered": 0.5}
QUICK = 4.0  # seconds for which a message may be under way
DIALLED = ("200", "180", "408", "480", "486", "404", "403", "603", "777", "786")
DEVICES = ("browser", "browser", "ip_phone", "gsm")


class WholeChain:
    """The exchange with Alice's and Bob's browsers on one side, and Console on the other."""

    def __init__(
        self,
        database: Database,
        seed: int,
        places: tuple[str, str] = ("browser", "browser"),
        **switches: object,
    ) -> None:
        self.simulation = VccSimulation(seed)
        self.cast = assemble(database)
        alice, bob = places
        self.browsers = {
            "alice": AgentBrowser(self.simulation, ALICE, alice, **switches),
            "bob": AgentBrowser(self.simulation, BOB, bob, **switches),
        }
        self.numbers = 0
        for agent in self.browsers:
            self.cast.holds(agent, f"{agent}-tab", 1)
        self.delivered = dict.fromkeys(self.browsers, 0)
        self.passes(8)
        assert all(browser.status["registered"] for browser in self.browsers.values()), (
            "the phones are ready"
        )

    def passes(self, seconds: float) -> None:
        for _ in range(round(seconds / STEP)):
            self.simulation.clock.advance(STEP)
            for agent, browser in self.browsers.items():
                browser.step()
                self._deliver(agent, browser)

    def _deliver(self, agent: str, browser: AgentBrowser) -> None:
        for event in browser.events[self.delivered[agent] :]:
            self.delivered[agent] += 1
            fields = {name: value for name, value in event.items() if name != "now"}
            message = {**fields, "at": event["now"], "connection": CONNECTION}
            self.cast.switchboard.phone_event(
                "home", agent, f"{agent}-tab", self.delivered[agent], 1, message
            )

    def new_number(self, digits: str = "") -> str:
        """No two calls have the same number, so that Console's calls can be matched."""
        self.numbers += 1
        return f"09{self.numbers:05d}{digits or '111'}"

    def act(self, what: str, who: str, more: Any) -> None:
        browser, exchange = self.browsers[who], self.simulation.exchange
        calls = exchange.calls_of(browser.extension)
        other = next(browser.extension for name, browser in self.browsers.items() if name != who)
        if what == "customer calls":
            exchange.customer_calls(
                self.new_number(), browser.extension, talk=more["talk"], patience=more["patience"]
            )
        elif what == "queue":
            exchange.customer_calls(self.new_number(), talk=more["talk"], patience=more["patience"])
        elif what == "cut":
            self.simulation.faults.drop_all(browser.extension)
        elif calls and what.startswith("customer "):
            (
                exchange.customer_hangs_up
                if what == "customer hangs up"
                else exchange.customer_answers
            )(calls[0])
        elif calls and what.startswith("device ") and calls[0].device != Device.BROWSER:
            (exchange.answer if what == "device answers" else exchange.hang_up)(calls[0])
        elif browser.status["registered"]:  # otherwise the page disables the buttons
            self._command(browser, what, other, more)

    def _command(self, browser: AgentBrowser, what: str, other: str, more: Any) -> None:
        if what == "dial":
            browser.command("dial", number=self.new_number(more["digits"]))
        elif what == "dial a colleague":
            browser.command("dial", number=other)
        elif what == "transfer":
            browser.command("transfer_blind", number=other)
        elif what == "available":
            browser.command("set_availability", availability="available")
        elif what == "take calls elsewhere":
            device = more["device"]
            browser.command(
                "set_device",
                device=device,
                **({"number": MOBILE_NUMBER} if device == "gsm" else {}),
            )
        elif what in ("answer", "reject", "hangup", "hold", "unhold"):
            browser.command(what)

    def calms_down(self) -> None:
        """The network works again, and all calls end; Console learns it in ten minutes at most."""
        self.simulation.faults.clear()
        self.passes(60)
        for call in self.simulation.exchange.truth():
            self.simulation.exchange.customer_hangs_up(call)
        self.passes(30)
        for _ in range(20):
            if any(browser.status["calls"] for browser in self.browsers.values()):
                self.passes(30)

    def close(self) -> None:
        for browser in self.browsers.values():
            browser.close()

    # The two sides
    # ----------------------------------------------------------------------------------------

    def there_were(self, agent: str) -> list[Call]:
        """The agent's calls."""
        browser = self.browsers[agent]
        return [
            call for call in self.simulation.exchange.truth() if call.extension == browser.extension
        ]

    def certain(self, agent: str) -> list[Call]:
        """The calls that rang at the agent's page or began there, without an unrest that may have
        hidden an event.

        The vendor repeats nothing: an event during an outage of the socket, or about a call on a
        phone while the page stands on the browser, is sent once.
        """
        browser = self.browsers[agent]
        calls = [
            call
            for call in self.there_were(agent)
            if call.id in browser.reached or placed_by_the_agent(call)
        ]
        return [
            call
            for call in calls
            if not refused_at_once(call)
            and not any(near(call, moment) for moment in browser.unrest)
        ]

    def rows(self, agent: str) -> list[models.Call]:
        """Console's calls, except dials that never reached the exchange: the agent saw them
        fail.
        """
        placed = {call.number for call in self.simulation.exchange.truth()}
        return [
            row
            for row in self.cast.calls(agent)
            if national(row) in placed or row.cause != "failed"
        ]


def placed_by_the_agent(call: Call) -> bool:
    return call.direction != "inbound" and call.rang is None


def near(call: Call, moment: float) -> bool:
    return call.started - QUICK <= moment <= (moment if call.ended is None else call.ended) + QUICK


def refused_at_once(call: Call) -> bool:
    """Rejected by the vendor's script, while the leg of the previous call was still ending: nothing
    rang. (Or by a very quick agent.)
    """
    return (
        call.cause == "rejected"
        and call.ended is not None
        and call.rang is not None
        and call.ended - call.rang < 2 * STEP
    )


def national(row: models.Call) -> str:
    return row.number.replace("+84", "0", 1)


def talked(answered: float | None, ended: float | None, seconds: float) -> bool:
    return answered is not None and ended is not None and ended - answered >= seconds


def key(number: str, direction: str) -> tuple[str, str]:
    """A browser sees a colleague's call as one that comes in."""
    return number, "internal" if number in (ALICE, BOB) else direction


def of_calls(calls: list[Call]) -> Counter[Any]:
    return Counter(key(call.number, call.direction) for call in calls)


def of_rows(rows: list[models.Call]) -> Counter[Any]:
    return Counter(key(national(row), row.direction) for row in rows)


def long_calls(calls: list[Call], seconds: float) -> Counter[Any]:
    return Counter(call.number for call in calls if talked(call.answered, call.ended, seconds))


def long_rows(rows: list[models.Call], seconds: float) -> Counter[Any]:
    return Counter(
        national(row) for row in rows if talked(row.answered_at, row.ended_at, seconds * 1000)
    )


def faults(*kinds: dict[str, float]) -> st.SearchStrategy[dict[str, float]]:
    known = {name: value for kind in kinds for name, value in kind.items()}
    return st.lists(st.sampled_from(sorted(known)), unique=True, max_size=4).map(
        lambda names: {name: known[name] for name in names}
    )


ACTIONS = [
    *(
        "customer calls",
        "customer calls",
        "queue",
        "dial",
        "dial",
        "answer",
        "answer",
        "answer",
        "reject",
        "hangup",
        "hold",
        "unhold",
    ),
    *(
        "available",
        "customer hangs up",
        "customer answers",
        "device answers",
        "device answers",
        "device hangs up",
    ),
    *("dial a colleague", "transfer", "transfer", "take calls elsewhere"),
]
MORE = st.fixed_dictionaries(
    {
        "talk": st.none() | st.integers(1, 30),
        "patience": st.none() | st.integers(3, 30),
        "digits": st.sampled_from(DIALLED),
        "device": st.sampled_from(DEVICES),
    }
)
PLACES = st.tuples(st.sampled_from(DEVICES), st.sampled_from(DEVICES))


def days(*kinds: dict[str, float], cut: bool) -> st.SearchStrategy[list[Any]]:
    """Actions, their agent, the time until the next one, and the network."""
    step = st.tuples(
        st.sampled_from([*ACTIONS, "cut"] if cut else ACTIONS),
        st.sampled_from(["alice", "bob"]),
        MORE,
        st.sampled_from([0.25, 1.0, 3.0, 8.0]),
        st.none() | faults(*kinds) if kinds else st.none(),
    )
    return st.lists(step, min_size=8, max_size=25)
