"""Scenarios: the meaning of their lines, their errors, and those of the project."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from pathlib import Path

import pytest

from console.simulator.exchange import Call
from console.simulator.exchange.scenario_run import ScenarioRun
from console.simulator.exchange.scenarios import FOLDER, ScenarioError, available, parse
from tests.simulator.exchange.simulation import ALICE, BOB, ExchangeSimulation

FILES = sorted(FOLDER.glob("*.txt"))


def run(simulation: ExchangeSimulation, text: str) -> ScenarioRun:
    return ScenarioRun(parse(text, "test.txt"), simulation.exchange, simulation.faults)


def diligent(simulation: ExchangeSimulation) -> Callable[..., None]:
    """Agents who answer every call, and come back after a missed one."""

    def on_event(kind: str, call: Call | None, **facts: object) -> None:
        if kind == "ringing" and call is not None:
            simulation.clock.call_later(3, lambda: simulation.exchange.answer(call))
        elif kind == "presence" and facts["value"] == "no_answer":
            for extension in simulation.adapters:
                simulation.exchange.set_presence(extension, "online")

    return on_event


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_scenario_runs_to_its_end(path: Path) -> None:
    simulation = ExchangeSimulation()
    for adapter in simulation.adapters.values():
        adapter.on_event = diligent(simulation)  # type: ignore[method-assign]
    scenario = parse(path.read_text(encoding="utf-8"), path.name)
    running = ScenarioRun(scenario, simulation.exchange, simulation.faults)
    simulation.clock.advance(scenario.seconds + 600)
    calls = simulation.exchange.truth()
    assert not running.running and simulation.clock.idle
    assert all(call.state == "ended" for call in calls)
    outcomes = Counter(call.cause for call in calls)
    assert len(calls) >= 10 and outcomes["completed"] >= 5, outcomes
    assert simulation.faults.active == {}, "a scenario clears the faults that it sets"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_scenario_has_a_title_in_both_languages(path: Path) -> None:
    scenario = available()[path.stem]
    assert set(scenario.titles) == {"en", "vi"} and scenario.title("fr") == scenario.titles["en"]


def test_the_three_scenarios_are_there() -> None:
    assert {"a-quiet-hour", "a-busy-monday", "a-dying-network"} <= set(available())


def test_the_same_seed_gives_the_same_day() -> None:
    def day(seed: int) -> list[tuple[str, float]]:
        simulation = ExchangeSimulation(seed)
        ScenarioRun(available()["a-busy-monday"], simulation.exchange, simulation.faults)
        simulation.clock.advance(1200)
        return [(call.number, call.started) for call in simulation.exchange.truth()]

    assert day(3) == day(3) != day(4)


def test_a_scenarios_call_keeps_its_time_and_its_length(simulation: ExchangeSimulation) -> None:
    run(simulation, "at 1:30 call 0912345678 to 5001 for 2:00")
    simulation.clock.advance(89.9)
    assert simulation.exchange.truth() == []
    simulation.clock.advance(0.1)
    (call,) = simulation.exchange.truth()
    simulation.exchange.answer(call)
    simulation.clock.advance(120)
    assert (call.extension, call.number, call.ended) == (ALICE, "0912345678", 210)


def test_a_customer_waits_as_long_as_it_says(simulation: ExchangeSimulation) -> None:
    run(simulation, "at 0:00 call 0912345678 to 5001 waits 0:05")
    simulation.clock.advance(5)
    assert simulation.exchange.truth()[0].ended == 5


def test_repeated_calls_keep_their_pauses_and_their_end(simulation: ExchangeSimulation) -> None:
    run(simulation, "every 0:10..0:20 from 1:00 until 3:00 call 09######## to 5001 waits 0:01")
    simulation.clock.advance(600)
    calls = simulation.exchange.truth()
    times = [call.started for call in calls]
    assert times[0] == 60 and 150 < times[-1] < 180
    assert all(10 <= later - earlier <= 20 for earlier, later in pairwise(times))
    assert len({call.number for call in calls}) > 3 and all(
        call.number.startswith("09") and len(call.number) == 10 for call in calls
    )


def test_faults_come_and_go_and_connections_are_cut(simulation: ExchangeSimulation) -> None:
    cut: list[str] = []
    for extension in (ALICE, BOB):
        simulation.faults.wire(extension, print, partial(cut.append, extension))
    run(
        simulation,
        "at 0:01 fault late 0.5\nat 0:02 cut 5002\nat 0:03 agent 5001 offline\nat 0:04 no"
        " faults\nat 0:05 cut all",
    )
    simulation.clock.advance(1)
    assert simulation.faults.active == {"late": 0.5}
    simulation.clock.advance(1)
    assert cut == [BOB]
    simulation.clock.advance(1)
    assert simulation.exchange.agents[ALICE].presence == "offline"
    simulation.clock.advance(2)
    assert simulation.faults.active == {} and cut == [BOB, ALICE]


def test_a_stopped_scenario_begins_nothing_more(simulation: ExchangeSimulation) -> None:
    running = run(
        simulation,
        "at 0:05 call 0912345678 to 5001\nevery 0:01 until 10:00 call 0912345678 to 5002",
    )
    simulation.clock.advance(3.5)
    calls = len(simulation.exchange.truth())
    running.stop()
    simulation.clock.advance(60)
    assert len(simulation.exchange.truth()) == calls == 3 and not running.running


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("call 0912345678 to 5001", "a line begins with a title, with “at 1:30 …”"),
        (
            "at 90 call 0912345678 to 5001",
            "“90” is no time: write minutes and seconds, such as 1:30.",
        ),
        ("at 1:75 cut all", "“1:75” is no time"),
        ("at 25:00:00 cut all", "longer than a day"),
        ("at 1:00 call Anna to 5001", "a call is written “call 0912345678 to 5001"),
        ("at 1:00 call 0912345678", "a call is written"),
        (
            "at 1:00 call 0912345678 to 5001 for 3:00..2:00",
            "3:00..2:00: the second is less than the first.",
        ),
        ("at 1:00 dance", "there is no “dance”; there are call, fault, no faults, cut and agent."),
        ("at 1:00 fault rain 1", "There is no fault 'rain'"),
        ("at 1:00 fault lost 7", "lost must be a number from 0 to 1, not '7'."),
        ("at 1:00 cut Alice", "a cut is written “cut all” or “cut 5001”."),
        ("at 1:00 agent 5001 asleep", "an agent is written “agent 5001 online”"),
        ("every 0:00 until 5:00 cut all", "“every” needs at least one second."),
        ("every 0:10 from 6:00 until 5:00 cut all", "it is over at 5:00, before it begins."),
        ("every 0:10 cut all", "a line begins with a title"),
    ],
)
def test_a_wrong_line_is_named_with_its_number_and_form(line: str, sentence: str) -> None:
    with pytest.raises(ScenarioError) as wrong:
        parse(f"title A test\n\nat 0:01 cut all // a comment\n{line}\n", "test.txt")
    assert str(wrong.value).startswith("test.txt, line 4: ") and sentence in str(wrong.value)


def test_a_scenario_in_which_nothing_happens_is_refused() -> None:
    with pytest.raises(ScenarioError, match=r"^test\.txt: nothing happens in it\.$"):
        parse("title A test\n// nothing\n", "test.txt")


def test_the_documented_grammar_is_read() -> None:
    """The examples of docs/simulator.md."""
    text = (Path(__file__).parents[3] / "docs/simulator.md").read_text(encoding="utf-8")
    example = text.partition("```scenario\n")[2].partition("```")[0]
    assert len(parse(example, "docs").steps) >= 6
