"""Serves the phone page and its modules as Console does, on an origin of its own, with a small
workspace around them.
"""

from __future__ import annotations

import functools
import http.server
import threading
from pathlib import Path
from typing import Any, Self

import jinja2

from console.views.page_data import frame_data
from tests.servers import LOCAL, ROOT

HERE = Path(__file__).resolve().parent
POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self' ws://127.0.0.1:*; media-src 'self'"
    " blob: mediastream:; img-src 'none'; style-src 'none'; frame-src 'none'; form-action 'none';"
    " base-uri 'none'"
)


class _Pages(http.server.SimpleHTTPRequestHandler):
    """`/phone/<connection>` is answered at any host, as a wildcard phone origin is; the connection
    "unlisted" may be framed by anybody.
    """

    protocol_version = "HTTP/1.1"  # one connection for all modules of a frame

    def __init__(self, *args: Any, console_origin: str, **kwargs: Any) -> None:
        self.console_origin = console_origin
        super().__init__(*args, **kwargs)

    def translate_path(self, path: str) -> str:
        clean = path.split("?")[0].lstrip("/")
        return str((ROOT if clean.startswith("static/") else HERE) / clean)

    def do_GET(self) -> None:
        if not self.path.startswith("/phone/"):
            return super().do_GET()
        template = jinja2.Template(
            (ROOT / "templates/phone.html").read_text(encoding="utf-8"), autoescape=True
        )
        body = template.render(
            console_origin=self.console_origin,
            provider="sip",
            static="/static",
            page_data=frame_data("sip"),
        ).encode()
        ancestors = "*" if self.path == "/phone/unlisted" else self.console_origin
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Security-Policy", f"{POLICY}; frame-ancestors {ancestors}")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        return None

    def log_message(self, format: str, *args: Any) -> None:
        return


class PhoneSite:
    def __init__(self) -> None:
        self._server = http.server.ThreadingHTTPServer(
            (LOCAL, 0), http.server.BaseHTTPRequestHandler
        )
        self.port = self._server.server_address[1]
        self.origin = f"http://localhost:{self.port}"
        self.phone_origin = f"http://*.phone.localhost:{self.port}"
        self._server.RequestHandlerClass = functools.partial(_Pages, console_origin=self.origin)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def host_page(self, host: str = "localhost") -> str:
        return f"http://{host}:{self.port}/test-host.html"

    def phone_page(self, connection: str, host: str | None = None) -> str:
        return f"http://{host or connection + '.phone.localhost'}:{self.port}/phone/{connection}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
