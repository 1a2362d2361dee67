"""Clients, contexts and a held lease for the tests of the rules."""

from __future__ import annotations

from dataclasses import replace

from console.domain.lease_model import ClientView, LeaseContext, LeaseView, OnCall

START = 1_000_000


def client(
    id: str, browser: str = "", view: str = "workspace", heard_at: int = START, **facts: object
) -> ClientView:
    shown = {
        "connected": True,
        "visible": True,
        "audible": True,
        "able": True,
        "used_at": 0,
        **facts,
    }
    return ClientView(id, browser, view, heard_at=heard_at, **shown)  # type: ignore[arg-type]


def at(ms: int, *clients: ClientView, on_call: OnCall = OnCall.NO, grace: int = 0) -> LeaseContext:
    fresh = tuple(
        replace(one, heard_at=START + ms) if one.heard_at == START else one for one in clients
    )
    return LeaseContext(START + ms, fresh, on_call, START + grace)


A, B, C = client("a", "one"), client("b", "two"), client("c", "one")
HELD = LeaseView(epoch=5, holder="a", since=START, heard_at=START, confirmed=True)
