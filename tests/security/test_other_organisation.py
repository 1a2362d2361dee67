"""Olga, of another organisation, sees nothing of a call of Alice and Bob, on any page, topic or
endpoint.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select, update

from console import create_app
from console.config import load_settings
from console.security.secrets_at_rest import Vault
from console.storage import models
from console.storage.database import Database
from tests.security.outsider_attempts import EXTERNAL, NOTE, TRIES, Scene, furnish
from tests.servers import ConsoleServer
from tests.servers.scripted_phone import ScriptedPhone
from tests.servers.web_client import Socket, WebClient


@pytest.fixture(scope="module")
def scene() -> Iterator[Scene]:
    with ExitStack() as stack:
        server = stack.enter_context(ConsoleServer())
        database = Database(server.database_url)
        stack.callback(database.close)
        keys = json.loads((server.dir / "instance/development-keys.json").read_text())
        names = furnish(database, Vault([keys["encryption_key"]]))
        alice, bob = (
            stack.enter_context(
                ScriptedPhone(WebClient(server, who), f"tab-of-{len(who)}", keeps=True)
            )
            for who in ("alice", "bob")
        )
        alice.tell("dialing", "call-one", number="1002", direction="outbound", external=EXTERNAL)
        bob.rings("call-two", "1001", external=EXTERNAL)
        for phone, call in ((alice, "call-one"), (bob, "call-two")):
            phone.tell("answered", call)
        alice.socket.calls.append("call-one")
        alice.talks("over", "0987654321", name="Customer Nguyen")
        alice.ends("over")
        alice.web.post(
            "/commands/note",
            id="n1",
            client=alice.client,
            epoch=alice.epoch,
            call="over",
            text=NOTE,
        )
        names |= {"client": alice.client, "call": "call-one", "over": "over"}
        with database.read() as session:
            names["call_id"] = session.scalars(
                select(models.Call.id).where(models.Call.client_call_id == "call-one")
            ).one()
            names["session"] = session.scalars(
                select(models.SignInSession.id).where(
                    models.SignInSession.user_id == names["alice"]
                )
            ).one()
        olga = WebClient(server, "olga")
        stack.callback(olga.close)
        hidden = [
            names[key]
            for key in ("alice", "bob", "organisation", "connection", "call_id", "session")
        ]
        secrets = [
            *hidden,
            "alice",
            "bob",
            "Demo",
            "987654321",
            "987 654 321",
            "Nguyen",
            "refund agreed",
            "pw-1001",
        ]
        yield Scene(server, database, alice, bob, olga, names, secrets)


def test_every_route_has_something_that_olga_tries(tmp_path: Path) -> None:
    settings = load_settings({"CONSOLE_ENV": "development", "CONSOLE_INSTANCE": str(tmp_path)})
    app = create_app(settings)
    app.extensions["console"].database.close()
    methods = {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in rule.methods or ()
        if method in METHODS
    }
    assert {f"{method} {rule}" for method, rule in methods} == {route for route, *_ in TRIES}


METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE"}


def test_no_request_of_an_outsider_reads_or_changes_anything(scene: Scene) -> None:
    olga = WebClient(scene.server, "olga")
    olgas, epoch = olga.claimed("olgas-tab")
    assert (
        epoch == scene.alice.epoch == 1
    )  # the same numbers in both organisations: nothing may hang on them alone
    scene.names["olgas_client"] = "olgas-tab"
    before, leaks = scene.theirs(), []
    for route, path, body, right in TRIES:
        path, body = scene.fill(path), scene.fill(body)
        answer = olga.http.get(path) if body is None else olga.post(path, **body)
        assert answer.status_code in right, (route, path, answer.status_code, answer.text[:300])
        asked = f"{path} {json.dumps(body)}".lower()
        leaks += [
            (route, path, found)
            for found in scene.reveals(answer.text + str(answer.headers))
            if found.lower() not in asked
        ]
    assert leaks == []
    assert scene.theirs() == before
    assert [
        scene.reveals(json.dumps(message))
        for message in olgas.seen
        if scene.reveals(json.dumps(message))
    ] == []
    assert scene.alice.commands == scene.bob.commands == []
    olga.close()


def test_phone_page_names_nobody_who_uses_its_connection(scene: Scene) -> None:
    host = f"{scene.names['connection']}.phone.localhost:{scene.server.port}"
    answer = httpx.get(
        f"http://127.0.0.1:{scene.server.port}/phone/{scene.names['connection']}",
        headers={"Host": host},
    )
    assert answer.status_code == 200
    assert [
        found for found in scene.reveals(answer.text) if found != scene.names["connection"]
    ] == []


def _moves(scene: Scene) -> None:
    """Things happen to Alice and Bob: a push for each."""
    for type in ("muted", "unmuted", "held", "resumed"):
        scene.alice.tell(type, "call-one")
    scene.bob.rings("another", "0987654321", name="Customer Nguyen")
    scene.bob.ends("another", "cancelled")


def _journal(scene: Scene) -> int:
    """The number of the last change in Olga's organisation: every message to her carries it."""
    with scene.database.read() as session:
        return session.scalars(
            select(models.Organisation.seq).where(models.Organisation.name == "Other")
        ).one()


def _at_rest(scene: Scene, sockets: tuple[Socket, ...]) -> bool:
    """What their own coming and first pongs change is over, and what those change who left before,
    up to three seconds later.
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
    )  # the last one may hear of it
    assert _journal(scene) == number  # a number that grew would tell how busy the others are
    for socket in sockets:
        socket.quiet(0.4)
    return [
        [m for m in socket.seen[at:] if m["type"] != "ping"]
        for socket, at in zip(sockets, start, strict=True)
    ]


def test_no_topic_brings_olga_a_word_or_a_number_of_it(scene: Scene) -> None:
    with ExitStack() as stack:
        people = {name: WebClient(scene.server, name) for name in ("olga", "oscar", "otto", "sam")}
        for person in people.values():
            stack.callback(person.close)
        olgas = people["olga"].hello(scene.alice.client)  # she even takes Alice's client id
        walls = [people[name].hello("wall", "wall") for name in ("oscar", "otto")]
        sams = people["sam"].hello("wall", "wall")
        assert scene.reveals(sams.seen[0]["html"])  # the test can see what there is to see
        *strangers, sam = _heard(scene, olgas, *walls, sams)
        assert "0987 654 321" in json.dumps(sam)  # he hears of it, gathered into fewer messages
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
        hers = session.scalars(
            select(models.Call).where(models.Call.agent_id == scene.names["olga"])
        ).all()
        theirs = session.scalars(
            select(models.Call.conversation_id).where(models.Call.agent_id == scene.names["alice"])
        ).all()
    assert {row.connection_id for row in hers} <= {scene.names["own"]}
    assert not {row.conversation_id for row in hers} & set(theirs)
    assert scene.reveals(json.dumps(olgas.seen)) == []
    olga.close()


def test_her_own_workspace_stays_usable_and_her_calls_are_hers(scene: Scene) -> None:
    with (
        scene.database.write() as session
    ):  # as if she had just come: the other tests left tabs behind
        session.execute(
            update(models.Lease)
            .where(models.Lease.agent_id == scene.names["olga"])
            .values(holder=None)
        )
    with ScriptedPhone(WebClient(scene.server, "olga"), "at-work", keeps=True) as phone:
        own = phone.web.post(
            f"/phone/{scene.names['own']}/session", client=phone.client, epoch=phone.epoch
        )
        assert own.status_code == 200 and own.json()["sip"]["password"] == "olgas-own"
        phone.talks("olgas-call", "0911222333")
        changed = phone.web.post(
            "/commands/note",
            id="hers",
            client=phone.client,
            epoch=phone.epoch,
            call="olgas-call",
            text="her note",
        )
        assert changed.status_code == 204
        phone.ends("olgas-call")
        history = phone.web.http.get("/history").text
        assert "her note" in history and scene.reveals(history) == []
    assert "her note" not in scene.alice.web.http.get("/history").text
    with scene.database.read() as session:
        assert session.scalar(select(func.count()).where(models.Call.note == "her note")) == 1
