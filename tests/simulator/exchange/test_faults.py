"""Faults of a wire, and their repetition with the same seed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.simulator.exchange.clock import ManualClock
from console.simulator.exchange.faults import CHANCES, SECONDS, Faults, WrongFault
from console.simulator.exchange.wire import Wire
from tests.simulator.exchange.simulation import ALICE, BOB, ExchangeSimulation

CHANCE = st.sampled_from([0.0, 0.3, 1.0])


class RecordingSocket:
    """The messages that arrived on one socket, with their times, and when it was cut."""

    def __init__(
        self, clock: ManualClock, faults: Faults, name: str = ALICE, *, stream: bool = False
    ) -> None:
        self.clock, self.cut_at = clock, -1.0
        self.arrived: list[tuple[float, int]] = []
        self.wire: Wire = faults.wire(
            name,
            lambda message: self.arrived.append((clock.now(), message)),
            self._cut,
            stream=stream,
        )

    def _cut(self) -> None:
        self.cut_at = self.clock.now()

    @property
    def numbers(self) -> list[int]:
        return [number for _, number in self.arrived]


def run(settings: Mapping[str, float], seed: int = 7, messages: int = 30) -> RecordingSocket:
    clock = ManualClock()
    faults = Faults(clock, seed)
    faults.set(settings)
    socket = RecordingSocket(clock, faults)
    for number in range(messages):
        socket.wire.deliver(number)
        clock.advance(0.1)
    clock.advance(100)
    return socket


def test_without_faults_messages_arrive_at_once_and_in_order() -> None:
    assert run({}).arrived == [(pytest.approx(number / 10), number) for number in range(30)]


def test_late_messages_keep_their_order_as_on_tcp() -> None:
    socket = run({"late": 0.5, "late_seconds": 3})
    assert socket.numbers == list(range(30))
    assert any(at - number / 10 > 1 for at, number in socket.arrived)


def test_doubled_messages_arrive_twice() -> None:
    assert Counter(run({"doubled": 1}).numbers) == Counter([*range(30), *range(30)])


def test_doubled_messages_keep_their_order_on_a_stream() -> None:
    clock = ManualClock()
    faults = Faults(clock, 7)
    faults.set({"doubled": 1, "late": 0.5, "late_seconds": 3})
    socket = RecordingSocket(clock, faults, stream=True)
    for number in range(30):
        socket.wire.deliver(number)
    clock.advance(100)
    assert socket.numbers == sorted([*range(30), *range(30)])


def test_reordered_messages_are_overtaken_and_none_is_lost() -> None:
    numbers = run({"reordered": 0.4}).numbers
    assert numbers != sorted(numbers) == list(range(30))


def test_a_message_is_lost_only_with_its_socket() -> None:
    socket = run({"lost": 0.2})
    lost = min(set(range(30)) - set(socket.numbers))
    assert lost / 10 + 1 <= socket.cut_at <= lost / 10 + 4
    assert socket.wire.closed


def test_a_message_is_lost_alone_when_that_is_asked_for() -> None:
    socket = run({"lost_alone": 0.2})
    assert 10 < len(socket.numbers) < 30 and socket.cut_at == -1


def test_a_cut_socket_brings_nothing_more() -> None:
    socket = run({"socket_drop": 0.2, "late": 1, "late_seconds": 5})
    assert socket.cut_at >= 0
    assert all(at <= socket.cut_at for at, _ in socket.arrived)


def test_all_sockets_or_those_of_one_agent_are_cut_by_hand() -> None:
    clock = ManualClock()
    faults = Faults(clock)
    alice, bob = RecordingSocket(clock, faults, ALICE), RecordingSocket(clock, faults, BOB)
    heard: list[tuple[str, str]] = []
    faults.watchers.append(lambda kind, name: heard.append((kind, name)))
    assert faults.drop_all(BOB) == 1 and (alice.cut_at, bob.cut_at) == (-1, 0)
    assert faults.drop_all() == 1 and alice.cut_at == 0
    assert heard == [("socket_drop", BOB), ("socket_drop", ALICE)]
    assert faults.drop_all() == 0


@given(
    seed=st.integers(0, 5),
    settings=st.fixed_dictionaries(
        dict.fromkeys(("lost", "lost_alone", "late", "doubled", "reordered", "socket_drop"), CHANCE)
    ),
)
def test_the_same_seed_and_the_same_requests_give_the_same_run(
    seed: int, settings: dict[str, float]
) -> None:
    assert run(settings, seed).arrived == run(settings, seed).arrived


def test_another_seed_gives_another_run() -> None:
    assert len({tuple(run({"lost_alone": 0.5}, seed).numbers) for seed in range(5)}) == 5


def test_one_agents_faults_do_not_depend_on_what_others_do() -> None:
    def bobs(others: int) -> list[int]:
        clock = ManualClock()
        faults = Faults(clock, 3)
        faults.set({"lost_alone": 0.5})
        for _ in range(others):
            RecordingSocket(clock, faults, ALICE).wire.deliver(0)
        socket = RecordingSocket(clock, faults, BOB)
        for number in range(30):
            socket.wire.deliver(number)
        return socket.numbers

    assert bobs(0) == bobs(3)


def test_the_same_requests_of_a_team_give_the_same_run() -> None:
    def day() -> list[dict[str, object]]:
        simulation = ExchangeSimulation(seed=5)
        simulation.faults.set({"hold_refused": 0.5, "device_refused": 0.5})
        for number in range(8):
            call = simulation.exchange.customer_calls(f"091234500{number}")
            simulation.exchange.answer(call)
            simulation.exchange.hold(call)
            simulation.exchange.set_device(BOB, 2)
            simulation.exchange.dial(BOB, "0912345678")
            simulation.clock.advance(7)
            simulation.exchange.hang_up(call)
        return [call.as_json() for call in simulation.exchange.truth()]

    assert day() == day()
    assert {call["device"] for call in day()} > {1, 2}


@pytest.mark.parametrize("kind", CHANCES)
def test_a_fault_happens_always_or_never(kind: str) -> None:
    faults = Faults(ManualClock())
    assert not any(faults.happens(kind, ALICE) for _ in range(20))
    faults.set({kind: 1})
    assert all(faults.happens(kind, ALICE) for _ in range(20))
    faults.clear()
    assert faults.active == {} and not faults.happens(kind, ALICE)


def test_rest_is_slow_or_fails() -> None:
    faults = Faults(ManualClock())
    assert faults.rest("login") == (0, False)
    faults.set({"rest_slow": 2.5, "rest_fails": 1})
    assert faults.rest("login") == (2.5, True)


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"rain": 1}, "There is no fault 'rain'"),
        ({"lost": 2}, "lost must be a number from 0 to 1, not 2."),
        ({"lost": "often"}, "lost must be a number, not 'often'."),
        ({"late": 0.5, "rest_slow": -1}, "rest_slow must be a number from 0 to 600"),
        ({"lost": float("nan")}, "lost must be a number from 0 to 1, not nan."),
    ],
)
def test_a_wrong_fault_is_named_and_nothing_is_changed(
    values: dict[str, object], named: str
) -> None:
    faults = Faults(ManualClock())
    with pytest.raises(WrongFault, match="^" + named.replace(".", r"\.")):
        faults.set(values)
    assert faults.settings == dict.fromkeys(CHANCES, 0.0) | SECONDS
