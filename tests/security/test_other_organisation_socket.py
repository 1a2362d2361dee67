"""Olga, of another organisation, gets nothing of Alice's and Bob's call by websocket."""

from __future__ import annotations

import json
import time
from contextlib import ExitStack
from typing import Any

from sqlalchemy import select

from console.storage import models
from tests.security.two_organisations import EXTERNAL, Scene
from tests.servers.web_client import Socket, WebClient


def _moves(scene: Scene) -> None:
    """Changes of Alice and Bob: a push for each."""
    for type in ("muted", "unmuted", "held", "resumed"):
        scene.alice.tell(type, "call-one")
    scene.bob.rings("another", "0987654321", name="Customer Nguyen")
    scene.bob.ends("another", "cancelled")


def _journal(scene: Scene) -> int:
    """The number of the last change in Olga's organisation: every message to Olga carries it."""
    with scene.database.read() as session:
        return session.scalars(
            select(models.Organisation.seq).where(models.Organisation.name == "Other")
        ).one()


def _at_rest(scene: Scene, sockets: tuple[Socket, ...]) -> bool:
    """True once the hellos and first pongs are processed, and the disconnects of earlier pages,
    which take up to three seconds.
    """
    number = _journal(scene)
    news = [
        message for socket in sockets for message in socket.quiet(1.0) if message["type"] != "ping"
    ]
    return not news and _journal(scene) == number


def _heard(scene: Scene, *sockets: Socket) -> list[list[dict[str, Any]]]:
    for socket in sockets:
        socket.until("ping")
    while not _at_rest(scene, sockets):
        pass
    start, number = [len(socket.seen) for socket in sockets], _journal(scene)
    _moves(scene)
    sockets[-1].until(
        "change", lambda message: "0987 654 321" in message["html"]
    )  # the last one may see it
    assert _journal(scene) == number  # a growing number would reveal the load of the others
    for socket in sockets:
        socket.quiet(0.4)
    return [
        [m for m in socket.seen[at:] if m["type"] != "ping"]
        for socket, at in zip(sockets, start, strict=True)
    ]


def test_no_topic_reveals_the_call_to_olga(scene: Scene) -> None:
    with ExitStack() as stack:
        people = {name: WebClient(scene.server, name) for name in ("olga", "oscar", "otto", "sam")}
        for person in people.values():
            stack.callback(person.close)
        olgas = people["olga"].hello(scene.alice.client)  # even with Alice's client id
        walls = [people[name].hello("wall", "wall") for name in ("oscar", "otto")]
        sams = people["sam"].hello("wall", "wall")
        assert scene.reveals(sams.seen[0]["html"])  # the test can see what there is to see
        *strangers, sam = _heard(scene, olgas, *walls, sams)
        assert "0987 654 321" in json.dumps(sam)  # batched into fewer messages
        assert strangers == [[], [], []]
        for socket in (olgas, *walls):
            assert [
                scene.reveals(json.dumps(message))
                for message in socket.seen
                if scene.reveals(json.dumps(message))
            ] == []
        for name in ("oscar", "otto"):
            page = people[name].http.get("/wall").text + people[name].http.get("/history").text
            assert scene.reveals(page) == [] and "Olga" in page


def test_a_ticket_of_olga_opens_olgas_workspace(scene: Scene) -> None:
    olga = WebClient(scene.server, "olga")
    ticket = olga.post("/realtime/ticket").json()["ticket"]
    socket = olga.socket(cookie=False, protocols=("console.v1", f"ticket.{ticket}"))
    socket.send(type="hello", client=scene.alice.client, view="workspace", locale="en")
    assert scene.reveals(json.dumps(socket.until("welcome"))) == []
    wall = olga.socket()
    wall.send(type="hello", client="w", view="wall", locale="en")
    assert wall.goodbye() == (4403, 4403)
    olga.close()


def test_outsider_cannot_use_the_client_or_call_of_another(scene: Scene) -> None:
    olga = WebClient(scene.server, "olga")
    client, call, epoch = scene.alice.client, "call-one", scene.alice.epoch
    before = scene.theirs()
    olgas = olga.hello(client, epoch=epoch)
    event = {
        "type": "ended",
        "at": time.time_ns() // 1_000_000,
        "call": call,
        "cause": "completed",
        "ended_by": "agent",
        "external": EXTERNAL,
    }
    for message in (
        {"type": "lease.claim", "confirm": True, "call": "end"},
        {"type": "lease.release", "epoch": epoch},
        {"type": "lease.leaving", "epoch": epoch},
        {"type": "lease.released", "epoch": epoch},
        {
            "type": "pong",
            "n": 1,
            "epoch": epoch,
            "audible": True,
            "microphone": "denied",
            "registered": True,
            "visible": True,
            "used": 0,
            "calls": [call],
        },
        {
            "type": "phone.event",
            "n": 1,
            "epoch": epoch,
            "event": {**event, "connection": scene.names["connection"]},
        },
        {
            "type": "phone.event",
            "n": 2,
            "epoch": epoch,
            "event": {**event, "connection": scene.names["own"]},
        },
        {
            "type": "phone.data",
            "n": 3,
            "epoch": epoch,
            "kind": "history",
            "items": [{"call": call}],
        },
        {"type": "command.result", "id": f"{client}:n1", "ok": False, "code": "failed"},
    ):
        olgas.send(**message)
    olgas.until("ack", lambda message: message["n"] == 3)
    olgas.quiet(0.7)
    assert scene.theirs() == before
    assert scene.alice.commands == [] and scene.alice.socket.close_code is None
    assert not [
        m
        for m in scene.alice.socket.seen
        if m["type"] in ("lease.revoked", "command.result", "goodbye")
    ]
    with scene.database.read() as session:
        olgas_calls = session.scalars(
            select(models.Call).where(models.Call.agent_id == scene.names["olga"])
        ).all()
        theirs = session.scalars(
            select(models.Call.conversation_id).where(models.Call.agent_id == scene.names["alice"])
        ).all()
    assert {row.connection_id for row in olgas_calls} <= {scene.names["own"]}
    assert not {row.conversation_id for row in olgas_calls} & set(theirs)
    assert scene.reveals(json.dumps(olgas.seen)) == []
    olga.close()
