"""Random requests in random order keep the rules of calls."""

from __future__ import annotations

from collections import Counter

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from console.simulator.exchange import Call, Transfer
from tests.property_examples import examples
from tests.simulator.exchange.simulation import ALICE, BOB, CAROL, ExchangeSimulation

EXTENSIONS = st.sampled_from([ALICE, BOB, CAROL])
NUMBERS = st.sampled_from(
    ["0912345678", "0912345200", "0912345486", "0912345180", "0912345786", ALICE, BOB, CAROL]
)
PICK = st.integers(0, 50)


class AnyDay(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.simulation = ExchangeSimulation()
        self.exchange = self.simulation.exchange
        self.transfers: list[Transfer] = []
        self.customers = 0

    def any_call(self, pick: int) -> Call | None:
        calls = self.exchange.truth()[-12:]
        return calls[pick % len(calls)] if calls else None

    @rule(
        extension=st.none() | EXTENSIONS,
        talk=st.none() | st.floats(0, 90),
        patience=st.none() | st.floats(0, 90),
    )
    def a_customer_calls(
        self, extension: str | None, talk: float | None, patience: float | None
    ) -> None:
        self.customers += 1
        self.exchange.customer_calls("0987654321", extension, talk=talk, patience=patience)

    @rule(extension=EXTENSIONS, number=NUMBERS, picks_up=st.booleans())
    def an_agent_dials(self, extension: str, number: str, picks_up: bool) -> None:
        self.simulation.adapters[extension].picks_up = picks_up
        self.exchange.dial(extension, number)

    @rule(
        pick=PICK,
        what=st.sampled_from(
            "answer reject hang_up customer_hangs_up customer_answers hold unhold".split()
        ),
    )
    def somebody_does_something(self, pick: int, what: str) -> None:
        call = self.any_call(pick)
        if call is not None:
            getattr(self.exchange, what)(call)

    @rule(pick=PICK, to=st.sampled_from([ALICE, BOB, "queue", "0911222333"]), ask=st.booleans())
    def somebody_hands_a_call_on(self, pick: int, to: str, ask: bool) -> None:
        call = self.any_call(pick)
        if call is not None:
            self.transfers.append(self.exchange.transfer(call, to, ask=ask))

    @rule(accept=st.booleans())
    def a_colleague_agrees_or_not(self, accept: bool) -> None:
        if self.transfers:
            self.exchange.answer_transfer(self.transfers[-1], accept=accept)

    @rule(
        extension=EXTENSIONS,
        presence=st.sampled_from(["online", "offline"]),
        device=st.sampled_from([1, 2, 4]),
    )
    def an_agent_changes(self, extension: str, presence: str, device: int) -> None:
        self.exchange.set_presence(extension, presence)
        self.exchange.set_device(extension, device)

    @rule(extension=EXTENSIONS)
    def a_browser_goes(self, extension: str) -> None:
        self.exchange.disconnect(extension)

    @rule(extension=EXTENSIONS)
    def a_browser_comes(self, extension: str) -> None:
        self.exchange.connect(extension, self.simulation.adapters[extension])

    @rule(seconds=st.sampled_from([0.5, 1.0, 3.0, 11.0, 21.0, 50.0]))
    def time_passes(self, seconds: float) -> None:
        self.simulation.clock.advance(seconds)

    @invariant()
    def an_agent_has_one_call_on_a_line(self) -> None:
        for agent in self.exchange.agents.values():
            assert len(agent.calls) <= agent.lines
            assert Counter(call.line for call in agent.calls).most_common(1) in ([], [(1, 1)])
        there = [call for call in self.exchange.truth() if call.live and call.state != "queued"]
        assert sorted(map(id, there)) == sorted(
            id(call) for agent in self.exchange.agents.values() for call in agent.calls
        )

    @invariant()
    def the_times_of_a_call_are_in_order(self) -> None:
        for call in self.exchange.truth():
            times = [
                at
                for at in (call.started, call.rang or call.customer_rang, call.answered, call.ended)
                if at is not None
            ]
            assert times == sorted(times)
            assert (
                (call.ended is not None)
                == (call.state == "ended")
                == (call.cause is not None)
                == (call.ended_by is not None)
            )
            assert call.answered is not None or not call.talking

    @invariant()
    def both_ends_of_an_internal_call_live_and_end_together(self) -> None:
        for call in self.exchange.truth():
            if call.peer is not None:
                assert call.peer.peer is call and (call.live, call.talking) == (
                    call.peer.live,
                    call.peer.talking,
                )

    @invariant()
    def no_customer_is_lost_and_none_talks_to_two(self) -> None:
        inbound = [call for call in self.exchange.truth() if call.direction == "inbound"]
        assert (
            len({call.conversation for call in inbound if call.number == "0987654321"})
            >= self.customers
        )
        talking = Counter(call.conversation for call in inbound if call.talking)
        assert all(number == 1 for number in talking.values())

    def teardown(self) -> None:
        """Left alone, every call ends, and an agent learns of each end once."""
        self.simulation.clock.advance(5 * 3600)
        assert [call for call in self.exchange.truth() if call.live] == []
        assert self.simulation.clock.idle
        for adapter in self.simulation.adapters.values():
            ended = Counter(call for _, kind, call, _ in adapter.events if kind == "ended")
            assert set(ended.values()) <= {1}


AnyDay.TestCase.settings = settings(max_examples=examples(150), stateful_step_count=40)
TestAnyDay = AnyDay.TestCase
