"""Only the simulator's own page, on this machine, controls it."""

from __future__ import annotations

import socket

import httpx
import pytest

from tests.servers import LOCAL, Simulator


def test_it_listens_on_loopback_only(simulator: Simulator) -> None:
    probe = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        probe.connect(("192.0.2.1", 9))  # nothing is sent: it only finds this machine's own address
        own = probe.getsockname()[0]
    except OSError:
        own = LOCAL
    finally:
        probe.close()
    if own != LOCAL:
        with pytest.raises(OSError):
            socket.create_connection((own, simulator.port), 0.5)
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.2", simulator.port), 0.5)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_website_elsewhere_cannot_place_calls(
    simulator: Simulator, headers: dict[str, str]
) -> None:
    before = simulator.truth()
    for path in ("api/calls", "api/restart", "preferences"):
        assert (
            httpx.post(
                f"{simulator.url}/simulator/{path}", data={"number": "0912345678"}, headers=headers
            ).status_code
            == 403
        )
    assert simulator.truth() == before


def test_a_foreign_host_name_is_refused(simulator: Simulator) -> None:
    for path in ("/simulator", "/simulator/api/state", "/static/css/base.css"):
        answer = httpx.get(
            f"http://{LOCAL}:{simulator.port}{path}",
            headers={"Host": f"evil.example:{simulator.port}"},
        )
        assert answer.status_code == 403


def test_the_simulators_own_page_may_control_it(simulator: Simulator) -> None:
    for host in ("localhost", LOCAL):
        own = f"http://{host}:{simulator.port}"
        answer = httpx.post(
            f"{own}/simulator/api/calls",
            data={"number": "0912345678"},
            headers={"Origin": own, "Accept": "text/html"},
        )
        assert (answer.status_code, answer.headers["Location"]) == (303, "/simulator")
