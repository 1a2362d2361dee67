"""The security log, one unforgeable line per event, and the access log."""

from __future__ import annotations

import http.client
import json
import logging
import re
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.logging import default_handler

from console.demo import PASSWORD
from console.errors import TooMany
from console.log_format import OneLineFormatter, one_line
from console.security.cookies import token_id
from console.security.guards import signed_in
from console.security.sign_in_limits import PER_NAME
from tests.application import Person
from tests.security.test_lock_out import guess
from tests.security.test_passwords import NEW, change
from tests.servers.console_server import ConsoleServer
from tests.servers.web_client import WebClient

Sit = Callable[..., Person]
Events = Callable[[], list[dict[str, Any]]]


class Lines(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


@pytest.fixture
def lines() -> Iterator[list[str]]:
    handler, log = Lines(), logging.getLogger("console.security_log")
    log.addHandler(handler)
    yield handler.lines
    log.removeHandler(handler)


@pytest.fixture
def events(lines: list[str]) -> Events:
    """The entries logged since the last call."""

    def take() -> list[dict[str, Any]]:
        taken = [json.loads(line) for line in lines]
        lines.clear()
        return taken

    return take


def id_of(app: Flask, username: str) -> str:
    return str(app.extensions["console"].accounts.by_username(username).id)


def test_sign_in_and_out_are_logged_by_id_and_address(
    app: Flask, person: Sit, events: Events
) -> None:
    alice = person("alice", address="203.0.113.9")
    session = token_id(alice.cookie() or "")[:12]
    alice.post("/sign-out")
    came, went = events()
    assert (came["security"], came["user"], came["address"], came["session"]) == (
        "signed_in",
        id_of(app, "alice"),
        "203.0.113.9",
        session,
    )
    assert (went["security"], went["user"], went["by"], went["session"]) == (
        "signed_out",
        *[id_of(app, "alice")] * 2,
        session,
    )


def test_refused_attempts_are_logged_without_the_typed_text(
    app: Flask, person: Sit, events: Events, lines: list[str]
) -> None:
    mallory = person(address="198.51.100.66")
    guess(mallory, "alice", PER_NAME.amount + 1)
    guess(mallory, "hunter2 typed into the wrong field", 1)
    assert not any("hunter2" in line or "guess" in line for line in lines)
    logged = events()
    assert [event["security"] for event in logged] == ["refused"] * PER_NAME.amount + [
        "limited",
        "refused",
    ]
    assert {event["address"] for event in logged} == {"198.51.100.66"}
    assert logged[0]["user"] == id_of(app, "alice") and "user" not in logged[-1]


def test_denied_requests_are_logged(app: Flask, person: Sit, events: Events) -> None:
    alice, olga = person("alice"), person("olga")
    events()
    alice.get("/wall?secret=1")
    olga.post(f"/sessions/{token_id(alice.cookie() or '')}/end")
    alice.get("/realtime", headers={"Origin": "https://evil.example"})
    alice.bare_post("/preferences", {"locale": "en"})
    logged = [
        (event["security"], event["by"], event["request"].partition("/end")[0])
        for event in events()
    ]
    assert logged == [
        ("denied", id_of(app, "alice"), "GET /wall"),
        ("denied", id_of(app, "olga"), f"POST /sessions/{token_id(alice.cookie() or '')}"),
        ("denied", None, "GET /realtime"),
        ("form_refused", None, "POST /preferences"),
    ]


def test_password_and_setting_changes_are_logged_without_secrets(
    app: Flask, person: Sit, events: Events, lines: list[str]
) -> None:
    alice = person("alice")
    events()
    change(alice)
    run = app.test_cli_runner()
    run.invoke(args=["set-wrap-up", "Demo", "20"])
    run.invoke(
        args=["set-line-secret", "Demo", "Demo PBX", "1001", "password"], input="line secret\n"
    )
    run.invoke(args=["set-password", "bob"], input=f"{NEW}\n")
    run.invoke(args=["list-users"])
    run.invoke(args=["disable-user", "nobody"])
    assert not any(secret in line for line in lines for secret in (PASSWORD, NEW, "line secret"))
    told = [(event["security"], event.get("user") or event.get("command")) for event in events()]
    assert told == [
        ("account_changed", id_of(app, "alice")),
        ("settings_changed", "set-wrap-up"),
        ("settings_changed", "set-line-secret"),
        ("account_changed", id_of(app, "bob")),
        ("settings_changed", "set-password"),
    ]


def test_exceeded_limits_are_logged(app: Flask, person: Sit, events: Events) -> None:
    def busy() -> str:
        raise TooMany

    app.add_url_rule("/busy", view_func=signed_in()(busy))
    alice = person("alice")
    events()
    assert alice.get("/busy").status_code == 429
    (logged,) = events()
    assert (logged["security"], logged["by"], logged["request"]) == (
        "limited",
        id_of(app, "alice"),
        "GET /busy",
    )


FORGED = '\n{"security": "signed_in", "user": "alice"}\r\u2028\x1b[2J"'


@pytest.mark.parametrize(
    "path",
    ["/sessions/%0A%7B%22security%22:%22signed_in%22%7D/end", "/sessions/a%22%0D%1B%E2%80%A8b/end"],
)
def test_neither_path_nor_id_writes_an_event_of_its_own(
    person: Sit, lines: list[str], path: str
) -> None:
    alice = person("alice")
    lines.clear()
    assert alice.post(path).status_code in (400, 404)
    assert [json.loads(line)["security"] for line in lines] in ([], ["denied"])
    assert all(line.isascii() and line.isprintable() for line in lines)


def test_text_of_others_stays_in_its_line_and_within_its_quotes() -> None:
    shown = one_line(FORGED + "\ud800\\")
    assert shown.isprintable() and len(shown.splitlines()) == 1
    assert '"' not in shown.replace('\\"', "")
    assert one_line("Nguyễn Thị Hòa /calls") == "Nguyễn Thị Hòa /calls"


def test_a_crash_whose_text_comes_from_outside_forges_no_line() -> None:
    formatter = OneLineFormatter("[time] %(levelname)s: %(message)s")
    try:
        raise ValueError(FORGED)
    except ValueError:
        record = logging.LogRecord(
            "console", logging.ERROR, "", 0, "%s failed", (FORGED,), sys.exc_info()
        )
    first, *rest = formatter.format(record).splitlines()
    assert first.startswith("[time] ERROR: ") and "failed" in first
    assert rest and all(line.startswith("  ") for line in rest)


def test_the_application_logs_with_that_formatter(app: Flask) -> None:
    assert isinstance(default_handler.formatter, OneLineFormatter)


def test_log_times_have_a_time_zone(app: Flask) -> None:
    line = default_handler.format(
        logging.makeLogRecord({"msg": "a silent call", "levelname": "WARNING", "module": "upkeep"})
    )
    assert re.fullmatch(
        r"\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{4}\] WARNING in upkeep: a silent call", line
    )


@pytest.fixture(scope="module")
def server() -> Iterator[ConsoleServer]:
    with ConsoleServer() as running:
        yield running


def ask(server: ConsoleServer, path: str) -> None:
    """Sends the path unchanged: other clients would normalise it."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.request("GET", path, headers={"Host": f"localhost:{server.port}"})
    connection.getresponse().read()
    connection.close()


def test_the_access_log_escapes_and_names_the_user_by_id(
    server: ConsoleServer, web: Callable[..., WebClient]
) -> None:
    ask(server, '/none%0A[22/Nov/2026]%20203.0.113.7%20-%20"GET%20/forged"%20200%0D%1B[2J')
    alice = web(server, "alice")
    alice.http.get("/history?number=0912345678")
    lines = server.log().splitlines()
    path = next(line for line in lines if "/none" in line)
    assert '"GET /none\\n[22/Nov/2026] 203.0.113.7 - \\"GET /forged\\" 200\\r\\x1b[2J" 4' in path
    history = next(line for line in lines if "/history" in line)
    assert f' {alice.page_data("/")["user"]["id"]} "GET /history" 200' in history
    assert "alice" not in history and "0912345678" not in server.log()


def test_a_running_console_writes_the_security_log(
    server: ConsoleServer, web: Callable[..., WebClient]
) -> None:
    alice = web(server, "alice")
    alice.http.get("/wall")
    socket = alice.socket()
    socket.send(type="hello", client="c", view="wall", locale="en", browser="b1")
    assert socket.goodbye() == (4403, 4403)
    events = [
        json.loads(line) for line in server.log().splitlines() if line.startswith('{"security"')
    ]
    denied = [event for event in events if event["security"] == "denied"]
    assert [event.get("request") or event["socket"] for event in denied] == [
        "GET /wall",
        "not allowed",
    ]
    assert denied[0]["by"] == denied[1]["user"] == alice.page_data("/")["user"]["id"]
    assert denied[0]["address"] == denied[1]["address"] == "127.0.0.1"
