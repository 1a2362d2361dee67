"""A TCP proxy to a local port that a test can cut, or stall without closing it."""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import Self

from tests.servers.server_process import LOCAL

Pair = tuple[socket.socket, socket.socket]


def _hang_up(*sockets: socket.socket) -> None:
    for one in sockets:
        with contextlib.suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)


class Wire:
    def __init__(self, target: int) -> None:
        self.target = target
        self.refusing = False
        self._pairs: set[Pair] = set()
        self._flow = threading.Event()
        self._flow.set()
        self._server = socket.create_server((LOCAL, 0))
        self.port: int = self._server.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while self._server.fileno() >= 0:
            with contextlib.suppress(OSError):
                near, _ = self._server.accept()
                self._connect(near)

    def _connect(self, near: socket.socket) -> None:
        try:
            if self.refusing:
                raise ConnectionRefusedError
            far = socket.create_connection((LOCAL, self.target), 2)
        except OSError:
            near.close()
            return
        far.settimeout(None)
        pair = (near, far)
        self._pairs.add(pair)
        for source, sink in (pair, pair[::-1]):
            threading.Thread(target=self._pump, args=(source, sink, pair), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket, pair: Pair) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                self._flow.wait()
                sink.sendall(data)
        _hang_up(*pair)
        for one in pair:
            one.close()
        self._pairs.discard(pair)

    def cut(self, *, refuse: bool = True) -> None:
        """Closes every connection; with `refuse`, new ones are closed at once until restore()."""
        self.refusing = refuse
        for pair in list(self._pairs):
            _hang_up(*pair)

    def stall(self) -> None:
        """Nothing passes and nothing closes, as on a dead network."""
        self._flow.clear()

    def restore(self) -> None:
        self.refusing = False
        self._flow.set()

    def close(self) -> None:
        _hang_up(self._server)  # wakes accept(), which close() alone does not
        self._server.close()
        self.cut()
        self._flow.set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
