"""The simulator's process runs while Console runs in development, and never in production."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import httpx
import pytest
import websocket
from flask import Flask

from console import create_app
from console.config import SettingsError, load_settings
from console.simulator.web.app import create_simulator
from tests.config.test_config import PRODUCTION
from tests.servers import LOCAL, ROOT, ConsoleServer, Simulator, free_port, wait_for
from tests.servers.console_server import plain_environment


def answers(port: int) -> bool:
    try:
        with socket.create_connection((LOCAL, port), 0.3):
            return True
    except OSError:
        return False


@pytest.fixture
def port() -> int:
    return free_port(and_next=True)


@pytest.fixture
def console(port: int) -> Iterator[ConsoleServer]:
    with ConsoleServer(port=port, simulator="on") as server:
        yield server


def test_it_starts_and_stops_with_console_on_the_next_port(
    console: ConsoleServer, port: int
) -> None:
    wait_for(lambda: answers(port + 1), 15)
    sentence = f"Simulator: http://localhost:{port + 1}/simulator"
    wait_for(lambda: sentence in console.log(), 15, "the simulator's address in the log")
    answer = httpx.get(f"{console.url}/simulator")
    assert (answer.status_code, answer.headers["Location"]) == (
        302,
        f"http://localhost:{port + 1}/simulator",
    )
    console.stop()
    assert not answers(port + 1)


def test_it_ends_when_consoles_master_is_killed(console: ConsoleServer, port: int) -> None:
    wait_for(lambda: answers(port + 1), 15)
    assert console.process
    os.kill(console.process.pid, signal.SIGKILL)
    wait_for(lambda: not answers(port + 1), 5, "the simulator's end")


def test_console_runs_without_the_simulator_if_its_port_is_taken(port: int) -> None:
    with (
        socket.create_server((LOCAL, port + 1)),
        ConsoleServer(port=port, simulator="on") as console,
    ):
        wait_for(lambda: "The simulator does not start" in console.log(), 15)
        assert (
            f"port {port + 1} cannot be used" in console.log()
            and "CONSOLE_SIMULATOR_PORT" in console.log()
        )
        assert console.ready()


def test_console_comes_back_at_once_and_its_simulator_with_it(
    console: ConsoleServer, port: int
) -> None:
    wait_for(lambda: answers(port + 1), 15)
    assert console.process
    os.kill(console.process.pid, signal.SIGKILL)
    console.process.wait(5)
    console.send(signal.SIGKILL)
    console.start()
    assert Simulator.beside(port + 1).truth() == []


def test_switched_off_there_is_neither_process_nor_address(port: int) -> None:
    with ConsoleServer(port=port, simulator="off") as console:
        assert httpx.get(f"{console.url}/simulator").status_code == 404
        assert not answers(port + 1) and "Simulator" not in console.log()


@pytest.mark.parametrize("env", [None, "production"])
def test_it_refuses_to_start_in_production(env: str | None, port: int) -> None:
    given = plain_environment(
        {"simulator": "on", "simulator_port": port} | ({"env": env} if env else {})
    ) | {"PYTHONPATH": str(ROOT)}
    run = subprocess.run(
        [sys.executable, "-m", "console.simulator"],
        env=given,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert run.returncode == 1 and run.stderr.startswith(
        "The simulator does not start: it is a pretend telephone exchange for development"
    )
    assert not answers(port)


def test_in_production_no_other_program_can_make_one_either() -> None:
    with pytest.raises(SettingsError, match="this is production"):
        create_simulator(load_settings(PRODUCTION))


@pytest.fixture
def production(sqlite_url: str) -> Flask:
    return create_app(
        load_settings({**PRODUCTION, "CONSOLE_DATABASE_URL": sqlite_url, "CONSOLE_SIMULATOR": "on"})
    )


def test_console_in_production_has_no_route_and_no_file_of_it(production: Flask) -> None:
    assert [rule.rule for rule in production.url_map.iter_rules() if "simulator" in rule.rule] == []
    client = production.test_client()
    for address in (
        "/simulator",
        "/simulator/api/state",
        "/simulator/files/page.js",
        "/static/simulator/page.js",
    ):
        assert client.get(address, base_url="https://console.example.com").status_code == 404
    static = ROOT / "static"
    named = [
        path
        for path in static.rglob("*")
        if path.suffix in (".js", ".css") and "vendor" not in path.parts
    ]
    assert [
        path.name for path in named if "simulator" in path.read_text(encoding="utf-8").lower()
    ] == []


def test_console_in_production_does_not_even_load_it(sqlite_url: str) -> None:
    program = (
        "import sys; from console import create_app; create_app(); print([m for m in sys.modules if"
        " 'simulator' in m])"
    )
    given = {
        name: value for name, value in os.environ.items() if not name.startswith("CONSOLE_")
    } | PRODUCTION
    given |= {"CONSOLE_DATABASE_URL": sqlite_url}
    run = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=given,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert run.stdout.strip() == "[]"


def test_open_pages_and_phones_do_not_keep_it_from_stopping() -> None:
    with Simulator() as alone, httpx.stream("GET", f"{alone.url}/simulator/feed") as feed:
        assert next(feed.iter_lines()).startswith("data: ")
        socket_of_a_phone = websocket.create_connection(
            f"ws://localhost:{alone.port}/vcc/agent/websocket", origin=alone.url
        )
        began = time.monotonic()
        alone.stop()
        socket_of_a_phone.shutdown()
        assert time.monotonic() - began < 5 and alone.process and alone.process.returncode == 0
