"""Whether two origins belong to one site.

Browsers let pages of one site set cookies for all of it, and may run them in one process.
"""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit


def share_a_site(one: str, other: str) -> bool:
    """`*` may stand for a label.

    Names of this machine, and addresses in numbers, are of no site.
    """
    sites = {_site(one), _site(other)}
    return len(sites) == 1 and sites != {""}


def _site(origin: str) -> str:
    from publicsuffixlist import (
        PublicSuffixList,
    )  # imported here: its list is large, and needed at a server's start only

    host = (urlsplit(origin).hostname or "").replace("*", "any")
    if host == "localhost" or host.endswith(".localhost") or _is_number(host):
        return ""
    return PublicSuffixList().privatesuffix(host) or host


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
