"""The addresses that Console may connect to."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_NAT64 = IPv6Network("64:ff9b::/96")
# Public addresses lie in _PUBLIC and outside of _SPECIAL: IANA's special-purpose registries, which
# are newer than Python's own table.
_PUBLIC = (IPv4Network("0.0.0.0/0"), IPv6Network("2000::/3"))
_SPECIAL = tuple(
    ip_network(network)
    for network in (
        "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24"
        " 192.0.2.0/24 192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24"
        " 224.0.0.0/3 2001::/23 2001:db8::/32 2002::/16 3fff::/20"
    ).split()
)


def is_allowed(address: Address, exceptions: Iterable[Network]) -> bool:
    """Whether an address is public or lies in one of the exceptions.

    An IPv6 address that leads to an IPv4 address is judged by that one.
    """
    carried = _carried(address)
    if any(each in network for each in (address, *carried) for network in exceptions):
        return True
    return all(map(_is_public, carried or (address,)))


def _is_public(address: Address) -> bool:
    return any(address in network for network in _PUBLIC) and not any(
        address in network for network in _SPECIAL
    )


def _carried(address: Address) -> tuple[Address, ...]:
    """IPv4 addresses that an IPv6 address leads to."""
    if isinstance(address, IPv4Address):
        return ()
    nat64 = IPv4Address(int(address) & 0xFFFF_FFFF) if address in _NAT64 else None
    teredo = address.teredo[1] if address.teredo else None
    return tuple(
        each for each in (address.ipv4_mapped, address.sixtofour, teredo, nat64) if each is not None
    )
