"""Requests to addresses that an organisation has set reach what they may reach, and end in time."""

from __future__ import annotations

import http.server
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from ipaddress import ip_address
from typing import Any
from urllib.parse import unquote

import pytest

from console.outgoing_http import OutgoingError, OutgoingHttp

Far = Callable[..., str]


class _Far(http.server.BaseHTTPRequestHandler):
    """`/to?<address>` redirects there, `/drip` never ends, `/half` stops in the middle, `/large`
    sends two million bytes.
    """

    def do_GET(self) -> None:
        path, _, rest = self.path.partition("?")
        self.server.seen.append((self.command, self.path, dict(self.headers)))  # type: ignore[attr-defined]
        if path == "/to":
            return self._answer(302, b"", {"Location": unquote(rest)})
        if path == "/drip":
            return self._drip()
        if path == "/half":
            return self._half()
        return self._answer(200, b"x" * 2_000_000 if path == "/large" else b'{"code": "ok"}', {})

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.do_GET()

    def _answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:
            pass  # the other side has read enough

    def _drip(self) -> None:
        try:
            for _ in range(100):
                self.wfile.write(b"H")
                time.sleep(0.05)
        except OSError:
            pass

    def _half(self) -> None:
        """The answer has no declared length."""
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"code": "ok", ')
        time.sleep(1)

    def log_message(self, format: str, *args: Any) -> None:
        return


@pytest.fixture
def server() -> Iterator[http.server.ThreadingHTTPServer]:
    found = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Far)
    found.daemon_threads = True
    found.seen = []  # type: ignore[attr-defined]
    threading.Thread(target=found.serve_forever, daemon=True).start()
    yield found
    found.shutdown()
    found.server_close()


@pytest.fixture
def far(server: http.server.ThreadingHTTPServer) -> Far:
    return lambda path="/", host="127.0.0.1": f"http://{host}:{server.server_address[1]}{path}"


LOOPBACK = OutgoingHttp(["127.0.0.1/32"])


def code_of(ask: Callable[[], Any]) -> str:
    with pytest.raises(OutgoingError) as caught:
        ask()
    return caught.value.code


def test_a_private_address_is_refused_unless_it_is_an_exception(far: Far, server: Any) -> None:
    assert code_of(lambda: OutgoingHttp().get(far())) == "forbidden_address"
    assert server.seen == []
    assert LOOPBACK.get(far()).json() == {"code": "ok"}


def test_a_name_that_leads_to_a_private_address_is_refused(far: Far, server: Any) -> None:
    assert (
        code_of(lambda: OutgoingHttp().post_json(far(host="localhost"), {})) == "forbidden_address"
    )
    assert server.seen == []


def test_a_host_with_one_private_address_is_refused(
    far: Far, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", (host, 80))
        for host in ("93.184.215.14", "10.0.0.7")
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_more: places)
    assert code_of(lambda: LOOPBACK.get("http://two-faced.example/")) == "forbidden_address"


def test_the_connection_goes_to_the_address_that_was_checked(
    far: Far, server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that answers differently the second time is never asked a second time."""
    asked: list[str] = []

    def look_up(host: str, port: int, *_args: Any, **_more: Any) -> list[Any]:
        asked.append(host)
        address = "127.0.0.1" if len(asked) == 1 else "10.0.0.7"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    assert LOOPBACK.get(far(host="changes.example")).ok
    assert asked == ["changes.example"]
    assert server.seen[0][2]["Host"] == f"changes.example:{server.server_address[1]}"


@pytest.mark.parametrize(
    "host", ["127.0.0.2", "10.0.0.1", "169.254.169.254", "[::1]", "192.168.1.1"]
)
def test_a_redirect_to_a_private_address_is_refused(far: Far, server: Any, host: str) -> None:
    assert code_of(lambda: LOOPBACK.get(far(f"/to?http://{host}/"))) == "forbidden_address"
    assert len(server.seen) == 1


def test_redirects_to_another_origin_drop_credentials(far: Far, server: Any) -> None:
    found = LOOPBACK.get(far("/to?" + far("/to?/there")), headers={"Authorization": "secret"})
    assert found.ok and [path for _, path, _ in server.seen][-1] == "/there"
    assert all(headers["Authorization"] == "secret" for *_, headers in server.seen)
    elsewhere = OutgoingHttp(["127.0.0.0/8", "::1"])
    elsewhere.get(
        far("/to?" + far("/other", host="localhost")), headers={"Authorization": "secret"}
    )
    assert "Authorization" not in server.seen[-1][2]


def test_redirects_without_an_end_are_given_up(far: Far) -> None:
    assert code_of(lambda: LOOPBACK.get(far("/to?/to?/to?/to?/to?/to?/to"))) == "too_many_redirects"


def test_a_posted_body_does_not_follow_a_redirect(far: Far, server: Any) -> None:
    assert LOOPBACK.post_json(far("/to?" + far("/other")), {"token": "t"}).status == 302
    assert len(server.seen) == 1


def test_a_server_that_drips_is_cut_off_in_time(far: Far) -> None:
    began = time.monotonic()
    assert code_of(lambda: LOOPBACK.get(far("/drip"), seconds=0.5)) == "too_slow"
    assert time.monotonic() - began < 2


def test_half_an_answer_is_no_answer(far: Far) -> None:
    assert code_of(lambda: LOOPBACK.get(far("/half"), seconds=0.5)) == "too_slow"


def test_a_silent_server_is_cut_off_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        assert code_of(lambda: LOOPBACK.get(address, seconds=0.3)) == "too_slow"
        assert (
            code_of(lambda: LOOPBACK.get(address.replace("http:", "https:"), seconds=0.3))
            == "too_slow"
        )


def test_an_answer_that_is_too_large_is_refused(far: Far) -> None:
    assert code_of(lambda: LOOPBACK.get(far("/large"))) == "too_large"


def test_proxies_of_the_environment_are_not_used(far: Far, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert LOOPBACK.get(far()).ok


@pytest.mark.parametrize(
    "address",
    ["ftp://a/", "file:///etc/passwd", "//a", "http://", "http://a:b@c/", "http://[", "gopher://a"],
)
def test_only_plain_web_addresses_are_read(address: str) -> None:
    assert code_of(lambda: LOOPBACK.get(address)) == "bad_address"


def test_a_closed_port_is_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as once:
        port = once.getsockname()[1]
    assert code_of(lambda: LOOPBACK.get(f"http://127.0.0.1:{port}/")) == "unreachable"


PRIVATE = (
    "127.0.0.1 10.1.2.3 172.16.0.1 192.168.0.1 169.254.169.254 100.64.0.1 0.0.0.0 224.0.0.1 ::1"
    " fe80::1 fd00::1 ff02::1"
)
CARRYING = (
    "::ffff:127.0.0.1 ::ffff:10.0.0.1 64:ff9b::7f00:1 64:ff9b::a00:1 2002:7f00:1::1 2002:a00:1::1"
)

# Ranges that Python 3.11 takes for public, or that the newest registries have added.
UNKNOWN_TO_PYTHON = (
    "64:ff9b:1::1 64:ff9b:1:a00:0:100:: 64:ff9b:1::7f00:1 fec0::1 feff::1 ::127.0.0.1 ::10.0.0.1"
    " ::ffff:0:7f00:1 ::ffff:0:a00:1 192.0.0.1 192.0.0.8 192.0.0.9 192.0.0.170 192.0.0.255"
    " 192.88.99.1 198.18.0.1 198.19.255.255 203.0.113.7 240.0.0.1 255.255.255.255 239.1.2.3"
    " 100.127.255.255 100::1 100:0:0:1::1 2001::1 2001:2::1 2001:10::1 2001:20::1 2001:db8::1"
    " 3fff::1 5f00::1 4000::1 ::2 1::1 ff0e::1 2001:0:a00:1::1"
)


@pytest.mark.parametrize(
    "address", [*PRIVATE.split(), *CARRYING.split(), *UNKNOWN_TO_PYTHON.split()]
)
def test_every_spelling_of_a_private_address_is_refused(address: str) -> None:
    assert not OutgoingHttp().allows(ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        "93.184.215.14",
        "192.0.1.1",
        "100.128.0.1",
        "2606:2800:21f:cb07::1",
        "2a00:1450::1",
        "::ffff:93.184.215.14",
        "64:ff9b::5db8:d70e",
    ],
)
def test_public_addresses_are_allowed(address: str) -> None:
    assert OutgoingHttp().allows(ip_address(address))


def test_an_exception_counts_for_every_way_of_writing_it() -> None:
    assert OutgoingHttp(["10.0.0.0/8"]).allows(ip_address("::ffff:10.0.0.1"))
    assert not OutgoingHttp(["10.0.0.0/8"]).allows(ip_address("192.168.0.1"))


UNDER_GEVENT = """
from gevent import monkey; monkey.patch_all()
import gevent, sys, time
from console.outgoing_http import OutgoingError, OutgoingHttp
def ask():
    try:
        OutgoingHttp(["127.0.0.1"]).get(sys.argv[1], seconds=0.6)
    except OutgoingError as error:
        return error.code
began = time.monotonic()
asked = [gevent.spawn(ask) for _ in range(20)]
ticks = 0
while not all(each.ready() for each in asked):
    gevent.sleep(0.01); ticks += 1
assert {each.value for each in asked} == {"too_slow"}, [each.value for each in asked]
assert ticks > 10 and time.monotonic() - began < 3, (ticks, time.monotonic() - began)
print("well")
"""


def test_a_slow_server_blocks_no_other_greenlet(far: Far) -> None:
    done = subprocess.run(
        [sys.executable, "-c", UNDER_GEVENT, far("/drip")],
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert done.stdout == "well\n", done.stderr
