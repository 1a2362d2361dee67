"""The caller's address and scheme as a proxy reports them, believed of known proxies only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_network
from typing import TYPE_CHECKING

from .addresses import address_in

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class TrustedProxies:
    def __init__(self, app: WSGIApplication, proxies: Sequence[str]) -> None:
        self._app = app
        self._networks = [ip_network(each, strict=False) for each in proxies]

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        peer = address_in(environ.get("REMOTE_ADDR", ""))
        if peer and self._known(peer):
            peer = self._caller(peer, environ.get("HTTP_X_FORWARDED_FOR", ""))
            scheme = environ.get("HTTP_X_FORWARDED_PROTO", "").rpartition(",")[2].strip()
            if scheme in ("http", "https"):
                environ["wsgi.url_scheme"] = scheme
        if peer:
            environ["REMOTE_ADDR"] = str(peer)
        return self._app(environ, start_response)

    def _caller(self, peer: IPv4Address | IPv6Address, forwarded: str) -> IPv4Address | IPv6Address:
        """The hop before the first known proxy: earlier hops may be forged.

        For a hop that is no address, the proxy that passed it on counts as the caller.
        """
        for hop in reversed([hop for hop in forwarded.split(",") if hop.strip()]):
            address = address_in(hop)
            if address is None:
                return peer
            peer = address
            if not self._known(peer):
                return peer
        return peer

    def _known(self, address: IPv4Address | IPv6Address) -> bool:
        return any(address in network for network in self._networks)
