"""The simulator's API for its page and for tests."""

from __future__ import annotations

import httpx
import pytest

from tests.servers.simulator import Refused, Simulator


def test_a_test_plays_the_customer(simulator: Simulator) -> None:
    simulator.restart(7)
    call = simulator.place("0912 345 678", "5003")
    assert simulator.call(call)["state"] == "ringing"
    simulator.device_answers(call)
    assert simulator.call(call)["state"] == "active"
    simulator.customer_hangs_up(call)
    assert (simulator.call(call)["cause"], simulator.call(call)["ended_by"]) == (
        "completed",
        "remote",
    )
    assert [line["kind"] for line in simulator.log_lines()] == [
        "restarted",
        "customer_calls",
        "ringing",
        "agent_answered",
        "ended",
    ]


def test_a_restart_with_the_same_seed_repeats_the_run(simulator: Simulator) -> None:
    def ids() -> list[str]:
        assert simulator.restart(7) == 7
        return [simulator.place("0912345678", "5001") for _ in range(3)]

    first, second = ids(), ids()
    assert first != second, "Console must not take them for the same calls"
    assert [id.partition("-")[2] for id in first] == [id.partition("-")[2] for id in second]


@pytest.mark.parametrize(
    ("path", "given", "status", "named"),
    [
        ("calls", {"number": "call me"}, 422, "A number has 3 to 15 digits"),
        ("calls", {"number": "0912345678", "to": "4711"}, 422, "There is no extension 4711"),
        ("calls", {"number": "0912345678", "talk": -1}, 422, "talk must be a number from 0 to"),
        ("calls/nothing/customer-answers", {}, 404, "There is no such call"),
        ("faults", {"rain": 1}, 422, "There is no fault 'rain'"),
        ("scenario", {"name": "nothing"}, 404, "There is no such scenario"),
        ("scenario", {"text": "at noon call"}, 422, "text, line 1: “noon” is no time"),
        ("restart", {"seed": "x"}, 422, "seed must be a number"),
        ("agents", {"extension": "0"}, 422, "An extension has 1 to 7 digits"),
        ("agents", {"extension": "5101", "lines": 9}, 422, "lines must be a number from 1 to 8"),
        ("agents", {"extension": "5101", "default_device": 5}, 422, "default_device must be 1,"),
        ("cut", {"agent": [1]}, 422, "agent has a wrong value"),
    ],
)
def test_an_impossible_request_is_refused_with_a_message(
    simulator: Simulator, path: str, given: dict[str, object], status: int, named: str
) -> None:
    with pytest.raises(Refused) as refused:
        simulator.ask(path, given)
    assert refused.value.status == status and named in refused.value.sentence


@pytest.mark.parametrize(
    ("path", "given", "sentence"),
    [
        ("faults", {"lost": 2}, "lost phải là số từ 0 đến 1, không phải 2."),
        (
            "scenario",
            {"text": "at 1:00 fault lost 2"},
            "text, dòng 1: lost phải là số từ 0 đến 1, không phải '2'.",
        ),
    ],
)
def test_a_refusal_is_in_the_language_of_its_reader(
    simulator: Simulator, path: str, given: dict[str, object], sentence: str
) -> None:
    url = f"{simulator.url}/simulator/api/{path}"
    answer = httpx.post(url, json=given, headers={"Accept-Language": "vi"})
    assert (answer.status_code, answer.json()["sentence"]) == (422, sentence)


def test_a_late_button_is_answered_with_409(simulator: Simulator) -> None:
    call = simulator.place("0912345678", "5001")  # nobody is signed in there
    with pytest.raises(Refused, match="409"):
        simulator.customer_hangs_up(call)


def test_an_agent_is_added(simulator: Simulator) -> None:
    simulator.ask("agents", {"extension": "5100", "name": "Extra", "default_device": 4, "lines": 2})
    first, second, third = (simulator.place("0912345678", "5100") for _ in range(3))
    assert [simulator.call(call)["state"] for call in (first, second, third)] == [
        "ringing",
        "ringing",
        "ended",
    ]


def test_a_wrong_preference_is_refused_by_its_name(simulator: Simulator) -> None:
    answer = httpx.post(
        f"{simulator.url}/simulator/preferences",
        data={"locale": "vi", "theme": "pink"},
        headers={"Accept": "application/json"},
    )
    assert answer.status_code == 422 and "theme" in answer.json()["sentence"]
