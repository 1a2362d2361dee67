"""The demo's connections: the development SIP server's, and the type of the pretend clouds'."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from .sip import SipProvider

EXTENSIONS = {"alice": "1001", "bob": "1002"}


class DemoConnection(NamedTuple):
    """A connection on which the demo's agents have a line each. `extensions`, `line_secrets`: by
    username.
    """

    provider: str
    name: str
    settings: Mapping[str, Any]
    secrets: Mapping[str, str]
    extensions: Mapping[str, str]
    line_secrets: Mapping[str, Mapping[str, str]] = {}


def sip_server_connection(url: str) -> DemoConnection:
    """`url`: of `make pbx`, a plain proxy: its phones transfer between each other."""
    return DemoConnection(
        SipProvider.name,
        "Demo PBX",
        {"url": url, "domain": "pbx.test", "follow_transfers": True},
        {},
        EXTENSIONS,
        {agent: {"password": f"pw-{extension}"} for agent, extension in EXTENSIONS.items()},
    )
