"""The phone session of a VCC line on a real server: its recipients, refused logins, and no blocking
on VCC.
"""

from __future__ import annotations

import http.server
import json
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from console.security.secrets_at_rest import Vault
from console.storage import models, organisations
from console.storage.database import Database
from tests.servers import ConsoleServer
from tests.servers.web_client import WebClient

KEY = "a-short-key"


class _Cloud(http.server.BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        status, body = self.server.meanwhile()  # type: ignore[attr-defined]
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, format: str, *args: Any) -> None:
        return


@pytest.fixture(scope="module")
def console() -> Iterator[ConsoleServer]:
    with ConsoleServer(encryption_keys="AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=") as server:
        yield server


class Cloud:
    def __init__(self, console: ConsoleServer) -> None:
        self.server: Any = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Cloud)
        self.asked = 0
        self.answers(lambda: (200, {"code": "ok"}))
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.connection = self._line(console)

    def answers(self, meanwhile: Callable[[], tuple[int, Any]]) -> None:
        def count() -> tuple[int, Any]:
            self.asked += 1
            return meanwhile()

        self.server.meanwhile = count

    def _line(self, console: ConsoleServer) -> str:
        database, vault = (
            Database(console.database_url),
            Vault(["AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="]),
        )
        settings = {
            "domain": "demo",
            "base_url": f"http://127.0.0.1:{self.server.server_address[1]}",
        }
        with database.write() as session:
            home = organisations.organisation_named(session, "Demo")
            made = organisations.create_connection(
                session,
                home,
                "vcc",
                f"VCC {self.server.server_address[1]}",
                settings=settings,
                secrets=vault.seal({"access_key": KEY}),
            )
            organisations.create_line(
                session, made, organisations.user_named(session, "alice"), "5000"
            )
            found = made.id
        database.close()
        return found


@pytest.fixture
def cloud(console: ConsoleServer) -> Iterator[Cloud]:
    made = Cloud(console)
    yield made
    made.server.shutdown()
    made.server.server_close()


Web = Callable[..., WebClient]


def test_the_owner_gets_a_token_that_vcc_has_accepted_and_no_key(
    console: ConsoleServer, cloud: Cloud, web: Web
) -> None:
    alice = web(console, "alice")
    socket, epoch = alice.claimed("a1")
    answer = alice.post(f"/phone/{cloud.connection}/session", client="a1", epoch=epoch)
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store"
    assert answer.json()["vcc"]["extension"] == "5000" and KEY not in answer.text
    assert cloud.asked == 1
    socket.send(type="lease.release", epoch=epoch)


def test_only_alice_gets_a_vendor_session_of_alice(
    console: ConsoleServer, cloud: Cloud, web: Web
) -> None:
    olga = web(console, "olga")
    _, epoch = olga.claimed("o1")
    assert (
        olga.post(f"/phone/{cloud.connection}/session", client="o1", epoch=epoch).status_code == 404
    )
    alice = web(console, "alice")
    assert (
        alice.post(f"/phone/{cloud.connection}/session", client="a2", epoch=99).status_code == 409
    )
    assert cloud.asked == 0


def test_the_database_is_free_while_vcc_takes_its_time(
    console: ConsoleServer, cloud: Cloud, web: Web
) -> None:
    alice = web(console, "alice")
    socket, epoch = alice.claimed("a3")
    waited: list[float] = []

    def slow() -> tuple[int, Any]:
        database, began = Database(console.database_url), time.monotonic()
        with database.write() as session:
            session.get_one(models.Connection, cloud.connection).name = "VCC, renamed meanwhile"
        database.close()
        waited.append(time.monotonic() - began)
        return 200, {"code": "ok"}

    cloud.answers(slow)
    assert (
        alice.post(f"/phone/{cloud.connection}/session", client="a3", epoch=epoch).status_code
        == 200
    )
    assert waited[0] < 2
    socket.send(type="lease.release", epoch=epoch)


@pytest.mark.parametrize(
    ("answer", "status", "code", "words"),
    [
        ((200, {"code": 400}), 422, "login_400", "ipphone"),
        ((405, {}), 422, "login_405", "subscription"),
        ((200, {"code": "errors"}), 422, "login_refused", "rejected your phone"),
        ((500, {}), 502, "login_500", "system error"),
    ],
)
def test_a_refused_login_has_a_reason_and_a_retry_flag(
    console: ConsoleServer,
    cloud: Cloud,
    web: Web,
    answer: tuple[int, Any],
    status: int,
    code: str,
    words: str,
) -> None:
    alice = web(console, "alice")
    socket, epoch = alice.claimed(f"a-{code}")
    cloud.answers(lambda: answer)
    alice.http.headers["Accept-Language"] = "en"
    found = alice.post(f"/phone/{cloud.connection}/session", client=f"a-{code}", epoch=epoch)
    assert (found.status_code, found.json()["code"]) == (status, code)
    assert words in found.json()["sentence"]
    socket.send(type="lease.release", epoch=epoch)


def test_a_vcc_frame_may_reach_only_its_own_cloud(
    console: ConsoleServer, cloud: Cloud, web: Web
) -> None:
    port = cloud.server.server_address[1]
    host = f"{cloud.connection}.phone.localhost:{console.port}"
    answer = web(console).http.get(
        f"http://127.0.0.1:{console.port}/phone/{cloud.connection}", headers={"Host": host}
    )
    policy = dict(
        part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";")
    )
    assert policy["script-src"] == f"'self' http://127.0.0.1:{port}"
    assert policy["connect-src"] == f"'self' http://127.0.0.1:{port} ws://127.0.0.1:{port}"
    assert KEY not in answer.text
