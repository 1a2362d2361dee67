"""Requests that Console makes by https: only to a server whose certificate is vouched for, and is
its own.
"""

from __future__ import annotations

import http.server
import ssl
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from console.outgoing_http import OutgoingError, OutgoingHttp

LOOPBACK = OutgoingHttp(["127.0.0.1/32"])
Serve = Callable[..., str]


class _Far(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, format: str, *args: object) -> None:
        return


def certificate(folder: Path, address: str, *, ends: timedelta) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "far")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(
            name,
            name,
            key.public_key(),
            x509.random_serial_number(),
            now - timedelta(days=2),
            now + ends,
        )
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / "far.pem"
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


class _TlsServer(http.server.ThreadingHTTPServer):
    """Prints nothing when a client hangs up: the tests want their certificates to be refused."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


@pytest.fixture
def serve(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    """An https server on loopback; `trusted`: this machine trusts its certificate authority."""
    running: list[_TlsServer] = []

    def start(
        *, address: str = "127.0.0.1", ends: timedelta = timedelta(days=1), trusted: bool = True
    ) -> str:
        path = certificate(tmp_path, address, ends=ends)
        server = _TlsServer(("127.0.0.1", 0), _Far)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        server.socket = context.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
        running.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("SSL_CERT_FILE", str(path) if trusted else "/dev/null")
        return f"https://127.0.0.1:{server.server_address[1]}/"

    yield start
    for server in running:
        server.shutdown()
        server.server_close()


def test_a_certificate_that_is_vouched_for_is_taken(serve: Serve) -> None:
    """So that each refusal below has its own reason."""
    assert LOOPBACK.get(serve()).ok


@pytest.mark.parametrize(
    "fault",
    [{"trusted": False}, {"address": "127.0.0.9"}, {"ends": timedelta(days=-1)}],
    ids=["nobody vouches for it", "it is another server's", "it has expired"],
)
def test_any_other_certificate_is_refused(serve: Serve, fault: dict[str, object]) -> None:
    with pytest.raises(OutgoingError) as refused:
        LOOPBACK.get(serve(**fault))
    assert refused.value.code == "unreachable"
