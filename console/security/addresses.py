"""Network addresses as peers and proxies write them: with a port, in brackets, or as IPv4 inside
IPv6.
"""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address, ip_address

_WITH_PORT = re.compile(r"\[([^\]]+)\](?::\d+)?|([^:]+):\d+")


def address_in(text: str) -> IPv4Address | IPv6Address | None:
    """The address that `text` names, or None where it names none.

    Port and zone are left out: a caller can change them from one request to the next.
    """
    bare = text.strip().strip('"')
    if found := _WITH_PORT.fullmatch(bare):
        bare = found[1] or found[2]
    try:
        address = ip_address(bare.partition("%")[0])
    except ValueError:
        return None
    return (isinstance(address, IPv6Address) and address.ipv4_mapped) or address
